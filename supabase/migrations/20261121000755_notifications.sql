-- What somebody is told of: one row per person and event, written in the transaction of what happened. How it reaches them
-- elsewhere (push, mail, quiet hours) is decided from these rows.

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null,
  event text not null,
  args jsonb not null default '{}',
  conversation_id uuid references public.conversations (id) on delete cascade,
  seq bigint,
  actor_id uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  revision bigint not null default 0,
  constraint notifications_happen_once unique (user_id, key),
  constraint notifications_event_form check (event ~ '^[a-z][a-z_]*$'),
  constraint notifications_args_form check (jsonb_typeof(args) = 'object')
);
comment on table public.notifications is 'What you were told of: mentions, answers, invitations and the like. Once per event.';
comment on column public.notifications.key is 'Names the event: the same one is never told twice to the same person.';
comment on column public.notifications.event is 'What kind of event it was: a code, to be put into words by the client.';
comment on column public.notifications.args is 'What belongs to it. Never the text of a message: that is read where it stands.';
comment on column public.notifications.conversation_id is 'Where it happened; null if in no conversation.';
comment on column public.notifications.seq is 'The message that it is about; null if none.';
comment on column public.notifications.actor_id is 'Whose doing it was; null for nobody''s, or for somebody whose account is deleted.';
comment on column public.notifications.read_at is 'When it was seen; null for not yet.';
comment on column public.notifications.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';

-- sync(): what changed since
create index notifications_by_revision on public.notifications (user_id, revision);
-- deleting a conversation or a profile
create index notifications_by_conversation on public.notifications (conversation_id) where conversation_id is not null;
create index notifications_by_actor on public.notifications (actor_id) where actor_id is not null;

create trigger _100_revise
before insert or update on public.notifications
for each row execute function private.tg_personal__revise();

create trigger _900_announce
after insert or update on public.notifications
for each row execute function private.tg_personal__announce();


create function private.lock_people(user_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* In the order of the ids, so that two transactions that each tell several people cannot wait for each other. */
begin
  insert into private.personal as o (user_id, revision)
  select p.id, 0 from public.profiles p where p.id = any (user_ids) order by p.id
  -- Locks the row that is there, and leaves it as it is.
  on conflict on constraint personal_pkey do update set revision = o.revision where false;
end;
$$;
comment on function private.lock_people is 'Locks the personal counters of people. Whoever changes something of several people in one transaction, in more than one step, begins with this.';


create function private.notify(
  user_ids uuid[], key text, event text, args jsonb default '{}',
  conversation_id uuid default null, seq bigint default null, actor_id uuid default auth.uid()
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The counters are locked first: whoever comes second with the same key sees the first's row, instead of taking a revision
   for nothing. */
declare
  v_people uuid[] := array(
    select distinct u.id from unnest(user_ids) as u (id)
    where u.id is distinct from notify.actor_id
      and not exists (select from public.notifications n where n.user_id = u.id and n.key = notify.key)
      and exists (select from public.profiles p where p.id = u.id)
      and not exists (
        select from public.blocks b where b.user_id = u.id and b.blocked_id = notify.actor_id and b.lifted_at is null
      )
  );
begin
  if cardinality(v_people) = 0 then
    return;
  end if;
  perform private.lock_people(v_people);
  insert into public.notifications (user_id, key, event, args, conversation_id, seq, actor_id)
  select u.id, notify.key, notify.event, notify.args, notify.conversation_id, notify.seq, notify.actor_id
  from unnest(v_people) as u (id)
  where not exists (select from public.notifications n where n.user_id = u.id and n.key = notify.key)
  order by u.id;
end;
$$;
comment on function private.notify is 'Tells people of an event, each once per key, whatever is repeated; never its actor, nor who has blocked the actor.';


alter table public.notifications enable row level security;
revoke all on public.notifications from anon, authenticated, service_role;
grant select on public.notifications to authenticated, service_role;

create policy notifications_select on public.notifications
for select to authenticated
using (user_id = (select auth.uid()));
