-- Teams: roles, what each may do, and that leaving one leaves all of its channels at once.

begin;
select plan(55);
select tests.create_users('alice', 'bob', 'carol', 'dave', 'gus', 'mallory');

create function pg_temp.join_team(name text, role public.member_role default 'member', channels uuid[] default '{}')
returns void
language plpgsql
as $$
/* As accepting an invitation does, without having to. */
begin
  perform private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id(name)], role, channels, tests.user_id('alice'));
end;
$$;
create function pg_temp.role_in(conversation text, name text)
returns text
language sql
security definer
as $$
  select m.role::text from public.members m
  where m.conversation_id = tests.kept(conversation)::uuid and m.user_id = tests.user_id(name) and m.left_at is null
$$;
create function pg_temp.team_role(name text)
returns text
language sql
security definer
as $$
  select t.role::text from public.team_members t
  where t.team_id = tests.kept('team')::uuid and t.user_id = tests.user_id(name) and t.left_at is null
$$;
create function pg_temp.call(function text, variadic arguments text[])
returns text
language sql
as $$
  select format('select public.%I(%L, %s)', function, tests.kept('team'), array_to_string(arguments, ', '))
$$;
create function pg_temp.who(name text)
returns text
language sql
as $$
  select quote_literal(tests.user_id(name))
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;


-- Alice makes a team

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('  Harbour Café ', ' Coffee and cake ')));
select results_eq(
  $$ select name, description, member_count from public.teams $$,
  $$ values ('Harbour Café', 'Coffee and cake', 1) $$,
  'she made a team'
);
select is(pg_temp.team_role('alice'), 'owner', 'and owns it');
select tests.refused($$ select public.create_team(' ') $$, 400, 'title_invalid', 'a team has a name');
select tests.refused($$ select public.create_team('T', repeat('x', 1001)) $$, 400, 'description_too_long', 'and a description of some length at most');
select tests.keep('general', (select id from public.create_channel(tests.kept('team')::uuid, 'General', is_default => true)));
select tests.keep('bar', (select id from public.create_channel(tests.kept('team')::uuid, 'Bar')));
select tests.keep('books', (select id from public.create_channel(tests.kept('team')::uuid, 'Books', is_public => false)));
select is(pg_temp.role_in('general', 'alice'), 'owner', 'she owns the channels that she makes');


-- Others join

select tests.sign_out();
select pg_temp.join_team('bob');
select pg_temp.join_team('carol');
select pg_temp.join_team('gus', 'guest', array[tests.kept('bar')::uuid]);
select is(pg_temp.role_in('general', 'bob'), 'member', 'who joins is in the default channel from the start');
select is(pg_temp.role_in('bar', 'bob'), null, 'and in no other');
select is(pg_temp.role_in('general', 'gus'), null, 'a guest is not in the default channel');
select is(pg_temp.role_in('bar', 'gus'), 'guest', 'but, as a guest, in those that they were invited to');
select is((select member_count from public.teams where id = tests.kept('team')::uuid), 4, 'the team counts them');
select pg_temp.join_team('bob');
select is((select member_count from public.teams where id = tests.kept('team')::uuid), 4, 'nobody twice');
update private.settings set team_max_members = 4;
select tests.refused($$ select pg_temp.join_team('dave') $$, 400, 'team_full', 'and no more than the operator allows');
update private.settings set team_max_members = 5000;


-- Bob is a member

select tests.sign_in_as('bob');
select is((select count(*) from public.team_members where team_id = tests.kept('team')::uuid), 4::bigint, 'he sees who is in the team');
select tests.refused(pg_temp.call('set_team_role', pg_temp.who('carol'), '''admin'''), 403, 'not_allowed_in_team', 'he gives no roles');
select tests.refused(pg_temp.call('remove_from_team', pg_temp.who('carol')), 403, 'not_allowed_in_team', 'removes nobody');
select tests.refused(pg_temp.call('update_team', '''His'''), 403, 'not_allowed_in_team', 'renames nothing');
select lives_ok(format('select public.join_channel(%L)', tests.kept('bar')), 'he joins a public channel');
select is(pg_temp.role_in('bar', 'bob'), 'member', 'as a member');


-- He is made an admin of the team

select tests.sign_in_as('alice');
select public.add_members(tests.kept('books')::uuid, array[tests.user_id('bob')]);
select tests.keep('revision', (select revision from public.conversations where id = tests.kept('bar')::uuid));
select lives_ok(pg_temp.call('set_team_role', pg_temp.who('bob'), '''admin'''), 'Alice makes him an admin');
select is(pg_temp.team_role('bob'), 'admin', 'of the team');
select is(pg_temp.role_in('bar', 'bob'), 'admin', 'and with it of the public channels that he is in');
select is(
  (select m.revision from public.members m where m.conversation_id = tests.kept('bar')::uuid and m.user_id = tests.user_id('bob')),
  tests.kept('revision')::bigint + 1, 'in a revision of the channel'
);
select is(pg_temp.role_in('books', 'bob'), 'member', 'not of a private one');
select tests.refused(pg_temp.call('set_team_role', pg_temp.who('alice'), '''member'''), 403, 'not_allowed_in_team', 'she cannot leave the team without an owner');
select tests.refused(pg_temp.call('set_team_role', pg_temp.who('mallory'), '''member'''), 404, 'team_member_not_found', 'nor give a role to who is not in it');
select tests.refused(pg_temp.call('set_team_role', pg_temp.who('carol'), '''guest'''), 403, 'not_allowed_in_team', 'nobody becomes a guest');
select tests.sign_in_as('bob');
select lives_ok(format('select public.configure_conversation(%L, slow_mode_seconds => 5)', tests.kept('general')), 'an admin of the team configures its public channel');
select public.configure_conversation(tests.kept('general')::uuid, slow_mode_seconds => 0);
select lives_ok(pg_temp.call('update_team', '''Harbour'''), 'and the team');
select tests.refused(pg_temp.call('set_team_role', pg_temp.who('carol'), '''admin'''), 403, 'not_allowed_in_team', 'roles are the owner''s to give');
select tests.refused(pg_temp.call('remove_from_team', pg_temp.who('alice')), 403, 'not_allowed_in_team', 'and the owner is not removed');
select tests.sign_in_as('alice');
select public.set_team_role(tests.kept('team')::uuid, tests.user_id('bob'), 'member');
select is(pg_temp.role_in('bar', 'bob'), 'member', 'as a member again he is one in the channels');
select is(pg_temp.role_in('bar', 'alice'), 'owner', 'who owns a channel keeps it');
select public.set_team_role(tests.kept('team')::uuid, tests.user_id('bob'), 'admin');


-- Gus is a guest

select tests.sign_in_as('gus');
select set_eq($$ select user_id from public.team_members $$, array[tests.user_id('gus')], 'he sees himself in the team, and nobody else');
select set_eq($$ select title from public.conversation_list $$, array['Bar'], 'and the channel that he was added to');
select tests.refused(format('select public.browse_channels(%L)', tests.kept('team')), 403, 'not_allowed_in_team', 'he finds no others');
select tests.refused(format('select public.join_channel(%L)', tests.kept('general')), 404, 'conversation_not_found', 'nor joins one of which he knows');
select tests.refused(format('select public.create_channel(%L, %L)', tests.kept('team'), 'Mine'), 403, 'not_allowed_in_team', 'he makes none');
select tests.sign_in_as('alice');
select tests.refused(format('select public.set_member_role(%L, %L, %L)', tests.kept('bar'), tests.user_id('gus'), 'admin'), 403, 'not_allowed', 'a guest of the team is no admin of a channel');
select lives_ok(pg_temp.call('set_team_role', pg_temp.who('gus'), '''member'''), 'until he becomes a member');
select results_eq($$ select pg_temp.role_in('bar', 'gus'), pg_temp.role_in('general', 'gus') $$, $$ values ('member', 'member') $$, 'he is one in his channel, and in the default one');


-- Carol is removed

select tests.sign_in_as('carol');
select public.join_channel(tests.kept('bar')::uuid);
select tests.keep('personal', (select (public.sync('{}', 0) -> 'personal' ->> 'cursor')));
select tests.sign_in_as('bob');
select tests.keep('epochs', (select sum(epoch) from public.conversations where team_id = tests.kept('team')::uuid));
select lives_ok(pg_temp.call('remove_from_team', pg_temp.who('carol')), 'Bob, an admin, removes Carol');
select is(
  (select sum(epoch) from public.conversations where team_id = tests.kept('team')::uuid)::int, tests.kept('epochs')::int + 2,
  'both of her channels have a new epoch'
);
select tests.sign_in_as('carol');
select is_empty($$ select 1 from public.conversation_list $$, 'she has none of them in her list');
select is_empty($$ select 1 from public.teams $$, 'nor the team');
select results_eq(
  $$ select r ->> 'table', r -> 'row' ->> 'left_at' is not null, (r -> 'row' ->> 'was_removed')::boolean from jsonb_array_elements(public.sync('{}', tests.kept('personal')::bigint) -> 'personal' -> 'rows') r $$,
  $$ values ('team_members', true, true) $$,
  'a device of hers that was away learns of it'
);
select tests.refused(format('select public.join_channel(%L)', tests.kept('bar')), 404, 'conversation_not_found', 'she does not come back by herself');


-- Mallory is a stranger

select tests.sign_in_as('mallory');
select tests.refused(pg_temp.call('remove_from_team', pg_temp.who('bob')), 403, 'not_in_team', 'a stranger removes nobody');
select tests.refused(format('select public.leave_team(gen_random_uuid())'), 404, 'team_not_found', 'nor leaves what does not exist');
select tests.refused(format('select public.join_channel(%L)', tests.kept('bar')), 404, 'conversation_not_found', 'and finds no channel');
select throws_ok($$ update public.team_members set role = 'owner' $$, '42501', null, 'the table itself is read-only');


-- Alice hands over and goes

select tests.sign_in_as('alice');
select public.set_team_role(tests.kept('team')::uuid, tests.user_id('gus'), 'owner');
select results_eq($$ select pg_temp.team_role('gus'), pg_temp.team_role('alice') $$, $$ values ('owner', 'admin') $$, 'there is one owner');
select tests.sign_in_as('gus');
select public.leave_team(tests.kept('team')::uuid);
select is(pg_temp.team_role('alice'), 'owner', 'when the owner leaves, the longest-standing admin follows');
select is(pg_temp.role_in('bar', 'gus'), null, 'and he is in no channel any more');
select tests.sign_out();
delete from auth.users where id = tests.user_id('alice');
select is(pg_temp.team_role('bob'), 'owner', 'when her account goes, Bob follows');
select results_eq(
  $$ select pg_temp.role_in('general', 'bob'), (select member_count from public.teams where id = tests.kept('team')::uuid) $$,
  $$ values ('owner', 1) $$,
  'in the channels too'
);

select finish();
rollback;
