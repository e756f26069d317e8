-- Alice writes what is to be sent later: she may change her mind, and what is due is sent as hers, once.

begin;
select plan(56);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.schedule(id uuid, content text, send_at timestamptz default now() + interval '1 hour')
returns public.scheduled_messages
language sql
as $$
  select public.schedule_message(tests.kept('group')::uuid, id, content, send_at)
$$;
create function pg_temp.id(n int)
returns uuid
language sql
immutable
as $$
  select format('0199aaaa-0000-7000-8000-%s', lpad(n::text, 12, '0'))::uuid
$$;
create function pg_temp.it(n int)
returns public.scheduled_messages
language sql
security definer
as $$
  select s from public.scheduled_messages s where s.id = pg_temp.id(n)
$$;
create function pg_temp.run_job()
returns int
language plpgsql
as $$
/* The steps that the job takes, as its user; and how many. */
declare
  v_steps int := 0;
begin
  while private.send_next_scheduled() loop
    v_steps := v_steps + 1;
  end loop;
  return v_steps;
end;
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'hello');


-- Scheduling

select tests.sign_in_as('alice');
select results_eq($$ select state::text, content, send_at, due_at, revision from pg_temp.schedule(pg_temp.id(1), 'Good morning') $$, $$ values ('scheduled', 'Good morning', now() + interval '1 hour', now() + interval '1 hour', 1::bigint) $$, 'it waits for its time');
select is((pg_temp.schedule(pg_temp.id(1), 'something else')).content, 'Good morning', 'repeated, it is the first');
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 1::bigint, 'nothing is sent yet');
select is((select unread from public.conversation_list where id = tests.kept('group')::uuid), 1::bigint, 'and nothing read');
select is(public.sync('{}', 0) #>> '{personal,rows,0,row,content}', 'Good morning', 'her other devices have it');
select tests.sign_out();
select is(pg_temp.run_job(), 0, 'before its time, the job finds nothing');


-- Changing her mind

select tests.sign_in_as('alice');
select is((public.edit_scheduled_message(pg_temp.id(1), content := 'Good evening')).content, 'Good evening', 'another text');
select is((public.edit_scheduled_message(pg_temp.id(1), send_at := now() + interval '10 hours')).due_at, now() + interval '10 hours', 'another time');
select is((pg_temp.it(1)).content, 'Good evening', 'what is left out stays');
select tests.keep('revision', (pg_temp.it(1)).revision);
select public.edit_scheduled_message(pg_temp.id(1), 'Good evening', now() + interval '10 hours');
select is((pg_temp.it(1)).revision::text, tests.kept('revision'), 'the same once more changes nothing');
select is((public.cancel_scheduled_message(pg_temp.id(1))).state::text, 'cancelled', 'taken back');
select results_eq($$ select content, state::text from public.scheduled_messages where id = pg_temp.id(1) $$, $$ values ('', 'cancelled') $$, 'nothing of it stays');
select is((public.cancel_scheduled_message(pg_temp.id(1))).state::text, 'cancelled', 'taking it back twice is harmless');
select tests.refused(format('select public.edit_scheduled_message(%L, %L)', pg_temp.id(1), 'x'), 409, 'schedule_over', 'it cannot be changed any more');
select tests.refused(format('select public.send_scheduled_message(%L)', pg_temp.id(1)), 409, 'schedule_over', 'nor sent');


-- Now

select pg_temp.schedule(pg_temp.id(2), 'rather now');
select results_eq($$ select seq, content, sender_id from public.send_scheduled_message(pg_temp.id(2)) $$, $$ values (2::bigint, 'rather now', tests.user_id('alice')) $$, 'sent at once');
select is((public.send_scheduled_message(pg_temp.id(2))).seq, 2::bigint, 'and not twice');
select is((public.schedule_message(tests.kept('group')::uuid, pg_temp.id(2), 'again', now() + interval '1 hour')).id, pg_temp.id(2), 'nor scheduled anew');
select tests.refused(format('select public.cancel_scheduled_message(%L)', pg_temp.id(2)), 409, 'schedule_over', 'what is sent cannot be taken back');
select tests.refused(format('select public.edit_scheduled_message(%L, %L)', pg_temp.id(2), 'x'), 409, 'schedule_over', 'nor changed');
select tests.sign_out();
select is(pg_temp.run_job(), 1, 'the job notes it');
select results_eq($$ select state::text, content from pg_temp.it(2) $$, $$ values ('sent', '') $$, 'as sent, and keeps no copy');
select is((select count(*) from public.messages where content = 'rather now'), 1::bigint, 'there is one message');


-- Due

select tests.sign_in_as('alice');
select pg_temp.schedule(pg_temp.id(3), 'the second'), pg_temp.schedule(pg_temp.id(4), 'the first', now() + interval '5 minutes');
select tests.sign_out();
update public.scheduled_messages set due_at = due_at - interval '2 hours' where state = 'scheduled';
select is(pg_temp.run_job(), 4, 'two that are due are sent and noted');
select results_eq(
  $$ select seq, content, sender_id from public.messages where conversation_id = tests.kept('group')::uuid and seq > 2 order by seq $$,
  $$ values (3::bigint, 'the first', tests.user_id('alice')), (4, 'the second', tests.user_id('alice')) $$,
  'as hers, in the order of their times'
);
select is((select read_seq from public.members where conversation_id = tests.kept('group')::uuid and user_id = tests.user_id('alice')), 0::bigint, 'she has read nothing by it');
select is((select count(*) from realtime.messages where event = 'message' and payload #>> '{message,content}' = 'the first' and topic = 'user:' || tests.user_id('bob')), 1::bigint, 'the others get it live, as any message');
select is(auth.uid(), null::uuid, 'the job is nobody afterwards');
select is(pg_temp.run_job(), 0, 'nothing is left to do');


-- Refused when the time comes

select tests.sign_in_as('carol');
select pg_temp.schedule(pg_temp.id(5), 'to those I left');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select pg_temp.schedule(pg_temp.id(6), 'after it');
select tests.sign_out();
update public.scheduled_messages set due_at = now() - interval '1 hour' where id = pg_temp.id(5);
update public.scheduled_messages set due_at = now() - interval '1 minute' where id = pg_temp.id(6);
select is(pg_temp.run_job(), 3, 'one that is refused does not hold up the next');
select results_eq($$ select state::text, content, refusal ->> 'code' from pg_temp.it(5) $$, $$ values ('refused', 'to those I left', 'not_a_member') $$, 'it stays, with its text and the reason');
select is((pg_temp.it(6)).state::text, 'sent', 'the next is sent');
select tests.sign_in_as('carol');
select is(public.sync('{}', 0) #>> '{personal,rows,0,row,refusal,code}', 'not_a_member', 'its writer is told');
select tests.refused(format('select public.send_scheduled_message(%L)', pg_temp.id(5)), 403, 'not_a_member', 'trying it herself is refused as well');
select is((pg_temp.it(5)).state::text, 'refused', 'and changes nothing');
select is((public.cancel_scheduled_message(pg_temp.id(5))).state::text, 'cancelled', 'she may take it back');


-- Too fast

select tests.sign_in_as('alice');
select pg_temp.schedule(pg_temp.id(7), 'patience');
select tests.sign_out();
update public.scheduled_messages set due_at = now() where id = pg_temp.id(7);
update private.senders set tokens = -10, refilled_at = now() where user_id = tests.user_id('alice');
select is(pg_temp.run_job(), 1, 'whoever has been sending too fast');
select ok((select state = 'scheduled' and due_at between now() + interval '1 s' and now() + interval '10 s' from pg_temp.it(7)), 'waits a little longer');
select is((pg_temp.it(7)).send_at, now() + interval '1 hour', 'and keeps the time she chose');
update private.senders set tokens = 10, refilled_at = now() where user_id = tests.user_id('alice');
update public.scheduled_messages set due_at = now() where id = pg_temp.id(7);
select is(pg_temp.run_job(), 2, 'then it is sent');


-- A refused one gets another time

select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('carol')]);
select pg_temp.schedule(pg_temp.id(8), 'tomorrow');
select tests.sign_out();
update public.scheduled_messages set state = 'refused', refusal = '{"code": "suspended"}' where id = pg_temp.id(8);
select tests.sign_in_as('alice');
select tests.refused(format('select public.edit_scheduled_message(%L, send_at := now())', pg_temp.id(8)), 400, 'send_at_invalid', 'one to come');
select results_eq($$ select state::text, refusal from public.edit_scheduled_message(pg_temp.id(8), send_at := now() + interval '1 day') $$, $$ values ('scheduled', null::jsonb) $$, 'and waits again');


-- What cannot be

select tests.refused(format('select pg_temp.schedule(gen_random_uuid(), %L, now())', 'x'), 400, 'send_at_invalid', 'not for the past');
select tests.refused(format('select pg_temp.schedule(gen_random_uuid(), %L, null)', 'x'), 400, 'send_at_invalid', 'nor for no time');
select tests.refused(format('select pg_temp.schedule(gen_random_uuid(), %L, now() + interval %L)', 'x', '367 days'), 400, 'send_at_invalid', 'nor for years ahead');
select tests.refused($$ select pg_temp.schedule(gen_random_uuid(), ' ') $$, 400, 'message_blank', 'nor without a text');
select tests.refused(format('select public.edit_scheduled_message(%L, %L)', pg_temp.id(8), ' '), 400, 'message_blank', 'nor changed into that');
select tests.refused(format('select public.cancel_scheduled_message(%L)', gen_random_uuid()), 404, 'scheduled_not_found', 'nor cancelled if there is none');
select public.send_message(tests.kept('group')::uuid, pg_temp.id(9), 'at once');
select tests.refused($$ select pg_temp.schedule(pg_temp.id(9), 'later') $$, 409, 'message_id_taken', 'nor under the id of a message');
select tests.sign_out();
update private.settings set scheduled_max = 2;
select tests.sign_in_as('alice');
select pg_temp.schedule(pg_temp.id(10), 'the last');
select tests.refused($$ select pg_temp.schedule(gen_random_uuid(), 'too many') $$, 409, 'limit_reached', 'nor without end');


-- The others

select cmp_ok((select count(*) from public.scheduled_messages), '>', 5::bigint, 'scheduled_messages_select allows the writer');
select throws_ok($$ update public.scheduled_messages set content = 'x' $$, '42501', null, 'nobody writes past the functions');
select tests.sign_in_as('bob');
select is_empty($$ select 1 from public.scheduled_messages $$, 'scheduled_messages_select denies a stranger to them, a member of the same conversation');
select tests.refused(format('select public.send_scheduled_message(%L)', pg_temp.id(10)), 404, 'scheduled_not_found', 'he cannot send what is hers');
select tests.sign_in_as('mallory');
select tests.refused($$ select pg_temp.schedule(gen_random_uuid(), 'x') $$, 403, 'not_a_member', 'who is not in it schedules nothing there');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.scheduled_messages $$, '42501', null, 'scheduled_messages_select denies anon');

select finish();
rollback;
