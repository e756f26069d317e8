-- Replies and threads: what may be answered, what the message above counts, and who is told.

begin;
select plan(43);
select tests.create_users('alice', 'bob', 'carol', 'dave');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));

create function pg_temp.say(content text, reply_to bigint default null, thread_seq bigint default null)
returns bigint
language sql
as $$
  select (public.send_message(tests.kept('group')::uuid, gen_random_uuid(), content, reply_to, thread_seq)).seq
$$;
create function pg_temp.saying(content text, reply_to bigint, thread_seq bigint default null)
returns text
language sql
as $$
  select format('select public.send_message(%L, gen_random_uuid(), %L, %L, %L)', tests.kept('group'), content, reply_to, thread_seq)
$$;
create function pg_temp.message(of bigint)
returns public.messages
language sql
as $$
  select m from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.seq = of
$$;
create function pg_temp.told()
returns table (who text, event text, seq bigint)
language sql
as $$
  select p.display_name, n.event, n.seq from public.notifications n join public.profiles p on p.id = n.user_id
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- Replies

select is(pg_temp.say('Who brings the cake?'), 1::bigint, 'Alice asks');
select tests.sign_in_as('bob');
select is(pg_temp.say('I do', 1), 2::bigint, 'Bob answers');
select is((pg_temp.message(2)).reply_to, 1::bigint, 'his message names the one that it answers');
select is((pg_temp.message(1)).thread_count, 0, 'which is no thread by that');
select tests.sign_out();
select set_eq('select * from pg_temp.told()', $$ values ('Alice', 'reply', 2::bigint) $$, 'Alice is told');
select tests.sign_in_as('alice');
select pg_temp.say('Mine is better', 1);
select tests.sign_out();
select is((select count(*) from pg_temp.told()), 1::bigint, 'who answers themselves is not');

select tests.sign_in_as('bob');
select tests.refused(pg_temp.saying('what?', 99), 404, 'message_not_found', 'what is not there is not answered');
select tests.refused(pg_temp.saying('what?', 4), 404, 'message_not_found', 'nor does a message answer itself');
select tests.refused(pg_temp.saying('what?', 0), 404, 'message_not_found', 'or one before all');
select tests.refused(pg_temp.saying('what?', null, 99), 404, 'message_not_found', 'nor does a thread stand under nothing');
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 3::bigint, 'a refused answer takes no number');
insert into public.messages (conversation_id, content, reply_to) values (tests.kept('group')::uuid, 'by REST', 1);
select is((pg_temp.message(4)).reply_to, 1::bigint, 'by REST it is the same');
select throws_ok(
  format('insert into public.messages (conversation_id, content, reply_to) values (%L, %L, 77)', tests.kept('group'), 'by REST'),
  'PGRST', null, 'with the same refusals'
);


-- A thread

select tests.keep('revision', (select revision from public.conversations where id = tests.kept('group')::uuid));
select is(pg_temp.say('Chocolate or cherry?', null, 1), 5::bigint, 'Bob opens a thread');
select is((select revision - tests.kept('revision')::bigint from public.conversations where id = tests.kept('group')::uuid), 2::bigint, 'at the cost of two revisions');
select is((pg_temp.message(5)).revision, tests.kept('revision')::bigint + 1, 'that of the answer');
select is((pg_temp.message(1)).revision, tests.kept('revision')::bigint + 2, 'and that of the message above it');
select results_eq(
  $$ select (m).thread_count, (m).thread_last_at from pg_temp.message(1) m $$,
  $$ select 1, (m).created_at from pg_temp.message(5) m $$,
  'which counts it, and knows when it was sent'
);
select tests.sign_out();
select results_eq(
  $$
    select (payload ->> 'revision')::bigint - tests.kept('revision')::bigint, (payload #>> '{message,seq}')::int, payload #>> '{message,thread_count}'
    from realtime.messages
    where topic = 'user:' || tests.user_id('carol') and event = 'message' and (payload ->> 'revision')::bigint > tests.kept('revision')::bigint
    order by inserted_at, (payload ->> 'revision')::bigint
  $$,
  $$ values (1::bigint, 5, '0'), (2::bigint, 1, '1') $$,
  'both are announced, the answer first'
);
select tests.sign_in_as('carol');
select is(pg_temp.say('Cherry', 5, 1), 6::bigint, 'an answer within a thread names the message too');
select is((pg_temp.message(1)).thread_count, 2, 'two stand in it');
select is((select unread from public.conversation_list where id = tests.kept('group')::uuid), 5::bigint, 'what stands in a thread is unread like anything else');
select tests.sign_out();
select set_eq(
  'select * from pg_temp.told() where seq >= 5',
  $$ values ('Alice', 'thread_reply', 5::bigint), ('Alice', 'thread_reply', 6), ('Bob', 'reply', 6) $$,
  'who takes part is told, once for each message: Bob of the answer to him'
);
select tests.sign_in_as('alice');
select is(pg_temp.say('Cherry it is', null, 1), 7::bigint, 'Alice ends it');
select tests.sign_out();
select set_eq(
  'select who, event from pg_temp.told() where seq = 7', $$ values ('Bob', 'thread_reply'), ('Carol', 'thread_reply') $$,
  'and those who wrote in it are told'
);
select tests.sign_in_as('carol');
select results_eq(
  $$ select seq from public.messages where conversation_id = tests.kept('group')::uuid and thread_seq = 1 order by seq $$,
  $$ values (5::bigint), (6), (7) $$,
  'a thread is read by its message'
);


-- What has its place

select tests.refused(pg_temp.saying('deeper', null, 5), 400, 'thread_in_thread', 'a thread has no thread in it');
select tests.refused(pg_temp.saying('across', 2, 1), 400, 'reply_elsewhere', 'what stands in a thread answers what stands in it');
select tests.refused(pg_temp.saying('out of it', 5), 400, 'reply_elsewhere', 'and is answered in it');
select is((select (public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'the message above', 1, 1)).reply_to), 1::bigint, 'the message above a thread may be answered in it');

select tests.sign_in_as('alice');
select public.rename_conversation(tests.kept('group')::uuid, 'Cake');
select is((pg_temp.message(9)).kind::text, 'system', 'what happened is said in the conversation');
select tests.refused(pg_temp.saying('why?', 9), 400, 'message_is_system', 'but not answered');
select tests.refused(pg_temp.saying('why?', null, 9), 400, 'message_is_system', 'either way');


-- Who is not there any more is told nothing

select public.remove_member(tests.kept('group')::uuid, tests.user_id('bob'));
select tests.sign_in_as('carol');
select pg_temp.say('Where is Bob?', 2);
select pg_temp.say('Bob?', null, 1);
select tests.sign_out();
select is_empty($$ select * from pg_temp.told() where who = 'Bob' and seq > 9 $$, 'of answers and threads');


-- A withheld message

select tests.sign_in_as('carol');
select tests.keep('count', (pg_temp.message(1)).thread_count);
select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('carol');
select tests.sign_in_as('carol');
select tests.keep('spam', pg_temp.say('Buy cake', null, 1));
select is((select is_withheld from public.messages where conversation_id = tests.kept('group')::uuid and seq = tests.kept('spam')::bigint), true, 'Carol is withheld');
select is((pg_temp.message(1)).thread_count::text, tests.kept('count'), 'her answer is not counted in the thread');
select tests.sign_out();
select is_empty($$ select * from pg_temp.told() where seq = tests.kept('spam')::bigint $$, 'and nobody is told of it');
select tests.sign_in_as('alice');
select tests.refused(pg_temp.saying('what?', tests.kept('spam')::bigint), 404, 'message_not_found', 'to others it is not there to be answered');


-- Many in a thread

select tests.sign_out();
select tests.create_user('w' || n) from generate_series(1, 22) as n;
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Many', array(select tests.user_id('w' || n) from generate_series(1, 22) as n))));
select pg_temp.say('All of you: your names?');
do $$
begin
  for v_n in 1 .. 22 loop
    perform tests.sign_in_as('w' || v_n);
    perform pg_temp.say('I am ' || v_n, null, 1);
  end loop;
end;
$$;
select tests.sign_out();
select is((select count(*) from public.notifications where conversation_id = tests.kept('group')::uuid and seq = 21), 20::bigint, 'twenty who take part in a thread are told at once');
select is((select count(*) from public.notifications where conversation_id = tests.kept('group')::uuid and seq = 23), 0::bigint, 'more of them');
select results_eq($$ select whom, seq from private.callings where conversation_id = tests.kept('group')::uuid order by seq $$, $$ values ('thread', 22::bigint), ('thread', 23::bigint) $$, 'are a row of work');
select is((select array[private.expand_callings(), private.expand_callings(), private.expand_callings()]), array[true, true, false], 'for the job');
select is((select count(*) from public.notifications where conversation_id = tests.kept('group')::uuid and seq = 23 and event = 'thread_reply'), 22::bigint, 'which tells all but the writer');

select finish();
rollback;
