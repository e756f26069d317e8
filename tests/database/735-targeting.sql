-- Telling people by hand: to people, a role, the members of something, or a condition; the dry run first; and why, afterwards.

begin;
select plan(46);
select tests.create_users('alice', 'bob', 'carol', 'mod');
insert into private.moderators (user_id) values (tests.user_id('mod'));
select tests.keep('args', '{"title": "Maintenance", "text": "On Sunday"}'::text);
insert into public.push_subscriptions (user_id, endpoint, p256dh, auth, label) values (tests.user_id('bob'), 'https://push.example/bob', repeat('A', 87), repeat('B', 22), 'Phone');

create function pg_temp.send(target text, key text default null, event text default 'announcement')
returns text
language sql
as $$
  select format('select public.send_notification(%L, %L, %L, %L)', event, tests.kept('args'), target, key)
$$;
create function pg_temp.people(target text)
returns bigint
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  execute pg_temp.send(target) into v_answer;
  return (v_answer ->> 'people')::bigint;
end;
$$;
create function pg_temp.users(variadic names text[])
returns text
language sql
as $$
  select jsonb_build_object('users', jsonb_agg(tests.user_id(n)))::text from unnest(names) n
$$;
grant execute on all functions in schema pg_temp to anon, authenticated, service_role;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select tests.keep('team', (select id from public.create_team('Team')));
select tests.refused(pg_temp.send(pg_temp.users('bob')), 403, 'not_a_moderator', 'not everybody tells people');
select tests.refused(format('select public.preview_notification(%L, %L, %L)', 'announcement', tests.kept('args'), pg_temp.users('bob')), 403, 'not_a_moderator', 'or asks who would be told');
select tests.sign_in_as_anon();
select throws_ok(pg_temp.send(pg_temp.users('bob')), '42501', null, 'and who is not signed in, nothing');

select tests.sign_in_as('mod');
select is(pg_temp.people(pg_temp.users('alice', 'bob', 'bob')), 2::bigint, 'people, each once');
select is(pg_temp.people(jsonb_build_object('conversation', tests.kept('group'))::text), 2::bigint, 'the members of a conversation');
select is(pg_temp.people(jsonb_build_object('conversation', tests.kept('group'), 'role', 'owner')::text), 1::bigint, 'those with a role in it');
select is(pg_temp.people(jsonb_build_object('team', tests.kept('team'))::text), 1::bigint, 'those of a team');
select is(pg_temp.people('{"role": "moderator"}'), 1::bigint, 'the moderators');
select tests.refused(pg_temp.send('{}'), 400, 'target_invalid', 'nobody is no target');
select tests.refused(pg_temp.send('[]'), 400, 'target_invalid', 'nor is a list');
select tests.refused(pg_temp.send('{"role": "king"}'), 400, 'target_invalid', 'nor a role that there is not');
select tests.refused(pg_temp.send('{"users": ["x"]}'), 400, 'target_invalid', 'nor what is no id');
select tests.refused(pg_temp.send('{"everybody": true}'), 400, 'target_invalid', 'nor anything else');
select tests.refused(pg_temp.send('{"where": "true"}'), 400, 'target_invalid', 'a condition takes the secret key');
select tests.refused(pg_temp.send(pg_temp.users('bob'), null, 'password_changed'), 400, 'target_invalid', 'as does what the system says');
select tests.refused(pg_temp.send(pg_temp.users('bob'), null, 'nonsense'), 400, 'event_not_found', 'of events that there are');
select tests.refused($$ select public.send_notification('announcement', '{"title": "T"}', '{"role": "moderator"}') $$, 400, 'args_invalid', 'with their args');
select lives_ok(pg_temp.send(pg_temp.users('bob'), 'sunday'), 'under a key');
select lives_ok(pg_temp.send(pg_temp.users('alice', 'bob'), 'sunday'), 'it may be repeated');
select tests.sign_out();
select is((select count(*) from public.notifications where key = 'sent:sunday'), 2::bigint, 'and each is told once');
select results_eq($$ select title, body, action_url, actor_id from public.notifications where key = 'sent:sunday' limit 1 $$, $$ values ('Maintenance', 'On Sunday', null::text, null::uuid) $$, 'in these words, by nobody in particular');
select isnt_empty($$ select 1 from public.audit_log where action = 'notification_sent' and actor_id = tests.user_id('mod') $$, 'who told it is in the audit log');


-- A condition, with the secret key

select tests.sign_in_as_service();
select is(pg_temp.people($$ {"where": "p.handle in ('test_alice', 'test_carol')"} $$), 2::bigint, 'a condition on profiles');
select is(pg_temp.people($$ {"where": "exists (select from public.members m where m.user_id = p.id and m.left_at is null)"} $$), 2::bigint, 'that may look elsewhere');
select throws_ok(pg_temp.send($$ {"where": "p.nonsense"} $$), '42703', null, 'one that makes no sense is refused');
select throws_ok(pg_temp.send($$ {"where": "true) ; delete from public.profiles; --"} $$), '42601', null, 'as is one that is more than that');
select throws_ok(pg_temp.send($$ {"where": "exists (select from private.settings)"} $$), '42501', null, 'it has the rights of the secret key, and no more');
select lives_ok(pg_temp.send(pg_temp.users('carol'), 'x') , 'it tells people as well');


-- The dry run

select results_eq(
  format('select user_id, in_app, push, email, would_get from public.preview_notification(%L, %L, %L, %L)', 'announcement', tests.kept('args'), pg_temp.users('alice', 'bob', 'carol'), 'monday'),
  $$ select tests.user_id(n), 'listed', p, 'preference', true from (values ('alice', 'no_device'), ('bob', 'sending'), ('carol', 'no_device')) as v (n, p) order by 1 $$,
  'the dry run says who would get it, and by which rule'
);
select results_eq(
  format('select user_id, in_app, push, would_get from public.preview_notification(%L, %L, %L, %L)', 'announcement', tests.kept('args'), pg_temp.users('bob'), 'sunday'),
  $$ values (tests.user_id('bob'), 'once', 'once', false) $$,
  'who was told already, would not'
);
select tests.sign_out();
select is((select count(*) from public.notifications where key = 'sent:monday'), 0::bigint, 'and it tells nobody');
select tests.sign_in_as('bob');
select public.set_notification_preference('announcement', in_app := false, push := false);
select tests.sign_in_as_service();
select results_eq(
  format('select in_app, push, would_get from public.preview_notification(%L, %L, %L)', 'announcement', tests.kept('args'), pg_temp.users('bob')),
  $$ values ('preference', 'preference', false) $$, 'who wants none of it, would not either'
);


-- Many

select tests.sign_out();
update private.settings set batch_max = 2;
select tests.sign_in_as_service();
select lives_ok(pg_temp.send('{"where": "true"}', 'all'), 'many');
select tests.sign_out();
select is((select count(*) from public.notifications where key = 'sent:all'), 0::bigint, 'are not told in the call');
select ok(private.announce_next(3), 'but by the job');
select is((select count(*) from public.notifications where key = 'sent:all'), (select count(*) from unnest((select user_ids[1:3] from private.announcements)) u where u <> tests.user_id('bob')), 'some at a time');
do $$ begin while private.announce_next(3) loop end loop; end $$;
select is((select count(*) from public.notifications where key = 'sent:all'), (select count(*) - 1 from public.profiles), 'until everybody is who wants it');
select is_empty($$ select 1 from private.announcements $$, 'and nothing is left');


-- Why

select tests.sign_in_as('bob');
select is(public.explain_notification(tests.user_id('bob'), 'sent:sunday') #>> '{channels,1,state}', 'waiting', 'everybody asks what became of what they were told');
select is(public.explain_notification(tests.user_id('bob'), 'sent:sunday') #>> '{channels,1,meaning}', 'It waits a moment, in which reading cancels it.', 'and why');
select is(public.explain_notification(tests.user_id('bob'), 'sent:sunday') #>> '{channels,2,rule}', 'preference', 'of each channel');
select is(public.explain_notification(tests.user_id('bob'), 'nonsense') #>> '{channels,1,rule}', 'unknown', 'what there is not is unknown');
select is(public.explain_notification(tests.user_id('bob'), 'message:x:1') #>> '{channels,1,rule}', 'unknown', 'however it is written');
select tests.refused(format('select public.explain_notification(%L, %L)', tests.user_id('alice'), 'sent:sunday'), 403, 'not_a_moderator', 'nobody asks about others');
select tests.sign_in_as('mod');
select is(public.explain_notification(tests.user_id('bob'), 'sent:sunday') ->> 'event', 'announcement', 'but moderators');
select tests.sign_in_as_anon();
select throws_ok(format('select public.explain_notification(%L, %L)', tests.user_id('alice'), 'sent:sunday'), '42501', null, 'and who is not signed in, nothing');

select finish();
rollback;
