-- What Alice has begun to write is on all her devices, and gone once it is sent, in whatever order things arrive.

begin;
select plan(35);
select tests.create_users('alice', 'bob', 'mallory');

create function pg_temp.draft(content text, saved_at timestamptz, id uuid default '0199aaaa-0000-7000-8000-000000000001', thread_seq bigint default null)
returns public.drafts
language sql
as $$
  select public.save_draft(tests.kept('chat')::uuid, id, content, saved_at, thread_seq)
$$;
create function pg_temp.synced()
returns text[]
language sql
as $$
  select array_agg(r #>> '{row,content}' order by (r ->> 'revision')::bigint)
  from jsonb_array_elements(public.sync('{}', 0) #> '{personal,rows}') r
  where r ->> 'table' = 'drafts'
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('alice');
select tests.keep('chat', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.keep('noon', date_trunc('hour', now()) - interval '1 day');


-- Writing

select is((pg_temp.draft('Dear B', tests.kept('noon')::timestamptz)).content, 'Dear B', 'what is begun is kept');
select is((pg_temp.draft('Dear Bob', tests.kept('noon')::timestamptz + interval '5 s')).content, 'Dear Bob', 'and goes on');
select results_eq($$ select content, thread_seq, id from public.drafts $$, $$ values ('Dear Bob', 0::bigint, '0199aaaa-0000-7000-8000-000000000001'::uuid) $$, 'there is one for the conversation');
select is(pg_temp.synced(), array['Dear Bob'], 'sync() brings it');
select is((pg_temp.draft('Dear', tests.kept('noon')::timestamptz + interval '3 s')).content, 'Dear Bob', 'an older device is told of the newer one');
select is((pg_temp.draft('Dear Bob', tests.kept('noon')::timestamptz + interval '5 s')).revision, 2::bigint, 'repeating it changes nothing');
select is((pg_temp.draft('From the tablet', tests.kept('noon')::timestamptz + interval '9 s', '0199aaaa-0000-7000-8000-000000000002')).content, 'From the tablet', 'another device goes on with a text of its own');
select is((pg_temp.draft('Dear Bob, late', tests.kept('noon')::timestamptz + interval '8 s')).content, 'From the tablet', 'which what was written before it does not replace');
select is((pg_temp.draft('from the future', now() + interval '1 year')).saved_at <= clock_timestamp(), true, 'a clock that is ahead does not silence the others');
select is((pg_temp.draft('and on', clock_timestamp())).content, 'and on', 'they go on');


-- Emptying

select is((pg_temp.draft('', clock_timestamp())).content, '', 'an empty one is gone');
select is_empty($$ select 1 from public.drafts $$, 'it is not there any more');
select is(pg_temp.synced(), array[''], 'sync() tells that it is gone');
select is((pg_temp.draft('what came late', now() - interval '1 minute')).content, '', 'and what was written before that does not bring it back');
select is((public.save_draft(tests.kept('chat')::uuid, gen_random_uuid(), '', now(), 77)).content, '', 'emptied in a thread before anything of it came');
select is((public.save_draft(tests.kept('chat')::uuid, gen_random_uuid(), 'late', now() - interval '1 s', 77)).content, '', 'what was written before comes too late there as well');


-- Threads

select pg_temp.draft('in the thread', clock_timestamp(), gen_random_uuid(), 1);
select pg_temp.draft('in the chat', clock_timestamp());
select set_eq($$ select thread_seq, content from public.drafts $$, $$ values (0::bigint, 'in the chat'), (1, 'in the thread') $$, 'a thread has one of its own');


-- Sending

select tests.keep('before', (select max(revision) from public.drafts));
select public.send_message(tests.kept('chat')::uuid, '0199aaaa-0000-7000-8000-000000000001', 'in the chat');
select results_eq($$ select thread_seq, content from public.drafts $$, $$ values (1::bigint, 'in the thread') $$, 'sent, it is gone, and no other');
select ok(not 'in the chat' = any (pg_temp.synced()), 'sync() does not bring it any more');
select is((pg_temp.draft('in the chat', clock_timestamp())).content, '', 'what is saved after it was sent is nothing');
select is((pg_temp.draft('the next one', clock_timestamp(), '0199aaaa-0000-7000-8000-000000000003')).content, 'the next one', 'the next one is');
select public.send_message(tests.kept('chat')::uuid, '0199aaaa-0000-7000-8000-000000000003', 'the next one');
select tests.sign_out();
select is((select count(*) from public.drafts where content = 'the next one'), 1::bigint, 'a send writes no draft: it is a copy that is left');
select is(private.empty_sent_drafts(), 1, 'which the sweep empties');
select is((select count(*) from public.drafts where content = 'the next one'), 0::bigint, 'so that nothing of it stays');
select is(private.empty_sent_drafts(), 0, 'once');
select tests.sign_in_as('alice');
select pg_temp.draft('an old one', now() - interval '2 days', '0199aaaa-0000-7000-8000-000000000004', 5);
select public.send_message(tests.kept('chat')::uuid, '0199aaaa-0000-7000-8000-000000000004', 'an old one');
select tests.sign_out();
select is(private.empty_sent_drafts(), 0, 'one that was written long before is left to the daily sweep');
select is(private.empty_sent_drafts('100 years'), 1, 'which finds it');


-- What cannot be

select tests.sign_in_as('alice');
select tests.refused(format('select public.save_draft(%L, gen_random_uuid(), %L)', tests.kept('chat'), repeat('x', 5001)), 400, 'message_too_long', 'no longer than a message');
select throws_ok(format('select public.save_draft(%L, null, %L)', tests.kept('chat'), 'x'), '23502', null, 'it has the id of a message');


-- The others

select pg_temp.draft('a secret', clock_timestamp(), gen_random_uuid());
select is((select count(*) from public.drafts), 2::bigint, 'drafts_select allows the writer');
select throws_ok($$ update public.drafts set content = 'x' $$, '42501', null, 'nobody writes past the functions');
select tests.sign_in_as('bob');
select is_empty($$ select 1 from public.drafts $$, 'drafts_select denies a stranger to them, the one who will read the message');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.save_draft(%L, gen_random_uuid(), %L)', tests.kept('chat'), 'x'), 403, 'not_a_member', 'who is not in it writes nothing there');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.drafts $$, '42501', null, 'drafts_select denies anon');
select throws_ok(format('select public.save_draft(%L, gen_random_uuid(), %L)', tests.kept('chat'), 'x'), '42501', null, 'who calls nothing either');

select finish();
rollback;
