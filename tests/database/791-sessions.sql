-- Where somebody is signed in, and ending that elsewhere.

begin;
select plan(9);
select tests.create_users('alice', 'bob');
insert into auth.sessions (id, user_id, created_at, refreshed_at, user_agent, ip, not_after) values
  (md5('session:alice')::uuid, tests.user_id('alice'), now() - interval '3 days', null, 'This browser', '10.0.0.1', null),
  (md5('phone')::uuid, tests.user_id('alice'), now() - interval '9 days', (now() - interval '1 hour') at time zone 'utc', 'A phone', '10.0.0.2', null),
  (md5('tablet')::uuid, tests.user_id('alice'), now() - interval '2 hours', null, null, null, null),
  (md5('over')::uuid, tests.user_id('alice'), now() - interval '2 days', null, 'Over', null, now() - interval '1 day'),
  (md5('bob')::uuid, tests.user_id('bob'), now(), null, 'Bob''s', null, null);

select tests.sign_in_as('alice');
select results_eq(
  $$ select user_agent, ip, is_current from public.my_sessions() $$,
  $$ values ('This browser', '10.0.0.1', true), ('A phone', '10.0.0.2', false), (null, null, false) $$,
  'one''s own, this one first, then those used last; none that is over'
);
select is(
  (select last_used_at from public.my_sessions() where user_agent = 'A phone'), now() - interval '1 hour', 'used when its token was renewed'
);
select lives_ok($$ select public.end_session(md5('phone')::uuid) $$, 'she ends the one of her phone');
select is((select count(*) from public.my_sessions()), 2::bigint, 'it is gone');
select lives_ok($$ select public.end_session(md5('phone')::uuid) $$, 'ending it again is nothing');
select lives_ok($$ select public.end_session(md5('bob')::uuid) $$, 'nor is ending that of somebody else');
select tests.sign_in_as('bob');
select is((select count(*) from public.my_sessions()), 1::bigint, 'which goes on');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.my_sessions() $$, '42501', null, 'who is not signed in has none');
select throws_ok($$ select public.end_session(md5('bob')::uuid) $$, '42501', null, 'and ends none');

select * from finish();
rollback;
