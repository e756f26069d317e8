-- Alice takes messages out of her own sight. The record stays whole for her devices, and the same for everybody else.

begin;
select plan(27);
select tests.create_users('alice', 'bob', 'mallory');

create function pg_temp.hide(seqs bigint[], hidden boolean default true)
returns text
language sql
as $$
  select format('select public.hide_messages(%L, %L, %L)', tests.kept('chat'), seqs, hidden)
$$;
create function pg_temp.hidden_in_sync()
returns bigint[]
language sql
as $$
  select array_agg((m ->> 'seq')::bigint order by (m ->> 'seq')::bigint)
  from jsonb_array_elements(public.sync(jsonb_build_object(tests.kept('chat'), 0)) #> '{conversations,0,messages}') m
  where (m ->> 'hidden')::boolean
$$;
create function pg_temp.last_message()
returns jsonb
language sql
as $$
  select last_message from public.conversation_list where id = tests.kept('chat')::uuid
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('alice');
select tests.keep('chat', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select public.send_message(tests.kept('chat')::uuid, gen_random_uuid(), 'message ' || n) from generate_series(1, 5) as n;
select tests.keep('revision', (select revision from public.conversations where id = tests.kept('chat')::uuid));

select is(public.hide_messages(tests.kept('chat')::uuid, array[2, 5]), 2, 'two are hidden');
select is(public.hide_messages(tests.kept('chat')::uuid, array[2, 5, 5]), 0, 'hiding them once more changes nothing');
select is((select revision::text from public.conversations where id = tests.kept('chat')::uuid), tests.kept('revision'), 'the record does not change');


-- What she sees

select results_eq(
  $$ select seq, public.hidden(m) from public.messages m where conversation_id = tests.kept('chat')::uuid order by seq $$,
  $$ values (1::bigint, false), (2, true), (3, false), (4, false), (5, true) $$,
  'history has every number, and says which are hidden'
);
select is(pg_temp.hidden_in_sync(), array[2, 5]::bigint[], 'so does sync()');
select is(jsonb_array_length(public.sync(jsonb_build_object(tests.kept('chat'), 0)) #> '{conversations,0,messages}'), 5, 'which leaves none out');
select is(pg_temp.last_message() ->> 'seq', '4', 'the list shows the newest that is not hidden');
select is((select unread from public.conversation_list where id = tests.kept('chat')::uuid), 0::bigint, 'nothing is counted otherwise');
select public.hide_messages(tests.kept('chat')::uuid, array[1, 3, 4]);
select is(pg_temp.last_message(), null::jsonb, 'or none, if all are');


-- What her other devices get

select results_eq(
  $$ select (r #>> '{row,seq}')::bigint, r #>> '{row,is_hidden}' from jsonb_array_elements(public.sync('{}', 0) #> '{personal,rows}') r where r ->> 'table' = 'hidden_messages' order by 1 $$,
  $$ values (1::bigint, 'true'), (2, 'true'), (3, 'true'), (4, 'true'), (5, 'true') $$,
  'each with a personal revision'
);
select is(public.hide_messages(tests.kept('chat')::uuid, array[1, 3, 4, 5], false), 4, 'four are brought back');
select is(public.hide_messages(tests.kept('chat')::uuid, array[1], false), 0, 'once');
select is(pg_temp.last_message() ->> 'seq', '5', 'and shown');
select is(pg_temp.hidden_in_sync(), array[2]::bigint[], 'everywhere');
select is(
  (select count(*) from jsonb_array_elements(public.sync('{}', 5) #> '{personal,rows}') r where r #>> '{row,is_hidden}' = 'false'), 4::bigint,
  'a device that was away learns of it'
);
select is(public.hide_messages(tests.kept('chat')::uuid, '{}'), 0, 'none are none');
select lives_ok(pg_temp.hide(array[5]), 'hidden again');
select is(pg_temp.last_message() ->> 'seq', '4', 'it is out of sight');


-- What cannot be

select tests.refused(pg_temp.hide(array[6]), 404, 'message_not_found', 'what is not there cannot be hidden');
select tests.refused(pg_temp.hide(array(select generate_series(1, 501))), 400, 'too_many', 'nor hundreds at once');


-- The others

select is((select count(*) from public.hidden_messages), 5::bigint, 'hidden_messages_select allows the person whose they are');
select throws_ok($$ delete from public.hidden_messages $$, '42501', null, 'nobody writes past the functions');
select tests.sign_in_as('bob');
select is_empty($$ select 1 from public.hidden_messages $$, 'hidden_messages_select denies a stranger to them, the other of the two');
select is(pg_temp.last_message() ->> 'seq', '5', 'who sees what he saw');
select is(pg_temp.hidden_in_sync(), null::bigint[], 'all of it');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.hide(array[1]), 403, 'not_a_member', 'who is not in it hides nothing there');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.hidden_messages $$, '42501', null, 'hidden_messages_select denies anon');

select finish();
rollback;
