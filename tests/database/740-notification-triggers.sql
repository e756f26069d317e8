-- What tells people by itself: another role, an offer that is accepted or ends soon, a new device, another password; a listing
-- that changes; reading a conversation; and what is forgotten after its time.

begin;
select plan(43);
select tests.create_users('alice', 'bob', 'sally');
update private.settings set push_delay = '-1 hour';
insert into public.push_subscriptions (user_id, endpoint, p256dh, auth, label) select tests.user_id(n), 'https://push.example/' || n, repeat('A', 87), repeat('B', 22), 'Phone' from unnest(array['alice', 'bob', 'sally']) n;

create function pg_temp.told(name text)
returns table (event text, title text, actor uuid)
language sql
as $$
  select n.event, n.title, n.actor_id from public.notifications n where n.user_id = tests.user_id(name) order by n.revision
$$;
create function pg_temp.forget()
returns void
language sql
as $$
  delete from public.notifications;
  delete from realtime.messages;
$$;


-- Roles

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select public.set_member_role(tests.kept('group')::uuid, tests.user_id('bob'), 'admin');
select public.set_member_role(tests.kept('group')::uuid, tests.user_id('bob'), 'admin');
select tests.sign_out();
select results_eq($$ select * from pg_temp.told('bob') $$, $$ values ('role_changed', 'You have another role in Group', tests.user_id('alice')) $$, 'who gets another role is told, once');
select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Team')));
select public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('bob')]);
select tests.sign_in_as('bob');
select public.accept_team_invitation((select id from public.team_invitations));
select tests.sign_out();
select results_eq($$ select event from pg_temp.told('alice') $$, $$ values ('team_invitation_answered') $$, 'who invited is told of the answer');
select pg_temp.forget();
select tests.sign_in_as('alice');
select public.set_team_role(tests.kept('team')::uuid, tests.user_id('bob'), 'admin');
select tests.sign_out();
select results_eq($$ select * from pg_temp.told('bob') $$, $$ values ('team_role_changed', 'You have another role in Team', tests.user_id('alice')) $$, 'in a team as well');


-- Offers

select tests.sign_in_as('sally');
insert into public.listings (id, title, price_minor, currency, status) values ('00000000-0000-4000-8000-0000000000aa', 'Bicycle', 12000, 'EUR', 'active');
select tests.sign_in_as('bob');
select tests.keep('deal', (select id from public.start_negotiation('00000000-0000-4000-8000-0000000000aa')));
select public.make_offer(tests.kept('deal')::uuid, 10000);
select tests.sign_out();
select is((select title from pg_temp.told('sally') where event = 'offer_made'), 'Bob offers 100.00 EUR', 'an offer is told with its amount');
select is((select body from public.notifications where event = 'offer_made') like 'Bicycle. Stands until %', true, 'what it is for, and until when');
select ok(not private.tell_of_expiring_offer(), 'that it ends is not told yet');
update public.offers set created_at = now() - interval '2 days', expires_at = now() + interval '5 hours';
select ok(private.tell_of_expiring_offer(), 'but when it ends soon');
select ok(not private.tell_of_expiring_offer(), 'once');
select is((select count(*) from pg_temp.told('sally') where event = 'offer_expiring'), 1::bigint, 'to who is to answer it');
select is((select count(*) from pg_temp.told('bob') where event = 'offer_expiring'), 0::bigint, 'not to who made it');
delete from private.offers_told_expiring;
update public.offers set created_at = now() - interval '1 hour';
select ok(not private.tell_of_expiring_offer(), 'one that never stood for long is not told of');
select tests.sign_in_as('sally');
select public.accept_offer(tests.kept('deal')::uuid, 2);
select tests.sign_out();
select results_eq(
  $$ select n.event, n.priority, exists (select from public.notification_deliveries d where d.notification_id = n.id and d.channel = 'push') from public.notifications n where n.user_id = tests.user_id('bob') and n.event in ('offer_accepted', 'deal_created') order by 1 $$,
  $$ values ('deal_created', 'low', false), ('offer_accepted', 'high', true) $$,
  'one acceptance is one push: that the offer is taken; the deal is in the list'
);
select is((select count(*) from pg_temp.told('sally') where event in ('offer_accepted', 'deal_created')), 0::bigint, 'whoever accepts knows it');


-- A listing that changes

select pg_temp.forget();
select tests.sign_in_as('sally');
insert into public.listings (id, title, price_minor, currency, status) values ('00000000-0000-4000-8000-0000000000bb', 'Lamp', 5000, 'EUR', 'active');
select tests.sign_in_as('alice');
select public.start_listing_conversation('00000000-0000-4000-8000-0000000000bb');
select tests.sign_out();
delete from realtime.messages;
select tests.sign_in_as('sally');
update public.listings set price_minor = 4000 where id = '00000000-0000-4000-8000-0000000000bb';
select tests.sign_out();
select set_eq(
  $$ select topic, payload #>> '{listing,price_minor}' as price from realtime.messages where event = 'listing' $$,
  $$ select 'user:' || tests.user_id(n) as topic, '4000' as price from unnest(array['alice', 'sally']) n $$,
  'who talks about a listing is told live that it has changed, and its seller; nobody else'
);
select tests.sign_in_as('sally');
update public.listings set price_minor = 4000 where id = '00000000-0000-4000-8000-0000000000bb';
select tests.sign_out();
select is((select count(*) from realtime.messages where event = 'listing'), 2::bigint, 'not when nothing has');


-- A new device, another password

select pg_temp.forget();
select tests.sign_in_as('alice');
select set_config('request.headers', '{"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"}', true);
select public.heartbeat('00000000-0000-4000-8000-000000000001', 'active');
select tests.sign_out();
select is_empty($$ select 1 from pg_temp.told('alice') $$, 'the first device of an account is no news');
select tests.sign_in_as('alice');
select public.heartbeat('00000000-0000-4000-8000-000000000002', 'active');
select public.heartbeat('00000000-0000-4000-8000-000000000002', 'idle');
select tests.sign_out();
select results_eq($$ select * from pg_temp.told('alice') $$, $$ values ('new_sign_in', 'A new device is signed in', null::uuid) $$, 'another one is told of, once');
select is(private.device_label('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0'), 'Edge, Linux', 'by the name that its owner knows');
select is(private.device_label('parley-cli/2'), 'parley-cli/2', 'or its own');
select matches((select body from public.notifications where event = 'new_sign_in'), '^Firefox, Linux, .* change your password', 'with what it says of itself');
select is((select count(*) from public.notification_deliveries where key like 'device:%'), 2::bigint, 'by push, and by mail if it stays unread');
select tests.sign_in_as('alice');
select public.set_conversation_settings(tests.kept('group')::uuid, notify_level := 'nothing');
select tests.sign_out();
update auth.users set encrypted_password = 'old' where id = tests.user_id('alice');
select is((select count(*) from pg_temp.told('alice')), 1::bigint, 'a first password is no news');
update auth.users set encrypted_password = 'new' where id = tests.user_id('alice');
select is((select title from pg_temp.told('alice') where event = 'password_changed'), 'Your password was changed', 'another one is');


-- Reading a conversation

select pg_temp.forget();
delete from public.notification_deliveries;
select tests.sign_in_as('alice');
select public.set_conversation_settings(tests.kept('group')::uuid, notify_level := 'all');
select tests.sign_in_as('bob');
select tests.keep('seq', (public.send_message(tests.kept('group')::uuid, gen_random_uuid(), '@test_alice look')).seq);
select tests.sign_out();
select is((select state from public.notification_deliveries where user_id = tests.user_id('alice') and channel = 'push'), 'waiting', 'a mention waits for its moment');
select tests.sign_in_as('alice');
select is(tests.cost(format('select public.mark_read(%L)', jsonb_build_object(tests.kept('group'), tests.kept('seq')::int))) - 'announced', '{"members": 1, "receipts": 2, "notifications": 1, "personal": 1, "notification_deliveries": 2}', 'reading the conversation reads its notification, and cancels push and mail, in the same statement');
select is(tests.cost(format('select public.mark_read(%L)', jsonb_build_object(tests.kept('group'), tests.kept('seq')::int))), null, 'again, it writes nothing');
select tests.sign_out();
select isnt((select read_at from public.notifications where user_id = tests.user_id('alice')), null, 'it is read');
select is(private.claim_pushes(10, '{}'), '[]', 'nothing is pushed');
select isnt_empty($$ select 1 from realtime.messages where topic = 'user:' || tests.user_id('alice') and event = 'personal' and payload #>> '{row,read_at}' is not null $$, 'and her other devices know it');


-- Level, mute, hours: what is decided for a mention

create function pg_temp.decided(what text)
returns text
language plpgsql
as $$
declare
  v public.notification_deliveries;
  v_decision private.decision;
begin
  perform tests.sign_in_as('bob');
  perform public.send_message(tests.kept('group')::uuid, gen_random_uuid(), '@test_alice ' || what);
  perform tests.sign_out();
  select d.* into v from public.notification_deliveries d where d.user_id = tests.user_id('alice') and d.channel = 'push' order by d.id desc limit 1;
  v_decision := private.decide(v, now());
  return v_decision.verdict || ' ' || v_decision.rule;
end;
$$;
create function pg_temp.keeps(level public.notify_level, muted timestamptz default '-infinity')
returns void
language plpgsql
as $$
begin
  perform tests.sign_in_as('alice');
  perform public.set_conversation_settings(tests.kept('group')::uuid, notify_level := level, muted_until := muted);
  perform tests.sign_out();
end;
$$;
select pg_temp.keeps('mentions');
select is(pg_temp.decided('mentions'), 'send sending', 'who wants mentions is pushed one');
select pg_temp.keeps('nothing');
select is(pg_temp.decided('nothing'), 'cancel level', 'who wants nothing is not');
select pg_temp.keeps('all', 'infinity');
select is(pg_temp.decided('muted'), 'cancel muted', 'nor who has muted it');
select ok((select is_silent from public.notifications where user_id = tests.user_id('alice') order by revision desc limit 1), 'in the list it is, without a sound');
select pg_temp.keeps('all');
select tests.sign_in_as('alice');
select public.heartbeat('00000000-0000-4000-8000-000000000001', 'active', tests.kept('group')::uuid);
select tests.sign_out();
select is(pg_temp.decided('looking'), 'cancel looking', 'nor who looks at it');
update private.heartbeats set state = 'idle';
select is(pg_temp.decided('idle'), 'send sending', 'who has left it open and gone away does not look');
insert into public.blocks (user_id, blocked_id) values (tests.user_id('alice'), tests.user_id('bob'));
select is((select (private.decide(d, now())).rule from public.notification_deliveries d where user_id = tests.user_id('alice') and channel = 'push' order by id desc limit 1), 'blocked', 'what waits when somebody is blocked does not come');


-- The test button

delete from public.notifications;
select tests.sign_in_as('bob');
select public.snooze_notifications(now() + interval '1 hour');
select tests.keep('key', public.test_push());
select tests.refused($$ select public.test_push(gen_random_uuid()) $$, 409, 'no_device', 'a device that there is not cannot be tried');
select is_empty($$ select 1 from public.list_notifications() $$, 'a test is in nobody''s list');
select tests.sign_out();
select is(private.claim_pushes(10, '{}') #>> '{0,payload,key}', tests.kept('key'), 'it comes at once, at any hour');


-- After its time

select pg_temp.forget();
delete from public.notification_deliveries;
select private.notify(array[tests.user_id('alice')], k, 'announcement', '{"title": "T", "text": "x"}', actor_id => null) from unnest(array['new', 'read', 'unread', 'old']) k;
update public.notifications set created_at = now() - interval '100 days', read_at = now() - interval '99 days' where key = 'read';
update public.notifications set created_at = now() - interval '100 days' where key = 'unread';
update public.notifications set created_at = now() - interval '200 days' where key = 'old';
update public.notification_deliveries set created_at = now() - interval '31 days', due_at = now() - interval '31 days' where key = 'new';
select ok(private.forget_notifications(), 'what is older than it is kept is forgotten');
select ok(not private.forget_notifications(), 'at once');
select set_eq($$ select key from public.notifications where user_id = tests.user_id('alice') $$, $$ values ('new'), ('unread') $$, 'what was read after its time, what nobody has read after twice as long');
select is_empty($$ select 1 from public.notification_deliveries where key in ('new', 'read', 'old') $$, 'and the log of what was sent');

select finish();
rollback;
