-- Leaving, being removed, and deleting one's account.

create function private.end_membership(conversation public.conversations, user_id uuid, actor_id uuid default auth.uid())
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* From this commit on, nothing is addressed to who has left: their own topic is passed over, and feed and room have new
   names that they may not join. */
declare
  v_conversation public.conversations;
  v_role public.member_role := private.actor_role(conversation.id, end_membership.user_id);
  v_heir uuid;
  v_changed uuid[] := array[end_membership.user_id];
begin
  update public.conversations c
  set epoch = c.epoch + 1, member_count = c.member_count - 1, needs_epoch = c.is_encrypted
  where c.id = conversation.id
  returning c.* into v_conversation;
  update public.members m
  set left_at = now(), role = 'member', revision = v_conversation.revision
  where m.conversation_id = conversation.id and m.user_id = end_membership.user_id;

  -- A group is never without an owner: an admin, or else the longest-standing member, follows.
  if conversation.kind in ('group', 'channel') and v_role = 'owner' then
    update public.members m
    set role = 'owner', revision = v_conversation.revision
    where m.conversation_id = conversation.id and m.user_id = (
      select h.user_id
      from public.members h
      where h.conversation_id = conversation.id and h.left_at is null
      order by h.role, h.joined_at, h.user_id
      limit 1
    )
    returning m.user_id into v_heir;
    v_changed := array_remove(v_changed || v_heir, null);
  end if;

  if conversation.is_large then
    perform realtime.send(
      jsonb_build_object('conversation_id', conversation.id, 'epoch', v_conversation.epoch),
      'moved', 'feed:' || conversation.id || ':' || conversation.epoch, true
    );
  end if;
  perform private.announce(v_conversation, 'member', private.members_event(v_conversation, v_changed));
  perform private.announce_to(
    array[end_membership.user_id], 'removed', jsonb_build_object('conversation_id', conversation.id)
  );
  perform private.post_system(
    conversation.id,
    case when actor_id = end_membership.user_id then 'member_left' else 'member_removed' end,
    jsonb_build_object('user_id', end_membership.user_id),
    actor_id
  );
end;
$$;


create function private.lock_to_leave(conversation_id uuid)
returns public.conversations
language plpgsql
security definer
set search_path = ''
as $$
/* Whoever is in a conversation may leave it, unless it is one of two people. */
declare
  v_conversation public.conversations;
begin
  perform private.actor_role(lock_to_leave.conversation_id, private.me());
  v_conversation := private.lock_conversation(lock_to_leave.conversation_id);
  if (select k.is_pair from public.conversation_kinds k where k.kind = v_conversation.kind) then
    perform private.refuse('pair_is_fixed');
  end if;
  return v_conversation;
end;
$$;


create function private.remove_member(conversation_id uuid, user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_leaving boolean := remove_member.user_id = private.me();
  v_conversation public.conversations;
  v_role public.member_role;
begin
  if v_leaving then
    v_conversation := private.lock_to_leave(remove_member.conversation_id);
  else
    v_conversation := private.lock_for(remove_member.conversation_id, 'remove');
  end if;
  select m.role into v_role
  from public.members m
  where m.conversation_id = v_conversation.id and m.user_id = remove_member.user_id and m.left_at is null;
  if not found then
    perform private.refuse('member_not_found');
  end if;
  -- Roles are ordered owner < admin < member: nobody removes their equal or better.
  if not v_leaving and v_role <= private.actor_role(v_conversation.id, private.me()) then
    perform private.refuse('not_allowed');
  end if;
  if not v_leaving then
    perform private.audit('member_removed', conversation_id => v_conversation.id, subject_id => remove_member.user_id);
  end if;
  perform private.end_membership(private.bump_revision(v_conversation.id), remove_member.user_id);
end;
$$;
grant execute on function private.remove_member to authenticated;


create function private.tg_profiles__leave()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* Deleting an account leaves its conversations properly: the others are told, and the numbers go on. */
declare
  v_id uuid;
begin
  for v_id in
    select m.conversation_id from public.members m where m.user_id = old.id and m.left_at is null order by m.conversation_id
  loop
    perform private.end_membership(private.bump_revision(v_id), old.id, old.id);
  end loop;
  return old;
end;
$$;

create trigger _100_leave
before delete on public.profiles
for each row execute function private.tg_profiles__leave();
