-- Outgoing work: wanted once, claimed by one, tried again later and later, given up at last.

begin;
select plan(18);
insert into private.outbox_kinds values ('test', 'nobody-answers');
update private.doorbell set functions_url = 'http://127.0.0.1:9/functions/v1';

create function pg_temp.due()
returns void
language sql
as $$ update private.outbox set next_at = now() where kind = 'test' $$;

select private.want_work('test', 'one', null, '{"n": 1}');
select private.want_work('test', 'one', null, '{"n": 2}');
select private.want_work('test', 'two', null);
select private.want_work('test', 'later', null, '{}', now() + interval '1 hour');
select is((select count(*) from private.outbox where kind = 'test'), 3::bigint, 'work is there once for each key');
select is((select payload ->> 'n' from private.outbox where kind = 'test' and key = 'one'), '1', 'and is what it was first');
select is((select count(*) from net.http_request_queue where url like '%nobody-answers'), 1::bigint, 'a transaction rings once, whatever it wants');

select set_eq($$ select key from private.claim_work('test', 10) $$, array['one', 'two'], 'what is due is claimed');
select is_empty($$ select key from private.claim_work('test', 10) $$, 'and not a second time');
select ok((select next_at > now() + interval '1 minute' from private.outbox where kind = 'test' and key = 'one'), 'as long as the claim holds');

select is(private.work_done((select id from private.outbox where kind = 'test' and key = 'one'), 1), true, 'what is done is gone');
select is((select count(*) from private.outbox where kind = 'test' and key = 'one'), 0::bigint, 'altogether');

select pg_temp.due();
select is((select array_agg(attempts) from private.claim_work('test', 10) where key = 'two'), array[2], 'when the claim is over, somebody else may take it');
select is(private.work_done((select id from private.outbox where kind = 'test' and key = 'two'), 1), false, 'whose claim was lost, ends nothing');
select is(private.work_failed((select id from private.outbox where kind = 'test' and key = 'two'), 1, 'late'), false, 'nor does their failure count');
select is(private.work_failed((select id from private.outbox where kind = 'test' and key = 'two'), 2, 'no answer'), true, 'what fails');
select ok((select next_at between now() + interval '16 seconds' and now() + interval '24 seconds' and dead_at is null from private.outbox where kind = 'test' and key = 'two'), 'is tried again, the second time after 20 s, give or take');
update private.outbox set attempts = 10 where kind = 'test' and key = 'two';
select private.work_failed((select id from private.outbox where kind = 'test' and key = 'two'), 10, 'no answer', interval '5 minutes');
select ok((select dead_at is not null and last_error = 'no answer' from private.outbox where kind = 'test' and key = 'two'), 'and given up after ten attempts');
select pg_temp.due();
select set_eq($$ select key from private.claim_work('test', 10) $$, array['later'], 'the dead are not claimed');
select private.want_work('test', 'two', null);
select ok((select dead_at is null and attempts = 0 from private.outbox where kind = 'test' and key = 'two'), 'unless they are wanted anew');
select ok(
  (select bool_and(private.retry_delay(n) between interval '4 seconds' and interval '15 hours') from generate_series(1, 40) n),
  'delays stay between seconds and half a day'
);

delete from net.http_request_queue where url like '%nobody-answers';
select private.ring_for_due_work();
select is((select count(*) from net.http_request_queue where url like '%nobody-answers'), 1::bigint, 'the clock rings for what is due');

select finish();
rollback;
