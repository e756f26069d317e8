-- What somebody is told of: one row per person and event, written in the transaction of what happened. It is the list in the
-- app; how it reaches them elsewhere (push, mail) are rows of notification_deliveries, written with it by notify().

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null,
  event text not null,
  category text not null,
  priority text not null,
  args jsonb not null default '{}',
  title text not null,
  body text not null default '',
  action_url text,
  group_key text not null,
  conversation_id uuid references public.conversations (id) on delete cascade,
  seq bigint,
  actor_id uuid references public.profiles (id) on delete set null,
  in_app boolean not null default true,
  is_silent boolean not null default false,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  archived_at timestamptz,
  acknowledged_at timestamptz,
  revision bigint not null default 0,
  constraint notifications_happen_once unique (user_id, key),
  constraint notifications_event_form check (event ~ '^[a-z][a-z_]*$'),
  constraint notifications_priority_form check (priority in ('low', 'normal', 'high', 'urgent')),
  constraint notifications_args_form check (jsonb_typeof(args) = 'object'),
  constraint notifications_acknowledged_are_read check (acknowledged_at is null or read_at is not null)
);
comment on table public.notifications is 'What you were told of: mentions, answers, invitations and the like. Once per event.';
comment on column public.notifications.key is 'Names the event: the same one is never told twice to the same person.';
comment on column public.notifications.event is 'What kind of event it was: one of notification_events.';
comment on column public.notifications.category is 'Its category: what notification_preferences are about.';
comment on column public.notifications.priority is 'low: in the list only. normal, high: how soon a push is wanted. urgent: at any hour, again and again until it is acknowledged.';
comment on column public.notifications.args is 'What belongs to it. Never the text of a message: that is read where it stands.';
comment on column public.notifications.title is 'What happened, in your language at that time.';
comment on column public.notifications.body is 'What else there is to say; often nothing.';
comment on column public.notifications.action_url is 'Where it leads: a path of the app; null for nowhere.';
comment on column public.notifications.group_key is 'What belongs together has the same: shown as one, with a number.';
comment on column public.notifications.conversation_id is 'Where it happened; null if in no conversation.';
comment on column public.notifications.seq is 'The message that it is about; null if none.';
comment on column public.notifications.actor_id is 'Whose doing it was; null for nobody''s, or for somebody whose account is deleted.';
comment on column public.notifications.in_app is 'Whether it is in the list; false where you want such things by push or mail only.';
comment on column public.notifications.is_silent is 'Came without a sound or a toast: its conversation was muted, or you had quiet hours.';
comment on column public.notifications.read_at is 'When it was seen; null for not yet.';
comment on column public.notifications.archived_at is 'When you put it away; null if you did not.';
comment on column public.notifications.acknowledged_at is 'When you confirmed it, which an urgent one asks for; null for not yet.';
comment on column public.notifications.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';

-- sync(): what changed since
create index notifications_by_revision on public.notifications (user_id, revision);
-- the list, newest first, in pages
create index notifications_by_time on public.notifications (user_id, created_at, id);
-- what is not read: counts, and what reading a conversation reads
create index notifications_unread on public.notifications (user_id, conversation_id, seq) where read_at is null;
-- urgent ones that wait to be acknowledged
create index notifications_urgent on public.notifications (user_id) where priority = 'urgent' and acknowledged_at is null;
-- deleting a conversation or a profile
create index notifications_by_conversation on public.notifications (conversation_id) where conversation_id is not null;
create index notifications_by_actor on public.notifications (actor_id) where actor_id is not null;

create trigger _100_revise
before insert or update on public.notifications
for each row execute function private.tg_personal__revise();

-- Of many that are changed at once only the last is announced: a device that sees a gap in its revisions asks sync().
create trigger _900_announce
after insert or update on public.notifications
for each row when (current_setting('parley.quietly', true) is distinct from 'yes')
execute function private.tg_personal__announce();


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


alter table public.notifications enable row level security;
revoke all on public.notifications from anon, authenticated, service_role;
grant select on public.notifications to authenticated, service_role;

create policy notifications_select on public.notifications
for select to authenticated
using (user_id = (select auth.uid()));
