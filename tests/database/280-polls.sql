-- Polls: exact counts, one vote or several, open or anonymous, until they are closed.

begin;
select plan(67);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));

create function pg_temp.ask(
  question text, options text[], is_multiple boolean default false, is_anonymous boolean default false, closes_at timestamptz default null
)
returns bigint
language sql
as $$
  select (public.create_poll(tests.kept('group')::uuid, gen_random_uuid(), question, options, is_multiple, is_anonymous, closes_at)).seq
$$;
create function pg_temp.asking(question text, options text[], closes_at timestamptz default null)
returns text
language sql
as $$
  select format('select pg_temp.ask(%L, %L, false, false, %L)', question, options, closes_at)
$$;
create function pg_temp.votes(of bigint)
returns text
language sql
as $$
  select string_agg(o ->> 'votes', ' ' order by n) || ' by ' || (m.poll ->> 'voters')
  from public.messages m, jsonb_array_elements(m.poll -> 'options') with ordinality as e (o, n)
  where m.conversation_id = tests.kept('group')::uuid and m.seq = of
  group by m.poll
$$;
create function pg_temp.vote(of bigint, variadic options int[])
returns text
language plpgsql
as $$
begin
  perform public.vote(tests.kept('group')::uuid, of, options);
  return pg_temp.votes(of);
end;
$$;
create function pg_temp.voting(of bigint, options text)
returns text
language sql
as $$
  select format('select public.vote(%L, %s, %L)', tests.kept('group'), of, options)
$$;
create function pg_temp.revision()
returns bigint
language sql
as $$
  select revision from public.conversations where id = tests.kept('group')::uuid
$$;
create function pg_temp.mine(of bigint)
returns int[]
language sql
as $$
  select public.my_votes(m) from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.seq = of
$$;
create function pg_temp.synced(of bigint)
returns jsonb
language sql
as $$
  select e from jsonb_array_elements(public.sync(jsonb_build_object(tests.kept('group'), 1)) #> '{conversations,0,messages}') e where (e ->> 'seq')::bigint = of
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- Asking

select results_eq(
  $$ select seq, kind::text, content, poll from public.create_poll(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-0000000000b1', 'Cake?', array['Cherry', ' Chocolate ', 'None']) $$,
  $$ values (1::bigint, 'poll', 'Cake?', '{"voters": 0, "options": [{"text": "Cherry", "votes": 0}, {"text": "Chocolate", "votes": 0}, {"text": "None", "votes": 0}], "is_multiple": false, "is_anonymous": false}'::jsonb) $$,
  'Alice asks'
);
select is((public.create_poll(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-0000000000b1', 'Cake?', array['Cherry', 'Chocolate', 'None'])).seq, 1::bigint, 'repeating it with its id asks nothing');
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 1::bigint, 'more');
select tests.sign_in_as('bob');
select is((select unread from public.conversation_list), 1::bigint, 'a poll is unread like any message');
select tests.refused(pg_temp.asking('Cake?', array['yes']), 400, 'poll_invalid', 'one option is no choice');
select tests.refused(pg_temp.asking('Cake?', '{}'), 400, 'poll_invalid', 'nor is none');
select tests.refused($$ select pg_temp.ask('Cake?', null) $$, 400, 'poll_invalid', 'nor nothing');
select tests.refused(pg_temp.asking('Cake?', array(select n::text from generate_series(1, 13) as n)), 400, 'poll_invalid', 'thirteen are too many');
select lives_ok(pg_temp.asking('Cake?', array(select n::text from generate_series(1, 12) as n)), 'twelve are not');
select tests.refused(pg_temp.asking('Cake?', array['yes', ' ']), 400, 'poll_invalid', 'an option says something');
select tests.refused(pg_temp.asking('Cake?', array['yes', null]), 400, 'poll_invalid', 'each of them');
select tests.refused(pg_temp.asking('Cake?', array['yes', repeat('x', 101)]), 400, 'poll_invalid', 'but not too much');
select tests.refused(pg_temp.asking('Cake?', array['yes', 'yes ']), 400, 'poll_invalid', 'nor the same as another');
select tests.refused(pg_temp.asking('Cake?', array['yes', 'no'], now()), 400, 'poll_invalid', 'nor does it end before it begins');
select tests.refused(pg_temp.asking('', array['yes', 'no']), 400, 'message_blank', 'and there is a question');
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 2::bigint, 'what is refused takes no number');


-- Voting for one

select tests.keep('before', pg_temp.revision());
select is(pg_temp.vote(1, 0), '1 0 0 by 1', 'Bob votes');
select is(pg_temp.revision(), tests.kept('before')::bigint + 1, 'which is one change');
select is(pg_temp.vote(1, 0), '1 0 0 by 1', 'repeating it');
select is(pg_temp.revision(), tests.kept('before')::bigint + 1, 'changes nothing');
select is(pg_temp.vote(1, 2), '0 0 1 by 1', 'he changes his mind');
select is(pg_temp.mine(1), array[2], 'what he voted for is a column to ask for');
select is(pg_temp.synced(1) -> 'my_votes', '[2]', 'and comes with sync()');
select tests.sign_in_as('carol');
select is(pg_temp.vote(1, 2), '0 0 2 by 2', 'Carol agrees');
select is(pg_temp.vote(1, 1), '0 1 1 by 2', 'and does not');
select set_eq(
  $$ select option, user_id from public.poll_votes where seq = 1 $$, $$ values (1, tests.user_id('carol')), (2, tests.user_id('bob')) $$,
  'all see who voted for what'
);
select is((public.retract_vote(tests.kept('group')::uuid, 1)).seq, 1::bigint, 'she takes her vote back');
select is(pg_temp.votes(1), '0 0 1 by 1', 'and it is not counted any more');
select is(pg_temp.vote(1, variadic '{}'), '0 0 1 by 1', 'a vote for nothing is the same');
select is(pg_temp.mine(1), '{}', 'she has none');
select tests.refused(pg_temp.voting(1, '{0,1}'), 400, 'vote_invalid', 'two are too many');
select tests.refused(pg_temp.voting(1, '{3}'), 400, 'vote_invalid', 'there is no fourth');
select tests.refused(pg_temp.voting(1, '{-1}'), 400, 'vote_invalid', 'nor one before the first');
select tests.refused(pg_temp.voting(1, '{null}'), 400, 'vote_invalid', 'nor nothing');
select is(pg_temp.vote(1, 1, 1), '0 1 1 by 2', 'the same twice is once');
select tests.sign_out();
select is(
  (select count(*) from realtime.messages where event = 'voted' and topic = 'user:' || tests.user_id('carol') and payload -> 'my_votes' = '[1]'), 2::bigint,
  'one''s other devices learn of one''s own vote'
);
select is((select count(*) from realtime.messages where event = 'message' and payload ->> 'revision' = pg_temp.revision()::text), 3::bigint, 'all learn of the counts');


-- For several, anonymously

select tests.sign_in_as('alice');
select tests.keep('poll', pg_temp.ask('When?', array['Mon', 'Tue', 'Wed'], true, true));
select is(pg_temp.vote(tests.kept('poll')::bigint, 2, 0), '1 0 1 by 1', 'several are counted, and one who voted');
select tests.sign_in_as('bob');
select is(pg_temp.vote(tests.kept('poll')::bigint, 0, 1), '2 1 1 by 2', 'each for each');
select is(pg_temp.vote(tests.kept('poll')::bigint, 1, 2), '1 1 2 by 2', 'what was voted for last counts');
select set_eq(
  $$ select option, user_id from public.poll_votes where seq = tests.kept('poll')::bigint $$, $$ values (1, tests.user_id('bob')), (2, tests.user_id('bob')) $$,
  'nobody sees who voted but themselves'
);
select is(pg_temp.mine(tests.kept('poll')::bigint), array[1, 2], 'which they do');
select tests.sign_in_as('alice');
select is(pg_temp.synced(tests.kept('poll')::bigint) -> 'my_votes', '[0, 2]', 'with sync() as well');
select is(pg_temp.synced(tests.kept('poll')::bigint)::text like '%' || tests.user_id('bob') || '%', false, 'without the others');


-- The end

select tests.keep('short', pg_temp.ask('Quick?', array['yes', 'no'], closes_at => now() + interval '1 hour'));
select is(pg_temp.vote(tests.kept('short')::bigint, 0), '1 0 by 1', 'until it ends, it takes votes');
select tests.sign_out();
update public.messages set poll = poll || jsonb_build_object('closes_at', now()) where conversation_id = tests.kept('group')::uuid and seq = tests.kept('short')::bigint;
select tests.sign_in_as('alice');
select tests.refused(pg_temp.voting(tests.kept('short')::bigint, '{1}'), 409, 'poll_closed', 'then no more');
select lives_ok(pg_temp.voting(tests.kept('short')::bigint, '{0}'), 'repeating one that was in time is none');
select tests.sign_in_as('bob');
select tests.refused(format('select public.close_poll(%L, 1)', tests.kept('group')), 403, 'not_allowed', 'a member does not close what somebody else asks');
select tests.keep('his', pg_temp.ask('Mine?', array['yes', 'no']));
select results_eq(
  $$ select (poll ->> 'closed_at') is not null, poll ->> 'closed_by' from public.close_poll(tests.kept('group')::uuid, tests.kept('his')::bigint) $$,
  $$ values (true, tests.user_id('bob')::text) $$,
  'who asked does'
);
select tests.keep('before', pg_temp.revision());
select lives_ok(format('select public.close_poll(%L, %s)', tests.kept('group'), tests.kept('his')), 'once more');
select is(pg_temp.revision()::text, tests.kept('before'), 'changes nothing');
select tests.refused(pg_temp.voting(tests.kept('his')::bigint, '{0}'), 409, 'poll_closed', 'it takes no more votes');
select tests.keep('other', pg_temp.ask('Another?', array['yes', 'no']));
select tests.sign_in_as('alice');
select is((public.close_poll(tests.kept('group')::uuid, tests.kept('other')::bigint)).poll ->> 'closed_by', tests.user_id('alice')::text, 'as does the owner');


-- Who may

select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'no poll');
select tests.refused(pg_temp.voting((select last_seq from public.conversations where id = tests.kept('group')::uuid), '{0}'), 400, 'not_a_poll', 'a text takes no votes');
select tests.refused(pg_temp.voting(99, '{0}'), 404, 'message_not_found', 'nor does nothing');
select tests.sign_out();
update public.members set role = 'guest' where user_id = tests.user_id('carol');
select tests.sign_in_as('carol');
select tests.refused(pg_temp.asking('Cake?', array['yes', 'no']), 403, 'not_allowed', 'a guest does not ask');
select is(pg_temp.vote(1, 0), '1 0 1 by 2', 'but votes');
select isnt_empty('select 1 from public.poll_votes', 'poll_votes_select allows a member');
select throws_ok('delete from public.poll_votes', '42501', null, 'who writes nothing past the functions');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select is_empty('select 1 from public.poll_votes', 'poll_votes_select denies an ex-member');
select tests.refused(pg_temp.voting(1, '{1}'), 403, 'not_a_member', 'who votes no more');
select tests.sign_in_as('mallory');
select is_empty('select 1 from public.poll_votes', 'poll_votes_select denies a stranger');
select tests.refused(pg_temp.voting(1, '{1}'), 403, 'not_a_member', 'who does not vote');
select tests.refused(pg_temp.asking('Cake?', array['yes', 'no']), 403, 'not_a_member', 'nor ask');
select tests.sign_in_as_anon();
select throws_ok('select 1 from public.poll_votes', '42501', null, 'poll_votes_select denies anon');
select tests.sign_out();
delete from auth.users where id = tests.user_id('carol');
select is(pg_temp.votes(1), '1 0 1 by 2', 'when an account is deleted, its vote stays');
select is((select count(*) from public.poll_votes where seq = 1), 2::bigint, 'as a vote of nobody');

select finish();
rollback;
