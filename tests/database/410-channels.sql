-- Channels of a team: projects, making, finding and joining them; announcements, settings, closing.

begin;
select plan(45);
select tests.create_users('alice', 'bob', 'carol', 'gus', 'mallory', 'zoe');

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Team')));
select tests.keep('other', (select id from public.create_team('Another')));
select tests.sign_out();
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('bob'), tests.user_id('carol')], 'member');
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('gus')], 'guest');

create function pg_temp.last_said(conversation text)
returns jsonb
language sql
as $$
  select m.system from public.messages m where m.conversation_id = tests.kept(conversation)::uuid order by m.seq desc limit 1
$$;
grant execute on all functions in schema pg_temp to authenticated;


-- A project

select tests.sign_in_as('bob');
select tests.keep('project', (select id from public.create_project(tests.kept('team')::uuid, 'Autumn menu', 'Soups')));
select results_eq($$ select name, description, team_id::text from public.projects $$, $$ values ('Autumn menu', 'Soups', tests.kept('team')) $$, 'a member makes a project');
select tests.refused(format('select public.create_project(%L, %L)', tests.kept('other'), 'x'), 403, 'not_in_team', 'not in another team');
select tests.sign_in_as('carol');
select tests.refused(format('select public.update_project(%L, %L)', tests.kept('project'), 'Hers'), 403, 'not_allowed_in_team', 'another member does not rename it');
select tests.sign_in_as('alice');
select results_eq(format('select name, archived_at is not null from public.update_project(%L, %L, is_archived => true)', tests.kept('project'), 'Menu'), $$ values ('Menu', true) $$, 'the owner of the team renames it and puts it away');
select tests.refused(format('select public.create_channel(%L, %L, project_id => %L)', tests.kept('team'), 'Soups', tests.kept('project')), 404, 'project_not_found', 'it gets no more channels');
select public.update_project(tests.kept('project')::uuid, is_archived => false);


-- Making channels

select tests.sign_in_as('bob');
select tests.keep('soups', (select id from public.create_channel(tests.kept('team')::uuid, 'Soups 100%', 'What simmers', tests.kept('project')::uuid, member_ids => array[tests.user_id('carol'), tests.user_id('gus')])));
select results_eq(
  $$ select kind::text, title, description, project_id::text, is_public, is_default, post_role::text, role::text, member_count from public.conversation_list $$,
  $$ values ('channel', 'Soups 100%', 'What simmers', tests.kept('project'), true, false, 'guest', 'owner', 3) $$,
  'Bob makes a channel of the project and adds two people'
);
select set_eq(format('select user_id, role::text from public.members where conversation_id = %L', tests.kept('soups')), $$ values (tests.user_id('bob'), 'owner'), (tests.user_id('carol'), 'member'), (tests.user_id('gus'), 'guest') $$, 'each has the role that their role in the team gives');
select tests.refused(format('select public.create_channel(%L, %L, project_id => gen_random_uuid())', tests.kept('team'), 'x'), 404, 'project_not_found', 'a project is one of the team');
select tests.refused(format('select public.create_channel(%L, %L, is_default => true)', tests.kept('team'), 'x'), 403, 'not_allowed_in_team', 'default channels are made by who configures the team');
select tests.refused(format('select public.create_channel(%L, %L, member_ids => array[%L]::uuid[])', tests.kept('team'), 'x', tests.user_id('mallory')), 404, 'team_member_not_found', 'who is not in the team is not added');
select tests.refused(format('select public.add_members(%L, array[%L]::uuid[])', tests.kept('soups'), tests.user_id('mallory')), 404, 'team_member_not_found', 'nor later');
select tests.refused(format('select public.add_members(%L, array[null]::uuid[])', tests.kept('soups')), 404, 'team_member_not_found', 'nor nobody');
select tests.refused(format('select public.create_channel(%L, %L)', tests.kept('team'), ' '), 400, 'title_invalid', 'a channel has a title');
select tests.sign_in_as('alice');
select tests.refused(format('select public.create_channel(%L, %L, is_public => false, is_default => true)', tests.kept('team'), 'x'), 400, 'channel_invalid', 'a default channel is public');
select tests.keep('secret', (select id from public.create_channel(tests.kept('team')::uuid, 'Books', is_public => false)));
select tests.keep('news', (select id from public.create_channel(tests.kept('team')::uuid, 'Announcements', post_role => 'admin')));


-- Finding and joining

select tests.sign_in_as('carol');
select results_eq(format('select title, description, member_count, is_member from public.browse_channels(%L)', tests.kept('team')), $$ values ('Announcements', null, 1, false), ('Soups 100%', 'What simmers', 3, true) $$, 'a member finds the public channels, with how many are in them');
select results_eq(format('select title from public.browse_channels(%L, %L)', tests.kept('team'), 'SIMMER'), $$ values ('Soups 100%') $$, 'by a part of what they are about');
select results_eq(format('select title from public.browse_channels(%L, %L)', tests.kept('team'), '0%'), $$ values ('Soups 100%') $$, 'signs are meant literally');
select is_empty(format('select title from public.browse_channels(%L, %L)', tests.kept('team'), 'S%s'), 'each of them');
select tests.refused(format('select public.browse_channels(%L)', tests.kept('other')), 403, 'not_in_team', 'not those of another team');
select is_empty(format('select 1 from public.conversations where id = %L', tests.kept('news')), 'before she joins, she does not read it');
select results_eq(format('select title, role::text, unread from public.join_channel(%L)', tests.kept('news')), $$ values ('Announcements', 'member', 0::bigint) $$, 'she joins');
select is(pg_temp.last_said('news'), jsonb_build_object('code', 'member_joined', 'count', 1, 'user_ids', jsonb_build_array(tests.user_id('carol'))), 'which is said in the channel');
select tests.keep('seq', (select last_seq from public.conversations where id = tests.kept('news')::uuid));
select lives_ok(format('select public.join_channel(%L)', tests.kept('news')), 'joining again');
select is((select last_seq from public.conversations where id = tests.kept('news')::uuid), tests.kept('seq')::bigint, 'changes nothing');
select tests.refused(format('select public.join_channel(%L)', tests.kept('secret')), 404, 'conversation_not_found', 'a private channel does not exist for her');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.join_channel(%L)', tests.kept('news')), 404, 'conversation_not_found', 'nor a public one for a stranger');


-- Announcements: only admins post

select tests.sign_in_as('carol');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('news'), 'hi'), 403, 'posting_restricted', 'a member does not post where admins announce');
select tests.refused(format('insert into public.messages (conversation_id, content) values (%L, %L)', tests.kept('news'), 'hi'), 403, 'posting_restricted', 'by REST neither');
select tests.sign_in_as('alice');
select lives_ok(format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('news'), 'Welcome'), 'its owner does');
select lives_ok(format('select public.join_channel(%L)', tests.kept('soups')), 'the owner of the team joins Bob''s channel');
select is((select role::text from public.conversation_list where id = tests.kept('soups')::uuid), 'admin', 'as its admin');


-- Settings

select tests.sign_in_as('carol');
select tests.refused(format('select public.configure_conversation(%L, description => %L)', tests.kept('soups'), 'x'), 403, 'not_allowed', 'a member does not configure');
select tests.sign_in_as('bob');
select tests.keep('revision', (select revision from public.conversations where id = tests.kept('soups')::uuid));
select results_eq(
  format('select description, post_role::text, slow_mode_seconds, revision from public.configure_conversation(%L, description => %L, post_role => %L, slow_mode_seconds => 30)', tests.kept('soups'), '  Hot ', 'member'),
  $$ values ('Hot', 'member', 30, tests.kept('revision')::bigint + 2) $$,
  'its owner does, in one revision and another for what is said of it'
);
select is(pg_temp.last_said('soups'), '{"code": "configured", "changes": {"description": "Hot", "post_role": "member", "slow_mode_seconds": 30}}', 'which has what was changed');
select is((select revision from public.configure_conversation(tests.kept('soups')::uuid, description => 'Hot', slow_mode_seconds => 30)), tests.kept('revision')::bigint + 2, 'setting what is set changes nothing');
select is((select description from public.configure_conversation(tests.kept('soups')::uuid, description => '')), null, 'an empty description is none');
select tests.refused(format('select public.configure_conversation(%L, slow_mode_seconds => 21601)', tests.kept('soups')), 400, 'setting_invalid', 'a slow mode of more than six hours is none');
select tests.refused(format('select public.configure_conversation(%L, is_default => true)', tests.kept('soups')), 403, 'not_allowed_in_team', 'a default channel takes who configures the team');
select lives_ok(format('select public.configure_conversation(%L, is_public => false)', tests.kept('soups')), 'he makes it private');
select tests.sign_in_as('gus');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('soups'), 'hi'), 403, 'posting_restricted', 'as a guest, Gus reads only, since the least role is member');


-- Closing

select tests.sign_in_as('bob');
select public.configure_conversation(tests.kept('soups')::uuid, is_public => true, is_closed => true);
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('soups'), 'hi'), 403, 'conversation_closed', 'nobody posts in a closed channel, its owner neither');
select tests.sign_in_as('alice');
select is_empty(format('select 1 from public.browse_channels(%L, %L)', tests.kept('team'), 'Soups'), 'it is not found');
select tests.sign_in_as('bob');
select is((select closed_at from public.configure_conversation(tests.kept('soups')::uuid, is_closed => false)), null, 'it can be opened again');


-- A group and a pair

select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('carol')])));
select tests.refused(format('select public.configure_conversation(%L, is_public => true)', tests.kept('group')), 400, 'channel_invalid', 'a group is not found');
select tests.refused(format('select public.configure_conversation((select id from public.start_direct_conversation(%L)), slow_mode_seconds => 5)', tests.user_id('carol')), 403, 'pair_is_fixed', 'and two people have nothing to configure');

select finish();
rollback;
