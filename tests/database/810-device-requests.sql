-- A new device asks to be let in: once per id, for a quarter of an hour, and is given something only when it is in the key log.

begin;
select plan(24);
select tests.create_users('alice', 'mallory');

create function pg_temp.keys(letter text default 'A')
returns jsonb
language sql
as $$
  select jsonb_build_object('signingKey', repeat(letter, 43), 'sealingKey', repeat(letter, 43))
$$;
create function pg_temp.ask(id text, keys jsonb default pg_temp.keys())
returns text
language sql
as $$
  select format('select public.request_device(%L, %L, %L)', id, keys, 'Tablet')
$$;
create function pg_temp.give(id text, sealed jsonb)
returns text
language sql
as $$
  select format('select public.hand_over(%L, %L)', id, sealed)
$$;
create function pg_temp.trust(id text)
returns void
language sql
security definer
as $$
  insert into public.encryption_devices (id, user_id, label) values (id::uuid, tests.user_id('alice'), 'Tablet')
$$;
create function pg_temp.announced()
returns setof text
language sql
security definer
as $$
  select m.topic || ' ' || (m.payload ->> 'id') || ' ' || (m.payload ->> 'is_handed_over')
  from realtime.messages m where m.event = 'device_request' order by m.inserted_at
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;
select tests.keep('id', '00000000-0000-4000-8000-00000000000a'::text);
select tests.keep('sealed', jsonb_build_object('enc', repeat('A', 43), 'ciphertext', repeat('A', 64)));

select tests.sign_in_as('alice');
select lives_ok(pg_temp.ask(tests.kept('id')), 'a device asks');
select lives_ok(pg_temp.ask(tests.kept('id')), 'and asks again');
select is((select count(*) from public.device_requests)::int, 1, 'which is one request');
select tests.refused(pg_temp.ask(tests.kept('id'), pg_temp.keys('B')), 409, 'device_id_taken', 'with other keys it is another device');
select tests.refused(pg_temp.ask(gen_random_uuid()::text, changed), 400, 'keys_invalid', 'no keys: ' || coalesce(changed::text, 'null'))
from (values (null::jsonb), ('{}'), (pg_temp.keys() - 'sealingKey'), (pg_temp.keys() || '{"more": 1}')) as given (changed);

select tests.refused(pg_temp.give(tests.kept('id'), tests.kept('sealed')::jsonb), 404, 'device_not_found', 'nothing is given before its owner has vouched for it');
select pg_temp.trust(tests.kept('id'));
select tests.refused(pg_temp.give(tests.kept('id'), '{"enc": "A"}'), 400, 'keys_invalid', 'nor what is not sealed');
select lives_ok(pg_temp.give(tests.kept('id'), tests.kept('sealed')::jsonb), 'it is given what was sealed to it');
select is((select handed_over from public.device_requests where id = tests.kept('id')::uuid), tests.kept('sealed')::jsonb, 'device_requests_select allows its owner');
select results_eq('select pg_temp.announced()', array[
  'user:' || tests.user_id('alice') || ' ' || tests.kept('id') || ' false',
  'user:' || tests.user_id('alice') || ' ' || tests.kept('id') || ' true'
], 'her devices are told of both, and nobody else');

select public.request_device(gen_random_uuid(), pg_temp.keys()) from generate_series(1, 9);
select tests.refused(pg_temp.ask(gen_random_uuid()::text), 409, 'limit_reached', 'more than ten do not wait at once');

select tests.sign_in_as('mallory');
select is_empty('select 1 from public.device_requests', 'device_requests_select denies stranger');
select tests.refused(pg_temp.give(tests.kept('id'), tests.kept('sealed')::jsonb), 404, 'device_not_found', 'a stranger gives nothing');
select tests.refused(pg_temp.ask(tests.kept('id')), 409, 'device_id_taken', 'nor takes its id');
select lives_ok(format('select public.end_device_request(%L)', tests.kept('id')), 'nor ends it,');
select tests.sign_in_as('alice');
select is((select count(*) from public.device_requests where id = tests.kept('id')::uuid)::int, 1, 'as it is still there');

select tests.sign_out();
update public.device_requests set expires_at = now() - interval '1 second';
select tests.sign_in_as('alice');
select tests.refused(pg_temp.give(tests.kept('id'), tests.kept('sealed')::jsonb), 404, 'device_not_found', 'after its time it is not answered');
select lives_ok(format('select public.end_device_request(%L)', tests.kept('id')), 'she takes it away');
select is_empty(format('select 1 from public.device_requests where id = %L', tests.kept('id')), 'it is gone');
select tests.refused(pg_temp.ask(tests.kept('id')), 409, 'device_id_taken', 'a device that has trust does not ask');

select tests.sign_in_as_anon();
select throws_ok('select 1 from public.device_requests', '42501', null, 'device_requests_select denies anon');

select * from finish();
rollback;
