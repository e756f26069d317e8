-- Sending takes a token; tokens come back with time. The numbers stand in private.settings.

begin;
select plan(13);
select tests.create_users('alice', 'bob');
update private.settings set send_burst = 5, send_rate = 0.5;

create function pg_temp.error_of(statement text)
returns jsonb
language plpgsql
as $$
declare
  v_message text;
  v_detail text;
begin
  execute statement;
  return null;
exception when sqlstate 'PGRST' then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
  return jsonb_build_object('body', v_message::jsonb, 'http', v_detail::jsonb);
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('alice');
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.keep('send', format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('direct'), 'hi'));

select lives_ok(tests.kept('send'), 'message ' || n || ' of a burst of five is sent') from generate_series(1, 5) as n;
select tests.keep('error', pg_temp.error_of(tests.kept('send')));
select is(tests.kept('error')::jsonb #>> '{http,status}', '429', 'the sixth is refused with 429');
select is(tests.kept('error')::jsonb #>> '{body,code}', 'rate_limited', 'as rate_limited');
select is(tests.kept('error')::jsonb #>> '{http,headers,Retry-After}', '2', 'the header Retry-After says in how many seconds there is a token');
select matches(tests.kept('error')::jsonb #>> '{body,details}', '2 seconds', 'and so does the text');
select is((select last_seq from public.conversations where id = tests.kept('direct')::uuid), 5::bigint, 'what was refused took no number');

select tests.sign_in_as('bob');
select lives_ok(tests.kept('send'), 'another person has a bucket of their own');

select tests.sign_out();
update private.senders set refilled_at = refilled_at - interval '2 seconds' where user_id = tests.user_id('alice');
select tests.sign_in_as('alice');
select lives_ok(tests.kept('send'), 'two seconds later Alice may send again');
select tests.refused(tests.kept('send'), 429, 'rate_limited', 'one message, no more');

select finish();
rollback;
