-- Blocking somebody. Who is blocked is told nothing, as in the messengers that people know: no error of its own, no event.
--
--   Conversations of two   What the blocked person sends is theirs to see and withheld from the other, also after
--                          unblocking. Who has blocked is refused (you_blocked): they know. Neither edits, reacts or pins.
--   Starting one           Anew, not at all. For the blocked person the other is not found, as in the search; what exists is
--                          still theirs.
--   Presence, typing       Both ways gone: offline and never seen. Who has blocked may not enter the room of the two; the
--                          other finds it empty.
--   Groups                 Stay. The list of blocks is on all one's devices, for the client to hide what they say there.
--                          They cannot add the person to another one, and cause them no notification.
--   Profiles               Stay readable, because groups show their members' names. Who looks hard may thus conclude it.
--
-- Realtime asks its policies when a channel is joined and when a token is renewed: who is listening to a presence topic
-- at the moment of the block may hear it until then.

create table public.blocks (
  user_id uuid not null references public.profiles (id) on delete cascade,
  blocked_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  lifted_at timestamptz,
  revision bigint not null default 0,
  primary key (user_id, blocked_id),
  constraint blocks_somebody_else check (user_id <> blocked_id)
);
comment on table public.blocks is 'Whom you have blocked. Only you see it.';
comment on column public.blocks.blocked_id is 'Who is blocked.';
comment on column public.blocks.created_at is 'Since when.';
comment on column public.blocks.lifted_at is 'When you unblocked them; null while they are blocked.';
comment on column public.blocks.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';

-- sync(): what changed since
create index blocks_by_revision on public.blocks (user_id, revision);
-- who has blocked me; deleting a profile
create index blocks_by_blocked on public.blocks (blocked_id, user_id);

create trigger _100_revise
before insert or update on public.blocks
for each row execute function private.tg_personal__revise();

create trigger _900_announce
after insert or update on public.blocks
for each row execute function private.tg_personal__announce();

alter table public.blocks enable row level security;
revoke all on public.blocks from anon, authenticated, service_role;
grant select on public.blocks to authenticated, service_role;

create policy blocks_select on public.blocks
for select to authenticated
using (user_id = (select auth.uid()));


create function private.has_blocked(user_id uuid, blocked_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.blocks b
    where b.user_id = has_blocked.user_id and b.blocked_id = has_blocked.blocked_id and b.lifted_at is null
  );
end;
$$;
comment on function private.has_blocked is 'Whether the one person has blocked the other, now.';


create function private.blocked_either_way(user_id uuid)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return array(
    select b.blocked_id from public.blocks b where b.user_id = blocked_either_way.user_id and b.lifted_at is null
    union
    select b.user_id from public.blocks b where b.blocked_id = blocked_either_way.user_id and b.lifted_at is null
  );
end;
$$;
comment on function private.blocked_either_way is 'Whom somebody has blocked, and who has blocked them.';


create function private.has_blocked_partner(conversation_id uuid, user_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.conversations c
    join public.conversation_kinds k on k.kind = c.kind and k.is_pair
    join public.members m on m.conversation_id = c.id and m.user_id <> has_blocked_partner.user_id
    join public.blocks b on b.user_id = has_blocked_partner.user_id and b.blocked_id = m.user_id and b.lifted_at is null
    where c.id = has_blocked_partner.conversation_id
  );
end;
$$;
comment on function private.has_blocked_partner is 'Whether a conversation is one of two people in which this one has blocked the other.';


create function private.is_blocked_pair(conversation_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.members a
    join public.members o on o.conversation_id = a.conversation_id and o.user_id <> a.user_id
    join public.blocks b on b.user_id = a.user_id and b.blocked_id = o.user_id and b.lifted_at is null
    where a.conversation_id = is_blocked_pair.conversation_id
  );
end;
$$;
comment on function private.is_blocked_pair is 'Whether in a conversation of two people one has blocked the other.';


create function private.is_unwelcome(conversation_id uuid, sender_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Asked at every send between two people, after the conversation is locked: see block_user(). */
declare
  v_blocked_by_me boolean;
  v_blocked_by_them boolean;
begin
  select
    coalesce(bool_or(b.user_id = is_unwelcome.sender_id), false), coalesce(bool_or(b.user_id <> is_unwelcome.sender_id), false)
  into v_blocked_by_me, v_blocked_by_them
  from public.members m
  join public.blocks b on b.lifted_at is null
    and (b.user_id, b.blocked_id) in ((is_unwelcome.sender_id, m.user_id), (m.user_id, is_unwelcome.sender_id))
  where m.conversation_id = is_unwelcome.conversation_id and m.user_id <> is_unwelcome.sender_id;
  if v_blocked_by_me then
    perform private.refuse('you_blocked');
  end if;
  return v_blocked_by_them;
end;
$$;
comment on function private.is_unwelcome is 'Whether the other one of two people has blocked the sender, or the refusal you_blocked if it is the other way round.';


create function private.lock_pair(one uuid, other uuid)
returns void
language plpgsql
set search_path = ''
as $$
/* For what two people start at the same moment when there is no row yet to be locked. */
begin
  perform pg_advisory_xact_lock(hashtextextended('pair:' || least(one, other) || ':' || greatest(one, other), 0));
end;
$$;


create function private.block_user(user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A message that is in flight holds its conversation: it commits before the block and is seen, or comes after and is not. */
declare
  v_me uuid := private.me();
begin
  if block_user.user_id = v_me then
    perform private.refuse('cannot_block_yourself');
  end if;
  if not exists (select from public.profiles p where p.id = block_user.user_id) then
    perform private.refuse('user_not_found');
  end if;
  perform private.lock_pair(v_me, block_user.user_id);
  perform from public.conversations c
  where c.id in (
    select a.conversation_id
    from public.members a
    join public.members o on o.conversation_id = a.conversation_id and o.user_id = block_user.user_id
    where a.user_id = v_me and a.left_at is null
  ) and c.kind in (select k.kind from public.conversation_kinds k where k.is_pair)
  order by c.id
  for no key update;
  -- Not "on conflict": the trigger before the insert would take a personal revision for nothing.
  update public.blocks b
  set created_at = now(), lifted_at = null
  where b.user_id = v_me and b.blocked_id = block_user.user_id and b.lifted_at is not null;
  insert into public.blocks (user_id, blocked_id)
  select v_me, block_user.user_id
  where not exists (select from public.blocks b where b.user_id = v_me and b.blocked_id = block_user.user_id);
end;
$$;
grant execute on function private.block_user to authenticated;

create function public.block_user(user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.block_user(block_user.user_id);
end;
$$;
comment on function public.block_user is 'Blocks somebody, who is not told: from the moment that this returns, no message of theirs between you two reaches you, neither sees the other''s presence or typing, and they do not find you. Groups stay.';
grant execute on function public.block_user to authenticated;


create function private.unblock_user(user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.blocks b
  set lifted_at = now()
  where b.user_id = private.me() and b.blocked_id = unblock_user.user_id and b.lifted_at is null;
end;
$$;
grant execute on function private.unblock_user to authenticated;

create function public.unblock_user(user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.unblock_user(unblock_user.user_id);
end;
$$;
comment on function public.unblock_user is 'Takes a block back. What they sent meanwhile stays withheld.';
grant execute on function public.unblock_user to authenticated;
