-- Jumping to a message; and who has got it.

begin;
select plan(20);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'message ' || n) from generate_series(1, 50) as n;

create function pg_temp.around(of bigint, before int, after int)
returns setof bigint
language sql
as $$
  select m.seq from public.messages_around(tests.kept('group')::uuid, of, before, after) m
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('bob');
select results_eq('select pg_temp.around(20, 2, 3)', $$ values (18::bigint), (19), (20), (21), (22), (23) $$, 'a message, two before it and three after it');
select results_eq('select pg_temp.around(1, 2, 1)', $$ values (1::bigint), (2) $$, 'at the beginning there is nothing before');
select results_eq('select pg_temp.around(50, 1, 5)', $$ values (49::bigint), (50) $$, 'at the end nothing after');
select results_eq('select pg_temp.around(20, 0, 0)', $$ values (20::bigint) $$, 'itself alone');
select results_eq('select pg_temp.around(20, -5, -5)', $$ values (20::bigint) $$, 'less than that is not possible');
select results_eq('select pg_temp.around(1000, 2, 2)', $$ values (49::bigint), (50) $$, 'beyond the end, the last ones');
select results_eq('select pg_temp.around(-7, 2, 2)', $$ values (1::bigint), (2), (3) $$, 'before the beginning, the first ones');
select is((select count(*) from public.messages_around(tests.kept('group')::uuid, 25)), 50::bigint, 'as a page, 25 either way');
select is((select count(*) from pg_temp.around(25, 1000000, 1000000)), 50::bigint, 'a page has an end');
select is((select content from public.messages_around(tests.kept('group')::uuid, 7, 0, 0)), 'message 7', 'they are whole messages');

select tests.sign_out();
set local enable_seqscan = off;
select tests.sign_in_as('bob');
create function pg_temp.plan()
returns setof text
language plpgsql
as $$
begin
  return query execute format('explain (costs off) select * from public.messages m where m.conversation_id = %L and m.seq < 20 order by m.seq desc limit 2', tests.kept('group'));
end;
$$;
select isnt_empty($$ select 1 from pg_temp.plan() as p where p like '%Index Scan Backward using messages_pkey%' $$, 'found by the primary key');

select tests.sign_in_as('mallory');
select is_empty('select pg_temp.around(20, 2, 2)', 'for a stranger there is nothing');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select is_empty('select pg_temp.around(20, 2, 2)', 'nor for an ex-member');
select tests.sign_in_as_anon();
select throws_ok('select pg_temp.around(20, 2, 2)', '42501', null, 'nor for who is not signed in');


-- A message that others do not see

select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('alice');
select tests.sign_in_as('alice');
select tests.keep('spam', (public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'spam')).seq);
select results_eq($$ select pg_temp.around(tests.kept('spam')::bigint, 0, 0)::text $$, $$ select tests.kept('spam') $$, 'its sender jumps to it');
select tests.sign_in_as('bob');
select is_empty($$ select pg_temp.around(tests.kept('spam')::bigint, 0, 0) $$, 'nobody else does');


-- Who has got it, and when

select public.mark_read(jsonb_build_object(tests.kept('group'), 30));
select results_eq(
  $$ select seq, recipient_id, status, delivered_at is not null, read_at is not null from public.message_statuses where conversation_id = tests.kept('group')::uuid and seq in (30, 31) order by seq $$,
  $$ values (30::bigint, tests.user_id('bob'), 'read', true, true), (31, tests.user_id('bob'), 'sent', false, false) $$,
  'of each message, by whom it was read and when'
);
select is_empty($$ select 1 from public.message_statuses where conversation_id = tests.kept('group')::uuid and seq = 51 $$, 'what the system says has no recipients');
select is_empty($$ select 1 from public.message_statuses where conversation_id = tests.kept('group')::uuid and seq = tests.kept('spam')::bigint $$, 'nor is one known of what one does not see');
select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.message_statuses where conversation_id = tests.kept('group')::uuid $$, 'a stranger learns nothing of it');

select finish();
rollback;
