-- Starting conversations and adding people to them.

create function private.join_members(conversation public.conversations, user_ids uuid[], role public.member_role)
returns public.conversations
language plpgsql
security definer
set search_path = ''
as $$
/* Who joins has nothing unread: what was said before is history, open to read. */
declare
  v_settings private.settings;
  v_conversation public.conversations;
  v_joined int;
begin
  select s.* into v_settings from private.settings s;
  insert into public.members as m (conversation_id, user_id, role, joined_seq, delivered_seq, read_seq, quiet_count_at_read, revision)
  select
    conversation.id, u.id, join_members.role,
    conversation.last_seq, conversation.last_seq, conversation.last_seq, conversation.quiet_count, conversation.revision
  from unnest(user_ids) as u (id)
  order by u.id
  on conflict on constraint members_pkey do update
  set
    role = excluded.role, joined_at = now(), joined_seq = excluded.joined_seq, left_at = null, revision = excluded.revision,
    delivered_seq = greatest(m.delivered_seq, excluded.delivered_seq), read_seq = greatest(m.read_seq, excluded.read_seq),
    sent_count_at_read = m.sent_count, quiet_count_at_read = excluded.quiet_count_at_read
  where m.left_at is not null;
  get diagnostics v_joined = row_count;

  -- Added, not counted anew: the conversation is new or locked, and may have thousands of members.
  update public.conversations c
  set
    member_count = c.member_count + v_joined,
    is_large = c.is_large or c.member_count + v_joined > v_settings.small_conversation_max,
    -- Who joins has to be given a key.
    needs_epoch = c.is_encrypted
  where c.id = conversation.id
  returning c.* into v_conversation;
  if v_conversation.member_count > v_settings.group_max_members then
    perform private.refuse('group_full', format('At most %s.', v_settings.group_max_members));
  end if;
  if v_conversation.is_encrypted then
    perform private.check_joining_encrypted(v_conversation, user_ids);
  end if;
  return v_conversation;
end;
$$;


create function private.start_direct_conversation(user_id uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_pair uuid[] := array[least(v_me, user_id), greatest(v_me, user_id)];
  v_conversation public.conversations;
begin
  if user_id = v_me then
    perform private.refuse('cannot_message_yourself');
  end if;
  -- One that is there stays, whoever has blocked whom: an error here would tell.
  select c.* into v_conversation from public.conversations c where c.direct_key = v_pair[1] || ':' || v_pair[2];
  if found then
    return v_conversation.id;
  end if;
  perform private.lock_pair(v_me, user_id);
  perform private.existing_people(array[user_id]);
  if private.has_blocked(v_me, user_id) then
    perform private.refuse('you_blocked');
  end if;
  -- Two people starting it at the same moment: the second waits for the first, and finds what it made.
  insert into public.conversations (kind, direct_key, created_by)
  values ('direct', v_pair[1] || ':' || v_pair[2], v_me)
  on conflict (direct_key) do nothing
  returning * into v_conversation;
  if found then
    v_conversation := private.join_members(v_conversation, v_pair, 'member');
    perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  else
    select c.* into strict v_conversation from public.conversations c where c.direct_key = v_pair[1] || ':' || v_pair[2];
  end if;
  return v_conversation.id;
end;
$$;
grant execute on function private.start_direct_conversation to authenticated;


create function private.create_group(title text, member_ids uuid[])
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_title text := private.valid_title(create_group.title);
  v_others uuid[] := array_remove(private.existing_people(coalesce(member_ids, '{}')), v_me);
  v_conversation public.conversations;
begin
  insert into public.conversations (kind, title, created_by) values ('group', v_title, v_me) returning * into v_conversation;
  perform private.join_members(v_conversation, array[v_me], 'owner');
  v_conversation := private.join_members(v_conversation, v_others, 'member');
  perform private.announce_to(v_me || v_others, 'conversation', private.conversation_event(v_conversation));
  return v_conversation.id;
end;
$$;
grant execute on function private.create_group to authenticated;


create function private.add_members(conversation_id uuid, user_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_team_id uuid := (select c.team_id from public.conversations c where c.id = add_members.conversation_id);
  v_before public.conversations;
  v_joining uuid[];
begin
  if v_team_id is not null then
    -- Among colleagues a block is no obstacle: add_to_channel() asks whether they are in the team.
    perform private.demand(add_members.conversation_id, 'invite');
    perform private.hold_team(v_team_id);
    v_before := private.lock_for(add_members.conversation_id, 'invite');
    perform private.add_to_channel(v_before, private.limited(coalesce(user_ids, '{}')));
    return;
  end if;
  v_before := private.lock_for(add_members.conversation_id, 'invite');
  v_joining := array(
    select u.id
    from unnest(private.existing_people(coalesce(user_ids, '{}'))) as u (id)
    where not private.is_member(add_members.conversation_id, u.id)
  );
  if cardinality(v_joining) > 0 then
    perform private.let_in(v_before, v_joining, 'member', 'members_added');
  end if;
end;
$$;
grant execute on function private.add_members to authenticated;


create function private.let_in(
  conversation public.conversations, user_ids uuid[], role public.member_role, code text, actor_id uuid default auth.uid()
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* People who are not members yet join a conversation that this transaction has locked: everybody who has to know is told. */
declare
  v_conversation public.conversations;
  v_present uuid[];
begin
  if not conversation.is_large then
    v_present := array(
      select m.user_id from public.members m where m.conversation_id = conversation.id and m.left_at is null
    );
  end if;
  v_conversation := private.bump_revision(conversation.id);
  if conversation.member_count = 0 and let_in.role <> 'guest' then
    -- Everybody had left: who comes first looks after it.
    v_conversation := private.join_members(v_conversation, user_ids[1:1], 'owner');
    v_conversation := private.join_members(v_conversation, user_ids[2:], role);
  else
    v_conversation := private.join_members(v_conversation, user_ids, role);
  end if;
  perform private.announce_to(user_ids, 'conversation', private.conversation_event(v_conversation));
  if v_conversation.is_large and not conversation.is_large then
    -- It has just become large: everybody is told, on the topic they listen to, that its events now come on the feed.
    perform private.announce_to(v_present, 'conversation', private.conversation_event(v_conversation));
  elsif v_conversation.is_large then
    perform private.announce(v_conversation, 'member', private.members_event(v_conversation, user_ids));
  else
    perform private.announce_to(v_present, 'member', private.members_event(v_conversation, user_ids));
  end if;
  perform private.post_system(
    conversation.id, code,
    jsonb_build_object('count', cardinality(user_ids), 'user_ids', to_jsonb(user_ids[1:20])), actor_id
  );
end;
$$;
comment on function private.let_in is 'Adds people to a conversation, announces it, and says so in it under this code.';
