-- Groups: invited people with roles. Every change is a revision, and the rows it changed carry its number.

begin;
select plan(64);
select tests.create_users('alice', 'bob', 'carol', 'dave', 'erin', 'mallory');

create function pg_temp.role_of(name text)
returns text
language sql
as $$
  select case when m.left_at is null then m.role::text else 'gone' end
  from public.members m
  where m.conversation_id = tests.kept('team')::uuid and m.user_id = tests.user_id(name)
$$;
create function pg_temp.call(function text, variadic arguments text[] default '{}')
returns text
language sql
as $$
  select format('select public.%I(%L%s)', function, tests.kept('team'), (select string_agg(', ' || a, '' order by n) from unnest(arguments) with ordinality as u (a, n)));
$$;
create function pg_temp.person(name text)
returns text
language sql
as $$
  select quote_literal(tests.user_id(name)) || '::uuid'
$$;
create function pg_temp.people(name text)
returns text
language sql
as $$
  select 'array[' || pg_temp.person(name) || ']'
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;


-- Alice makes a group

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_group('  The team  ', array[tests.user_id('bob'), tests.user_id('carol'), tests.user_id('bob'), tests.user_id('alice')])));
select results_eq(
  $$ select title, kind::text, role::text, member_count, revision, epoch, unread from public.conversation_list where id = tests.kept('team')::uuid $$,
  $$ values ('The team', 'group', 'owner', 3, 1::bigint, 1, 0::bigint) $$,
  'she owns it; who is named twice is in it once'
);
select is(pg_temp.role_of('bob'), 'member', 'the others are members');
select results_eq($$ select member_count, role::text from public.create_group('Just me') $$, $$ values (1, 'owner') $$, 'a group of one is a group');
select tests.refused($$ select public.create_group('   ') $$, 400, 'title_invalid', 'a title is not blank');
select tests.refused($$ select public.create_group(null) $$, 400, 'title_invalid', 'nor missing');
select tests.refused($$ select public.create_group(repeat('t', 121)) $$, 400, 'title_invalid', 'nor longer than 120 characters');
select lives_ok($$ select public.create_group(repeat('ü', 120)) $$, '120 characters are a title');
select tests.refused($$ select public.create_group('Ghosts', array[gen_random_uuid()]) $$, 404, 'user_not_found', 'one cannot invite people who do not exist');
select tests.refused($$ select public.create_group('Crowd', array(select gen_random_uuid() from generate_series(1, 501))) $$, 400, 'too_many', 'nor hundreds in one call');


-- Bob is a member

select tests.sign_in_as('bob');
select isnt_empty($$ select 1 from public.conversation_list where id = tests.kept('team')::uuid $$, 'he has it in his list');
select is((select count(*) from public.members where conversation_id = tests.kept('team')::uuid), 3::bigint, 'he sees who is in it');
select tests.refused(pg_temp.call('rename_conversation', '''His'''), 403, 'not_allowed', 'he cannot rename it');
select tests.refused(pg_temp.call('add_members', pg_temp.people('dave')), 403, 'not_allowed', 'nor add people');
select tests.refused(pg_temp.call('remove_member', pg_temp.person('carol')), 403, 'not_allowed', 'nor remove an equal');
select tests.refused(pg_temp.call('remove_member', pg_temp.person('alice')), 403, 'not_allowed', 'nor the owner');
select tests.refused(pg_temp.call('set_member_role', pg_temp.person('bob'), '''owner'''), 403, 'not_allowed', 'nor promote himself');
select is((select revision from public.conversations where id = tests.kept('team')::uuid), 1::bigint, 'what was refused left no revision');


-- Alice gives him a hand in it

select tests.sign_in_as('alice');
select lives_ok(pg_temp.call('set_member_role', pg_temp.person('bob'), '''admin'''), 'she makes Bob an admin');
select results_eq(
  $$ select c.revision, m.revision, m.role::text from public.conversations c join public.members m on m.conversation_id = c.id where c.id = tests.kept('team')::uuid and m.user_id = tests.user_id('bob') $$,
  $$ values (3::bigint, 2::bigint, 'admin') $$,
  'that is the second revision, which Bob''s row carries; the third says so'
);
select is((select revision from public.members where conversation_id = tests.kept('team')::uuid and user_id = tests.user_id('carol')), 1::bigint, 'Carol''s row keeps hers');
select tests.refused(pg_temp.call('set_member_role', pg_temp.person('alice'), '''member'''), 403, 'not_allowed', 'she cannot leave the group without an owner');
select tests.refused(pg_temp.call('set_member_role', pg_temp.person('dave'), '''admin'''), 404, 'member_not_found', 'nor give a role to who is not in it');


-- Bob is an admin

select tests.sign_in_as('bob');
select lives_ok(pg_temp.call('rename_conversation', '''Our team'''), 'he renames it');
select is((select title from public.conversations where id = tests.kept('team')::uuid), 'Our team', 'to what he said');
select tests.refused(pg_temp.call('rename_conversation', '''  '''), 400, 'title_invalid', 'not to nothing');
select lives_ok(pg_temp.call('add_members', pg_temp.people('dave')), 'he adds Dave');
select is(pg_temp.role_of('dave'), 'member', 'who is a member now');
select lives_ok(pg_temp.call('add_members', pg_temp.people('alice')), 'adding who is there already');
select is(pg_temp.role_of('alice'), 'owner', 'changes nothing for them');
select is((select member_count from public.conversations where id = tests.kept('team')::uuid), 4, 'and counts nobody twice');
select tests.refused(pg_temp.call('add_members', 'array[gen_random_uuid()]'), 404, 'user_not_found', 'he cannot add people who do not exist');
select tests.refused(pg_temp.call('set_member_role', pg_temp.person('carol'), '''admin'''), 403, 'not_allowed', 'roles are the owner''s to give');
select tests.refused(pg_temp.call('remove_member', pg_temp.person('alice')), 403, 'not_allowed', 'he cannot remove the owner');
select tests.refused(pg_temp.call('remove_member', pg_temp.person('erin')), 404, 'member_not_found', 'nor who is not in it');
select tests.sign_in_as('alice');
select public.set_member_role(tests.kept('team')::uuid, tests.user_id('dave'), 'admin');
select tests.sign_in_as('bob');
select tests.refused(pg_temp.call('remove_member', pg_temp.person('dave')), 403, 'not_allowed', 'nor another admin, his equal');
select tests.sign_in_as('alice');
select public.set_member_role(tests.kept('team')::uuid, tests.user_id('dave'), 'member');
select tests.sign_in_as('bob');
select is((select epoch from public.conversations where id = tests.kept('team')::uuid), 1, 'so far nobody has gone');
select lives_ok(pg_temp.call('remove_member', pg_temp.person('carol')), 'he removes Carol');
select is(pg_temp.role_of('carol'), 'gone', 'she is not in it any more');
select results_eq(
  $$ select epoch, member_count from public.conversations where id = tests.kept('team')::uuid $$,
  $$ values (2, 3) $$,
  'and the epoch has risen, so that its topics have new names'
);
select tests.refused(pg_temp.call('remove_member', pg_temp.person('carol')), 404, 'member_not_found', 'she cannot be removed twice');


-- Carol was a member

select tests.sign_in_as('carol');
select is_empty($$ select 1 from public.conversations where id = tests.kept('team')::uuid $$, 'she does not see the group any more');
select is_empty($$ select 1 from public.members where conversation_id = tests.kept('team')::uuid $$, 'nor its members, herself included');
select is_empty($$ select 1 from public.conversation_list where id = tests.kept('team')::uuid $$, 'nor has it in her list');
select tests.refused(pg_temp.call('add_members', pg_temp.people('carol')), 403, 'not_a_member', 'she cannot add herself again');
select tests.refused(pg_temp.call('rename_conversation', '''Mine'''), 403, 'not_a_member', 'nor rename it');
select tests.refused(pg_temp.call('leave_conversation'), 403, 'not_a_member', 'nor leave it twice');


-- Mallory is a stranger

select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.members where conversation_id = tests.kept('team')::uuid $$, 'a stranger sees no members');
select tests.refused(pg_temp.call('add_members', pg_temp.people('mallory')), 403, 'not_a_member', 'adds nobody');
select tests.refused(pg_temp.call('remove_member', pg_temp.person('bob')), 403, 'not_a_member', 'removes nobody');
select tests.refused(pg_temp.call('set_member_role', pg_temp.person('bob'), '''member'''), 403, 'not_a_member', 'gives no role');
select tests.refused($$ select public.leave_conversation(gen_random_uuid()) $$, 404, 'conversation_not_found', 'cannot leave what does not exist');
select throws_ok($$ update public.members set role = 'owner' where user_id = tests.user_id('mallory') $$, '42501', null, 'and the table itself is read-only');
select throws_ok($$ delete from public.members where user_id = tests.user_id('bob') $$, '42501', null, 'for everybody');
select tests.sign_in_as_anon();
select throws_ok(pg_temp.call('leave_conversation'), '42501', null, 'who is not signed in may not call any of this');
select throws_ok($$ select * from public.members $$, '42501', null, 'nor see who is where');


-- Coming back, and going by oneself

select tests.sign_in_as('alice');
select public.add_members(tests.kept('team')::uuid, array[tests.user_id('carol')]);
select is(pg_temp.role_of('carol'), 'member', 'Carol is added again');
select lives_ok(pg_temp.call('leave_conversation'), 'Alice, who owns the group, leaves');
select tests.sign_in_as('bob');
select is(pg_temp.role_of('bob'), 'owner', 'Bob, its admin, follows her');
select is((select revision from public.members where conversation_id = tests.kept('team')::uuid and user_id = tests.user_id('bob')), (select revision from public.members where conversation_id = tests.kept('team')::uuid and user_id = tests.user_id('alice')), 'in the same revision');
select lives_ok(pg_temp.call('set_member_role', pg_temp.person('dave'), '''owner'''), 'he hands it over to Dave');
select results_eq(
  $$ select pg_temp.role_of('dave'), pg_temp.role_of('bob') $$,
  $$ values ('owner', 'admin') $$,
  'there is one owner at any time'
);


-- An account is deleted

select tests.sign_out();
delete from auth.users where id = tests.user_id('dave');
select is(pg_temp.role_of('bob'), 'owner', 'when the owner''s account goes, the admin follows');
select results_eq(
  $$ select member_count, epoch from public.conversations where id = tests.kept('team')::uuid $$,
  $$ values (2, 4) $$,
  'the group counts and names its topics as if he had left'
);
select is(
  (select count(*) from public.members where conversation_id = tests.kept('team')::uuid and left_at is null and role = 'owner'),
  1::bigint, 'and has exactly one owner'
);

select finish();
rollback;
