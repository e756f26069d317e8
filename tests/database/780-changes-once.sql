-- A change with an id is made once: a request that comes again, however late, does not undo what was done in between.

begin;
select plan(25);
select tests.create_users('alice', 'bob', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Helo');
select public.create_poll(tests.kept('group')::uuid, gen_random_uuid(), 'Tea?', array['yes', 'no']);

create function pg_temp.id(n int)
returns uuid
language sql
as $$
  select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid
$$;
create function pg_temp.edit(content text, n int)
returns text
language sql
as $$
  select content from public.edit_message(tests.kept('group')::uuid, 1, edit.content, pg_temp.id(n))
$$;
create function pg_temp.revision()
returns bigint
language sql
as $$
  select revision from public.conversations where id = tests.kept('group')::uuid
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- Edits

select is(pg_temp.edit('Hello', 1), 'Hello', 'an edit with an id is made');
select is(pg_temp.edit('Hello, all', 2), 'Hello, all', 'another one, too');
select tests.keep('revision', pg_temp.revision());
select is(pg_temp.edit('Hello', 1), 'Hello, all', 'the first one, coming late, changes nothing, and is told what the message says by now');
select is(pg_temp.revision(), tests.kept('revision')::bigint, 'and takes no revision');
select is((select count(*) from public.message_edits where seq = 1), 2::bigint, 'nor a place in the history');
select is((public.edit_message(tests.kept('group')::uuid, 1, 'Hello')).content, 'Hello', 'without an id it is a new edit');
select is(pg_temp.edit('Hello again', 3), 'Hello again', 'as it is with another id');
select tests.refused($$ select pg_temp.edit('   ', 4) $$, 400, 'message_blank', 'what is refused');
select is(pg_temp.edit('Not blank', 4), 'Not blank', 'was not made: its id is free');
select tests.sign_out();
update private.settings set edit_window = '15 minutes';
update public.messages set created_at = now() - interval '16 minutes', edited_at = now() where seq = 1 and conversation_id = tests.kept('group')::uuid;
select tests.sign_in_as('alice');
select lives_ok($$ select pg_temp.edit('Hello', 1) $$, 'what was in time is not refused when it comes again too late');
select tests.sign_out();
update private.settings set edit_window = null;


-- Reactions

select tests.sign_in_as('bob');
select isnt((public.add_reaction(tests.kept('group')::uuid, 1, '👍', pg_temp.id(11))).reactions, '{}', 'Bob reacts');
select is((public.remove_reaction(tests.kept('group')::uuid, 1, '👍', pg_temp.id(12))).reactions, '{}', 'and takes it back');
select is((public.add_reaction(tests.kept('group')::uuid, 1, '👍', pg_temp.id(11))).reactions, '{}', 'his reaction, coming late, does not come back');
select isnt((public.add_reaction(tests.kept('group')::uuid, 1, '👍', pg_temp.id(13))).reactions, '{}', 'given anew it does');
select isnt((public.remove_reaction(tests.kept('group')::uuid, 1, '👍', pg_temp.id(12))).reactions, '{}', 'and is not taken away by what came before');


-- Pins

select tests.sign_in_as('alice');
select isnt((public.pin_message(tests.kept('group')::uuid, 1, pg_temp.id(21))).pinned_at, null, 'Alice pins');
select is((public.unpin_message(tests.kept('group')::uuid, 1, pg_temp.id(22))).pinned_at, null, 'and unpins');
select is((public.pin_message(tests.kept('group')::uuid, 1, pg_temp.id(21))).pinned_at, null, 'which her first request, coming late, does not undo');
select tests.sign_out();
select is(
  (select count(*) from public.messages where conversation_id = tests.kept('group')::uuid and system ->> 'code' = 'message_pinned'),
  1::bigint, 'nor is it said again'
);


-- Votes

select tests.sign_in_as('bob');
select is((public.vote(tests.kept('group')::uuid, 2, '{0}', pg_temp.id(31))).poll #>> '{options,0,votes}', '1', 'Bob votes');
select is((public.vote(tests.kept('group')::uuid, 2, '{1}', pg_temp.id(32))).poll #>> '{options,1,votes}', '1', 'and otherwise');
select is((public.vote(tests.kept('group')::uuid, 2, '{0}', pg_temp.id(31))).poll #>> '{options,0,votes}', '0', 'which his first request, coming late, does not undo');
select is((public.retract_vote(tests.kept('group')::uuid, 2, pg_temp.id(33))).poll #>> '{voters}', '0', 'he takes it back');
select is((public.vote(tests.kept('group')::uuid, 2, '{1}', pg_temp.id(32))).poll #>> '{voters}', '0', 'and it stays so');


-- Nobody reads the ids

select throws_ok('select 1 from private.changes_made', '42501', null, 'the ids are nobody''s to read');

select finish();
rollback;
