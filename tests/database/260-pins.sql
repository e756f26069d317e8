-- Pins.

begin;
select plan(24);
select tests.create_users('alice', 'bob', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'message ' || n) from generate_series(1, 5) as n;

create function pg_temp.pinning(of bigint)
returns text
language sql
as $$
  select format('select public.pin_message(%L, %s)', tests.kept('group'), of)
$$;
create function pg_temp.revision()
returns bigint
language sql
as $$
  select revision from public.conversations where id = tests.kept('group')::uuid
$$;
create function pg_temp.pins()
returns setof bigint
language sql
as $$
  select m.seq from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.pinned_at is not null order by m.pinned_at desc, m.revision desc
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.keep('before', pg_temp.revision());
select tests.sign_in_as('bob');
select results_eq(
  $$ select seq, pinned_by, pinned_at is not null, revision from public.pin_message(tests.kept('group')::uuid, 2) $$,
  $$ values (2::bigint, tests.user_id('bob'), true, tests.kept('before')::bigint + 1) $$,
  'Bob pins what Alice said'
);
select is(pg_temp.revision(), tests.kept('before')::bigint + 2, 'a change of the message, and what is said of it');
select results_eq(
  $$ select seq, kind::text, sender_id, system, is_quiet from public.messages where conversation_id = tests.kept('group')::uuid and seq = 6 $$,
  $$ values (6::bigint, 'system', tests.user_id('bob'), '{"code": "message_pinned", "seq": 2}'::jsonb, true) $$,
  'by its number, counting for nobody'
);
select is((public.pin_message(tests.kept('group')::uuid, 2)).seq, 2::bigint, 'repeating it');
select is(pg_temp.revision(), tests.kept('before')::bigint + 2, 'changes nothing');
select tests.sign_in_as('alice');
select is((public.pin_message(tests.kept('group')::uuid, 2)).pinned_by, tests.user_id('bob'), 'nor does pinning what is pinned');
select public.pin_message(tests.kept('group')::uuid, 4);
select results_eq('select pg_temp.pins()', $$ values (4::bigint), (2) $$, 'the pins of a conversation');
select is((public.unpin_message(tests.kept('group')::uuid, 2)).pinned_at, null, 'unpinned');
select tests.keep('before', pg_temp.revision());
select is((public.unpin_message(tests.kept('group')::uuid, 2)).pinned_by, null, 'once more');
select is(pg_temp.revision()::text, tests.kept('before'), 'changes nothing');
select results_eq('select pg_temp.pins()', $$ values (4::bigint) $$, 'the other one stays');
select lives_ok($$ select public.edit_message(tests.kept('group')::uuid, 4, 'edited') $$, 'what is pinned may be edited');
select results_eq('select pg_temp.pins()', $$ values (4::bigint) $$, 'and stays pinned');

select tests.refused(pg_temp.pinning(99), 404, 'message_not_found', 'what is not there is not pinned');
select tests.refused(pg_temp.pinning(6), 400, 'message_is_system', 'nor what the system says');
select tests.refused($$ select public.unpin_message(tests.kept('group')::uuid, 99) $$, 404, 'message_not_found', 'nor unpinned');

select tests.sign_out();
update private.settings set pins_max = 2;
select tests.sign_in_as('alice');
select lives_ok(pg_temp.pinning(1), 'up to the limit');
select tests.refused(pg_temp.pinning(3), 400, 'pins_full', 'no further');
select lives_ok(pg_temp.pinning(1), 'what is pinned already is no further one');
select public.delete_message(tests.kept('group')::uuid, 4);
select lives_ok(pg_temp.pinning(3), 'a deleted one is none any more');

select tests.sign_out();
update public.members set role = 'guest' where user_id = tests.user_id('bob');
select tests.sign_in_as('bob');
select tests.refused(pg_temp.pinning(5), 403, 'not_allowed', 'a guest does not pin');
select tests.refused($$ select public.unpin_message(tests.kept('group')::uuid, 3) $$, 403, 'not_allowed', 'or unpin');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.pinning(5), 403, 'not_a_member', 'nor does a stranger');
select tests.sign_in_as_anon();
select throws_ok(pg_temp.pinning(5), '42501', null, 'nor who is not signed in');

select finish();
rollback;
