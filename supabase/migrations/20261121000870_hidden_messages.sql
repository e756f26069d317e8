-- Messages that somebody has taken out of their own sight. The record stays whole, so that a device can still prove that
-- nothing is missing: history and sync() bring such a message marked as hidden, and the client leaves it out.

create table public.hidden_messages (
  conversation_id uuid not null,
  seq bigint not null,
  user_id uuid not null references public.profiles (id) on delete cascade,
  is_hidden boolean not null default true,
  revision bigint not null default 0,
  primary key (conversation_id, seq, user_id),
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
);
comment on table public.hidden_messages is 'Messages that you have hidden from yourself. Nobody else sees which.';
comment on column public.hidden_messages.seq is 'The message.';
comment on column public.hidden_messages.is_hidden is 'False once you have brought it back.';
comment on column public.hidden_messages.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';

-- sync(): what changed since; one's own; deleting a profile
create index hidden_messages_by_revision on public.hidden_messages (user_id, revision);

create trigger _100_revise
before insert or update on public.hidden_messages
for each row execute function private.tg_personal__revise();

create trigger _900_announce
after insert or update on public.hidden_messages
for each row execute function private.tg_personal__announce();


create function private.hide_messages(conversation_id uuid, seqs bigint[], hidden boolean)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_max int := (select s.batch_max from private.settings s);
  v_changed int;
  v_added int := 0;
begin
  perform private.actor_role(hide_messages.conversation_id, v_me);
  if cardinality(seqs) > v_max then
    perform private.refuse('too_many', format('At most %s messages.', v_max));
  end if;
  if exists (
    select from unnest(seqs) as u (seq)
    where not exists (select from public.messages m where m.conversation_id = hide_messages.conversation_id and m.seq = u.seq)
  ) then
    perform private.refuse('message_not_found');
  end if;
  perform private.lock_personal(v_me);
  update public.hidden_messages h
  set is_hidden = hidden
  where h.user_id = v_me and h.conversation_id = hide_messages.conversation_id and h.seq = any (seqs) and h.is_hidden <> hidden;
  get diagnostics v_changed = row_count;
  if hidden then
    insert into public.hidden_messages (user_id, conversation_id, seq)
    select distinct v_me, hide_messages.conversation_id, u.seq
    from unnest(seqs) as u (seq)
    where not exists (
      select from public.hidden_messages h
      where h.user_id = v_me and h.conversation_id = hide_messages.conversation_id and h.seq = u.seq
    );
    get diagnostics v_added = row_count;
  end if;
  return v_changed + v_added;
end;
$$;
grant execute on function private.hide_messages to authenticated;

create function public.hide_messages(conversation_id uuid, seqs bigint[], hidden boolean default true)
returns int
language plpgsql
set search_path = ''
as $$
begin
  return private.hide_messages(hide_messages.conversation_id, hide_messages.seqs, coalesce(hide_messages.hidden, true));
end;
$$;
comment on function public.hide_messages is 'Hides messages from yourself, on all your devices, or with hidden = false brings them back. For everybody else they stay. Returns how many changed.';
grant execute on function public.hide_messages to authenticated;


alter table public.hidden_messages enable row level security;
revoke all on public.hidden_messages from anon, authenticated, service_role;
grant select on public.hidden_messages to authenticated, service_role;

create policy hidden_messages_select on public.hidden_messages
for select to authenticated
using (user_id = (select auth.uid()));


create function public.hidden(message public.messages)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select from public.hidden_messages h
    where h.user_id = auth.uid() and h.conversation_id = message.conversation_id and h.seq = message.seq and h.is_hidden
  );
end;
$$;
comment on function public.hidden is 'Whether you have hidden a message from yourself: a computed column of messages, ?select=*,hidden and &hidden=is.false.';
grant execute on function public.hidden to authenticated;
