-- From a message to the devices: who gets a push, as what, and what becomes of it when it is tried.

begin;
select plan(69);
select tests.create_users('alice', 'bob', 'carol', 'dave');
update private.settings set push_delay = '-1 hour';

create function pg_temp.device(name text, label text default 'Phone', host text default 'https://push.example')
returns uuid
language plpgsql
as $$
/* Of a session of its own, as a device has. */
begin
  perform tests.sign_in_as(name);
  insert into pg_temp.devices
  select s.id, device.name || ':' || device.label
  from public.save_push_subscription(host || '/' || device.name || '/' || device.label, repeat('A', 87), repeat('B', 22), md5(device.name || device.label)::uuid, device.label) s;
  perform tests.sign_out();
  return (select d.id from pg_temp.devices d where d.name = device.name || ':' || device.label);
end;
$$;
create temp table devices (id uuid, name text);
grant all on pg_temp.devices to authenticated;
create function pg_temp.session_of(name text)
returns void
language sql
as $$
  insert into auth.sessions (id, user_id, created_at, updated_at) values (md5('session:' || name)::uuid, tests.user_id(name), now(), now())
$$;
create function pg_temp.say(name text, content text)
returns bigint
language plpgsql
as $$
declare
  v_seq bigint;
begin
  perform tests.sign_in_as(name);
  v_seq := (public.send_message(tests.kept('group')::uuid, gen_random_uuid(), content)).seq;
  perform tests.sign_out();
  return v_seq;
end;
$$;
create function pg_temp.claim(services_down text[] default '{}')
returns jsonb
language plpgsql
as $$
declare
  v_claims jsonb;
begin
  perform tests.sign_in_as_service();
  v_claims := public.claim_pushes(50, services_down);
  perform tests.sign_out();
  return v_claims;
end;
$$;
create function pg_temp.read_to(name text, seq bigint)
returns void
language plpgsql
as $$
begin
  perform tests.sign_in_as(name);
  perform public.mark_read(jsonb_build_object(tests.kept('group'), seq));
  perform tests.sign_out();
end;
$$;
create function pg_temp.who(claims jsonb)
returns text[]
language sql
as $$
  select coalesce(array_agg(d.name order by d.name), '{}')
  from jsonb_array_elements(claims) c join pg_temp.devices d on d.id = (c #>> '{subscription,id}')::uuid
$$;
create function pg_temp.done(claims jsonb)
returns boolean
language sql
as $$
  select bool_and(private.push_sent((c ->> 'id')::bigint, (c ->> 'attempt')::int, 201)) from jsonb_array_elements(claims) c
$$;
create function pg_temp.explained(name text, seq bigint)
returns jsonb
language plpgsql
as $$
declare
  v_explained jsonb;
begin
  perform tests.sign_in_as_service();
  v_explained := public.explain_notification(tests.user_id(name), format('message:%s:%s', tests.kept('group'), seq));
  perform tests.sign_out();
  return v_explained #> '{channels,1}';
end;
$$;
create function pg_temp.state_of(name text, seq bigint)
returns text
language sql
as $$
  select e ->> 'state' || ' ' || (e ->> 'rule') from pg_temp.explained(name, seq) e
$$;
grant execute on all functions in schema pg_temp to authenticated, service_role;

select pg_temp.session_of(n) from unnest(array['alice', 'bob', 'carol', 'dave']) n;
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Team', array[tests.user_id('bob'), tests.user_id('carol'), tests.user_id('dave')])));
select tests.sign_out();
select pg_temp.device('bob'), pg_temp.device('bob', 'Laptop'), pg_temp.device('carol');


-- A message

select pg_temp.say('alice', 'hello there');
select is((select count(*) from private.push_jobs), 1::bigint, 'a message leaves one row of work');
select is((select count(*) from public.notification_deliveries), 0::bigint, 'and none for anybody');
select is((select count(*) from public.notifications), 0::bigint, 'nor a notification');
select tests.keep('claims', pg_temp.claim());
select is(pg_temp.who(tests.kept('claims')::jsonb), array['bob:Laptop', 'bob:Phone', 'carol:Phone'], 'when it is due, every device of who has not read it gets it: not the sender''s, none of who has none');
select is((select count(*) from private.push_jobs), 0::bigint, 'the work is taken');
select is(pg_temp.claim(), '[]', 'and not twice');
select results_eq(
  $$ select c.payload ->> 'title', c.payload ->> 'body', c.payload ->> 'url', (c.payload ->> 'count')::int, (c.payload ->> 'badge')::int, c.urgency, c.ttl_s, c.attempt
     from jsonb_to_recordset(tests.kept('claims')::jsonb) as c (payload jsonb, urgency text, ttl_s int, attempt int) limit 1 $$,
  $$ values ('Team', 'Alice: hello there', '/chats/' || tests.kept('group') || '?at=1', 1, 1, 'normal', 86400, 1) $$,
  'its words, where it leads, how many there are, the number for the icon'
);
select matches((select c ->> 'topic' from jsonb_array_elements(tests.kept('claims')::jsonb) c limit 1), '^[A-Za-z0-9_-]{1,32}$', 'the topic is one of RFC 8030');
select is((select count(distinct c ->> 'topic') from jsonb_array_elements(tests.kept('claims')::jsonb) c), 1::bigint, 'of one conversation');
select is(pg_temp.state_of('bob', 1), 'sending sending', 'it is being sent');
select ok(pg_temp.done(tests.kept('claims')::jsonb), 'the reports are taken');
select ok(not pg_temp.done(tests.kept('claims')::jsonb), 'once');
select is(pg_temp.state_of('bob', 1), 'sent sent', 'it was sent');
select is((select sent_count from public.notification_deliveries where user_id = tests.user_id('bob')), 2, 'to two devices');
select is(pg_temp.state_of('dave', 1), 'none no_device', 'Dave has no device');
select is(pg_temp.state_of('alice', 1), 'none own', 'Alice has said it herself');


-- Several at once are one push, with their number

select pg_temp.say('alice', 'one'), pg_temp.say('alice', 'two'), pg_temp.say('dave', 'three');
select tests.keep('claims', pg_temp.claim());
select is(pg_temp.who(tests.kept('claims')::jsonb), array['bob:Laptop', 'bob:Phone', 'carol:Phone'], 'three messages that are due together are one push to each device');
select is((select c #>> '{payload,body}' from jsonb_array_elements(tests.kept('claims')::jsonb) c limit 1), E'4 new messages\nDave: three', 'which says how many are unread, and the last');
select is(pg_temp.state_of('bob', 3), 'sending sending', 'it stands for each of them');
select ok(pg_temp.done(tests.kept('claims')::jsonb), 'they are sent');
select is((select count(*) from public.notification_deliveries where user_id = tests.user_id('bob')), 2::bigint, 'in one row');


-- Reading

select pg_temp.say('alice', 'soon read');
select pg_temp.read_to('bob', 5);
select tests.keep('claims', pg_temp.claim());
select is(pg_temp.who(tests.kept('claims')::jsonb), array['carol:Phone'], 'who has read it before it was due gets nothing');
select is(pg_temp.state_of('bob', 5), 'none read', 'because it was read');
select is(private.push_failed((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 1, 500, 'oops', null, false), true, 'a push that fails is tried again');
select is(pg_temp.claim(), '[]', 'later');
select isnt((select failing_since from public.push_subscriptions where user_id = tests.user_id('carol')), null, 'the device is failing');
select pg_temp.read_to('carol', 5);
select is(pg_temp.state_of('carol', 5), 'cancelled read', 'unless it is read in between');
select is_empty($$ select 1 from private.pushes where state in ('waiting', 'claimed') $$, 'which leaves nothing to send');
select pg_temp.say('alice', 'read just now');
select private.expand_push_jobs(10), private.open_deliveries(10);
select pg_temp.read_to('bob', 6);
select is(pg_temp.who(pg_temp.claim()), array['carol:Phone'], 'what is read when it is already on its way to the devices is not claimed');


-- Failing

update private.pushes set next_at = now() where state = 'claimed';
select tests.keep('claims', pg_temp.claim());
select is(tests.kept('claims')::jsonb #>> '{0,attempt}', '2', 'a claim that was not reported in time is somebody else''s');
select ok(not private.push_sent((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 1, 201), 'who comes back late has lost it');
select ok(private.push_failed((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 2, 429, 'slower', 3600, false), 'a push service may say when to come back');
select ok((select next_at >= now() + interval '1 hour' from private.pushes where state = 'waiting'), 'which is kept to');
update private.pushes set next_at = now(), attempts = 7 where state = 'waiting';
select tests.keep('claims', pg_temp.claim());
select ok(private.push_failed((tests.kept('claims')::jsonb #>> '{0,id}')::bigint, 8, 500, 'oops', null, false), 'after the last attempt');
select is(pg_temp.state_of('carol', 6), 'dead gave_up', 'it is given up');
select is(pg_temp.explained('carol', 6) #>> '{devices,0,error}', 'oops', 'with what the push service said');
select pg_temp.say('alice', 'too much');
select tests.keep('claims', pg_temp.claim());
select is(pg_temp.who(tests.kept('claims')::jsonb), array['bob:Laptop', 'bob:Phone', 'carol:Phone'], 'the next one is tried all the same');
select ok(private.push_failed((c ->> 'id')::bigint, 1, 413, 'too large', null, false), 'one that is refused for itself') from jsonb_array_elements(tests.kept('claims')::jsonb) c where c #>> '{subscription,endpoint}' like '%carol%';
select is(pg_temp.state_of('carol', 7), 'dead gave_up', 'is not tried again');
select ok(private.push_failed((c ->> 'id')::bigint, 1, 410, 'gone', null, true), 'a device that is gone') from jsonb_array_elements(tests.kept('claims')::jsonb) c where c #>> '{subscription,endpoint}' like '%Laptop';
select is((select count(*) from public.push_subscriptions where user_id = tests.user_id('bob')), 1::bigint, 'is forgotten');
select is(pg_temp.state_of('bob', 7), 'sending sending', 'the other one is still to get it');
select ok(private.push_sent((c ->> 'id')::bigint, 1, 201), 'and does') from jsonb_array_elements(tests.kept('claims')::jsonb) c where c #>> '{subscription,endpoint}' like '%bob/Phone';
select is(pg_temp.state_of('bob', 7), 'sent sent', 'so it was sent');


-- Many reports at once

create function pg_temp.done_at_once(claims jsonb)
returns bigint[]
language plpgsql
as $$
declare
  v_left bigint[];
begin
  perform tests.sign_in_as_service();
  v_left := public.pushes_sent((
    select jsonb_agg(jsonb_build_object('id', c -> 'id', 'attempt', c -> 'attempt', 'status', 201)) from jsonb_array_elements(claims) c
  ));
  perform tests.sign_out();
  return v_left;
end;
$$;
select pg_temp.device('bob', 'Tablet'), pg_temp.device('bob', 'Watch');
select pg_temp.say('alice', 'to all of you');
select tests.keep('claims', pg_temp.claim());
select is(pg_temp.who(tests.kept('claims')::jsonb), array['bob:Phone', 'bob:Tablet', 'bob:Watch', 'carol:Phone'], 'four devices of two people');
update public.push_subscriptions set failing_since = now();
select is(
  pg_temp.done_at_once(jsonb_path_query_array(tests.kept('claims')::jsonb, '$[*] ? (!(@.subscription.endpoint like_regex "Tablet|Watch"))')), '{}',
  'what two of them got is reported in one call'
);
select is(pg_temp.state_of('bob', 8) || ', ' || pg_temp.state_of('carol', 8), 'sending sending, sent sent', 'who has others still to get it is not done');
select is((select count(*) from public.push_subscriptions where failing_since is not null), 2::bigint, 'who got it fails no longer');
select pg_temp.done_at_once(jsonb_path_query_array(tests.kept('claims')::jsonb, '$[*] ? (@.subscription.endpoint like_regex "Tablet|Watch")'));
select is(pg_temp.state_of('bob', 8), 'sent sent', 'with the last of them he is');
select pg_temp.done_at_once(tests.kept('claims')::jsonb);
select is((select sum(sent_count) from public.notification_deliveries where seq = 8 and channel = 'push'), 4::bigint, 'what is reported again changes nothing');
delete from public.push_subscriptions where label in ('Tablet', 'Watch');
select is_empty($$ select 1 from private.pushes where state in ('waiting', 'claimed') $$, 'nothing is left open');


-- A push service that is down

select pg_temp.device('dave', 'Tablet', 'https://other.example');
select pg_temp.say('alice', 'who is up?');
select is(pg_temp.who(pg_temp.claim(array['https://push.example'])), array['dave:Tablet'], 'what goes to a service that is down is left alone');
select is(pg_temp.who(pg_temp.claim()), array['bob:Phone', 'carol:Phone'], 'and there when it is up');
update private.pushes set state = 'sent' where state = 'claimed';


-- Who is not to be disturbed

select tests.sign_in_as('bob');
select public.heartbeat(md5('bobPhone')::uuid, 'active', tests.kept('group')::uuid);
select tests.sign_in_as('carol');
select public.set_conversation_settings(tests.kept('group')::uuid, muted_until := 'infinity');
select tests.sign_out();
select pg_temp.say('alice', 'psst');
select is(pg_temp.who(pg_temp.claim()), array['dave:Tablet'], 'who looks at the conversation, and who has muted it, are not disturbed');
select is(pg_temp.state_of('bob', 10), 'cancelled looking', 'Bob is looking');
select is(pg_temp.state_of('carol', 10), 'none muted', 'Carol has muted it');
update private.heartbeats set seen_at = now() - interval '2 minutes';
select tests.sign_in_as('carol');
select public.set_conversation_settings(tests.kept('group')::uuid, muted_until := now(), notify_level := 'mentions');
select tests.sign_in_as('dave');
select public.block_user(tests.user_id('alice'));
select tests.sign_out();
select pg_temp.say('alice', 'hello');
select is(pg_temp.who(pg_temp.claim()), array['bob:Phone'], 'nor who wants mentions only, nor who has blocked the sender');
select is(pg_temp.state_of('carol', 11), 'none level', 'Carol wants mentions');
select is(pg_temp.state_of('dave', 11), 'cancelled blocked', 'Dave has blocked her');
select pg_temp.say('alice', '@test_carol hello');
select tests.keep('claims', pg_temp.claim());
select is(pg_temp.who(tests.kept('claims')::jsonb), array['bob:Phone', 'carol:Phone'], 'a mention reaches her');
select is(
  (select c #>> '{payload,title}' || ': ' || (c #>> '{payload,body}') from jsonb_array_elements(tests.kept('claims')::jsonb) c where c #>> '{payload,kind}' = 'notification'),
  'Alice mentioned you in Team: @test_carol hello', 'as one, with what was written'
);
select is((select count(*) from jsonb_array_elements(tests.kept('claims')::jsonb) c where c #>> '{subscription,endpoint}' like '%carol%'), 1::bigint, 'once: not as a message as well');


-- Members of now

select pg_temp.say('alice', 'secret');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('bob'));
select tests.sign_out();
select is(pg_temp.claim(), '[]', 'who was removed before it was due gets nothing');
select is(pg_temp.state_of('bob', 13), 'none left', 'as they are no member');

-- What is gone
select tests.sign_in_as('carol');
select public.set_conversation_settings(tests.kept('group')::uuid, notify_level := 'all');
select tests.sign_out();
select pg_temp.say('alice', 'oops');
select tests.sign_in_as('alice');
select public.delete_message(tests.kept('group')::uuid, 15);
select tests.sign_out();
select is(pg_temp.claim(), '[]', 'what was deleted before it was due is not pushed');

-- A session that was ended
select pg_temp.say('alice', 'are you there?');
delete from auth.sessions where user_id = tests.user_id('carol');
select is(pg_temp.claim(), '[]', 'a device that is signed out gets nothing');
select is(pg_temp.state_of('carol', 16), 'cancelled no_device', 'as there is none left');
select private.forget_push_subscriptions();
select is((select count(*) from public.push_subscriptions where user_id = tests.user_id('carol')), 0::bigint, 'and is forgotten');
update private.pushes set state = 'sent' where state = 'claimed';
select ok((select private.next_push_in()) is null, 'nothing is left to wait for');

select finish();
rollback;
