-- What somebody is told of: once per event, read by nobody else, on all their devices by their own revision.

begin;
select plan(15);
select tests.create_users('alice', 'bob', 'mallory');
insert into public.notification_events (event, category, variables) values ('tested', 'announcement', '{"answer": "number?"}');

create function pg_temp.tell(variadic names text[])
returns void
language sql
as $$
  select private.notify(array(select tests.user_id(name) from unnest(names) as name), 'test:1', 'tested', '{"answer": 42}', null, null, tests.user_id('alice'))
$$;

select pg_temp.tell('alice', 'bob', 'bob');
select results_eq(
  $$ select user_id, event, args ->> 'answer', actor_id, revision from public.notifications $$,
  $$ values (tests.user_id('bob'), 'tested', '42', tests.user_id('alice'), 1::bigint) $$,
  'people are told once, and nobody of what they did themselves'
);
select results_eq(
  $$ select topic, event, payload ->> 'revision', payload ->> 'table' from realtime.messages where topic = 'user:' || tests.user_id('bob') $$,
  $$ values ('user:' || tests.user_id('bob'), 'personal', '1', 'notifications') $$,
  'and live, on their own topic'
);
select pg_temp.tell('bob', 'mallory');
select is((select count(*) from public.notifications where user_id = tests.user_id('bob')), 1::bigint, 'the same event is not told again');
select is((select revision from private.personal where user_id = tests.user_id('bob')), 1::bigint, 'nor takes a revision');
select is((select count(*) from public.notifications where user_id = tests.user_id('mallory')), 1::bigint, 'who had not been told yet is told now');
select lives_ok($$ select private.notify(array[gen_random_uuid()], 'test:2', 'tested') $$, 'somebody whose account is gone is passed over');
select lives_ok($$ select private.notify('{}', 'test:2', 'tested') $$, 'as is nobody');
select is((select count(*) from public.notifications), 2::bigint, 'without a row');

select tests.sign_in_as('bob');
select is((select count(*) from public.notifications), 1::bigint, 'notifications_select allows the person who was told');
select is(public.sync('{}', 0) #>> '{personal,rows,0,row,event}', 'tested', 'sync() brings it');
select is(public.sync('{}', 1) #> '{personal,rows}', '[]', 'once');
select throws_ok($$ update public.notifications set read_at = now() $$, '42501', null, 'nobody writes past the functions');
select throws_ok($$ insert into public.notifications (user_id, key, event) values (tests.user_id('bob'), 'k', 'e') $$, '42501', null, 'or makes one up');
select tests.sign_in_as('alice');
select is_empty($$ select 1 from public.notifications $$, 'notifications_select denies a stranger, even the one who caused it');
select tests.sign_in_as_anon();
select throws_ok($$ select 1 from public.notifications $$, '42501', null, 'notifications_select denies anon');

select finish();
rollback;
