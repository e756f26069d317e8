-- Delivered and read: watermarks that only rise, a log that keeps the times, and a status for each message and recipient.

begin;
select plan(43);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.marks(seq bigint)
returns jsonb
language sql
as $$
  select jsonb_build_object(tests.kept('group'), seq)
$$;
create function pg_temp.statuses(of bigint)
returns table (recipient uuid, status text)
language sql
as $$
  select s.recipient_id, s.status from public.message_statuses s where s.conversation_id = tests.kept('group')::uuid and s.seq = of
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'message ' || n) from generate_series(1, 5) as n;
select set_eq($$ select * from pg_temp.statuses(1) $$, $$ values (tests.user_id('bob'), 'sent'), (tests.user_id('carol'), 'sent') $$, 'at first a message is sent, to everybody but its sender');


-- Bob's device receives, then Bob reads

select tests.sign_in_as('bob');
select results_eq(
  $$ select delivered_seq, read_seq, unread from public.mark_delivered(pg_temp.marks(3)) $$,
  $$ values (3::bigint, 0::bigint, 5::bigint) $$,
  'delivered is not read: all five are unread'
);
select set_eq($$ select * from pg_temp.statuses(3) $$, $$ values (tests.user_id('bob'), 'delivered'), (tests.user_id('carol'), 'sent') $$, 'the third has reached him');
select set_eq($$ select * from pg_temp.statuses(4) $$, $$ values (tests.user_id('bob'), 'sent'), (tests.user_id('carol'), 'sent') $$, 'the fourth has not');
select results_eq(
  $$ select delivered_seq, read_seq, unread from public.mark_read(pg_temp.marks(2)) $$,
  $$ values (3::bigint, 2::bigint, 3::bigint) $$,
  'he has read two of them'
);
select results_eq(
  $$ select delivered_seq, read_seq, unread from public.mark_read(pg_temp.marks(1)) $$,
  $$ values (3::bigint, 2::bigint, 3::bigint) $$,
  'a lower mark changes nothing'
);
select results_eq(
  $$ select delivered_seq, read_seq, unread from public.mark_read(pg_temp.marks(4)) $$,
  $$ values (4::bigint, 4::bigint, 1::bigint) $$,
  'what is read has been delivered'
);
select results_eq(
  $$ select delivered_seq, read_seq, unread from public.mark_delivered(pg_temp.marks(2)) $$,
  $$ values (4::bigint, 4::bigint, 1::bigint) $$,
  'and stays so'
);
select results_eq(
  $$ select delivered_seq, read_seq, unread from public.mark_read(pg_temp.marks(1000)) $$,
  $$ values (5::bigint, 5::bigint, 0::bigint) $$,
  'a mark beyond the newest message stops at it: nothing is read in advance'
);
select results_eq(
  $$ select delivered_seq, read_seq, unread from public.mark_read(pg_temp.marks(-7)) $$,
  $$ values (5::bigint, 5::bigint, 0::bigint) $$,
  'a negative one changes nothing'
);
select results_eq(
  $$ select kind::text, seq from public.receipts where conversation_id = tests.kept('group')::uuid and user_id = tests.user_id('bob') order by kind, seq $$,
  $$ values ('delivered', 3::bigint), ('delivered', 4), ('delivered', 5), ('read', 2), ('read', 4), ('read', 5) $$,
  'each rise is logged once, and nothing but rises'
);


-- When

select tests.sign_out();
update public.receipts set at = timestamptz '2026-01-01 12:00:00+00' + seq * interval '1 minute' where user_id = tests.user_id('bob') and kind = 'delivered';
update public.receipts set at = timestamptz '2026-01-01 13:00:00+00' + seq * interval '1 minute' where user_id = tests.user_id('bob') and kind = 'read';
select tests.sign_in_as('alice');
select results_eq(
  $$
    select seq, status, to_char(delivered_at at time zone 'UTC', 'HH24:MI'), to_char(read_at at time zone 'UTC', 'HH24:MI')
    from public.message_statuses
    where conversation_id = tests.kept('group')::uuid and recipient_id = tests.user_id('bob')
    order by seq
  $$,
  $$ values
    (1::bigint, 'read', '12:03', '13:02'), (2, 'read', '12:03', '13:02'), (3, 'read', '12:03', '13:04'), (4, 'read', '12:04', '13:04'), (5, 'read', '12:05', '13:05')
  $$,
  'a message was delivered and read at the first rise that covers it'
);
select is((select message_id from public.message_statuses where conversation_id = tests.kept('group')::uuid and seq = 1 limit 1), (select id from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1), 'statuses name the message by its id too');


-- The log of the record: a receipt leaves it alone

select is((select revision from public.conversations where id = tests.kept('group')::uuid), 6::bigint, 'receipts take no revision');


-- Bob writes; Alice has not looked

select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'an answer');
select is((select unread from public.conversation_list where id = tests.kept('group')::uuid), 0::bigint, 'one''s own message is not unread');
select tests.sign_in_as('alice');
select is((select unread from public.conversation_list where id = tests.kept('group')::uuid), 1::bigint, 'to the others it is');
select set_eq($$ select * from pg_temp.statuses(6) $$, $$ values (tests.user_id('alice'), 'sent'), (tests.user_id('carol'), 'sent') $$, 'its recipients are everybody but him');


-- Several at once

select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select public.send_message(tests.kept('direct')::uuid, gen_random_uuid(), 'psst');
select tests.sign_in_as('bob');
select set_eq(
  $$ select conversation_id::text, read_seq from public.mark_read(jsonb_build_object(tests.kept('group'), 6, tests.kept('direct'), 1)) $$,
  $$ values (tests.kept('group'), 6::bigint), (tests.kept('direct'), 1::bigint) $$,
  'one call marks several conversations'
);
select is_empty($$ select 1 from public.mark_read('{}') $$, 'or none');


-- What cannot be a mark

select tests.refused($$ select public.mark_read('[]') $$, 400, 'marks_invalid', 'a list');
select tests.refused($$ select public.mark_read('7') $$, 400, 'marks_invalid', 'a number');
select tests.refused($$ select public.mark_read(null) $$, 400, 'marks_invalid', 'nothing');
select tests.refused($$ select public.mark_read('{"not an id": 1}') $$, 400, 'marks_invalid', 'a key that is no id');
select tests.refused(format('select public.mark_read(%L)', jsonb_build_object(tests.kept('group'), 'many')), 400, 'marks_invalid', 'a text');
select tests.refused(format('select public.mark_read(%L)', jsonb_build_object(tests.kept('group'), 1.5)), 400, 'marks_invalid', 'a fraction');
select tests.refused(format('select public.mark_read(%L)', jsonb_build_object(tests.kept('group'), null)), 400, 'marks_invalid', 'null');
select tests.refused(format('select public.mark_delivered(%L)', jsonb_build_object(tests.kept('group'), 99999999999999999999)), 400, 'marks_invalid', 'a number beyond all bounds');
select tests.refused($$ select public.mark_read((select jsonb_object_agg(gen_random_uuid(), 1) from generate_series(1, 501))) $$, 400, 'too_many', 'hundreds of them');


-- Mallory is a stranger

select tests.sign_in_as('mallory');
select tests.refused(format('select public.mark_read(%L)', pg_temp.marks(1)), 403, 'not_a_member', 'she has nothing to mark');
select tests.refused(format('select public.mark_delivered(%L)', pg_temp.marks(1)), 403, 'not_a_member', 'either way');
select tests.refused(format('select public.mark_read(%L)', jsonb_build_object(gen_random_uuid(), 1)), 403, 'not_a_member', 'an id that does not exist looks the same to her');
select is_empty($$ select 1 from public.receipts where conversation_id = tests.kept('group')::uuid $$, 'she sees no receipts');
select is_empty($$ select 1 from public.message_statuses where conversation_id = tests.kept('group')::uuid $$, 'nor statuses');
select throws_ok($$ insert into public.receipts values (tests.kept('group')::uuid, tests.user_id('mallory'), 'read', 1, now()) $$, '42501', null, 'nor writes them past the function');

select tests.sign_in_as('bob');
select throws_ok($$ update public.members set read_seq = 0 where user_id = tests.user_id('bob') $$, '42501', null, 'nor does a member');
select throws_ok($$ update public.receipts set at = now() $$, '42501', null, 'or changes when it was');

select tests.sign_in_as_anon();
select throws_ok($$ select public.mark_read('{}') $$, '42501', null, 'who is not signed in marks nothing');
select throws_ok($$ select * from public.receipts $$, '42501', null, 'sees no receipts');
select throws_ok($$ select * from public.message_statuses $$, '42501', null, 'nor statuses');


-- Carol goes and comes back

select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select set_eq($$ select recipient from pg_temp.statuses(1) $$, $$ values (tests.user_id('bob')) $$, 'an ex-member is no recipient any more');
select tests.sign_in_as('carol');
select tests.refused(format('select public.mark_read(%L)', pg_temp.marks(6)), 403, 'not_a_member', 'nor marks anything');
select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('carol')]);
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'welcome back');
select tests.sign_in_as('carol');
select is((select unread from public.conversation_list where id = tests.kept('group')::uuid), 1::bigint, 'who comes back has unread what is said from then on');
select public.mark_read(pg_temp.marks(9));
select results_eq(
  $$ select seq, status, read_at is not null from public.message_statuses where conversation_id = tests.kept('group')::uuid and recipient_id = tests.user_id('carol') order by seq $$,
  $$ values (9::bigint, 'read', true) $$,
  'but is no recipient of what was said before'
);

select finish();
rollback;
