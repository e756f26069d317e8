-- Devices that take pushes, and what a push carries: little enough for every push service, nothing of what is not to be seen.

begin;
select plan(51);
select tests.create_users('alice', 'bob');
update private.settings set push_delay = '-1 hour';

create function pg_temp.save(path text, device text default null)
returns uuid
language sql
as $$
  select (public.save_push_subscription('https://push.example/' || path, repeat('A', 87), repeat('B', 22), md5(device)::uuid, device)).id
$$;
create function pg_temp.say(content text)
returns void
language plpgsql
as $$
begin
  perform tests.sign_in_as('alice');
  perform public.send_message(tests.kept('pair')::uuid, gen_random_uuid(), content);
  perform tests.sign_out();
end;
$$;
create function pg_temp.payload()
returns jsonb
language plpgsql
as $$
/* Of the next push to Bob, who reads it then. */
declare
  v_claims jsonb := private.claim_pushes(10, '{}');
begin
  perform tests.sign_in_as('bob');
  perform public.mark_read(jsonb_build_object(tests.kept('pair'), 1000));
  perform tests.sign_out();
  return v_claims #> '{0,payload}';
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;
insert into auth.sessions (id, user_id, created_at, updated_at) select md5('session:' || n)::uuid, tests.user_id(n), now(), now() from unnest(array['alice', 'bob']) n;


-- Subscribing

select tests.sign_in_as('bob');
select tests.keep('id', pg_temp.save('one', 'Phone'));
select is(pg_temp.save('one', 'Phone'), tests.kept('id')::uuid, 'a device that says again that it is there is the same');
select is(pg_temp.save('two', 'Phone'), tests.kept('id')::uuid, 'with another endpoint, too');
select is((select array_agg(endpoint) from public.push_subscriptions), array['https://push.example/two'], 'which takes the place of the old one');
select isnt(pg_temp.save('three', 'Laptop'), tests.kept('id')::uuid, 'another device is another one');
select is((select count(*) from public.push_subscriptions), 2::bigint, 'there are two');
select results_eq($$ select distinct session_id, origin from public.push_subscriptions $$, $$ values (md5('session:bob')::uuid, 'https://push.example') $$, 'each of a session, at a push service');
select tests.sign_in_as('alice');
select isnt(pg_temp.save('three', 'Laptop'), tests.kept('id')::uuid, 'who signs in on somebody''s device takes its endpoint over');
select tests.sign_out();
select is((select array_agg(endpoint) from public.push_subscriptions where user_id = tests.user_id('bob')), array['https://push.example/two'], 'and the other one has it no more');
select tests.sign_in_as('bob');
select public.remove_push_subscription('https://push.example/three');
select tests.sign_out();
select is((select count(*) from public.push_subscriptions where user_id = tests.user_id('alice')), 1::bigint, 'nobody takes away a device of others');
select tests.sign_in_as('alice');
select public.remove_push_subscription('https://push.example/three'), public.remove_push_subscription('https://push.example/three');
select is_empty($$ select 1 from public.push_subscriptions $$, 'but their own, and again changes nothing');
select tests.refused($$ select public.save_push_subscription('ftp://push.example/x', repeat('A', 87), repeat('B', 22)) $$, 400, 'subscription_invalid', 'an endpoint is an https address');
select tests.refused($$ select public.save_push_subscription('http://push.example/x', repeat('A', 87), repeat('B', 22)) $$, 400, 'subscription_invalid', 'not http');
select tests.refused($$ select public.save_push_subscription('https://a@push.example/x', repeat('A', 87), repeat('B', 22)) $$, 400, 'subscription_invalid', 'without a user');
select tests.refused($$ select public.save_push_subscription('https://push.example/x', 'A', repeat('B', 22)) $$, 400, 'subscription_invalid', 'with a key');
select tests.refused($$ select public.save_push_subscription('https://push.example/x', repeat('A', 87), null) $$, 400, 'subscription_invalid', 'and a secret');
select tests.sign_out();
update private.settings set push_inside_hosts = '{127.0.0.1}', push_subscriptions_max = 3;
select tests.sign_in_as('alice');
select lives_ok($$ select public.save_push_subscription('http://127.0.0.1:9/x', repeat('A', 87), repeat('B', 22)) $$, 'where the operator says so, one inside is taken');
select pg_temp.save('d' || n, 'd' || n) from generate_series(1, 4) n;
select is((select count(*) from public.push_subscriptions), 3::bigint, 'so many devices, and no more: the longest unused goes');
select tests.sign_out();
delete from public.push_subscriptions where user_id = tests.user_id('alice');


-- What a push carries

select tests.sign_in_as('alice');
select tests.keep('pair', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.sign_out();
select pg_temp.say(E'hello\n\n  there');
select results_eq(
  $$ select p ->> 'v', p ->> 'kind', p ->> 'tag', p ->> 'title', p ->> 'body', p ->> 'conversation_id', p ->> 'seq', p -> 'actions' from pg_temp.payload() p $$,
  $$ select '1', 'message', 'message:' || tests.kept('pair'), 'Alice', 'hello there', tests.kept('pair'), '1', '["reply", "mark_read", "mute"]'::jsonb $$,
  'of two people, who wrote and what, on one line'
);
select pg_temp.say(repeat('🙂', 5000));
select tests.keep('payload', pg_temp.payload());
select cmp_ok(octet_length(tests.kept('payload')), '<', 3000, 'however long it is, the push is less than 3 kB');
select matches(tests.kept('payload')::jsonb ->> 'body', '^🙂+$', 'cut between characters');
select tests.sign_in_as('bob');
select public.set_notification_settings(shows_content := false, language := 'de', plays_sound := false);
select tests.sign_out();
select pg_temp.say('a secret');
select tests.keep('payload', pg_temp.payload());
select results_eq($$ select tests.kept('payload')::jsonb ->> 'title', tests.kept('payload')::jsonb ->> 'body', tests.kept('payload')::jsonb ->> 'silent' $$, $$ values ('Alice', 'Neue Nachricht', 'true') $$, 'who wants it so is shown nothing of what was written, and hears nothing');
select unalike(tests.kept('payload'), '%secret%', 'nowhere in it');
select pg_temp.say('a secret'), pg_temp.say('a secret');
select tests.keep('payload', pg_temp.payload());
select is(tests.kept('payload')::jsonb ->> 'body', '2 neue Nachrichten', 'only how many');
select pg_temp.say('@test_bob a secret');
select tests.keep('payload', pg_temp.payload());
select results_eq($$ select tests.kept('payload')::jsonb ->> 'kind', tests.kept('payload')::jsonb ->> 'body' $$, $$ values ('notification', '') $$, 'nor of a mention');
select tests.sign_in_as('bob');
select public.set_notification_settings(shows_content := true, language := 'en');
select tests.sign_out();
select pg_temp.say('before it was encrypted');
update public.conversations set is_encrypted = true where id = tests.kept('pair')::uuid;
select is(pg_temp.payload() ->> 'body', 'New message', 'of an encrypted conversation there is nothing to show');
update public.conversations set is_encrypted = false where id = tests.kept('pair')::uuid;
select tests.sign_in_as('alice');
select public.set_disappearing(tests.kept('pair')::uuid, 60);
select tests.sign_out();
select pg_temp.say('soon gone');
update public.messages set expires_at = now() where content = 'soon gone';
select is(pg_temp.payload(), null, 'what has disappeared is not pushed');
select tests.sign_in_as('alice');
select public.set_disappearing(tests.kept('pair')::uuid, null);
select public.create_poll(tests.kept('pair')::uuid, gen_random_uuid(), 'Tea or coffee?', array['Tea', 'Coffee']);
select tests.sign_out();
select is(pg_temp.payload() ->> 'body', 'Tea or coffee?', 'a poll is its question');


-- Given back

select pg_temp.say('back');
select tests.keep('claim', private.claim_pushes(10, '{}') -> 0);
select ok(private.push_released((tests.kept('claim')::jsonb ->> 'id')::bigint, 1), 'a push that is given back untried');
select ok(not private.push_released((tests.kept('claim')::jsonb ->> 'id')::bigint, 1), 'once');
select is(private.claim_pushes(10, '{}') #>> '{0,attempt}', '2', 'is there at once');
select ok(private.push_failed((tests.kept('claim')::jsonb ->> 'id')::bigint, 2, 503, 'busy', null, false), 'and counts');
select ok((select next_at < now() + interval '10 seconds' from private.pushes where id = (tests.kept('claim')::jsonb ->> 'id')::bigint), 'as no attempt');
select is((select private.next_push_in() between 1 and 10000), true, 'the worker is told when it is due again');


-- A newer push takes the place of one that waits

select pg_temp.say('newer');
select is((select count(*) from jsonb_array_elements(private.claim_pushes(10, '{}'))), 1::bigint, 'there is one push');
select is((select array_agg(state || ' ' || reason order by id desc) from public.notification_deliveries where channel = 'push' and seq >= (select last_seq - 1 from public.conversations where id = tests.kept('pair')::uuid)), array['sending sending', 'cancelled replaced'], 'of the newer message; the older one, which waited for its next attempt, it replaces');
select is_empty($$ select 1 from private.pushes where state = 'waiting' $$, 'nothing waits');


-- A push from which no worker comes back

update private.pushes set attempts = 8 + released, next_at = now() where state = 'claimed';
select is(private.claim_pushes(10, '{}'), '[]', 'what was claimed as often as it may be, and never reported, is given out no more');
select is((select array_agg(distinct state || ' ' || reason) from public.notification_deliveries where seq = (select last_seq from public.conversations where id = tests.kept('pair')::uuid) and channel = 'push'), array['dead gave_up'], 'but given up');


-- A call to everybody is told first

update private.pushes set state = 'sent' where state = 'claimed';
select pg_temp.say('everybody');
insert into private.callings (conversation_id, seq, whom) select conversation_id, seq, 'channel' from private.push_jobs;
select is(private.claim_pushes(10, '{}'), '[]', 'while those who are called are being told, the message is not pushed');
select ok((select private.next_push_in() between 1 and 1000), 'but soon');
delete from private.callings;
update private.push_jobs set due_at = now();
select is(pg_temp.payload() ->> 'kind', 'message', 'then to the others');


-- What never is one, and the bells

select tests.sign_in_as('bob');
select public.block_user(tests.user_id('alice'));
select pg_temp.say('withheld');
select tests.sign_out();
select is((select count(*) from private.push_jobs), 0::bigint, 'what is withheld leaves no work');
select tests.sign_in_as('bob');
select public.unblock_user(tests.user_id('alice'));
select tests.sign_out();
update private.doorbell set functions_url = 'http://127.0.0.1:1/functions/v1';
delete from net.http_request_queue;
select private.ring_for_due_pushes();
select is_empty($$ select 1 from net.http_request_queue $$, 'nothing is due, and nothing rings');
update private.settings set push_delay = '5 seconds';
select set_config('parley.rung_push', '', true);
select pg_temp.say('ring');
select results_eq($$ select url from net.http_request_queue $$, $$ values ('http://127.0.0.1:1/functions/v1/push') $$, 'a message rings');
select set_config('parley.rung_push', '', true);
select pg_temp.say('no ring');
select is((select count(*) from net.http_request_queue), 1::bigint, 'another one, while that waits, does not');
select is(private.claim_pushes(10, '{}'), '[]', 'neither is due yet');
update private.push_jobs set due_at = now();
select private.ring_for_due_pushes();
select is((select count(*) from net.http_request_queue), 2::bigint, 'when they are, the second bell rings');
select set_eq(
  $$ select jobname::text from cron.job where command ~ 'ring_for_due_pushes|collect_digests|announce_next|tell_of_expiring_offer|forget_notifications|forget_push' $$,
  $$ values ('ring-for-due-pushes'), ('collect-digests'), ('announcements'), ('offers-expiring'), ('forget-notifications'), ('forget-push-subscriptions') $$,
  'the clock does its part'
);
delete from public.push_subscriptions;
delete from private.push_jobs;
select set_config('parley.rung_push', '', true);
select pg_temp.say('nobody');
select is((select count(*) from net.http_request_queue), 2::bigint, 'where nobody takes pushes, nothing rings');
select tests.sign_in_as('bob');
select pg_temp.save('two', 'Phone');
select tests.sign_out();


-- What an account has of it, and leaves

select tests.sign_in_as('bob');
select is((public.export_account('push_subscriptions') -> 'rows' -> 0) ->> 'endpoint', 'https://push.example/two', 'devices are exported to whose they are');
select tests.sign_out();
delete from auth.users where id = tests.user_id('bob');
select is_empty($$ select 1 from public.push_subscriptions union all select 1 from private.pushes union all select 1 from public.notification_deliveries $$, 'and go with the account');

select finish();
rollback;
