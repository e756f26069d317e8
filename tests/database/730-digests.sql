-- What stayed unread comes in one mail: after the time that its reader said, without what was read meanwhile, once.

begin;
select plan(30);
select tests.create_users('alice', 'bob');
update private.settings set push_delay = '-1 hour';

create function pg_temp.tell(name text, key text, title text)
returns void
language sql
as $$
  select private.notify(array[tests.user_id(name)], key, 'team_invitation', jsonb_build_object('invitation_id', gen_random_uuid(), 'team_id', gen_random_uuid(), 'team_name', title), actor_id => null)
$$;
create function pg_temp.pass(away interval)
returns void
language sql
as $$
  update public.notification_deliveries set due_at = due_at - away, created_at = created_at - away;
$$;
create function pg_temp.state_of(k text)
returns text
language sql
as $$
  select d.state || ' ' || d.reason from public.notification_deliveries d where d.key = k and d.channel = 'email'
$$;
create function pg_temp.claim()
returns jsonb
language sql
as $$
  select private.claim_digests(10)
$$;

select tests.sign_in_as('alice');
select public.set_notification_settings(digest_after := '2 hours', language := 'de');
select tests.sign_out();
select pg_temp.tell('alice', 'one', 'Küche');
select results_eq($$ select due_at - created_at from public.notification_deliveries where channel = 'email' $$, $$ values (interval '2 hours') $$, 'a mail waits as long as its reader wants');
select pg_temp.pass('1 hour 59 minutes');
select ok(not private.collect_digests(), 'not due, no mail');
select pg_temp.tell('alice', 'two', 'Garten');
select pg_temp.tell('bob', 'three', 'Kitchen');
select pg_temp.pass('1 minute');
select ok(private.collect_digests(), 'when the oldest is due, a mail is put together');
select is(pg_temp.state_of('one'), 'sending sending', 'of that');
select is(pg_temp.state_of('two'), 'sending sending', 'and of what else waits for them');
select is(pg_temp.state_of('three'), 'waiting digest', 'but for nobody else');
select ok(not private.collect_digests(), 'once');
select tests.keep('claims', pg_temp.claim());
select is(jsonb_array_length(tests.kept('claims')::jsonb), 1, 'there is one mail');
select results_eq(
  $$ select c ->> 'email', c ->> 'language', c ->> 'subject', c #>> '{lines,0,title}', c #>> '{lines,1,title}', c #>> '{lines,0,url}' from jsonb_array_elements(tests.kept('claims')::jsonb) c $$,
  $$ values ('alice@tests.example', 'de', '2 ungelesene Benachrichtigungen', 'Jemand hat dich zu Küche eingeladen', 'Jemand hat dich zu Garten eingeladen', '/teams') $$,
  'to her address, in her language, a line each'
);
select is(pg_temp.claim(), '[]', 'it is claimed once');
select ok(private.digest_failed((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 1, 'no route', null, false), 'a mail that was not taken');
update private.outbox set next_at = now() where kind = 'digest';
select tests.sign_in_as('alice');
select public.mark_notifications_read(array(select id from public.notifications where key = 'one'));
select tests.sign_out();
select tests.keep('claims', pg_temp.claim());
select results_eq(
  $$ select c ->> 'attempt', c ->> 'subject', jsonb_array_length(c -> 'lines') from jsonb_array_elements(tests.kept('claims')::jsonb) c $$,
  $$ values ('2', '1 ungelesene Benachrichtigungen', 1) $$,
  'is tried again, without what was read meanwhile'
);
select ok(private.digest_sent((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 2), 'it is sent');
select ok(not private.digest_sent((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 2), 'once');
select is(pg_temp.state_of('two'), 'sent sent', 'which is known of each line');
select is(pg_temp.state_of('one'), 'cancelled read', 'what was read before, was not');
select is_empty($$ select 1 from private.outbox where kind = 'digest' $$, 'nothing is left');

-- All read
select pg_temp.tell('alice', 'four', 'Keller');
select pg_temp.pass('2 hours');
select private.collect_digests();
select tests.sign_in_as('alice');
select public.mark_all_notifications_read();
select tests.sign_out();
select is(pg_temp.claim(), '[]', 'a mail of nothing is not sent');
select is_empty($$ select 1 from private.outbox where kind = 'digest' $$, 'and not kept');

-- Given up
select pg_temp.tell('alice', 'five', 'Dach');
select pg_temp.pass('2 hours');
select private.collect_digests();
select tests.keep('claims', pg_temp.claim());
select ok(private.digest_failed((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 1, 'no such mailbox', null, true), 'what is refused for good');
select is(pg_temp.state_of('five'), 'dead gave_up', 'is given up');

-- Who wants none
select tests.sign_in_as('alice');
select public.set_notification_settings(digest_after := '0');
select tests.sign_out();
select pg_temp.tell('alice', 'six', 'Flur');
select is(pg_temp.state_of('six'), null, 'who wants no mails gets none');
select tests.sign_in_as('alice');
select public.set_notification_settings(digest_after := '1 hour');
select tests.sign_out();
select pg_temp.tell('alice', 'seven', 'Hof');
update auth.users set email_confirmed_at = null where id = tests.user_id('alice');
select pg_temp.pass('1 hour');
select private.collect_digests();
select is(pg_temp.state_of('seven'), 'cancelled no_address', 'nor who has no address that is confirmed');
update auth.users set email_confirmed_at = now() where id = tests.user_id('alice');
select is(private.unsubscribe_digest(gen_random_uuid()), false, 'a link that is nobody''s');
select ok(private.unsubscribe_digest(token), 'the link in a mail') from private.digest_tokens where user_id = tests.user_id('alice');
select is((select digest_after from public.notification_settings where user_id = tests.user_id('alice')), null, 'ends the mails');

-- Messages, for who wants them
select tests.sign_in_as('bob');
select public.set_notification_preference('message', email := true);
select tests.keep('group', (select id from public.create_group('Team', array[tests.user_id('alice')])));
select tests.sign_in_as('alice');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'hello'), public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'again');
select tests.sign_out();
select private.claim_pushes(10, '{}');
select results_eq($$ select user_id, first_seq, seq, due_at - now() from public.notification_deliveries where category = 'message' $$, $$ values (tests.user_id('bob'), 1::bigint, 2::bigint, interval '1 day') $$, 'unread messages are a line too, for who wants that');
select pg_temp.pass('1 day');
select private.collect_digests();
select is(pg_temp.claim() #> '{0,lines}' @> jsonb_build_array(jsonb_build_object('title', 'Team', 'body', '2 new messages', 'url', '/chats/' || tests.kept('group'))), true, 'with their number, and not what was written');

-- Through a change of the clocks: a set time is a set time
insert into public.notification_settings (user_id, time_zone, digest_after) values (tests.user_id('bob'), 'Europe/Berlin', '1 day');
select pg_temp.tell('bob', 'spring', 'Uhr');
update public.notification_deliveries set created_at = '2026-03-28 20:00+01', due_at = timestamptz '2026-03-28 20:00+01' + (select digest_after from public.notification_settings where user_id = tests.user_id('bob')) where key = 'spring' and channel = 'email';
select is((select due_at at time zone 'Europe/Berlin' from public.notification_deliveries where key = 'spring' and channel = 'email'), '2026-03-29 21:00'::timestamp, 'a day in which the clocks go forward is 24 hours long for a mail');
select is((select extract(epoch from due_at - created_at) from public.notification_deliveries where key = 'spring' and channel = 'email'), 86400::numeric, 'as every other');

select finish();
rollback;
