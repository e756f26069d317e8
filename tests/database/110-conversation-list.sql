-- The list of one's conversations: last message, unread count, the other person, in the order of what happened last.

begin;
select plan(16);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

select tests.sign_in_as('alice');
select tests.keep('old', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.keep('new', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.keep('empty', (select id from public.create_group('Empty')));
select public.send_message(tests.kept('old')::uuid, gen_random_uuid(), 'first');
select public.send_message(tests.kept('new')::uuid, '0199aaaa-0000-7000-8000-0000000000cc', repeat('é', 200));
-- One transaction has one time; give them different ones.
select tests.sign_out();
update public.conversations set last_message_at = now() - interval '2 hours', created_at = now() - interval '3 hours' where id = tests.kept('old')::uuid;
update public.conversations set last_message_at = now(), created_at = now() - interval '3 hours' where id = tests.kept('new')::uuid;
update public.conversations set created_at = now() - interval '1 hour' where id = tests.kept('empty')::uuid;

select tests.sign_in_as('alice');
select results_eq(
  $$ select id::text from public.conversation_list order by last_activity_at desc $$,
  $$ values (tests.kept('new')), (tests.kept('empty')), (tests.kept('old')) $$,
  'it is in the order of the last message; one without any counts from when it was made'
);
select is((select last_message from public.conversation_list where id = tests.kept('empty')::uuid), null, 'an empty conversation has no last message');
select results_eq(
  $$ select (last_message ->> 'seq')::bigint, last_message ->> 'content', (last_message ->> 'sender_id')::uuid, last_message ->> 'id' from public.conversation_list where id = tests.kept('new')::uuid $$,
  $$ values (1::bigint, repeat('é', 140), tests.user_id('alice'), '0199aaaa-0000-7000-8000-0000000000cc') $$,
  'the last message shows its sender and its first 140 characters'
);
select is((select partner from public.conversation_list where id = tests.kept('new')::uuid), null, 'a group has no other person');
select is(
  (select partner from public.conversation_list where id = tests.kept('old')::uuid),
  (select jsonb_build_object('id', id, 'handle', handle, 'display_name', display_name, 'avatar_url', avatar_url) from public.profiles where id = tests.user_id('bob')),
  'a direct conversation has'
);
select is((select sum(unread) from public.conversation_list), 0::numeric, 'she has nothing to read');

select tests.sign_in_as('bob');
select results_eq(
  $$ select id::text, unread, role::text from public.conversation_list order by last_activity_at desc $$,
  $$ values (tests.kept('new'), 1::bigint, 'member'), (tests.kept('old'), 1, 'member') $$,
  'he has his own list, with what he has not read'
);
select is((select receipts_mark from public.conversation_list where id = tests.kept('old')::uuid), 0::bigint, 'nobody has received anything yet');
select public.mark_delivered(jsonb_build_object(tests.kept('old'), 1));
select is((select receipts_mark from public.conversation_list where id = tests.kept('old')::uuid), 1::bigint, 'the mark of receipts counts what was delivered');
select public.mark_read(jsonb_build_object(tests.kept('old'), 1));
select is((select receipts_mark from public.conversation_list where id = tests.kept('old')::uuid), 2::bigint, 'and what was read');
select throws_ok($$ update public.conversation_list set unread = 0 $$, null, null, 'a list is only read');

select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.conversation_list $$, 'who is in none has an empty list');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.conversation_list $$, '42501', null, 'who is not signed in has none');
select tests.sign_in_as_service();
select throws_ok($$ select * from public.conversation_list $$, '42501', null, 'nor has the server, who is nobody');

select tests.sign_out();
delete from auth.users where id = tests.user_id('bob');
select tests.sign_in_as('alice');
select results_eq(
  $$ select partner, member_count from public.conversation_list where id = tests.kept('old')::uuid $$,
  $$ values (null::jsonb, 1) $$,
  'when the other person''s account is gone, the conversation stays, without them'
);
select is((select count(*) from public.messages where conversation_id = tests.kept('old')::uuid and kind = 'text'), 1::bigint, 'with what was said');

select finish();
rollback;
