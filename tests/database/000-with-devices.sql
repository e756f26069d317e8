-- What the files about encryption share: people with devices, and epochs and envelopes of the right form. Nothing in them can be
-- opened: the database cannot tell.

begin;

create function tests.device(name text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select md5('device:' || name)::uuid
$$;
comment on function tests.device(text) is 'Id of the device with that name.';

create function tests.change_keys(person text, event jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_number int := (select coalesce(max(k.number), 0) + 1 from public.key_log k where k.user_id = tests.user_id(person));
begin
  perform public.append_key_log(jsonb_build_object(
    'number', v_number, 'previous', case v_number when 1 then '' else repeat('A', 43) end, 'at', 1790000000000, 'event', event,
    'signature', repeat('A', 86)
  ));
end;
$$;
comment on function tests.change_keys(text, jsonb) is 'Writes the next entry into the key log of this person, who is signed in.';

create function tests.add_device(person text, device text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform tests.sign_in_as(person);
  if not exists (select from public.key_log k where k.user_id = tests.user_id(person)) then
    perform tests.change_keys(person, jsonb_build_object('kind', 'identity', 'identityKey', repeat('A', 43)));
  end if;
  perform tests.change_keys(person, jsonb_build_object(
    'kind', 'device_added', 'deviceId', tests.device(device), 'signingKey', repeat('A', 43), 'sealingKey', repeat('A', 43)
  ));
end;
$$;
comment on function tests.add_device(text, text) is 'Signs the person in, with a first or a further device.';

create function tests.remove_device(person text, device text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform tests.sign_in_as(person);
  perform tests.change_keys(person, jsonb_build_object('kind', 'device_removed', 'deviceId', tests.device(device)));
end;
$$;

create function tests.epoch(conversation_id uuid, maker text, device text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_last public.epochs;
begin
  select e.* into v_last from public.epochs e where e.conversation_id = epoch.conversation_id order by e.number desc limit 1;
  return jsonb_build_object(
    'conversationId', epoch.conversation_id, 'number', coalesce(v_last.number, 0) + 1, 'previous', coalesce(v_last.hash, ''),
    'makerId', tests.user_id(maker), 'makerDeviceId', tests.device(device), 'members', private.key_members(epoch.conversation_id),
    'commitment', repeat('A', 43), 'signature', repeat('A', 86)
  );
end;
$$;
comment on function tests.epoch(uuid, text, text) is 'The next epoch of a conversation, as this device would make it now.';

create function tests.sealed(letter text default 'A')
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('enc', repeat(letter, 43), 'ciphertext', repeat(letter, 64))
$$;

create function tests.keys_for(epoch jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(d.id, tests.sealed()), '{}')
  from jsonb_array_elements(epoch -> 'members') m, jsonb_array_elements_text(m -> 'deviceIds') d (id)
$$;
comment on function tests.keys_for(jsonb) is 'A sealed key for each device of the epoch.';

create function tests.envelope(device text, counter int, epoch int default 1, after_seq int default 0, ciphertext text default repeat('A', 128))
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'scheme', 1, 'epoch', epoch, 'deviceId', tests.device(device), 'counter', counter, 'afterSeq', after_seq,
    'ciphertext', ciphertext, 'signature', repeat('A', 86)
  )
$$;

create function tests.turn_on(conversation_id uuid, maker text, device text, counter int default null)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_epoch jsonb := tests.epoch(conversation_id, maker, device);
begin
  perform tests.sign_in_as(maker);
  perform public.turn_on_encryption(
    conversation_id, v_epoch, tests.keys_for(v_epoch), case when counter is not null then tests.envelope(device, counter) end
  );
end;
$$;
comment on function tests.turn_on(uuid, text, text, int) is 'Signs the person in, and has the conversation encrypted; a group with a title of this counter.';

create function tests.rotate(conversation_id uuid, maker text, device text)
returns public.epochs
language plpgsql
set search_path = ''
as $$
declare
  v_epoch jsonb := tests.epoch(conversation_id, maker, device);
begin
  return public.start_epoch(conversation_id, v_epoch, tests.keys_for(v_epoch));
end;
$$;
comment on function tests.rotate(uuid, text, text) is 'Starts the next epoch as this person, who is signed in.';

create function tests.say_sealed(conversation_id uuid, device text, counter int, epoch int default 1)
returns bigint
language sql
set search_path = ''
as $$
  select (public.send_envelope(conversation_id, gen_random_uuid(), tests.envelope(device, counter, epoch))).seq
$$;
comment on function tests.say_sealed(uuid, text, int, int) is 'Sends something from this device, whose owner is signed in; returns its number.';

grant execute on all functions in schema tests to anon, authenticated, service_role;

select extensions.plan(1);
select extensions.has_function('tests', 'epoch', array['uuid', 'text', 'text']);
select extensions.finish();

commit;
