-- Editing: by the same rules as sending, and what it said before stays readable.

begin;
select plan(41);
select tests.create_users('alice', 'bob', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));

create function pg_temp.edit(content text, seq bigint default 1)
returns public.messages
language sql
as $$
  select public.edit_message(tests.kept('group')::uuid, edit.seq, edit.content)
$$;
create function pg_temp.editing(content text, seq bigint default 1)
returns text
language sql
as $$
  select format('select public.edit_message(%L, %s, %L)', tests.kept('group'), seq, content)
$$;
create function pg_temp.revision()
returns bigint
language sql
as $$
  select revision from public.conversations where id = tests.kept('group')::uuid
$$;
create function pg_temp.history()
returns table (version int, content text)
language sql
as $$
  select e.version, e.content from public.message_edits e where e.conversation_id = tests.kept('group')::uuid and e.seq = 1
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Helo');
select tests.keep('before', pg_temp.revision());
select results_eq(
  $$ select seq, content, edited_at is not null, revision from pg_temp.edit('Hello') $$,
  $$ values (1::bigint, 'Hello', true, tests.kept('before')::bigint + 1) $$,
  'Alice edits what she has written'
);
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 1::bigint, 'which is no new message');
select is((pg_temp.edit('Hello')).revision, tests.kept('before')::bigint + 1, 'repeating it changes nothing');
select is(pg_temp.revision(), tests.kept('before')::bigint + 1, 'and takes no revision');
select is((pg_temp.edit('Hello, all')).content, 'Hello, all', 'she edits it again');
select set_eq('select * from pg_temp.history()', $$ values (1, 'Helo'), (2, 'Hello') $$, 'what it said before is kept');
select results_eq(
  $$ select e.written_at = m.created_at, e.replaced_at <= m.edited_at from public.message_edits e join public.messages m using (conversation_id, seq) where e.version = 1 $$,
  $$ values (true, true) $$,
  'with its times'
);
select tests.sign_in_as('bob');
select is((select content from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1), 'Hello, all', 'Bob reads the new content');
select set_eq('select * from pg_temp.history()', $$ values (1, 'Helo'), (2, 'Hello') $$, 'and may read the old');
select is((select unread from public.conversation_list), 1::bigint, 'an edit is not unread');
select is((select last_message ->> 'content' from public.conversation_list), 'Hello, all', 'the list shows it');
select is(public.sync(jsonb_build_object(tests.kept('group'), tests.kept('before')::int)) #>> '{conversations,0,messages,0,content}', 'Hello, all', 'sync() brings it');
select tests.sign_out();
select is(
  (select count(*) from realtime.messages where event = 'message' and topic = 'user:' || tests.user_id('bob') and payload #>> '{message,content}' = 'Hello, all'),
  1::bigint, 'and it was announced once'
);


-- Only one's own, only as one may send

select tests.sign_in_as('bob');
select tests.refused(pg_temp.editing('Hacked'), 403, 'not_allowed', 'nobody edits what somebody else said');
select tests.sign_in_as('alice');
select tests.refused(pg_temp.editing('   '), 400, 'message_blank', 'it does not become empty');
select tests.refused($$ select public.edit_message(tests.kept('group')::uuid, 1, null) $$, 400, 'message_blank', 'nor nothing');
select tests.refused(pg_temp.editing(repeat('x', 5001)), 400, 'message_too_long', 'nor too long');
select lives_ok(pg_temp.editing(repeat('x', 5000)), 'the longest is as long as the longest message');
select tests.refused(pg_temp.editing('x', 99), 404, 'message_not_found', 'what is not there cannot be edited');
select public.rename_conversation(tests.kept('group')::uuid, 'Renamed');
select tests.refused(pg_temp.editing('x', 2), 400, 'message_is_system', 'nor what the system says');
select public.create_poll(tests.kept('group')::uuid, gen_random_uuid(), 'Tea?', array['yes', 'no']);
select tests.refused(pg_temp.editing('Coffee?', 3), 400, 'poll_is_fixed', 'nor a poll');
select throws_ok($$ update public.messages set content = 'x' $$, '42501', null, 'nor anything past the function');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.editing('x'), 403, 'not_a_member', 'a stranger edits nothing');


-- Within a time, if the operator says so

select tests.sign_out();
update private.settings set edit_window = '15 minutes';
update public.messages set created_at = now() - interval '16 minutes' where conversation_id = tests.kept('group')::uuid and seq = 1;
select tests.keep('content', (select content from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1));
select tests.sign_in_as('alice');
select tests.refused(pg_temp.editing('Too late'), 403, 'edit_too_late', 'what is older stays as it is');
select lives_ok(pg_temp.editing(tests.kept('content')), 'repeating an edit that was in time is no edit');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'new');
select lives_ok(pg_temp.editing('newer', 4), 'what is younger may be edited');
select tests.sign_out();
update private.settings set edit_window = null;


-- Names

select tests.sign_in_as('alice');
select is((pg_temp.edit('Hello, @test_bob', 4)).mentions, array[tests.user_id('bob')], 'a name that is put in is a mention');
select tests.sign_out();
select results_eq(
  $$ select user_id, event, seq from public.notifications $$, $$ values (tests.user_id('bob'), 'mention', 4::bigint) $$,
  'of which the named one is told'
);
select tests.sign_in_as('alice');
select is((pg_temp.edit('Hello', 4)).mentions, '{}', 'and one that is taken out is none');
select is((pg_temp.edit('Hello again, @test_bob', 4)).mentions, array[tests.user_id('bob')], 'put in again');
select tests.sign_out();
select is((select count(*) from public.notifications), 1::bigint, 'it is not told again');


-- Where nothing is edited

insert into public.listings (id, seller_id, title, price_minor, currency) values (tests.user_id('deal'), tests.user_id('alice'), 'Bicycle', 1, 'EUR');
insert into public.conversations (id, kind, listing_id) values (tests.user_id('deal'), 'negotiation', tests.user_id('deal'));
insert into public.members (conversation_id, user_id, revision)
select tests.user_id('deal'), tests.user_id(n), 1 from unnest(array['alice', 'bob']) as n;
insert into public.messages (conversation_id, seq, sender_id, content, revision) values (tests.user_id('deal'), 1, tests.user_id('alice'), 'My last word', 1);
select tests.sign_in_as('alice');
select tests.refused($$ select public.edit_message(tests.user_id('deal'), 1, 'Not quite') $$, 403, 'not_allowed', 'what is said in a negotiation stays');
select tests.refused($$ select public.delete_message(tests.user_id('deal'), 1) $$, 403, 'not_allowed', 'nor is it deleted');


-- Who is withheld by now

select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('alice');
select tests.sign_in_as('alice');
select tests.keep('before', pg_temp.revision());
select isnt((pg_temp.edit('Buy cake', 1)).content, 'Buy cake', 'does not put anything into what all can read');
select is(pg_temp.revision(), tests.kept('before')::bigint, 'without a trace');


-- Who may read the history

select tests.sign_out();
update private.senders set is_withheld = false where user_id = tests.user_id('alice');
select tests.sign_in_as('bob');
select isnt_empty('select * from pg_temp.history()', 'message_edits_select allows a member');
select throws_ok($$ delete from public.message_edits $$, '42501', null, 'who does not change it');
select tests.sign_in_as('mallory');
select is_empty('select * from pg_temp.history()', 'message_edits_select denies a stranger');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('bob'));
select tests.sign_in_as('bob');
select is_empty('select * from pg_temp.history()', 'message_edits_select denies an ex-member');
select tests.sign_in_as_anon();
select throws_ok($$ select 1 from public.message_edits $$, '42501', null, 'message_edits_select denies anon');
select throws_ok(pg_temp.editing('x'), '42501', null, 'who edits nothing either');

select finish();
rollback;
