-- Two people have one conversation, whoever starts it.

begin;
select plan(25);
select tests.create_users('alice', 'bob', 'carol');


-- Alice writes first

select tests.sign_in_as('alice');
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select results_eq(
  $$ select kind::text, title, member_count, last_seq, unread, role::text, is_large from public.conversation_list where id = tests.kept('direct')::uuid $$,
  $$ values ('direct', null::text, 2, 0::bigint, 0::bigint, 'member', false) $$,
  'she has a conversation of two people, with nothing in it'
);
select is((select partner ->> 'handle' from public.conversation_list where id = tests.kept('direct')::uuid), 'test_bob', 'which shows her the other person');
select is((select id::text from public.start_direct_conversation(tests.user_id('bob'))), tests.kept('direct'), 'starting it again gives the same one');
select is((select revision from public.conversations where id = tests.kept('direct')::uuid), 1::bigint, 'and changes nothing in it');
select tests.refused($$ select * from public.start_direct_conversation(tests.user_id('alice')) $$, 400, 'cannot_message_yourself', 'there is none with oneself');
select tests.refused($$ select * from public.start_direct_conversation(gen_random_uuid()) $$, 404, 'user_not_found', 'nor with a person who does not exist');
select tests.refused($$ select * from public.start_direct_conversation(null) $$, 404, 'user_not_found', 'nor with nobody');


-- Bob comes from the other side

select tests.sign_in_as('bob');
select is((select id::text from public.start_direct_conversation(tests.user_id('alice'))), tests.kept('direct'), 'he gets the same conversation');
select is((select partner ->> 'handle' from public.conversation_list where id = tests.kept('direct')::uuid), 'test_alice', 'and sees her in it');
select tests.refused(format('select public.rename_conversation(%L, %L)', tests.kept('direct'), 'Ours'), 403, 'pair_is_fixed', 'it has no title to change');
select tests.refused(format('select public.add_members(%L, array[tests.user_id(%L)])', tests.kept('direct'), 'carol'), 403, 'pair_is_fixed', 'nobody can be added');
select tests.refused(format('select public.remove_member(%L, tests.user_id(%L))', tests.kept('direct'), 'alice'), 403, 'pair_is_fixed', 'nobody can be removed');
select tests.refused(format('select public.set_member_role(%L, tests.user_id(%L), %L)', tests.kept('direct'), 'alice', 'admin'), 403, 'pair_is_fixed', 'nobody has a role to change');
select tests.refused(format('select public.leave_conversation(%L)', tests.kept('direct')), 403, 'pair_is_fixed', 'nobody leaves');


-- Carol is a stranger to it

select tests.sign_in_as('carol');
select is_empty(format('select 1 from public.conversations where id = %L', tests.kept('direct')), 'she does not see the conversation');
select is_empty(format('select 1 from public.members where conversation_id = %L', tests.kept('direct')), 'nor who is in it');
select is_empty(format('select 1 from public.conversation_list where id = %L', tests.kept('direct')), 'nor in her list');
select throws_ok(
  format('insert into public.members (conversation_id, user_id, revision) values (%L, tests.user_id(%L), 1)', tests.kept('direct'), 'carol'),
  '42501', null, 'she cannot add herself'
);
select throws_ok(format('update public.conversations set title = %L where id = %L', 'Mine', tests.kept('direct')), '42501', null, 'nor change it');
select throws_ok(format('delete from public.conversations where id = %L', tests.kept('direct')), '42501', null, 'nor delete it');
select throws_ok($$ insert into public.conversations (kind, title) values ('group', 'Mine') $$, '42501', null, 'nor make one past the functions');


-- Nobody in particular

select tests.sign_in_as_anon();
select throws_ok($$ select * from public.conversations $$, '42501', null, 'who is not signed in sees no conversations');
select throws_ok($$ select * from public.start_direct_conversation(tests.user_id('alice')) $$, '42501', null, 'and starts none');


-- The pair in the table

select tests.sign_out();
select is((select count(*) from public.conversations where direct_key like '%' || tests.user_id('alice') || '%'), 1::bigint, 'there is one row for the pair');
select throws_ok(
  $$ insert into public.conversations (kind, direct_key) select 'direct', direct_key from public.conversations where id = tests.kept('direct')::uuid $$,
  '23505', null, 'and the table itself refuses a second'
);

select finish();
rollback;
