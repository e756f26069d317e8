-- Reports, their queue, and what moderators do.

begin;
select plan(62);
select tests.create_users('alice', 'bob', 'carol', 'dave', 'mod', 'mallory', 'owner', 'admin');
select tests.sign_in_as_service();
select lives_ok($$ select public.set_moderator(tests.user_id('mod'), true) $$, 'the operator makes a moderator, with the secret key');
select tests.sign_in_as('mallory');
select throws_ok($$ select public.set_moderator(tests.user_id('mallory'), true) $$, '42501', null, 'nobody else does');
select tests.sign_out();

create function pg_temp.told(name text)
returns table (event text, args jsonb, actor uuid)
language sql
security definer
as $$
  select n.event, n.args - 'report_id', n.actor_id from public.notifications n where n.user_id = tests.user_id(name) order by n.revision
$$;
create function pg_temp.report(conversation text, seq bigint, reason text default 'spam', note text default null)
returns text
language sql
as $$
  select format('select public.report_message(%L, %L, %L, %L)', tests.kept(conversation), seq, reason, note)
$$;
create function pg_temp.handle(report text, action text, rest text default '')
returns text
language sql
as $$
  select format('select * from public.handle_report(%L, %L%s)', tests.kept(report), action, rest)
$$;
create function pg_temp.send(conversation text, content text)
returns text
language sql
as $$
  select format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept(conversation), content)
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol'), tests.user_id('dave')])));
select tests.sign_in_as('dave');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Buy my things');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Buy more of them');
select tests.sign_in_as('owner');
select tests.keep('team', (select id from public.create_team('Team')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'Channel', is_default => true)));
select tests.sign_out();
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('dave'), tests.user_id('carol')], 'member');
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('admin')], 'admin');
select tests.sign_in_as('dave');
select tests.keep('seq', (select seq from public.send_message(tests.kept('channel')::uuid, gen_random_uuid(), 'Buy in the channel')));
select tests.sign_in_as('admin');
select tests.keep('admin_seq', (select seq from public.send_message(tests.kept('channel')::uuid, gen_random_uuid(), 'I am rude')));


-- Reporting

select tests.sign_in_as('bob');
select tests.keep('report', public.report_message(tests.kept('group')::uuid, 1, 'spam', ' Again and again '));
select is(public.report_message(tests.kept('group')::uuid, 1, 'other')::text, tests.kept('report'), 'reporting it again is the same report');
select tests.keep('person', public.report_user(tests.user_id('dave'), 'spam'));
select is(public.report_user(tests.user_id('dave'), 'hate')::text, tests.kept('person'), 'so is reporting a person again');
select is_empty('select 1 from public.reports', 'who reports does not see the queue');
select tests.refused(pg_temp.report('group', 99), 404, 'message_not_found', 'a report is of a message that is there');
select tests.refused($$ select public.report_user(tests.user_id('bob'), 'spam') $$, 400, 'cannot_report_yourself', 'and of somebody else');
select tests.refused($$ select public.report_user(gen_random_uuid(), 'spam') $$, 404, 'user_not_found', 'who exists');
select tests.refused(pg_temp.report('group', 2, 'spam', repeat('x', 1001)), 400, 'note_too_long', 'with a note of some length at most');
select throws_ok(pg_temp.report('group', 2, 'boring'), '22P02', null, 'for one of the known reasons');
select tests.sign_in_as('dave');
select tests.refused(pg_temp.report('group', 1), 400, 'cannot_report_yourself', 'nobody reports their own message');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.report('group', 1), 403, 'not_a_member', 'or one that they do not read');
select tests.sign_in_as('carol');
select public.report_message(tests.kept('group')::uuid, 1, 'harassment');
select tests.keep('in_channel', public.report_message(tests.kept('channel')::uuid, tests.kept('seq')::bigint, 'spam'));
select tests.keep('of_admin', public.report_message(tests.kept('channel')::uuid, tests.kept('admin_seq')::bigint, 'harassment'));
select is_empty($$ select 1 from pg_temp.told('dave') $$, 'who is reported is not told');


-- The queue

select tests.sign_in_as('mod');
select is((select count(*) from public.reports), 5::bigint, 'reports_select allows a moderator');
select results_eq(
  format('select reporter_id, subject_id, seq, reason::text, note, said, status::text from public.reports where id = %L', tests.kept('report')),
  $$ values (tests.user_id('bob'), tests.user_id('dave'), 1::bigint, 'spam', 'Again and again', 'Buy my things', 'open') $$,
  'who reports whom, for what'
);
select is_empty(format('select 1 from public.messages where conversation_id = %L', tests.kept('group')), 'and of the conversation nothing else');
select tests.sign_in_as('owner');
select set_eq('select id::text from public.reports', array[tests.kept('in_channel'), tests.kept('of_admin')], 'reports_select allows the owner of a team what comes from its channels');
select tests.sign_in_as('admin');
select set_eq('select id::text from public.reports', array[tests.kept('in_channel')], 'and an admin, but not what is about themselves');
select tests.refused(pg_temp.handle('of_admin', 'dismiss'), 404, 'report_not_found', 'nor do they handle that');
select tests.sign_in_as('dave');
select is((select count(*) from public.reports), 0::bigint, 'reports_select denies a member of the team');
select tests.refused(pg_temp.handle('in_channel', 'dismiss'), 404, 'report_not_found', 'who handles nothing either');
select tests.sign_in_as('mallory');
select is((select count(*) from public.reports), 0::bigint, 'reports_select denies a stranger');
select tests.refused(pg_temp.handle('report', 'dismiss'), 404, 'report_not_found', 'who handles nothing');
select tests.sign_in_as_anon();
select throws_ok('select * from public.reports', '42501', null, 'reports_select denies anon');
select throws_ok(pg_temp.handle('report', 'dismiss'), '42501', null, 'who calls none of it');


-- In a team

select tests.sign_in_as('admin');
select tests.refused(pg_temp.handle('report', 'dismiss'), 404, 'report_not_found', 'what is from elsewhere is not in an admin''s queue');
select tests.refused(pg_temp.handle('in_channel', 'suspend', ', now() + interval ''1 day'''), 403, 'not_a_moderator', 'an admin of a team suspends nobody');
select tests.refused(pg_temp.handle('in_channel', 'withhold'), 403, 'not_a_moderator', 'nor withholds');
select tests.refused(pg_temp.handle('in_channel', 'lift_suspension'), 400, 'action_invalid', 'and what is no answer to a report is none');
select lives_ok(pg_temp.handle('in_channel', 'remove', ', note => ''No advertising'''), 'but removes a message');
select tests.sign_in_as('carol');
select results_eq(
  format('select content, deleted_at is not null, deleted_by from public.messages where conversation_id = %L and seq = %s', tests.kept('channel'), tests.kept('seq')),
  $$ values ('', true, tests.user_id('admin')) $$, 'which is gone for everybody'
);
select results_eq($$ select * from pg_temp.told('carol') $$, $$ values ('report_handled', '{"status": "handled"}'::jsonb, null::uuid) $$, 'who reported it is told, not by whom');
select results_eq($$ select * from pg_temp.told('dave') $$, $$ values ('message_removed', '{"note": "No advertising", "reason": "spam"}'::jsonb, null::uuid) $$, 'its sender is told why');
select tests.sign_in_as('owner');
select tests.refused(pg_temp.handle('in_channel', 'dismiss'), 409, 'report_closed', 'it is handled once');
select results_eq($$ select action, details ->> 'action', subject_id from public.audit_log where action = 'report_handled' $$, $$ values ('report_handled', 'remove', tests.user_id('dave')) $$, 'and stands in the team''s log');


-- Everywhere

select tests.sign_in_as('mod');
select tests.refused(pg_temp.handle('report', 'suspend'), 400, 'action_invalid', 'a suspension has an end');
select tests.refused(pg_temp.handle('report', 'suspend', ', now() - interval ''1 day'''), 400, 'action_invalid', 'a time to come');
select tests.refused(pg_temp.handle('person', 'remove'), 400, 'action_invalid', 'a person is not removed');
select results_eq(
  format($f$ select status::text, action::text, handled_by from public.handle_report(%L, 'suspend', now() + interval '1 day') $f$, tests.kept('report')),
  $$ values ('handled', 'suspend', tests.user_id('mod')) $$, 'a moderator suspends'
);
select is((select count(*) from public.reports where status = 'handled' and seq = 1), 2::bigint, 'all reports of the message are handled with it');
select isnt_empty($$ select 1 from pg_temp.told('bob') where event = 'report_handled' $$, 'each reporter is told');
select is((select count(*) from pg_temp.told('carol')), 2::bigint, 'Carol too');
select tests.sign_in_as('dave');
select tests.refused(pg_temp.send('group', 'Buy'), 403, 'suspended', 'who is suspended sends nothing');
select tests.refused(pg_temp.send('channel', 'Buy'), 403, 'suspended', 'anywhere');
select isnt_empty(format('select 1 from public.messages where conversation_id = %L', tests.kept('group')), 'but reads');
select isnt_empty($$ select 1 from pg_temp.told('dave') where event = 'suspended' and args ? 'until' $$, 'and knows until when');
select tests.sign_in_as('mod');
select lives_ok($$ select public.moderate_user(tests.user_id('dave'), 'lift_suspension') $$, 'it can be lifted');
select tests.sign_in_as('dave');
select lives_ok(pg_temp.send('group', 'I am back'), 'and is');
select tests.sign_in_as('mod');
select lives_ok(pg_temp.handle('person', 'warn', ', note => ''Last time'''), 'the next time he is warned');
select isnt_empty($$ select 1 from pg_temp.told('dave') where event = 'warned' and args ->> 'note' = 'Last time' $$, 'which he is told');
select lives_ok(pg_temp.handle('of_admin', 'dismiss'), 'a report is dismissed');
select isnt_empty($$ select 1 from pg_temp.told('carol') where event = 'report_handled' and args ->> 'status' = 'dismissed' $$, 'which the reporter is told');
select is_empty($$ select 1 from pg_temp.told('admin') $$, 'and nobody else');
select tests.refused($$ select public.moderate_user(tests.user_id('dave'), 'remove') $$, 400, 'action_invalid', 'without a report there is nothing to remove');
select tests.refused($$ select public.moderate_user(gen_random_uuid(), 'warn') $$, 404, 'user_not_found', 'and nobody to warn who is not there');
select tests.refused($$ select public.moderate_user(tests.user_id('mod'), 'suspend', now() + interval '1 day') $$, 400, 'action_invalid', 'moderators do not suspend each other');

select tests.sign_in_as('bob');
select tests.keep('again', public.report_user(tests.user_id('dave'), 'spam'));
select isnt(tests.kept('again'), tests.kept('person'), 'a person can be reported anew');
select tests.keep('late', public.report_message(tests.kept('group')::uuid, 2, 'spam'));
select tests.sign_in_as('dave');
select public.delete_message(tests.kept('group')::uuid, 2);
select tests.sign_in_as('mod');
select is((select said from public.reports where id = tests.kept('late')::uuid), 'Buy more of them', 'deleting it does not take it out of the report');
select lives_ok(pg_temp.handle('late', 'remove'), 'removing it then is harmless');


-- The operator takes it back

select tests.sign_in_as_service();
select public.set_moderator(tests.user_id('mod'), false);
select tests.sign_in_as('mod');
select is((select count(*) from public.reports), 0::bigint, 'reports_select denies an ex-member of the moderators');
select tests.refused($$ select public.moderate_user(tests.user_id('dave'), 'warn') $$, 403, 'not_a_moderator', 'who moderates no more');

-- An account goes

select tests.sign_out();
delete from auth.users where id = tests.user_id('dave');
select results_eq(format('select subject_id, said, reason::text from public.reports where id = %L', tests.kept('late')), $$ values (null::uuid, null, 'spam') $$, 'when the account of who is reported goes, so does what they said');

select finish();
rollback;
