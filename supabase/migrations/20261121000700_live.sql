-- What happens is announced on private Realtime topics, inside the transaction that makes it happen. An announcement is
-- a hint: the tables are the record, and sync() repairs whatever a client did not get. The last of these files says who
-- may listen to which topic.

create function private.announce(conversation public.conversations, event text, payload jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A small conversation costs a row per member, a large one a single row whatever its size. */
begin
  if conversation.is_large then
    perform realtime.send(payload, event, 'feed:' || conversation.id || ':' || conversation.epoch, true);
  else
    perform realtime.send(payload, event, 'user:' || m.user_id, true)
    from public.members m
    where m.conversation_id = conversation.id and m.left_at is null;
  end if;
end;
$$;
comment on function private.announce is 'Sends an event of a conversation to its members of this moment.';


create function private.announce_to(user_ids uuid[], event text, payload jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform realtime.send(payload, event, 'user:' || u.id, true) from unnest(user_ids) as u (id);
end;
$$;
comment on function private.announce_to is 'Sends an event to some people''s own topics.';


create function private.conversation_event(conversation public.conversations)
returns jsonb
language sql
stable
set search_path = ''
return jsonb_build_object(
  'conversation_id', conversation.id,
  'revision', conversation.revision,
  'conversation', to_jsonb(conversation) - 'direct_key'
);


create function private.members_json(conversation_id uuid, user_ids uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'user_id', m.user_id, 'role', m.role, 'joined_at', m.joined_at, 'left_at', m.left_at, 'revision', m.revision,
    'handle', p.handle, 'display_name', p.display_name, 'avatar_url', p.avatar_url
  ) order by m.joined_at, m.user_id), '[]')
  from public.members m
  join public.profiles p on p.id = m.user_id
  where m.conversation_id = members_json.conversation_id and m.user_id = any (members_json.user_ids)
$$;


create function private.members_event(conversation public.conversations, user_ids uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
/* One event per revision, however many people it concerns; of a crowd it says only that there is something to sync. */
  select jsonb_build_object(
    'conversation_id', conversation.id,
    'revision', conversation.revision,
    'epoch', conversation.epoch,
    'needs_epoch', conversation.needs_epoch,
    'member_count', conversation.member_count,
    'members', case when cardinality(user_ids) <= 50 then private.members_json(conversation.id, user_ids) end
  )
$$;
