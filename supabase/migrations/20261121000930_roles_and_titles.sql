-- What else an owner or admin changes: roles, and the title.

create function private.set_member_role(conversation_id uuid, user_id uuid, role public.member_role)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.lock_for(set_member_role.conversation_id, 'set_roles');
  v_before public.member_role;
  v_changed uuid[] := array[set_member_role.user_id];
  v_message public.messages;
begin
  if set_member_role.user_id = private.me() then
    perform private.refuse('not_allowed', 'Make somebody else the owner instead.');
  end if;
  if not private.is_member(v_conversation.id, set_member_role.user_id) then
    perform private.refuse('member_not_found');
  end if;
  v_before := private.actor_role(v_conversation.id, set_member_role.user_id);
  if v_before = set_member_role.role then
    return;
  end if;
  if v_conversation.team_id is not null and private.team_role(v_conversation.team_id, set_member_role.user_id) = 'guest' then
    perform private.refuse('not_allowed', 'A guest of the team is one in its channels.');
  end if;
  v_conversation := private.bump_revision(v_conversation.id);
  -- There is one owner: making another one means handing over.
  if set_member_role.role = 'owner' then
    update public.members m
    set role = 'admin', revision = v_conversation.revision
    where m.conversation_id = v_conversation.id and m.user_id = private.me();
    v_changed := v_changed || private.me();
  end if;
  update public.members m
  set role = set_member_role.role, revision = v_conversation.revision
  where m.conversation_id = v_conversation.id and m.user_id = set_member_role.user_id;
  perform private.announce(v_conversation, 'member', private.members_event(v_conversation, v_changed));
  v_message := private.post_system(
    v_conversation.id, 'role_changed', jsonb_build_object('user_id', set_member_role.user_id, 'role', set_member_role.role)
  );
  perform private.notify(
    array[set_member_role.user_id], format('role:%s:%s', v_conversation.id, v_message.seq), 'role_changed',
    jsonb_build_object('role', set_member_role.role), v_conversation.id, v_message.seq
  );
  perform private.audit(
    'role_changed', conversation_id => v_conversation.id, subject_id => set_member_role.user_id,
    details => jsonb_build_object('from', v_before, 'to', set_member_role.role)
  );
end;
$$;
grant execute on function private.set_member_role to authenticated;


create function private.rename_conversation(conversation_id uuid, title text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_title text := private.valid_title(rename_conversation.title);
  v_conversation public.conversations := private.lock_for(rename_conversation.conversation_id, 'rename');
begin
  if v_conversation.is_encrypted then
    perform private.refuse('plaintext_refused', 'set_about() takes a sealed title.');
  end if;
  if v_conversation.title = v_title then
    return;
  end if;
  update public.conversations c
  set title = v_title, revision = c.revision + 1
  where c.id = v_conversation.id
  returning c.* into v_conversation;
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  perform private.post_system(v_conversation.id, 'renamed', jsonb_build_object('title', v_title));
  perform private.audit('renamed', conversation_id => v_conversation.id, details => jsonb_build_object('title', v_title));
end;
$$;
grant execute on function private.rename_conversation to authenticated;
