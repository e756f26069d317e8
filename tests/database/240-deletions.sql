-- Deleting for everybody: the number stays, all that was said is gone.

begin;
select plan(54);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));

create function pg_temp.del(of bigint)
returns public.messages
language sql
as $$
  select public.delete_message(tests.kept('group')::uuid, of)
$$;
create function pg_temp.deleting(of bigint)
returns text
language sql
as $$
  select format('select public.delete_message(%L, %s)', tests.kept('group'), of)
$$;
create function pg_temp.message(of bigint)
returns public.messages
language sql
as $$
  select m from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.seq = of
$$;
create function pg_temp.say(content text, reply_to bigint default null, thread_seq bigint default null)
returns bigint
language sql
as $$
  select (public.send_message(tests.kept('group')::uuid, gen_random_uuid(), content, reply_to, thread_seq)).seq
$$;
create function pg_temp.revision()
returns bigint
language sql
as $$
  select revision from public.conversations where id = tests.kept('group')::uuid
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- All that hung on it

select tests.sign_in_as('bob');
select pg_temp.say('a secret for @test_alice');
select public.edit_message(tests.kept('group')::uuid, 1, 'the secret for @test_alice');
select tests.sign_in_as('carol');
select public.add_reaction(tests.kept('group')::uuid, 1, '😮');
select pg_temp.say('Really?', 1);
select tests.sign_in_as('alice');
select public.pin_message(tests.kept('group')::uuid, 1);
select tests.keep('before', pg_temp.revision());
select tests.sign_in_as('bob');
select is((pg_temp.del(1)).deleted_by, tests.user_id('bob'), 'Bob deletes what he said');
select is(pg_temp.revision(), tests.kept('before')::bigint + 1, 'which is one change');
select results_eq(
  $$ select content, mentions, reactions, pinned_at, edited_at, deleted_at is not null, seq, sender_id from pg_temp.message(1) $$,
  $$ values ('', '{}'::uuid[], '{}'::jsonb, null::timestamptz, null::timestamptz, true, 1::bigint, tests.user_id('bob')) $$,
  'nothing is left but its number, its sender and that it was deleted'
);
select is_empty($$ select 1 from public.message_edits $$, 'not what it said before');
select is_empty($$ select 1 from public.reactions $$, 'nor who reacted');
select is((pg_temp.message(2)).reply_to, 1::bigint, 'an answer points to what is left');
select is((pg_temp.del(1)).revision, tests.kept('before')::bigint + 1, 'repeating it changes nothing');
select is(pg_temp.revision(), tests.kept('before')::bigint + 1, 'and takes no revision');
select tests.sign_in_as('carol');
select is((select unread from public.conversation_list), 1::bigint, 'it goes on counting for who has not read it');
select is(public.sync(jsonb_build_object(tests.kept('group'), tests.kept('before')::int)) #>> '{conversations,0,messages,0,content}', '', 'sync() brings that it is gone');
select tests.sign_out();
select is_empty($$ select 1 from realtime.messages where (payload ->> 'revision')::int > tests.kept('before')::int and payload::text like '%secret%' $$, 'as does the announcement');
select is((select count(*) from realtime.messages where event = 'message' and (payload ->> 'revision')::int > tests.kept('before')::int), 3::bigint, 'to each member');


-- Nothing can be done with it

select tests.sign_in_as('bob');
select tests.refused(format('select public.edit_message(%L, 1, %L)', tests.kept('group'), 'x'), 410, 'message_deleted', 'it is not edited');
select tests.refused(format('select public.add_reaction(%L, 1, %L)', tests.kept('group'), '👍'), 410, 'message_deleted', 'nor reacted to');
select tests.refused(format('select public.remove_reaction(%L, 1, %L)', tests.kept('group'), '👍'), 410, 'message_deleted', 'either way');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L, 1)', tests.kept('group'), 'x'), 410, 'message_deleted', 'nor answered');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L, null, 1)', tests.kept('group'), 'x'), 410, 'message_deleted', 'nor made a thread');
select tests.refused(format('select public.forward_message(%L, 1, array[%L]::uuid[])', tests.kept('group'), tests.kept('group')), 410, 'message_deleted', 'nor forwarded');
select tests.sign_in_as('alice');
select tests.refused(format('select public.pin_message(%L, 1)', tests.kept('group')), 410, 'message_deleted', 'nor pinned');
select lives_ok(format('select public.unpin_message(%L, 1)', tests.kept('group')), 'that it is not pinned any more is no error');


-- Who may

select tests.sign_in_as('carol');
select pg_temp.say('something bad');
select tests.keep('bad', (select last_seq from public.conversations where id = tests.kept('group')::uuid));
select tests.sign_in_as('bob');
select tests.refused(pg_temp.deleting(tests.kept('bad')::bigint), 403, 'not_allowed', 'a member does not delete what somebody else said');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.deleting(tests.kept('bad')::bigint), 403, 'not_a_member', 'nor does a stranger');
select tests.refused(format('select public.delete_message(%L, 1)', gen_random_uuid()), 404, 'conversation_not_found', 'of nowhere');
select tests.sign_in_as('alice');
select results_eq(
  $$ select deleted_by, sender_id from pg_temp.del(tests.kept('bad')::bigint) $$,
  $$ values (tests.user_id('alice'), tests.user_id('carol')) $$,
  'the owner does, and it says who did'
);
select tests.sign_in_as('carol');
select is((pg_temp.del(tests.kept('bad')::bigint)).deleted_by, tests.user_id('alice'), 'it stays said when its sender deletes it after that');
select tests.sign_in_as('bob');
select tests.refused(pg_temp.deleting(tests.kept('bad')::bigint), 403, 'not_allowed', 'who may not delete it may not delete it again');
select tests.refused(pg_temp.deleting(99), 404, 'message_not_found', 'nor what is not there');
select tests.refused(pg_temp.deleting(3), 400, 'message_is_system', 'nor what the system says');
select throws_ok($$ delete from public.messages $$, '42501', null, 'nor anything past the function');
select tests.sign_in_as_anon();
select throws_ok(pg_temp.deleting(1), '42501', null, 'who is not signed in deletes nothing');


select tests.sign_out();
select results_eq(
  $$ select action, actor_id, subject_id, details, conversation_id::text from public.audit_log $$,
  $$ values ('message_deleted', tests.user_id('alice'), tests.user_id('carol'), jsonb_build_object('seq', tests.kept('bad')::int), tests.kept('group')) $$,
  'what somebody deleted of somebody else is in the audit log, and nothing else'
);


-- A thread

select tests.sign_in_as('alice');
select tests.keep('root', pg_temp.say('A thread'));
select tests.sign_in_as('bob');
select tests.keep('first', pg_temp.say('one', null, tests.kept('root')::bigint));
select tests.keep('second', pg_temp.say('two', null, tests.kept('root')::bigint));
select tests.sign_out();
update public.messages set created_at = now() - interval '1 hour' where seq = tests.kept('first')::bigint and conversation_id = tests.kept('group')::uuid;
select tests.keep('before', pg_temp.revision());
select tests.sign_in_as('bob');
select pg_temp.del(tests.kept('second')::bigint);
select is(pg_temp.revision(), tests.kept('before')::bigint + 2, 'deleting in a thread changes two messages');
select results_eq(
  $$ select r.thread_count, r.thread_last_at, r.revision from pg_temp.message(tests.kept('root')::bigint) r $$,
  $$ select 1, f.created_at, tests.kept('before')::bigint + 2 from pg_temp.message(tests.kept('first')::bigint) f $$,
  'the one above counts what is left, and knows the newest of it'
);
select pg_temp.del(tests.kept('first')::bigint);
select results_eq(
  $$ select thread_count, thread_last_at from pg_temp.message(tests.kept('root')::bigint) $$, $$ values (0, null::timestamptz) $$,
  'down to none'
);
select pg_temp.del(tests.kept('first')::bigint);
select is((pg_temp.message(tests.kept('root')::bigint)).thread_count, 0, 'and not below');
select tests.keep('third', pg_temp.say('three', null, tests.kept('root')::bigint));
select tests.sign_in_as('alice');
select pg_temp.del(tests.kept('root')::bigint);
select is((pg_temp.message(tests.kept('third')::bigint)).content, 'three', 'when the one above is deleted, the thread is still there to be read');
select is((pg_temp.message(tests.kept('root')::bigint)).thread_count, 1, 'and found');
select tests.sign_in_as('bob');
select lives_ok(pg_temp.deleting(tests.kept('third')::bigint), 'and its messages can still be deleted');
select is((pg_temp.message(tests.kept('root')::bigint)).thread_count, 0, 'which is counted');


-- A poll

select tests.sign_in_as('alice');
select tests.keep('poll', (public.create_poll(tests.kept('group')::uuid, gen_random_uuid(), 'Tea?', array['yes', 'no'])).seq);
select tests.sign_in_as('bob');
select public.vote(tests.kept('group')::uuid, tests.kept('poll')::bigint, '{0}');
select tests.sign_in_as('alice');
select results_eq($$ select kind::text, poll from pg_temp.del(tests.kept('poll')::bigint) $$, $$ values ('poll', null::jsonb) $$, 'of a poll, that it was one');
select is_empty($$ select 1 from public.poll_votes $$, 'but no votes');
select tests.sign_in_as('bob');
select tests.refused(format('select public.vote(%L, %s, %L)', tests.kept('group'), tests.kept('poll'), '{1}'), 410, 'message_deleted', 'nor any new ones');


-- A message that its sender alone sees

select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('carol');
select tests.sign_in_as('carol');
select tests.keep('spam', pg_temp.say('Buy cake'));
select tests.sign_in_as('alice');
select tests.refused(pg_temp.deleting(tests.kept('spam')::bigint), 404, 'message_not_found', 'is not there for others to delete');
select tests.sign_in_as('carol');
select is((pg_temp.del(tests.kept('spam')::bigint)).content, '', 'she may');


-- What disappears

select tests.sign_out();
update private.senders set is_withheld = false;
select tests.sign_in_as('bob');
select tests.keep('brief', pg_temp.say('brief'));
select tests.sign_out();
update public.messages set expires_at = now() where conversation_id = tests.kept('group')::uuid and seq = tests.kept('brief')::bigint;
select tests.sign_in_as('bob');
select tests.refused(format('select public.edit_message(%L, %s, %L)', tests.kept('group'), tests.kept('brief'), 'x'), 410, 'message_deleted', 'whose time is over is as good as deleted');
select lives_ok(pg_temp.deleting(tests.kept('brief')::bigint), 'and can be');

select tests.sign_in_as('alice');
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select public.send_message(tests.kept('direct')::uuid, gen_random_uuid(), 'mine');
select tests.sign_in_as('bob');
select tests.refused(format('select public.delete_message(%L, 1)', tests.kept('direct')), 403, 'not_allowed', 'of two people, neither deletes what the other said');
select tests.sign_in_as('alice');
select lives_ok(format('select public.delete_message(%L, 1)', tests.kept('direct')), 'each deletes their own');



-- In a conversation that is closed

select tests.sign_in_as('bob');
select tests.keep('last', pg_temp.say('the last word'));
select tests.keep('poll', (public.create_poll(tests.kept('group')::uuid, gen_random_uuid(), 'Tea?', array['yes', 'no'])).seq);
select tests.sign_out();
update public.conversations set closed_at = now() where id = tests.kept('group')::uuid;
select tests.sign_in_as('bob');
select tests.refused(format('select public.edit_message(%L, %s, %L)', tests.kept('group'), tests.kept('last'), 'x'), 403, 'conversation_closed', 'what was said is not edited');
select tests.refused(format('select public.add_reaction(%L, %s, %L)', tests.kept('group'), tests.kept('last'), '👍'), 403, 'conversation_closed', 'nor reacted to');
select tests.refused(format('select public.pin_message(%L, %s)', tests.kept('group'), tests.kept('last')), 403, 'conversation_closed', 'nor pinned');
select tests.refused(format('select public.unpin_message(%L, %s)', tests.kept('group'), tests.kept('last')), 403, 'conversation_closed', 'nor unpinned');
select tests.refused(format('select public.vote(%L, %s, %L)', tests.kept('group'), tests.kept('poll'), '{0}'), 403, 'conversation_closed', 'nor voted on');
select lives_ok(pg_temp.deleting(tests.kept('last')::bigint), 'but can still be taken away');

select finish();
rollback;
