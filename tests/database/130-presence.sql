-- Who is there: signs of life per device, which last 60 seconds, and are shown to those who share a conversation.

begin;
select plan(30);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.status_of(name text)
returns text
language sql
as $$
  select status from public.presence(user_ids => array[tests.user_id(name)])
$$;
create function pg_temp.ago(name text, age interval)
returns void
language sql
security definer
as $$
  update private.heartbeats set seen_at = now() - age where user_id = tests.user_id(name)
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));

select is(pg_temp.status_of('bob'), 'offline', 'at first nobody is there');
select is((select last_seen_at from public.presence(user_ids => array[tests.user_id('bob')])), null, 'nor has ever been seen');

select tests.sign_in_as('bob');
select lives_ok($$ select public.heartbeat('00000000-0000-4000-8000-000000000001', 'idle') $$, 'Bob''s phone gives a sign of life');
select tests.sign_in_as('alice');
select is(pg_temp.status_of('bob'), 'away', 'idle is away');
select tests.sign_in_as('bob');
select public.heartbeat('00000000-0000-4000-8000-000000000002', 'active', tests.kept('direct')::uuid);
select tests.sign_in_as('alice');
select is(pg_temp.status_of('bob'), 'online', 'one active device is enough to be online');
select is((select last_seen_at from public.presence(user_ids => array[tests.user_id('bob')])), now(), 'seen now');
select tests.sign_in_as('bob');
select public.heartbeat('00000000-0000-4000-8000-000000000002', 'offline');
select tests.sign_in_as('alice');
select is(pg_temp.status_of('bob'), 'away', 'when it goes, the idle one is left');
select pg_temp.ago('bob', interval '59 seconds');
select is(pg_temp.status_of('bob'), 'away', 'a sign of life lasts');
select pg_temp.ago('bob', interval '61 seconds');
select is(pg_temp.status_of('bob'), 'offline', 'for a minute');
select is((select last_seen_at from public.presence(user_ids => array[tests.user_id('bob')])), now() - interval '61 seconds', 'and when it was stays known');

select set_eq(
  $$ select user_id, status from public.presence(tests.kept('direct')::uuid) $$,
  $$ values (tests.user_id('alice'), 'offline'), (tests.user_id('bob'), 'offline') $$,
  'a conversation shows all its members'
);
select is(pg_temp.status_of('carol'), null, 'with Carol she shares nothing, so of her she learns nothing');
select is(pg_temp.status_of('alice'), 'offline', 'herself she sees');
select is_empty($$ select * from public.presence() $$, 'asking for nobody answers nothing');
select is_empty($$ select * from public.presence(user_ids => array[gen_random_uuid()]) $$, 'nor does asking for who does not exist');
select tests.refused($$ select public.presence(user_ids => array(select gen_random_uuid() from generate_series(1, 501))) $$, 400, 'too_many', 'nor for everybody');
select tests.refused($$ select public.heartbeat(gen_random_uuid(), 'dancing') $$, 400, 'state_invalid', 'there are three states');
select tests.refused($$ select public.heartbeat(gen_random_uuid(), null) $$, 400, 'state_invalid', 'and no other');
select throws_ok($$ select * from private.heartbeats $$, '42501', null, 'which conversation is on whose screen is nobody''s business');

-- On the screen

select public.heartbeat('00000000-0000-4000-8000-000000000003', 'active', tests.kept('direct')::uuid);
select tests.sign_in_as('mallory');
select public.heartbeat('00000000-0000-4000-8000-000000000004', 'active', tests.kept('direct')::uuid);
select tests.refused(format('select public.presence(%L)', tests.kept('direct')), 403, 'not_a_member', 'a stranger does not see who of a conversation is there');
select tests.refused($$ select public.presence(gen_random_uuid()) $$, 404, 'conversation_not_found', 'nor of one that does not exist');
select is(pg_temp.status_of('alice'), null, 'nor of a person');
select tests.sign_out();
select is((select conversation_id from private.heartbeats where user_id = tests.user_id('alice')), tests.kept('direct')::uuid, 'the conversation on a member''s screen is kept');
select is((select conversation_id from private.heartbeats where user_id = tests.user_id('mallory')), null, 'a stranger''s claim is not');

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('carol')])));
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select public.heartbeat('00000000-0000-4000-8000-000000000005', 'active', tests.kept('group')::uuid);
select tests.refused(format('select public.presence(%L)', tests.kept('group')), 403, 'not_a_member', 'an ex-member does not see who is there');
select is(pg_temp.status_of('alice'), null, 'nor whether somebody is, with whom they shared a conversation once');
select tests.sign_out();
select is((select conversation_id from private.heartbeats where user_id = tests.user_id('carol')), null, 'and what they claim to look at is not kept');


-- Devices do not pile up

select tests.sign_in_as('mallory');
select count(public.heartbeat(gen_random_uuid(), 'active')) from generate_series(1, 30);
select tests.sign_out();
select cmp_ok((select count(*) from private.heartbeats where user_id = tests.user_id('mallory')), '<=', 20::bigint, 'a person has at most twenty devices');

select tests.sign_in_as_anon();
select throws_ok($$ select public.heartbeat(gen_random_uuid(), 'active') $$, '42501', null, 'who is not signed in gives no sign of life');
select throws_ok($$ select public.presence() $$, '42501', null, 'and sees nobody''s');

select finish();
rollback;
