-- Epochs: turned on once, one a number, for just the members and devices of now; outdated whenever those change.

begin;
select plan(65);
select tests.create_users('alice', 'bob', 'carol', 'mallory', 'zoe');

create function pg_temp.start(epoch jsonb, keys jsonb default null)
returns text
language sql
as $$
  select format('select public.start_epoch(%L, %L, %L)', tests.kept('group'), epoch, coalesce(keys, tests.keys_for(epoch)))
$$;
create function pg_temp.turn_on(conversation text, epoch jsonb, keys jsonb, about jsonb default null, without_device boolean default false)
returns text
language sql
as $$
  select format('select public.turn_on_encryption(%L, %L, %L, %L, %L)', tests.kept(conversation), epoch, keys, about, without_device)
$$;
create function pg_temp.details(statement text)
returns text
language plpgsql
as $$
begin
  execute statement;
  return null;
exception when others then
  return sqlerrm::jsonb ->> 'details';
end;
$$;
create function pg_temp.state()
returns table (key_epoch int, needs_epoch boolean)
language sql
as $$
  select c.key_epoch, c.needs_epoch from public.conversations c where c.id = tests.kept('group')::uuid
$$;
create function pg_temp.next(maker text default 'alice', device text default 'alice phone')
returns jsonb
language sql
as $$
  select tests.epoch(tests.kept('group')::uuid, maker, device)
$$;
create function pg_temp.sealed_for()
returns setof text
language sql
security definer
as $$
  select d.name
  from public.epoch_keys k
  join (values ('alice phone'), ('alice laptop'), ('bob phone'), ('carol phone')) as d (name) on tests.device(d.name) = k.device_id
  where k.conversation_id = tests.kept('group')::uuid and k.number = (select max(e.number) from public.epochs e where e.conversation_id = k.conversation_id)
  order by d.name
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- The hash, as all implementations have it (tests/e2ee/vectors.json)

select is(
  private.epoch_hash('{
    "conversationId": "00000000-0000-4000-8000-0000000000c1", "number": 1, "previous": "", "makerId": "00000000-0000-4000-8000-00000000000a",
    "makerDeviceId": "00000000-0000-4000-8000-0000000000d1",
    "members": [{
      "userId": "00000000-0000-4000-8000-00000000000a", "logLength": 2, "identityKey": "KWZzayK6FkhyQmNWdr333X98y2fQ2NZ8ycqCMM8YNyI",
      "deviceIds": ["00000000-0000-4000-8000-0000000000d1"]
    }],
    "commitment": "PmC3104IrleuSasgPPCXfc-XpNoLrOP6B_9WKR1hl1k",
    "signature": "LE1DDGED8kFSIMA6aOMFLbWmNbJRrptcR4H7oDE5sIcfdY3nwarH88Rz20_K1-q0GjzVxDNpReW-YbZfUJe7CQ"
  }'),
  'Zy0DOgUWgQyUnCH57TBHay4RFN1o41KNLaJE80JG9NY',
  'the server works out the same hash as a device'
);


-- Turning it on

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Secret plans', array[tests.user_id('bob'), tests.user_id('carol')])));
select public.configure_conversation(tests.kept('group')::uuid, description := 'For our eyes only');
select tests.keep('pair', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.refused(pg_temp.start(pg_temp.next()), 400, 'not_encrypted', 'there is no epoch of what is not encrypted');
select tests.refused(format('select public.set_history(%L, true)', tests.kept('group')), 400, 'not_encrypted', 'nor a history to hand over');
select tests.add_device('bob', 'bob phone');
select tests.add_device('alice', 'alice phone');
select tests.keep('first', pg_temp.next());
select tests.refused(pg_temp.turn_on('group', tests.kept('first')::jsonb, tests.keys_for(tests.kept('first')::jsonb), tests.envelope('alice phone', 1)), 409, 'members_without_device', 'not while somebody could not read it');
select is(
  pg_temp.details(pg_temp.turn_on('group', tests.kept('first')::jsonb, tests.keys_for(tests.kept('first')::jsonb), tests.envelope('alice phone', 1)))::jsonb,
  jsonb_build_array(tests.user_id('carol')), 'it says who'
);
select tests.refused(pg_temp.turn_on('group', tests.kept('first')::jsonb, tests.keys_for(tests.kept('first')::jsonb), null, true), 400, 'envelope_invalid', 'nor without a sealed title');
select tests.sign_in_as('bob');
select tests.keep('bobs', pg_temp.next('bob', 'bob phone'));
select tests.refused(pg_temp.turn_on('group', tests.kept('bobs')::jsonb, tests.keys_for(tests.kept('bobs')::jsonb), tests.envelope('bob phone', 1), true), 403, 'not_allowed', 'nor by a mere member');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.turn_on('group', tests.kept('first')::jsonb, '{}'), 403, 'not_a_member', 'nor by a stranger');
select tests.sign_in_as('alice');
select lives_ok(pg_temp.turn_on('group', tests.kept('first')::jsonb, tests.keys_for(tests.kept('first')::jsonb), tests.envelope('alice phone', 1), true), 'its owner may, for those who can');
select results_eq(
  $$ select is_encrypted, key_epoch, needs_epoch, title, description, about ->> 'senderId' from public.conversation_list where id = tests.kept('group')::uuid $$,
  $$ values (true, 1, false, null::text, null::text, tests.user_id('alice')::text) $$,
  'title and description are no longer there'
);
select is((select system ->> 'code' from public.messages where conversation_id = tests.kept('group')::uuid order by seq desc limit 1), 'encryption_turned_on', 'the conversation says so');
select results_eq('select pg_temp.sealed_for()', array['alice phone', 'bob phone'], 'the key is sealed to the devices that there are');
select lives_ok(pg_temp.turn_on('group', tests.kept('first')::jsonb, '{}'), 'the same once more');
select is((select key_epoch from pg_temp.state()), 1, 'changes nothing');
select tests.refused(pg_temp.turn_on('group', tests.kept('first')::jsonb || jsonb_build_object('commitment', repeat('B', 43)), '{}'), 409, 'epoch_taken', 'another one comes too late');
select throws_ok($$ update public.conversations set is_encrypted = false $$, '42501', null, 'nobody turns it off');

select tests.sign_in_as('bob');
select lives_ok($$ select tests.turn_on(tests.kept('pair')::uuid, 'bob', 'bob phone') $$, 'either of two people may');
select is((select is_encrypted from public.conversation_list where id = tests.kept('pair')::uuid), true, 'their conversation is encrypted');
select tests.refused(format('select public.set_about(%L, %L)', tests.kept('pair'), tests.envelope('bob phone', 1)), 403, 'pair_is_fixed', 'and has no title, sealed or not');


-- Where it cannot be

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Team', 'enc-team')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'Open')));
select tests.refused(pg_temp.turn_on('channel', '{}', '{}'), 400, 'encryption_not_possible', 'not a channel');
select tests.keep('hooked', (select id from public.create_group('Hooked')));
select tests.keep('webhook', public.create_webhook('https://example.com/x', array[tests.kept('hooked')::uuid]) ->> 'id');
select tests.refused(pg_temp.turn_on('hooked', '{}', '{}'), 400, 'encryption_not_possible', 'not what a webhook is told of');
select tests.refused(format('select public.update_webhook(%L, conversation_ids := %L)', tests.kept('webhook'), array[tests.kept('group')::uuid]), 400, 'not_when_encrypted', 'nor is a webhook told of what is encrypted');
select tests.keep('bot', public.create_bot('enc_bot', 'Bot') ->> 'id');
select tests.refused(format('select public.add_members(%L, %L)', tests.kept('group'), array[tests.kept('bot')::uuid]), 400, 'not_when_encrypted', 'no bot joins it');
select tests.keep('botted', (select id from public.create_group('With a bot', array[tests.kept('bot')::uuid])));
select tests.refused(pg_temp.turn_on('botted', '{}', '{}'), 400, 'encryption_not_possible', 'not where a bot is');
select tests.sign_out();
update private.settings set encrypted_members_max = 2;
select tests.sign_in_as('alice');
select tests.keep('crowd', (select id from public.create_group('Crowd', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.refused(pg_temp.turn_on('crowd', '{}', '{}'), 400, 'encryption_not_possible', 'not where there are too many');
select tests.refused(format('select public.add_members(%L, %L)', tests.kept('group'), array[tests.user_id('zoe')]), 400, 'group_full', 'nor do too many join');
select tests.sign_out();
update private.settings set encrypted_members_max = 200;


-- What outdates an epoch

select tests.add_device('carol', 'carol phone');
select results_eq('select * from pg_temp.state()', $$ values (1, true) $$, 'a member''s first device');
select results_eq(
  $$ select system - 'user_id', sender_id, is_quiet from public.messages where conversation_id = tests.kept('group')::uuid order by seq desc limit 1 $$,
  $$ values ('{"code": "keys_changed", "number": 2, "change": "device_added"}'::jsonb, tests.user_id('carol'), true) $$,
  'is seen in the conversation'
);
select is((select count(*)::int from public.messages where conversation_id = tests.kept('group')::uuid and system ->> 'code' = 'keys_changed'), 1, 'a first identity is not');
select tests.sign_in_as('carol');
select lives_ok($$ select tests.rotate(tests.kept('group')::uuid, 'carol', 'carol phone') $$, 'any member makes the next');
select results_eq('select * from pg_temp.state()', $$ values (2, false) $$, 'which holds');
select results_eq('select pg_temp.sealed_for()', array['alice phone', 'bob phone', 'carol phone'], 'for all devices of now');
select tests.add_device('alice', 'alice laptop');
select results_eq('select * from pg_temp.state()', $$ values (2, true) $$, 'a further device outdates it');
select tests.remove_device('alice', 'alice laptop');
select lives_ok($$ select tests.rotate(tests.kept('group')::uuid, 'alice', 'alice phone') $$, 'so does its removal');
select results_eq('select pg_temp.sealed_for()', array['alice phone', 'bob phone', 'carol phone'], 'after which it gets none');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('zoe')]);
select results_eq('select * from pg_temp.state()', $$ values (3, true) $$, 'somebody who joins outdates it');
select tests.rotate(tests.kept('group')::uuid, 'alice', 'alice phone');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select results_eq('select * from pg_temp.state()', $$ values (4, true) $$, 'somebody who is removed too');
select tests.rotate(tests.kept('group')::uuid, 'alice', 'alice phone');
select results_eq('select pg_temp.sealed_for()', array['alice phone', 'bob phone'], 'and gets no key');
select public.rename_conversation(tests.kept('hooked')::uuid, 'Another');
select results_eq('select * from pg_temp.state()', $$ values (5, false) $$, 'nothing else does');


-- What is no next epoch

select tests.sign_out();
update public.epochs set created_at = now() - interval '1 hour';
select tests.sign_in_as('alice');
select tests.refused(pg_temp.start(pg_temp.next() || given.changed, given.keys), given.status, given.code, 'refused: ' || given.why)
from (values
  ('{"number": 5}'::jsonb, null::jsonb, 409, 'epoch_taken', 'a number that is taken'),
  ('{"number": 7}', null, 409, 'epoch_taken', 'a number too far'),
  (jsonb_build_object('previous', repeat('B', 43)), null, 400, 'epoch_invalid', 'what follows another one'),
  (jsonb_build_object('makerId', tests.user_id('bob')), null, 400, 'epoch_invalid', 'one in the name of somebody else'),
  (jsonb_build_object('conversationId', tests.kept('pair')), null, 400, 'epoch_invalid', 'one of another conversation'),
  (jsonb_build_object('makerDeviceId', tests.device('alice laptop')), null, 404, 'device_not_found', 'one by a removed device'),
  (jsonb_build_object('makerDeviceId', tests.device('bob phone')), null, 404, 'device_not_found', 'one by a device of somebody else'),
  ('{"members": []}', null, 409, 'epoch_members_changed', 'one for nobody'),
  ('{"signature": "short"}', null, 400, 'epoch_invalid', 'one without a signature'),
  ('{"note": "x"}', null, 400, 'epoch_invalid', 'more than belongs there'),
  ('{}', '{}', 400, 'epoch_invalid', 'no keys'),
  ('{}', tests.keys_for(pg_temp.next()) || jsonb_build_object(tests.device('mallory phone'), tests.sealed()), 400, 'epoch_invalid', 'a key for somebody else'),
  ('{}', tests.keys_for(pg_temp.next()) || jsonb_build_object(tests.device('bob phone'), '{"enc": "x"}'::jsonb), 400, 'epoch_invalid', 'a key that is none')
) as given (changed, keys, status, code, why);
select is((select key_epoch from pg_temp.state()), 5, 'none of them is kept');
select lives_ok($$ select tests.rotate(tests.kept('group')::uuid, 'alice', 'alice phone') from generate_series(1, 3) $$, 'somebody makes some epochs that nothing asks for');
select tests.refused(pg_temp.start(pg_temp.next()), 429, 'rate_limited', 'but not one after the other');
select tests.add_device('alice', 'alice tablet');
select lives_ok($$ select tests.rotate(tests.kept('group')::uuid, 'alice', 'alice phone') $$, 'one that is needed, always');


-- Who reads

select tests.sign_in_as('bob');
select is((select count(*)::int from public.epochs where conversation_id = tests.kept('group')::uuid), 9, 'epochs_select allows members');
select is((select count(distinct device_id)::int from public.epoch_keys where conversation_id = tests.kept('group')::uuid), 1, 'epoch_keys_select allows the owner of the device, and shows no other''s');
select throws_ok($$ insert into public.epoch_keys (conversation_id, device_id, number, user_id, sealed) values (tests.kept('group')::uuid, tests.device('bob phone'), 1, tests.user_id('bob'), '{}') $$, '42501', null, 'nobody writes past the functions');
select tests.sign_in_as('carol');
select is_empty('select 1 from public.epochs', 'epochs_select denies ex-member');
select is_empty('select 1 from public.epoch_keys', 'epoch_keys_select denies ex-member');
select tests.sign_in_as('mallory');
select is_empty('select 1 from public.epochs', 'epochs_select denies stranger');
select is_empty('select 1 from public.epoch_keys', 'epoch_keys_select denies stranger');
select tests.sign_in_as_anon();
select throws_ok('select 1 from public.epochs', '42501', null, 'epochs_select denies anon');
select throws_ok('select 1 from public.epoch_keys', '42501', null, 'epoch_keys_select denies anon');

select * from finish();
rollback;
