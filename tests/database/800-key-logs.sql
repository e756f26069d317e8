-- Key logs: entries in order, of the right form, each once; which devices have trust; and who reads what.

begin;
select plan(38);
select tests.create_users('alice', 'bob', 'mallory');
update private.settings set encryption_devices_max = 3;

create function pg_temp.bytes(n int, letter text default 'A')
returns text
language sql
as $$
  select repeat(letter, n)
$$;
create function pg_temp.device(n int)
returns text
language sql
as $$
  select '00000000-0000-4000-8000-' || lpad(n::text, 12, '0')
$$;
create function pg_temp.added(n int)
returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'device_added', 'deviceId', pg_temp.device(n), 'signingKey', pg_temp.bytes(43), 'sealingKey', pg_temp.bytes(43)
  )
$$;
create function pg_temp.entry(number int, event jsonb)
returns jsonb
language sql
as $$
  select jsonb_build_object(
    'number', number, 'previous', case number when 1 then '' else pg_temp.bytes(43) end, 'at', 1790000000000, 'event', event,
    'signature', pg_temp.bytes(86)
  )
$$;
create function pg_temp.identity(letter text default 'A')
returns jsonb
language sql
as $$
  select jsonb_build_object('kind', 'identity', 'identityKey', pg_temp.bytes(43, letter))
$$;
create function pg_temp.append(entry jsonb, label text default '')
returns text
language sql
as $$
  select format('select public.append_key_log(%L, %L)', entry, label)
$$;
create function pg_temp.trusted()
returns setof text
language sql
as $$
  select d.label from public.encryption_devices d where d.removed_at is null order by d.label
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;


-- The order

select tests.sign_in_as('alice');
select tests.refused(pg_temp.append(pg_temp.entry(1, pg_temp.added(1))), 400, 'keys_invalid', 'a log begins with an identity');
select tests.refused(pg_temp.append(pg_temp.entry(2, pg_temp.identity())), 409, 'key_log_behind', 'and with number 1');
select lives_ok(pg_temp.append(pg_temp.entry(1, pg_temp.identity())), 'an identity');
select lives_ok(pg_temp.append(pg_temp.entry(2, pg_temp.added(1)), 'Phone'), 'a device');
select lives_ok(pg_temp.append(pg_temp.entry(2, pg_temp.added(1)), 'Phone'), 'the same entry again');
select is((select count(*) from public.key_log)::int, 2, 'which is there once');
select tests.refused(pg_temp.append(pg_temp.entry(2, pg_temp.added(2))), 409, 'key_log_behind', 'another entry of that number is refused');
select tests.refused(pg_temp.append(pg_temp.entry(4, pg_temp.added(2))), 409, 'key_log_behind', 'a gap too');
select lives_ok(pg_temp.append(pg_temp.entry(3, pg_temp.added(2)), 'Laptop'), 'a second device');


-- The form

select tests.refused(pg_temp.append(changed), 400, 'keys_invalid', 'not an entry: ' || why)
from (values
  (pg_temp.entry(4, '{"kind": "party"}'), 'an unknown kind'),
  (pg_temp.entry(4, pg_temp.added(3) - 'sealingKey'), 'a key that is missing'),
  (pg_temp.entry(4, pg_temp.added(3) || '{"signingKey": "short"}'), 'a key that is too short'),
  (pg_temp.entry(4, pg_temp.added(3) || '{"deviceId": "mine"}'), 'a device id that is none'),
  (pg_temp.entry(4, pg_temp.added(3) || '{"note": "x"}'), 'more than belongs there'),
  (pg_temp.entry(4, pg_temp.added(3)) || '{"previous": ""}', 'no entry before'),
  (pg_temp.entry(4, pg_temp.added(3)) || '{"signature": 5}', 'a signature that is none'),
  (pg_temp.entry(4, pg_temp.added(3)) || '{"at": "now"}', 'a time that is none'),
  (pg_temp.entry(4, pg_temp.added(3)) - 'at', 'no time'),
  ('[]'::jsonb, 'a list'),
  ('{}'::jsonb, 'nothing')
) as given (changed, why);
select tests.refused(pg_temp.append(pg_temp.entry(4, pg_temp.added(3)), repeat('x', 81)), 400, 'keys_invalid', 'a name that is too long');
select is((select count(*) from public.key_log)::int, 3, 'none of them is kept');


-- Devices

select results_eq('select pg_temp.trusted()', array['Laptop', 'Phone'], 'both devices have trust');
select lives_ok(pg_temp.append(pg_temp.entry(4, jsonb_build_object('kind', 'device_removed', 'deviceId', pg_temp.device(1)))), 'one is removed');
select results_eq('select pg_temp.trusted()', array['Laptop'], 'and has none any more');
select tests.refused(pg_temp.append(pg_temp.entry(5, jsonb_build_object('kind', 'device_removed', 'deviceId', pg_temp.device(1)))), 404, 'device_not_found', 'it is not removed twice');
select tests.refused(pg_temp.append(pg_temp.entry(5, pg_temp.added(1))), 409, 'device_id_taken', 'nor added again');
select lives_ok(pg_temp.append(pg_temp.entry(5, pg_temp.identity('B'))), 'a new identity');
select is_empty('select pg_temp.trusted()', 'leaves no device');

select tests.sign_in_as('bob');
select public.append_key_log(pg_temp.entry(1, pg_temp.identity()));
select tests.refused(pg_temp.append(pg_temp.entry(2, pg_temp.added(2))), 409, 'device_id_taken', 'the id of somebody else''s device is taken');
select tests.refused(pg_temp.append(pg_temp.entry(2, jsonb_build_object('kind', 'device_removed', 'deviceId', pg_temp.device(2)))), 404, 'device_not_found', 'and nobody removes it but its owner');
select public.append_key_log(pg_temp.entry(n, pg_temp.added(10 + n))) from generate_series(2, 4) as n;
select tests.refused(pg_temp.append(pg_temp.entry(5, pg_temp.added(15))), 409, 'limit_reached', 'more devices than there may be are refused');


-- Who reads

select tests.sign_in_as('mallory');
select is((select count(*) from public.key_log)::int, 9, 'key_log_select allows everybody who is signed in');
select is_empty('select 1 from public.encryption_devices', 'encryption_devices_select denies stranger');
select tests.sign_in_as('alice');
select is((select count(*) from public.encryption_devices)::int, 2, 'encryption_devices_select allows their owner');
select throws_ok($$ insert into public.key_log values (tests.user_id('alice'), 9, '{}') $$, '42501', null, 'nobody writes past the function');
select tests.sign_in_as_anon();
select throws_ok('select 1 from public.key_log', '42501', null, 'key_log_select denies anon');
select throws_ok('select 1 from public.encryption_devices', '42501', null, 'encryption_devices_select denies anon');

select * from finish();
rollback;
