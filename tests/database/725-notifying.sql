-- What a notification is made of, on which channels it goes, and what becomes of it: read, put away, acknowledged.

begin;
select plan(58);
select tests.create_users('alice', 'bob', 'carol');
update private.settings set push_delay = '-1 hour';

create function pg_temp.tell(name text, key text, event text default 'announcement', args jsonb default '{"title": "News", "text": "x"}')
returns void
language sql
as $$
  select private.notify(array[tests.user_id(name)], key, event, args, actor_id => null)
$$;
create function pg_temp.told(k text)
returns text[]
language sql
as $$
  select array(
    select 'in_app' from public.notifications n where n.key = k and n.in_app
    union all
    select d.channel from public.notification_deliveries d where d.key = k order by 1
  )
$$;
create function pg_temp.id_of(k text)
returns uuid
language sql
security definer
as $$
  select n.id from public.notifications n where n.key = k
$$;
create function pg_temp.delivered(k text, c text default 'push')
returns text
language sql
security definer
as $$
  select d.state || ' ' || d.reason from public.notification_deliveries d where d.key = k and d.channel = c
$$;
grant execute on all functions in schema pg_temp to authenticated;
insert into public.push_subscriptions (user_id, endpoint, p256dh, auth) select tests.user_id(n), 'https://push.example/' || n, repeat('A', 87), repeat('B', 22) from unnest(array['alice', 'bob']) n;


-- Words

select tests.sign_in_as('bob');
select public.set_notification_settings(language := 'de', time_zone := 'Europe/Berlin');
select tests.sign_out();
select private.notify(
  array[tests.user_id('alice'), tests.user_id('bob')], 'deal', 'deal_paid',
  '{"deal_id": "00000000-0000-4000-8000-000000000001", "listing_id": "00000000-0000-4000-8000-000000000002", "amount_minor": 125000, "currency": "EUR"}', actor_id => null
);
select is((select title from public.notifications where user_id = tests.user_id('alice') and key = 'deal'), '1,250.00 EUR are paid', 'a notification is in words');
select is((select title from public.notifications where user_id = tests.user_id('bob') and key = 'deal'), '1.250,00 EUR sind bezahlt', 'in each one''s own');
select private.notify(array[tests.user_id('bob')], 'time', 'password_changed', '{"at": "2026-07-01T10:00:00Z"}', actor_id => null);
select is((select body from public.notifications where key = 'time'), '01.07.2026, 12:00. Wenn du das nicht warst, stelle dein Konto wieder her.', 'a time is that of their clock');
select is(private.value_text('"2026-07-01T10:00:00Z"', 'time', '{}', 'en-GB', 'Europe/Berlin'), '1 Jul 2026, 12:00', 'as they write it');
select is(private.money_text(1500, 'JPY', 'en'), '1,500 JPY', 'some currencies have no decimals');
select is(private.money_text(1500, 'KWD', 'en'), '1.500 KWD', 'some three');
select is(private.filled('{a} and {b}', '{"a": "{b}", "b": "2"}'), '{b} and 2', 'what stands in a value is no placeholder');
select throws_ok($$ select pg_temp.tell('bob', 'x', 'announcement', '{"title": 1, "text": "x"}') $$, 'PGRST', null, 'args are of their types');
select throws_ok($$ select pg_temp.tell('bob', 'x', 'announcement', '{"title": "T"}') $$, 'PGRST', null, 'all of them are there');
select throws_ok($$ select pg_temp.tell('bob', 'x', 'announcement', '{"title": "T", "text": "x", "more": 1}') $$, 'PGRST', null, 'and no other');
select throws_ok($$ select pg_temp.tell('bob', 'x', 'announcement', '{"title": "T", "text": "x", "url": "javascript:alert(1)"}') $$, 'PGRST', null, 'a url is one');
select throws_ok($$ select pg_temp.tell('bob', 'x', 'no_such_event', '{}') $$, 'P0001', null, 'an event is one of the table');
select is((select count(*) from public.notifications where key = 'x'), 0::bigint, 'none of these is told');
select private.notify(array[tests.user_id('bob')], 'named', 'team_invitation_answered', '{"invitation_id": "00000000-0000-4000-8000-000000000001", "team_id": "00000000-0000-4000-8000-000000000001", "status": "accepted"}', actor_id => tests.user_id('carol'));
select is((select title from public.notifications where key = 'named'), 'Carol hat auf deine Einladung geantwortet', 'who did it is named');
delete from auth.users where id = tests.user_id('carol');
select is((select title from public.notifications where key = 'named'), 'Jemand hat auf deine Einladung geantwortet', 'until their account is deleted');


-- Channels

select pg_temp.tell('alice', 'defaults');
select is(pg_temp.told('defaults'), array['in_app', 'push'], 'a category has its channels');
select tests.sign_in_as('alice');
select results_eq($$ select p.in_app, p.push, p.email from public.set_notification_preference('announcement', email := true) p $$, $$ values (true, true, true) $$, 'which everybody changes for themselves');
select tests.refused($$ select public.set_notification_preference('nonsense', push := true) $$, 404, 'category_not_found', 'of a category that there is');
select tests.sign_out();
select pg_temp.tell('alice', 'mail too');
select is(pg_temp.told('mail too'), array['email', 'in_app', 'push'], 'a mail as well');
select results_eq($$ select due_at - created_at, reason from public.notification_deliveries where key = 'mail too' and channel = 'email' $$, $$ values (interval '1 day', 'digest') $$, 'if it stays unread for a day');
select tests.sign_in_as('alice');
select public.set_notification_preference('announcement', in_app := false, email := false);
select tests.sign_out();
select pg_temp.tell('alice', 'push only');
select is(pg_temp.told('push only'), array['push'], 'by push only: it is not in the list');
select tests.sign_in_as('alice');
select public.set_notification_preference('announcement', push := false);
select tests.sign_out();
select pg_temp.tell('alice', 'nothing');
select is(pg_temp.told('nothing'), '{}', 'who wants nothing of a category gets nothing');
select is((select count(*) from public.notifications where key = 'nothing'), 0::bigint, 'no row either');
select tests.sign_in_as('alice');
select public.set_notification_preference('announcement', in_app := true, push := true);
select tests.sign_out();
select private.notify(array[tests.user_id('alice')], 'low', 'deal_created', '{"deal_id": "00000000-0000-4000-8000-000000000001", "listing_id": "00000000-0000-4000-8000-000000000002", "amount_minor": 1, "currency": "EUR"}', actor_id => null);
select is(pg_temp.told('low'), array['in_app'], 'what is of low priority is in the list only');
select is((public.explain_notification(tests.user_id('alice'), 'low')) #>> '{channels,1,rule}', 'priority', 'for that reason') from tests.sign_in_as('alice');


-- Once

select tests.sign_out();
select pg_temp.tell('alice', 'defaults');
select is((select count(*) from public.notification_deliveries where key = 'defaults'), 1::bigint, 'one row per person, event and channel, whatever is repeated');


-- Reading, on one device for all

select tests.sign_in_as('alice');
select is((public.notification_counts()).unread, 4::bigint, 'counts are exact');
select is((public.notification_counts()).by_category, '{"deal": 2, "announcement": 2}', 'by category too');
select is((public.notification_counts()).badge, 4::bigint, 'and for the icon');
select is((select count(*) from public.list_notifications()), 4::bigint, 'all are listed');
select is((select count(*) from public.list_notifications(category := 'deal')), 2::bigint, 'or those of a category');
select is((select count(*) from public.list_notifications(most := 3)), 3::bigint, 'in pages');
select is((select count(*) from public.list_notifications(before := l.created_at, before_id := l.id)), 1::bigint, 'of which the next begins where the last ended') from (select l.created_at, l.id from public.list_notifications(most := 3) l order by l.created_at, l.id limit 1) l;
select tests.refused($$ select public.list_notifications('everything') $$, 400, 'filter_invalid', 'by filters that there are');
select is(public.mark_notifications_read(array[pg_temp.id_of('defaults')]), 1::bigint, 'one is read');
select is(public.mark_notifications_read(array[pg_temp.id_of('defaults')]), 0::bigint, 'once');
select is(pg_temp.delivered('defaults'), 'cancelled read', 'and its push is cancelled by it');
select is((select count(*) from public.list_notifications('unread')), 3::bigint, 'it is not among the unread');
select is(public.mark_notifications_unread(array[pg_temp.id_of('defaults')]), 1::bigint, 'it can be unread again');
select is(pg_temp.delivered('defaults'), 'cancelled read', 'without being pushed again');
select is(public.archive_notifications(array[pg_temp.id_of('mail too')]), 1::bigint, 'one is put away');
select is(pg_temp.delivered('mail too', 'email'), 'cancelled archived', 'its mail does not come');
select is((select array_agg(l.key) from public.list_notifications('archived') l), array['mail too'], 'it lies there');
select is((public.notification_counts()).unread, 3::bigint, 'and counts no more');
select is(public.unarchive_notifications(array[pg_temp.id_of('mail too')]), 1::bigint, 'and back');
select is(public.mark_all_notifications_read(category := 'deal'), 2::bigint, 'all of a category are read');
select is(public.mark_all_notifications_read(up_to := now() - interval '1 hour'), 0::bigint, 'what came later than one has looked is not');
select tests.sign_in_as('bob');
select is(public.mark_notifications_read(array[pg_temp.id_of('mail too')]), 0::bigint, 'nobody reads for others');
select tests.sign_out();
select pg_temp.tell('bob', 'many ' || n) from generate_series(1, 30) n;
delete from realtime.messages;
select tests.sign_in_as('bob');
select is(public.mark_all_notifications_read(), 33::bigint, 'many are read at once');
select tests.sign_out();
select is((select count(*) from realtime.messages where topic = 'user:' || tests.user_id('bob')), 1::bigint, 'and one event tells: a device that sees the gap asks sync()');
select is((select payload ->> 'revision' from realtime.messages), (select revision::text from private.personal where user_id = tests.user_id('bob')), 'with the last revision');


-- Urgent: until it is acknowledged

delete from public.notification_deliveries;
select pg_temp.tell('alice', 'fire', 'urgent_announcement', '{"title": "Fire", "text": "Leave the house"}');
select private.push_sent((c ->> 'id')::bigint, 1, 201) from jsonb_array_elements(private.claim_pushes(10, '{}')) c;
select results_eq($$ select state, reason, due_at - now() from public.notification_deliveries where key = 'fire' $$, $$ values ('waiting', 'repeat', interval '5 minutes') $$, 'an urgent one comes again');
select tests.sign_in_as('alice');
select public.mark_notifications_read(array[pg_temp.id_of('fire')]);
select is(pg_temp.delivered('fire'), 'waiting repeat', 'also when it was read');
select is((public.notification_counts()).urgent, 1::bigint, 'it waits to be acknowledged');
select tests.sign_out();
update public.notification_deliveries set due_at = now();
select is(private.claim_pushes(10, '{}') #>> '{0,payload,require_interaction}', 'true', 'it stands until it is touched');
select tests.sign_in_as('alice');
select isnt((public.acknowledge_notification(pg_temp.id_of('fire'))).acknowledged_at, null, 'she acknowledges it');
select is(pg_temp.delivered('fire'), 'cancelled acknowledged', 'and it comes no more');
select tests.refused($$ select public.acknowledge_notification(gen_random_uuid()) $$, 404, 'notification_not_found', 'of others, or none, nobody does');

select finish();
rollback;
