-- Each policy of the teams lets in whom it should and keeps out everybody else.

begin;
select plan(46);
select tests.create_users('alice', 'bob', 'carol', 'gus', 'mallory');

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Team')));
select tests.keep('project', (select id from public.create_project(tests.kept('team')::uuid, 'Project')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'Channel', project_id => tests.kept('project')::uuid)));
select tests.keep('hidden', (select id from public.create_project(tests.kept('team')::uuid, 'Without channels')));
select tests.sign_out();
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('bob'), tests.user_id('carol')], 'member');
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('gus')], 'guest', array[tests.kept('channel')::uuid]);
select tests.sign_in_as('alice');
select public.create_invite_link(tests.kept('team')::uuid);
select public.set_team_words(tests.kept('team')::uuid, array['bad'], 'refuse');
select public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('mallory')]);
select public.remove_from_team(tests.kept('team')::uuid, tests.user_id('carol'));
select public.block_user(tests.user_id('bob'));

create function pg_temp.seen(from_table text)
returns bigint
language plpgsql
as $$
declare
  v_count bigint;
begin
  execute format('select count(*) from public.%I', from_table) into v_count;
  return v_count;
end;
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;

select is(pg_temp.seen('teams'), 1::bigint, 'teams_select allows the owner');
select is(pg_temp.seen('team_members'), 3::bigint, 'team_members_select allows the owner');
select is(pg_temp.seen('projects'), 2::bigint, 'projects_select allows the owner');
select is(pg_temp.seen('team_invitations'), 1::bigint, 'team_invitations_select allows who may invite');
select is((select count(id) from public.team_invite_links), 1::bigint, 'team_invite_links_select allows who may invite');
select throws_ok('select token_hash from public.team_invite_links', '42501', null, 'but not to read the hash of the secret');
select is(pg_temp.seen('team_words'), 1::bigint, 'team_words_select allows who configures the team');
select ok(pg_temp.seen('audit_log') > 2, 'audit_log_select allows the owner of the team');
select is(pg_temp.seen('blocks'), 1::bigint, 'blocks_select allows who has blocked');
select ok(pg_temp.seen('team_permissions') > 10, 'team_permissions_select allows everybody who is signed in');

select tests.sign_in_as('bob');
select is(pg_temp.seen('teams'), 1::bigint, 'teams_select allows a member');
select is(pg_temp.seen('team_members'), 3::bigint, 'team_members_select allows a member');
select is(pg_temp.seen('projects'), 2::bigint, 'projects_select allows a member');
select is(pg_temp.seen('team_invitations'), 0::bigint, 'team_invitations_select denies a member who may not invite');
select is((select count(id) from public.team_invite_links), 0::bigint, 'team_invite_links_select denies a member who may not invite');
select is(pg_temp.seen('team_words'), 0::bigint, 'team_words_select denies a member who does not configure');
select is(pg_temp.seen('audit_log'), 0::bigint, 'audit_log_select denies a member');
select is(pg_temp.seen('blocks'), 0::bigint, 'blocks_select denies who is blocked');

select tests.sign_in_as('gus');
select is(pg_temp.seen('teams'), 1::bigint, 'teams_select allows a guest');
select is(pg_temp.seen('team_members'), 1::bigint, 'team_members_select denies a guest all but themselves');
select set_eq('select name from public.projects', array['Project'], 'projects_select allows a guest what they have a channel of');

select tests.sign_in_as('carol');
select is(pg_temp.seen('teams'), 0::bigint, 'teams_select denies an ex-member');
select is(pg_temp.seen('team_members'), 0::bigint, 'team_members_select denies an ex-member');
select is(pg_temp.seen('projects'), 0::bigint, 'projects_select denies an ex-member');
select is(pg_temp.seen('team_invitations'), 0::bigint, 'team_invitations_select denies an ex-member');
select is((select count(id) from public.team_invite_links), 0::bigint, 'team_invite_links_select denies an ex-member');
select is(pg_temp.seen('team_words'), 0::bigint, 'team_words_select denies an ex-member');
select is(pg_temp.seen('audit_log'), 0::bigint, 'audit_log_select denies an ex-member');

select tests.sign_in_as('mallory');
select is(pg_temp.seen('teams'), 0::bigint, 'teams_select denies a stranger, invited or not');
select is(pg_temp.seen('team_members'), 0::bigint, 'team_members_select denies a stranger');
select is(pg_temp.seen('projects'), 0::bigint, 'projects_select denies a stranger');
select is(pg_temp.seen('team_invitations'), 1::bigint, 'team_invitations_select allows who is invited');
select is((select count(id) from public.team_invite_links), 0::bigint, 'team_invite_links_select denies a stranger');
select is(pg_temp.seen('team_words'), 0::bigint, 'team_words_select denies a stranger');
select is(pg_temp.seen('audit_log'), 0::bigint, 'audit_log_select denies a stranger');
select is(pg_temp.seen('blocks'), 0::bigint, 'blocks_select denies a stranger');
select tests.sign_in_as('bob');
select is(pg_temp.seen('team_invitations'), 0::bigint, 'team_invitations_select denies a stranger to the invitation');

select tests.sign_in_as_anon();
select throws_ok('select * from public.teams', '42501', null, 'teams_select denies anon');
select throws_ok('select * from public.team_members', '42501', null, 'team_members_select denies anon');
select throws_ok('select * from public.team_permissions', '42501', null, 'team_permissions_select denies anon');
select throws_ok('select * from public.projects', '42501', null, 'projects_select denies anon');
select throws_ok('select * from public.team_invitations', '42501', null, 'team_invitations_select denies anon');
select throws_ok('select id from public.team_invite_links', '42501', null, 'team_invite_links_select denies anon');
select throws_ok('select * from public.team_words', '42501', null, 'team_words_select denies anon');
select throws_ok('select * from public.audit_log', '42501', null, 'audit_log_select denies anon');
select throws_ok('select * from public.blocks', '42501', null, 'blocks_select denies anon');

select finish();
rollback;
