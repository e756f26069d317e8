-- A message has an id made by its sender: however often it is sent, it is stored once.

begin;
select plan(20);
select tests.create_users('alice', 'bob');
select tests.sign_in_as('alice');
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select tests.keep('id', '0199aaaa-0000-7000-8000-0000000000aa'::uuid);

select is((public.send_message(tests.kept('direct')::uuid, tests.kept('id')::uuid, 'Once')).seq, 1::bigint, 'Alice sends a message');
select is((public.send_message(tests.kept('direct')::uuid, gen_random_uuid(), 'Another')).seq, 2::bigint, 'and another one');
select tests.keep('revision', (select revision from public.conversations where id = tests.kept('direct')::uuid));

select results_eq(
  $$ select seq, content, revision from public.send_message(tests.kept('direct')::uuid, tests.kept('id')::uuid, 'Once') $$,
  $$ values (1::bigint, 'Once', 2::bigint) $$,
  'the same id gives the first row back'
);
select is((public.send_message(tests.kept('direct')::uuid, tests.kept('id')::uuid, 'Changed my mind')).content, 'Once', 'whatever comes with it');
select is((public.send_message(tests.kept('group')::uuid, tests.kept('id')::uuid, 'Once')).conversation_id::text, tests.kept('direct'), 'and wherever it is sent to');
select is((select count(*) from public.messages where id = tests.kept('id')::uuid), 1::bigint, 'it is stored once');
select results_eq(
  $$ select last_seq, revision::text from public.conversations where id = tests.kept('direct')::uuid $$,
  $$ select 2::bigint, tests.kept('revision') $$,
  'repeating took no number and no revision'
);
select results_eq(
  $$ select last_seq, revision, last_message_at from public.conversations where id = tests.kept('group')::uuid $$,
  $$ values (0::bigint, 1::bigint, null::timestamptz) $$,
  'there or elsewhere'
);
select is((select sent_count from public.members where conversation_id = tests.kept('direct')::uuid and user_id = tests.user_id('alice')), 2::bigint, 'and is not counted as sent');
select is((public.send_message(tests.kept('direct')::uuid, gen_random_uuid(), 'Third')).seq, 3::bigint, 'the next message has the next number');

select tests.refused(
  format('insert into public.messages (conversation_id, id, content) values (%L, %L, %L)', tests.kept('direct'), tests.kept('id'), 'Once'),
  409, 'message_id_taken', 'by REST, repeating is refused with the reason'
);
select is((select last_seq from public.conversations where id = tests.kept('direct')::uuid), 3::bigint, 'and takes no number either');

select tests.sign_in_as('bob');
select results_eq(
  $$ select seq, sender_id from public.send_message(tests.kept('direct')::uuid, tests.kept('id')::uuid, 'Mine') $$,
  $$ values (4::bigint, tests.user_id('bob')) $$,
  'another person''s id is another message, even if it is the same'
);


-- For ever

select tests.sign_out();
update public.messages set created_at = now() - interval '10 years' where id = tests.kept('id')::uuid;
delete from private.senders;
select tests.sign_in_as('alice');
select is((public.send_message(tests.kept('direct')::uuid, tests.kept('id')::uuid, 'Once')).seq, 1::bigint, 'years later it is still the same message');
select tests.sign_out();
select is_empty($$ select 1 from private.senders $$, 'and repeating takes nothing from what she may send');

select tests.keep('announced', (select count(*) from realtime.messages));
select tests.sign_in_as('alice');
select public.send_message(tests.kept('direct')::uuid, tests.kept('id')::uuid, 'Once');
select tests.sign_out();
select is((select count(*)::text from realtime.messages), tests.kept('announced'), 'nor is anything announced again');


-- Also when she is not there any more

select tests.sign_in_as('alice');
select is((public.send_message(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-0000000000bb', 'Before I go')).seq, 1::bigint, 'she writes to the group');
select public.leave_conversation(tests.kept('group')::uuid);
-- Her client may not have got the answer before she left: it must learn that the message was said, not that it was refused.
select is(
  (public.send_message(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-0000000000bb', 'Before I go')).seq, 1::bigint,
  'after she left, repeating it says that it was sent'
);
select tests.refused(
  format('select public.send_message(%L, %L, %L)', tests.kept('group'), gen_random_uuid(), 'And another thing'),
  403, 'not_a_member', 'but nothing new'
);
select is_empty($$ select 1 from public.messages where conversation_id = tests.kept('group')::uuid $$, 'and she reads nothing there any more');

select finish();
rollback;
