-- When somebody may be disturbed: hours of the clock on their wall, through both changes of the clocks, with snooze; and what is
-- held for them. The clock is an argument.

begin;
select plan(52);
select tests.create_users('alice', 'bob');

create function pg_temp.settings(zone text, quiet_from text, quiet_to text, days int[] default '{1,2,3,4,5,6,7}', snoozed text default null)
returns public.notification_settings
language plpgsql
as $$
declare
  v public.notification_settings := private.notification_settings_of(tests.user_id('alice'));
begin
  v.time_zone := zone;
  v.quiet_from := settings.quiet_from::time;
  v.quiet_to := settings.quiet_to::time;
  v.quiet_days := days;
  v.snoozed_until := snoozed::timestamptz;
  return v;
end;
$$;
create function pg_temp.night(at text)
returns text
language sql
as $$
  select to_char(private.hold_until(pg_temp.settings('Europe/Berlin', '22:00', '07:00'), at::timestamptz) at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
$$;

-- An ordinary night in Berlin, at UTC+1
select is(pg_temp.night('2026-01-14 21:59+01'), null, 'before the night nothing waits');
select is(pg_temp.night('2026-01-14 22:00+01'), '2026-01-15 06:00', 'from its first minute on, pushes wait for the morning');
select is(pg_temp.night('2026-01-15 00:30+01'), '2026-01-15 06:00', 'after midnight too');
select is(pg_temp.night('2026-01-15 06:59:59+01'), '2026-01-15 06:00', 'up to the last second');
select is(pg_temp.night('2026-01-15 07:00+01'), null, 'and no longer');
-- On 29 March 2026 the clocks go from 02:00 to 03:00, on 25 October from 03:00 to 02:00.
select is(pg_temp.night('2026-03-28 23:00+01'), '2026-03-29 05:00', 'the night of the spring ends at seven by the clock, an hour sooner');
select is(pg_temp.night('2026-03-29 06:59+02'), '2026-03-29 05:00', 'up to its last minute');
select is(pg_temp.night('2026-03-29 07:00+02'), null, 'and no longer');
select is(pg_temp.night('2026-10-24 23:00+02'), '2026-10-25 06:00', 'that of the autumn an hour later');
select is(pg_temp.night('2026-10-25 06:30+01'), '2026-10-25 06:00', 'up to its last minute');
select is(pg_temp.night('2026-10-25 07:00+01'), null, 'and no longer');
select is(private.quiet_end(pg_temp.settings('Europe/Berlin', '02:30', '05:00'), '2026-03-29 01:00Z'), null, 'hours that begin at a time that is skipped begin that much later');
select is(private.quiet_end(pg_temp.settings('Europe/Berlin', '02:30', '05:00'), '2026-03-29 01:30Z'), '2026-03-29 03:00Z', 'which is half past three');
select is(private.quiet_end(pg_temp.settings('Europe/Berlin', '02:30', '05:00'), '2026-10-25 00:30Z'), null, 'a time that comes twice is meant the second time');
select is(private.quiet_end(pg_temp.settings('Europe/Berlin', '02:30', '05:00'), '2026-10-25 01:30Z'), '2026-10-25 04:00Z', 'which is this one');
-- Elsewhere
select is(private.quiet_end(pg_temp.settings('America/New_York', '22:00', '07:00'), '2026-03-08 05:00Z'), '2026-03-08 11:00Z', 'New York changes on another day');
select is(private.quiet_end(pg_temp.settings('America/New_York', '22:00', '07:00'), '2026-11-01 04:00Z'), '2026-11-01 12:00Z', 'in the autumn too');
select is(private.quiet_end(pg_temp.settings('Australia/Lord_Howe', '22:00', '07:00'), '2026-04-04 12:00Z'), '2026-04-04 20:30Z', 'Lord Howe by half an hour');
select is(private.quiet_end(pg_temp.settings('Asia/Kathmandu', '22:00', '07:00'), '2026-06-01 17:00Z'), '2026-06-02 01:15Z', 'Kathmandu never, and stands by a quarter');
-- By day, and on some days
select is(private.quiet_end(pg_temp.settings('UTC', '12:00', '14:00'), '2026-01-14 13:00Z'), '2026-01-14 14:00Z', 'hours within a day');
select is(private.quiet_end(pg_temp.settings('UTC', '12:00', '14:00'), '2026-01-14 11:00Z'), null, 'are not those before');
select is(private.quiet_end(pg_temp.settings('UTC', '22:00', '07:00', '{5}'), '2026-01-17 03:00Z'), '2026-01-17 07:00Z', 'the night that begins on a Friday goes on into Saturday');
select is(private.quiet_end(pg_temp.settings('UTC', '22:00', '07:00', '{5}'), '2026-01-16 03:00Z'), null, 'and that of Thursday is none');
select is(private.quiet_end(pg_temp.settings('UTC', '22:00', '07:00', '{}'), '2026-01-16 23:00Z'), null, 'on no day, no hours');
-- Snoozed
select is(private.hold_until(pg_temp.settings('UTC', null, null, snoozed => '2026-01-14 12:00Z'), '2026-01-14 11:00Z'), '2026-01-14 12:00Z', 'who has snoozed waits until then');
select is(private.hold_until(pg_temp.settings('UTC', null, null, snoozed => '2026-01-14 12:00Z'), '2026-01-14 12:00Z'), null, 'and no longer');
select is(private.hold_until(pg_temp.settings('UTC', '22:00', '07:00', snoozed => '2026-01-14 23:00Z'), '2026-01-14 21:00Z'), '2026-01-15 07:00Z', 'a snooze that ends within the night ends with the night');
select is(private.hold_until(pg_temp.settings('UTC', '22:00', '07:00', snoozed => '2026-01-14 20:00Z'), '2026-01-14 21:00Z'), null, 'one that is over does nothing');


-- What is set

select tests.sign_in_as('alice');
select is((public.set_notification_settings(time_zone := 'Europe/Berlin', quiet_from := '22:00', quiet_to := '07:00')).quiet_to, '07:00'::time, 'quiet hours are set');
select is((public.set_notification_settings(quiet_days := '{7,1,1}')).quiet_days, '{1,7}', 'their days, each once');
select is((public.set_notification_settings(language := 'pt-BR')).quiet_from, '22:00'::time, 'what is left out stays');
select is((public.set_notification_settings(digest_after := '0')).digest_after, null, 'no mails');
select is((public.set_notification_settings(quiet_to := '22:00')).quiet_from, null, 'no quiet hours');
select tests.refused($$ select public.set_notification_settings(time_zone := 'Mars/Olympus') $$, 400, 'setting_invalid', 'a time zone is one of the database of them');
select tests.refused($$ select public.set_notification_settings(quiet_from := '22:00') $$, 400, 'setting_invalid', 'hours have an end');
select tests.refused($$ select public.set_notification_settings(quiet_days := '{8}') $$, 400, 'setting_invalid', 'a week has seven days');
select tests.refused($$ select public.set_notification_settings(digest_after := '1 second') $$, 400, 'setting_invalid', 'mails are not that frequent');
select tests.refused($$ select public.set_notification_settings(language := '../etc') $$, 400, 'setting_invalid', 'a language is one');
select tests.refused($$ select public.snooze_notifications('infinity') $$, 400, 'setting_invalid', 'nobody snoozes for ever');
select is((select public.sync('{}', 0) #>> '{personal,rows,0,table}'), 'notification_settings', 'sync() brings the settings to other devices');


-- What is held, and let go

select public.save_push_subscription('https://push.example/a', repeat('A', 87), repeat('B', 22));
select public.snooze_notifications(now() + interval '1 hour');
select tests.sign_out();
update public.push_subscriptions set session_id = null;
update private.settings set push_delay = '-1 hour';
select private.notify(array[tests.user_id('alice')], 'held', 'announcement', '{"title": "T", "text": "x"}', actor_id => null);
select private.claim_pushes(10, '{}');
select results_eq($$ select state, reason, due_at from public.notification_deliveries where key = 'held' and channel = 'push' $$, $$ values ('held', 'snoozed', now() + interval '1 hour') $$, 'what is due while somebody has snoozed is held');
select ok((select is_silent from public.notifications where key = 'held'), 'in the list it is at once, without a sound');
select private.notify(array[tests.user_id('alice')], 'urgent', 'urgent_announcement', '{"title": "Fire", "text": "x"}', actor_id => null);
select is(private.claim_pushes(10, '{}') #>> '{0,payload,key}', 'urgent', 'an urgent one is not');
select tests.sign_in_as('alice');
select public.snooze_notifications();
select tests.sign_out();
select is(private.claim_pushes(10, '{}') #>> '{0,payload,key}', 'held', 'when the snooze ends early, it comes at once');


-- Messages of a night in which the clocks change: one push in the morning. The clock is moved by hand.

select tests.sign_in_as('alice');
select tests.keep('pair', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select public.set_notification_settings(time_zone := 'Europe/Berlin', quiet_from := '22:00', quiet_to := '07:00', quiet_days := '{1,2,3,4,5,6,7}', language := 'en');
create function pg_temp.say(content text)
returns void
language plpgsql
as $$
begin
  perform tests.sign_in_as('bob');
  perform public.send_message(tests.kept('pair')::uuid, gen_random_uuid(), content);
  perform tests.sign_out();
  perform private.expand_push_jobs(10);
end;
$$;
create function pg_temp.open_at(at text)
returns text
language plpgsql
as $$
declare
  v public.notification_deliveries;
begin
  select d.* into strict v from public.notification_deliveries d where d.category = 'message';
  perform private.open_delivery(v, at::timestamptz);
  select d.* into strict v from public.notification_deliveries d where d.category = 'message';
  return concat_ws(' ', v.state, v.reason, case when v.state = 'held' then to_char(v.due_at at time zone 'UTC', 'MM-DD HH24:MI') end);
end;
$$;
select tests.sign_out();
delete from private.push_jobs;
select pg_temp.say('one');
select is(pg_temp.open_at('2026-03-28 23:30+01'), 'held quiet_hours 03-29 05:00', 'a message of the night in spring waits for seven o''clock');
select pg_temp.say('two'), pg_temp.say('three');
select results_eq($$ select first_seq, seq, state from public.notification_deliveries where category = 'message' $$, $$ values (1::bigint, 3::bigint, 'held') $$, 'what comes in the night waits with it');
select is(pg_temp.open_at('2026-03-29 06:59:59+02'), 'held quiet_hours 03-29 05:00', 'up to the last second');
select is(pg_temp.open_at('2026-03-29 07:00+02'), 'sending sending', 'then it is sent');
select is((select private.push_payload(d, '2026-03-29 07:00+02') ->> 'body' from public.notification_deliveries d where category = 'message'), E'3 new messages\nthree', 'as one');
update public.notification_deliveries set state = 'sent', reason = 'sent' where category = 'message';
delete from public.notification_deliveries where category = 'message';
select pg_temp.say('four');
select is(pg_temp.open_at('2026-10-24 23:30+02'), 'held quiet_hours 10-25 06:00', 'in autumn the night is an hour longer');
select is(pg_temp.open_at('2026-10-25 06:59+01'), 'held quiet_hours 10-25 06:00', 'up to its end');
select tests.sign_in_as('alice');
select public.mark_read(jsonb_build_object(tests.kept('pair'), 4));
select tests.sign_out();
select is((select state || ' ' || reason from public.notification_deliveries where category = 'message'), 'cancelled read', 'who reads at night is not woken by it in the morning');

select finish();
rollback;
