-- Making the next epoch, and handing over the keys of earlier ones.

create function private.check_epoch(conversation public.conversations, epoch jsonb, keys jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* All that can be checked without a key. The counters of the members are locked: until the end of this transaction, nobody's
   devices change. */
declare
  v_me uuid := private.me();
  v_previous text := (select e.hash from public.epochs e where e.conversation_id = conversation.id order by e.number desc limit 1);
  v_members jsonb;
begin
  if not private.is_epoch(epoch) then
    perform private.refuse('epoch_invalid', 'It has not the form of an epoch.');
  end if;
  if (epoch -> 'number')::int <> conversation.key_epoch + 1 then
    perform private.refuse('epoch_taken', conversation.key_epoch::text);
  end if;
  if (epoch ->> 'conversationId', epoch ->> 'makerId') is distinct from (conversation.id::text, v_me::text) then
    perform private.refuse('epoch_invalid', 'It is of another conversation, or by somebody else.');
  end if;
  if epoch ->> 'previous' is distinct from coalesce(v_previous, '') then
    perform private.refuse('epoch_invalid', 'It does not follow the epoch before.');
  end if;
  perform private.lock_people(array(
    select m.user_id from public.members m where m.conversation_id = conversation.id and m.left_at is null
  ));
  v_members := private.key_members(conversation.id);
  if epoch -> 'members' <> v_members then
    perform private.refuse('epoch_members_changed');
  end if;
  if not exists (
    select from public.encryption_devices d
    where d.id = (epoch ->> 'makerDeviceId')::uuid and d.user_id = v_me and d.removed_at is null
  ) then
    perform private.refuse('device_not_found');
  end if;
  if jsonb_typeof(keys) is distinct from 'object'
    or array(select k.key from jsonb_object_keys(keys) as k (key) order by k.key collate "C")
      <> array(select d.id #>> '{}' from jsonb_path_query(v_members, '$[*].deviceIds[*]') as d (id) order by d.id #>> '{}' collate "C")
    or exists (select from jsonb_each(keys) k where not private.is_sealed_key(k.value))
  then
    perform private.refuse('epoch_invalid', 'It takes one sealed key for each device of its members, and none else.');
  end if;
end;
$$;
comment on function private.check_epoch is 'Returns if this may be the next epoch of a locked conversation, else refuses.';


create function private.place_epoch(conversation public.conversations, epoch jsonb, keys jsonb, about jsonb)
returns public.conversations
language plpgsql
security definer
set search_path = ''
as $$
/* Also of a conversation that is only now becoming encrypted. Nobody else is waited for from here on. */
declare
  v_conversation public.conversations := conversation;
begin
  perform private.check_epoch(conversation, epoch, keys);
  insert into public.epochs (conversation_id, number, epoch, hash)
  values (conversation.id, (epoch -> 'number')::int, place_epoch.epoch, private.epoch_hash(epoch));
  insert into public.epoch_keys (conversation_id, device_id, number, user_id, sealed)
  select conversation.id, d.id, (epoch -> 'number')::int, d.user_id, k.value
  from jsonb_each(keys) k
  join public.encryption_devices d on d.id = k.key::uuid;

  v_conversation.is_encrypted := true;
  v_conversation.key_epoch := (epoch -> 'number')::int;
  v_conversation.key_epoch_seq := conversation.last_seq;
  v_conversation.needs_epoch := false;
  if about is not null then
    v_conversation.about := private.checked_about(v_conversation, about);
  end if;
  update public.conversations c
  set
    is_encrypted = true, title = null, description = null, about = v_conversation.about, key_epoch = v_conversation.key_epoch,
    key_epoch_seq = v_conversation.key_epoch_seq, needs_epoch = false, revision = c.revision + 1
  where c.id = conversation.id
  returning c.* into v_conversation;
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  return v_conversation;
end;
$$;
comment on function private.place_epoch is 'Makes this the epoch of a locked conversation, and tells its members.';


create function private.placed_epoch(conversation_id uuid, epoch jsonb)
returns public.epochs
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_epoch public.epochs;
begin
  select e.* into v_epoch
  from public.epochs e
  where e.conversation_id = placed_epoch.conversation_id and e.epoch = placed_epoch.epoch and to_jsonb(e.number) = placed_epoch.epoch -> 'number';
  return v_epoch;
end;
$$;
comment on function private.placed_epoch is 'The epoch, if it has been made before: somebody repeats a call.';


create function private.start_epoch(conversation_id uuid, epoch jsonb, keys jsonb, about jsonb)
returns public.epochs
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_conversation public.conversations;
  v_epoch public.epochs;
  v_max int := (select s.epochs_a_minute from private.settings s);
begin
  -- Looked at before the lock, so that a stranger cannot hold it; and after it, because it may have changed.
  perform private.actor_role(start_epoch.conversation_id, v_me);
  v_conversation := private.lock_conversation(start_epoch.conversation_id);
  perform private.actor_role(start_epoch.conversation_id, v_me);
  if not v_conversation.is_encrypted then
    perform private.refuse('not_encrypted');
  end if;
  v_epoch := private.placed_epoch(v_conversation.id, start_epoch.epoch);
  if v_epoch.number is not null then
    return v_epoch;
  end if;
  perform private.take_send_token(v_me);
  if not v_conversation.needs_epoch and (
    select count(*)
    from public.epochs e
    where e.conversation_id = v_conversation.id and e.epoch ->> 'makerId' = v_me::text and e.created_at > now() - interval '1 minute'
  ) >= v_max then
    perform private.refuse('rate_limited', format('At most %s epochs a minute.', v_max), 60);
  end if;
  perform private.place_epoch(v_conversation, start_epoch.epoch, start_epoch.keys, start_epoch.about);
  return private.placed_epoch(v_conversation.id, start_epoch.epoch);
end;
$$;
grant execute on function private.start_epoch to authenticated;

create function public.start_epoch(conversation_id uuid, epoch jsonb, keys jsonb, about jsonb default null)
returns public.epochs
language plpgsql
set search_path = ''
as $$
begin
  return private.start_epoch(start_epoch.conversation_id, start_epoch.epoch, start_epoch.keys, start_epoch.about);
end;
$$;
comment on function public.start_epoch is 'Makes the next epoch of an encrypted conversation. epoch: its public part; keys: {"<device id>": {enc, ciphertext}} for each device of its members; about: title and description of a group, sealed in it, from who can read them. Of two at once the second is refused (epoch_taken), and uses the first. Repeating it changes nothing.';
grant execute on function public.start_epoch to authenticated;


create function private.hand_over_keys(conversation_id uuid, keys jsonb)
returns int
language plpgsql
security definer
set search_path = ''
as $$
/* Who gets a wrong key finds out by the epoch's commitment, so a later one may replace it. What came with the epoch, only its
   receiver replaces, from another device of theirs. */
declare
  v_me uuid := private.me();
  v_conversation public.conversations;
  v_max int := (select s.batch_max from private.settings s);
  v_given jsonb;
  v_people uuid[];
  v_count int;
begin
  perform private.actor_role(hand_over_keys.conversation_id, v_me);
  select c.* into strict v_conversation from public.conversations c where c.id = hand_over_keys.conversation_id;
  v_given := private.given_keys(keys);
  if jsonb_array_length(v_given) > v_max then
    perform private.refuse('too_many', format('At most %s keys.', v_max));
  end if;
  -- Only what one has had oneself.
  if exists (
    select from jsonb_to_recordset(v_given) as g (number int)
    where not exists (
      select from public.epoch_keys k
      where k.conversation_id = v_conversation.id and k.user_id = v_me and k.number = g.number
    )
  ) then
    perform private.refuse('not_allowed', 'You have not had this key yourself.');
  end if;
  if exists (
    select from jsonb_to_recordset(v_given) as g (device_id uuid)
    where not exists (
      select from public.encryption_devices d
      join public.members m on m.conversation_id = v_conversation.id and m.user_id = d.user_id and m.left_at is null
      where d.id = g.device_id and d.removed_at is null
    )
  ) then
    perform private.refuse('device_not_found');
  end if;
  v_people := array(
    select distinct d.user_id
    from jsonb_to_recordset(v_given) as g (device_id uuid)
    join public.encryption_devices d on d.id = g.device_id
    order by d.user_id
  );
  if not v_conversation.hands_history and v_people <> array[v_me] and v_people <> '{}' then
    perform private.refuse('not_allowed', 'New members are not given what was said before: see set_history().');
  end if;
  with handed as (
    insert into public.epoch_keys as k (conversation_id, device_id, number, user_id, sealed, handed_by)
    select v_conversation.id, g.device_id, g.number, d.user_id, g.sealed, v_me
    from jsonb_to_recordset(v_given) as g (number int, device_id uuid, sealed jsonb)
    join public.encryption_devices d on d.id = g.device_id
    order by g.device_id, g.number
    on conflict on constraint epoch_keys_pkey do update
    set sealed = excluded.sealed, handed_by = excluded.handed_by, created_at = now()
    where k.handed_by is not null or k.user_id = v_me
    -- A row that was there before carries the lock of its replacement.
    returning (k.xmax = 0) as is_new
  )
  select count(*) filter (where h.is_new) into v_count from handed h;
  perform private.announce_to(v_people, 'epoch_keys', jsonb_build_object('conversation_id', v_conversation.id));
  return v_count;
end;
$$;
grant execute on function private.hand_over_keys to authenticated;

create function private.given_keys(keys jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if jsonb_typeof(keys) is distinct from 'object' or exists (
    select from jsonb_each(keys) n where n.key !~ '^[1-9]\d{0,8}$' or jsonb_typeof(n.value) <> 'object'
  ) then
    perform private.refuse('keys_invalid');
  end if;
  if exists (
    select from jsonb_each(keys) n cross join lateral jsonb_each(n.value) d
    where not private.is_device_id(to_jsonb(d.key)) or not private.is_sealed_key(d.value)
  ) then
    perform private.refuse('keys_invalid');
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('number', n.key::int, 'device_id', d.key, 'sealed', d.value)), '[]')
    from jsonb_each(keys) n cross join lateral jsonb_each(n.value) d
  );
end;
$$;
comment on function private.given_keys is 'What hand_over_keys() is given, as a list of {number, device_id, sealed}.';

create function public.hand_over_keys(conversation_id uuid, keys jsonb)
returns int
language plpgsql
set search_path = ''
as $$
begin
  return private.hand_over_keys(hand_over_keys.conversation_id, hand_over_keys.keys);
end;
$$;
comment on function public.hand_over_keys is 'Gives devices the keys of earlier epochs that you have had: {"<epoch>": {"<device id>": {enc, ciphertext}}}. To your own devices always, to those of other members where hands_history says so; what came to those with its epoch stays. Returns how many were not there before.';
grant execute on function public.hand_over_keys to authenticated;


create function private.set_history(conversation_id uuid, hands_history boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.lock_for(set_history.conversation_id, 'configure');
begin
  if not v_conversation.is_encrypted then
    perform private.refuse('not_encrypted');
  end if;
  if v_conversation.hands_history is not distinct from coalesce(set_history.hands_history, false) then
    return;
  end if;
  update public.conversations c
  set hands_history = coalesce(set_history.hands_history, false), revision = c.revision + 1
  where c.id = v_conversation.id
  returning c.* into v_conversation;
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  perform private.post_system(v_conversation.id, 'history_changed', jsonb_build_object('hands_history', v_conversation.hands_history));
end;
$$;
grant execute on function private.set_history to authenticated;

create function public.set_history(conversation_id uuid, hands_history boolean)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.set_history(set_history.conversation_id, set_history.hands_history);
end;
$$;
comment on function public.set_history is 'Whether members of an encrypted conversation hand over to new ones what was said before they came. For its owner and admins, or either of two people.';
grant execute on function public.set_history to authenticated;
