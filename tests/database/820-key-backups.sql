-- The backup of keys: its locks change, its secret only with the next number, and nobody but its owner sees a part of it.

begin;
select plan(29);
select tests.create_users('alice', 'mallory');

create function pg_temp.code_lock(letter text default 'A')
returns jsonb
language sql
as $$
  select jsonb_build_object('kind', 'recovery_code', 'boxed', repeat(letter, 80))
$$;
create function pg_temp.phrase_lock()
returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'passphrase', 'salt', repeat('A', 22), 'cost', '{"memory": 65536, "passes": 3}'::jsonb, 'boxed', repeat('A', 80)
  )
$$;
create function pg_temp.set_backup(number int, variadic locks jsonb[])
returns text
language sql
as $$
  select format('select public.set_key_backup(%L, %L)', to_jsonb(locks), number)
$$;
create function pg_temp.save(number int, parts jsonb)
returns text
language sql
as $$
  select format('select public.save_key_backup_parts(%L, %L)', number, parts)
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;
select tests.keep('epoch', 'epoch:00000000-0000-4000-8000-0000000000c1:1'::text);

select tests.sign_in_as('alice');
select tests.refused(pg_temp.save(1, '{}'), 409, 'backup_behind', 'there is nothing to put parts into');
select tests.refused(pg_temp.set_backup(2, pg_temp.code_lock()), 409, 'backup_behind', 'a first backup has the number 1');
select tests.refused(pg_temp.set_backup(1, changed), 400, 'keys_invalid', 'no lock: ' || changed::text)
from (values
  ('{}'::jsonb), ('{"kind": "trust", "boxed": "AAAA"}'), (pg_temp.code_lock() || '{"boxed": "short"}'), (pg_temp.code_lock() || '{"more": 1}'),
  (pg_temp.phrase_lock() - 'salt'), (pg_temp.phrase_lock() || '{"cost": {}}')
) as given (changed);
select tests.refused($$ select public.set_key_backup('[]', 1) $$, 400, 'keys_invalid', 'nor none at all');
select lives_ok(pg_temp.set_backup(1, pg_temp.code_lock(), pg_temp.phrase_lock()), 'a backup with two locks');
select results_eq(
  pg_temp.save(1, jsonb_build_object('identity:1', repeat('A', 100), tests.kept('epoch'), repeat('A', 80))), array[2], 'and two parts'
);
select lives_ok(pg_temp.save(1, jsonb_build_object('identity:1', repeat('B', 100))), 'one of them anew');
select results_eq(
  'select part, left(boxed, 1) from public.key_backup_parts order by 1',
  $$ values (tests.kept('epoch'), 'A'), ('identity:1', 'B') $$, 'key_backup_parts_select allows its owner'
);
select tests.refused(pg_temp.save(1, changed), 400, 'keys_invalid', 'no part: ' || changed::text)
from (values
  ('[]'::jsonb), ('{"diary:1": "AAAA"}'), (jsonb_build_object('identity:0', repeat('A', 80))), (jsonb_build_object('identity:1', 'plain text')),
  (jsonb_build_object('identity:1', repeat('A', 501)))
) as given (changed);

select lives_ok(pg_temp.set_backup(1, pg_temp.code_lock('B')), 'its locks change');
select is((select count(*) from public.key_backup_parts)::int, 2, 'and its parts stay');
select lives_ok(pg_temp.set_backup(2, pg_temp.code_lock('C')), 'a new backup');
select is_empty('select 1 from public.key_backup_parts', 'begins empty');
select tests.refused(pg_temp.set_backup(1, pg_temp.code_lock('A')), 409, 'backup_behind', 'a device that missed it does not change it back');
select tests.refused(pg_temp.save(1, '{}'), 409, 'backup_behind', 'nor puts parts into it that it could not open');
select is((select locks from public.key_backups), jsonb_build_array(pg_temp.code_lock('C')), 'key_backups_select allows its owner');
select public.save_key_backup_parts(2, jsonb_build_object('identity:1', repeat('A', 100)));

select tests.sign_in_as('mallory');
select is_empty('select 1 from public.key_backups', 'key_backups_select denies stranger');
select is_empty('select 1 from public.key_backup_parts', 'key_backup_parts_select denies stranger');
select tests.sign_in_as_anon();
select throws_ok('select 1 from public.key_backups', '42501', null, 'key_backups_select denies anon');
select throws_ok('select 1 from public.key_backup_parts', '42501', null, 'key_backup_parts_select denies anon');

select * from finish();
rollback;
