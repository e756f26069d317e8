-- Starting conversations, and who is in them. Every change takes the conversation's row lock and the next revision.

create function private.actor_role(conversation_id uuid, user_id uuid)
returns public.member_role
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_role public.member_role;
begin
  select m.role into v_role
  from public.members m
  where m.conversation_id = actor_role.conversation_id and m.user_id = actor_role.user_id and m.left_at is null;
  if v_role is null then
    perform private.refuse(case
      when exists (select from public.conversations c where c.id = actor_role.conversation_id) then 'not_a_member'
      else 'conversation_not_found'
    end);
  end if;
  return v_role;
end;
$$;
comment on function private.actor_role is 'The role of somebody in a conversation, or the refusal not_a_member or conversation_not_found.';


create function private.lock_group(conversation_id uuid, roles public.member_role[])
returns public.conversations
language plpgsql
security definer
set search_path = ''
as $$
/* The role is looked at twice: before, so that a stranger cannot hold the lock; after, because it may have changed. */
declare
  v_conversation public.conversations;
begin
  perform private.actor_role(lock_group.conversation_id, private.me());
  v_conversation := private.bump_revision(lock_group.conversation_id);
  if v_conversation.kind = 'direct' then
    perform private.refuse('direct_is_fixed');
  end if;
  if private.actor_role(lock_group.conversation_id, private.me()) <> all (roles) then
    perform private.refuse('not_allowed');
  end if;
  return v_conversation;
end;
$$;
comment on function private.lock_group is 'Locks a group for a change by the caller, who must have one of these roles, and gives it its next revision.';


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
begin
  select s.* into v_settings from private.settings s;
  insert into public.members as m (conversation_id, user_id, role, joined_seq, delivered_seq, read_seq, revision)
  select
    conversation.id, u.id, join_members.role,
    conversation.last_seq, conversation.last_seq, conversation.last_seq, conversation.revision
  from unnest(user_ids) as u (id)
  order by u.id
  on conflict on constraint members_pkey do update
  set
    role = excluded.role, joined_at = now(), joined_seq = excluded.joined_seq, left_at = null, revision = excluded.revision,
    delivered_seq = greatest(m.delivered_seq, excluded.delivered_seq), read_seq = greatest(m.read_seq, excluded.read_seq),
    sent_count_at_read = m.sent_count
  where m.left_at is not null;

  update public.conversations c
  set
    member_count = n.members,
    is_large = c.is_large or n.members > v_settings.small_conversation_max
  from (select count(*)::int as members from public.members m where m.conversation_id = conversation.id and m.left_at is null) n
  where c.id = conversation.id
  returning c.* into v_conversation;
  if v_conversation.member_count > v_settings.group_max_members then
    perform private.refuse('group_full', format('At most %s.', v_settings.group_max_members));
  end if;
  return v_conversation;
end;
$$;


create function private.existing_people(user_ids uuid[])
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_max int := (select s.batch_max from private.settings s);
  v_unknown uuid;
begin
  if cardinality(user_ids) > v_max then
    perform private.refuse('too_many', format('At most %s people.', v_max));
  end if;
  select u.id into v_unknown
  from unnest(user_ids) as u (id)
  where not exists (select from public.profiles p where p.id = u.id)
  limit 1;
  if found then
    perform private.refuse('user_not_found', v_unknown::text);
  end if;
  return array(select distinct u.id from unnest(user_ids) as u (id));
end;
$$;
comment on function private.existing_people is 'These people, each once, or the refusal user_not_found.';


create function private.valid_title(title text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if title is null or title !~ '\S' or char_length(btrim(title)) > 120 then
    perform private.refuse('title_invalid');
  end if;
  return btrim(title);
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
  perform private.existing_people(array[user_id]);
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
  v_before public.conversations := private.lock_group(add_members.conversation_id, '{owner,admin}');
  v_conversation public.conversations;
  v_joining uuid[] := array(
    select u.id
    from unnest(private.existing_people(coalesce(user_ids, '{}'))) as u (id)
    where not private.is_member(add_members.conversation_id, u.id)
  );
  v_present uuid[];
begin
  if not v_before.is_large then
    v_present := array(
      select m.user_id from public.members m where m.conversation_id = v_before.id and m.left_at is null
    );
  end if;
  v_conversation := private.join_members(v_before, v_joining, 'member');
  perform private.announce_to(v_joining, 'conversation', private.conversation_event(v_conversation));
  if v_conversation.is_large and not v_before.is_large then
    -- It has just become large: everybody is told, on the topic they listen to, that its events now come on the feed.
    perform private.announce_to(v_present, 'conversation', private.conversation_event(v_conversation));
  elsif v_conversation.is_large then
    perform private.announce(v_conversation, 'member', private.members_event(v_conversation, v_joining));
  else
    perform private.announce_to(v_present, 'member', private.members_event(v_conversation, v_joining));
  end if;
end;
$$;
grant execute on function private.add_members to authenticated;


create function private.end_membership(conversation public.conversations, user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* From this commit on, nothing is addressed to who has left: their own topic is passed over, and feed and room have new
   names that they may not join. */
declare
  v_conversation public.conversations;
  v_heir uuid;
  v_changed uuid[] := array[end_membership.user_id];
begin
  update public.conversations c
  set epoch = c.epoch + 1, member_count = c.member_count - 1
  where c.id = conversation.id
  returning c.* into v_conversation;
  update public.members m
  set left_at = now(), role = 'member', revision = v_conversation.revision
  where m.conversation_id = conversation.id and m.user_id = end_membership.user_id;

  -- A group is never without an owner: an admin, or else the longest-standing member, follows.
  if conversation.kind = 'group' and not exists (
    select from public.members m where m.conversation_id = conversation.id and m.left_at is null and m.role = 'owner'
  ) then
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
  v_conversation public.conversations := private.lock_group(
    remove_member.conversation_id,
    case when v_leaving then '{owner,admin,member}' else '{owner,admin}' end::public.member_role[]
  );
  v_role public.member_role;
begin
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
  perform private.end_membership(v_conversation, remove_member.user_id);
end;
$$;
grant execute on function private.remove_member to authenticated;


create function private.set_member_role(conversation_id uuid, user_id uuid, role public.member_role)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.lock_group(set_member_role.conversation_id, '{owner}');
  v_changed uuid[] := array[set_member_role.user_id];
begin
  if set_member_role.user_id = private.me() then
    perform private.refuse('not_allowed', 'Make somebody else the owner instead.');
  end if;
  if not private.is_member(v_conversation.id, set_member_role.user_id) then
    perform private.refuse('member_not_found');
  end if;
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
  v_conversation public.conversations := private.lock_group(rename_conversation.conversation_id, '{owner,admin}');
begin
  update public.conversations c
  set title = v_title
  where c.id = v_conversation.id
  returning c.* into v_conversation;
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
end;
$$;
grant execute on function private.rename_conversation to authenticated;


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
    perform private.end_membership(private.bump_revision(v_id), old.id);
  end loop;
  return old;
end;
$$;

create trigger _100_leave
before delete on public.profiles
for each row execute function private.tg_profiles__leave();
