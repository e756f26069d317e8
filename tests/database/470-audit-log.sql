-- The audit log: what is in it, and that it is only ever added to.

begin;
select plan(17);
select tests.create_users('alice', 'bob', 'carol', 'mod');
select tests.sign_in_as_service();
select public.set_moderator(tests.user_id('mod'), true);

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Team')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'Channel')));
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select tests.sign_out();
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('bob'), tests.user_id('carol')], 'member');
select tests.sign_in_as('alice');
select public.set_team_role(tests.kept('team')::uuid, tests.user_id('bob'), 'admin');
select public.add_members(tests.kept('channel')::uuid, array[tests.user_id('carol')]);
select public.set_member_role(tests.kept('channel')::uuid, tests.user_id('carol'), 'admin');
select public.rename_conversation(tests.kept('channel')::uuid, 'Renamed');
select public.configure_conversation(tests.kept('channel')::uuid, slow_mode_seconds => 3);
select public.remove_member(tests.kept('channel')::uuid, tests.user_id('carol'));
select public.update_team(tests.kept('team')::uuid, 'Team 2');
select public.set_team_words(tests.kept('team')::uuid, array['darn'], 'mask');
select public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('mod')]);
select public.create_invite_link(tests.kept('team')::uuid);
select public.remove_from_team(tests.kept('team')::uuid, tests.user_id('carol'));
select public.rename_conversation(tests.kept('group')::uuid, 'Ours');

select results_eq(
  $$ select action, actor_id = tests.user_id('alice') from public.audit_log order by id $$,
  $$ values ('team_role_changed', true), ('role_changed', true), ('renamed', true), ('conversation_configured', true), ('member_removed', true), ('team_configured', true), ('team_words_changed', true), ('team_invited', true), ('invite_link_created', true), ('team_member_removed', true) $$,
  'what took a privilege in the team stands in its log, in the order in which it was done'
);
select results_eq($$ select details, subject_id from public.audit_log where action = 'role_changed' $$, $$ values ('{"from": "member", "to": "admin"}'::jsonb, tests.user_id('carol')) $$, 'with what was changed, and whose');
select is((select details from public.audit_log where action = 'conversation_configured'), '{"slow_mode_seconds": 3}', 'or which settings');
select tests.keep('count', (select count(*) from public.audit_log));
select public.configure_conversation(tests.kept('channel')::uuid, slow_mode_seconds => 3);
select public.set_team_role(tests.kept('team')::uuid, tests.user_id('bob'), 'admin');
select public.leave_conversation(tests.kept('group')::uuid);
select is((select count(*) from public.audit_log), tests.kept('count')::bigint, 'what changes nothing, and what takes no privilege, does not');
select tests.sign_in_as('bob');
select is((select count(*) from public.audit_log), tests.kept('count')::bigint, 'an admin of the team reads it');
select is_empty($$ select 1 from public.audit_log where conversation_id = tests.kept('group')::uuid $$, 'not that of a group');
select tests.sign_in_as('mod');
select set_has($$ select action from public.audit_log $$, $$ values ('moderator_granted'), ('renamed'), ('team_invited') $$, 'a moderator reads all of it');

select throws_ok($$ insert into public.audit_log (action) values ('made_up') $$, '42501', null, 'nobody writes into it by REST');
select throws_ok($$ delete from public.audit_log $$, '42501', null, 'nor takes from it');
select tests.sign_in_as_service();
select isnt_empty($$ select 1 from public.audit_log $$, 'the secret key reads it');
select throws_ok($$ update public.audit_log set actor_id = null $$, '42501', null, 'and changes nothing either');
select tests.sign_out();
select throws_ok($$ update public.audit_log set action = 'other' $$, '42501', 'The audit log is only ever added to.', 'for the owner of the table, a trigger refuses a change');
select throws_ok($$ delete from public.audit_log $$, '42501', 'The audit log is only ever added to.', 'a deletion');
select throws_ok($$ truncate public.audit_log $$, '42501', 'The audit log is only ever added to.', 'and emptying it');
select is_empty($$ select 1 from pg_trigger where tgrelid = 'public.audit_log'::regclass and tgenabled <> 'A' $$, 'also in a session that skips triggers');
grant update, delete on public.audit_log to service_role;
select tests.sign_in_as_service();
select throws_ok($$ delete from public.audit_log $$, '42501', 'The audit log is only ever added to.', 'and for the secret key, if somebody granted it');
select tests.sign_out();
delete from auth.users where id = tests.user_id('alice');
select is((select count(*) from public.audit_log where actor_id = tests.user_id('alice')), tests.kept('count')::bigint + 1, 'when an account goes, its acts stay');

select finish();
rollback;
