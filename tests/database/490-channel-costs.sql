-- What a channel of 5,000 costs, in rows written: joining it, being added 500 at a time, a message, leaving the team. And
-- what blocks, word lists and slow mode cost those who have none.

begin;
select plan(26);
select tests.create_user('m' || n) from generate_series(1, 5000) as n;
update private.settings set send_burst = 100000;

create function pg_temp.rows_read(of_table text)
returns bigint
language sql
as $$
  select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint from pg_stat_xact_all_tables where relname = of_table
$$;
create function pg_temp.reads(of_table text, statement text)
returns bigint
language plpgsql
as $$
/* Rows of a table that the statement fetches. */
declare
  v_before bigint := pg_temp.rows_read(of_table);
begin
  execute statement;
  return pg_temp.rows_read(of_table) - v_before;
end;
$$;
create function pg_temp.people(low int, high int)
returns uuid[]
language sql
as $$
  select array(select tests.user_id('m' || n) from generate_series(low, high) as n)
$$;
create function pg_temp.add(conversation text, low int, high int)
returns text
language sql
as $$
  select format('select public.add_members(%L, %L)', tests.kept(conversation), pg_temp.people(low, high))
$$;
create function pg_temp.send(conversation text)
returns text
language sql
as $$
  select format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept(conversation), 'hello')
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('m1');
select tests.keep('team', (select id from public.create_team('Team')));
select tests.keep('general', (select id from public.create_channel(tests.kept('team')::uuid, 'General', is_default => true)));
select tests.keep('news', (select id from public.create_channel(tests.kept('team')::uuid, 'News', post_role => 'admin')));
select tests.keep('small', (select id from public.create_channel(tests.kept('team')::uuid, 'Small')));
select tests.sign_out();
-- All of this is one transaction: nobody else tells the planner that the tables are not empty any more.
analyze;
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), pg_temp.people(2, 501), 'member', actor_id => tests.user_id('m1'));
analyze;
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), pg_temp.people(n, n + 499), 'member', actor_id => tests.user_id('m1'))
from generate_series(502, 4002, 500) as n;
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), pg_temp.people(4502, 4990), 'member', actor_id => tests.user_id('m1'));
select is((select member_count from public.conversations where id = tests.kept('general')::uuid), 4990, 'all of a team of 4,990 are in its default channel');


-- Being added, 500 at a time

select tests.sign_in_as('m1');
select is(
  tests.cost(pg_temp.add('news', 2, 501)),
  '{"members": 500, "messages": 1, "conversations": 3, "announced": 502}',
  'adding 500 writes a row for each, tells each, and tells who was there of it and that it was said'
);
select is(
  tests.cost(pg_temp.add('news', 502, 1001)),
  '{"members": 500, "messages": 1, "conversations": 3, "announced": 502}',
  'the next 500 cost the same, in a channel that has become large'
);
select is(tests.cost(pg_temp.add('news', 502, 1001)), null, 'adding them again costs nothing');
select tests.refused(pg_temp.add('news', 1, 501), 400, 'too_many', '501 are too many for one call');
select lives_ok(pg_temp.add('news', n, least(n + 499, 4990)), 'so it goes on') from generate_series(1002, 4502, 500) as n;
select is((select member_count from public.conversations where id = tests.kept('news')::uuid), 4990, 'until all are in');


-- Joining

select tests.keep('last', (select id from public.create_channel(tests.kept('team')::uuid, 'Last', is_default => true)));
select tests.sign_out();
select tests.sign_in_as('m2');
select tests.keep('join', format('select public.join_channel(%L)', tests.kept('small')));
select is(tests.cost(tests.kept('join')), '{"members": 1, "messages": 1, "conversations": 3, "announced": 4}', 'joining a small channel tells who is in it');
select public.leave_conversation(tests.kept('news')::uuid);
select tests.keep('join', format('select public.join_channel(%L)', tests.kept('news')));
select is(tests.cost(tests.kept('join')), '{"members": 1, "messages": 1, "conversations": 3, "announced": 3}', 'joining one of 5,000 tells oneself and its feed: no more, and no less');
select public.leave_conversation(tests.kept('news')::uuid);
select cmp_ok(pg_temp.reads('members', tests.kept('join')), '<', 30::bigint, 'and reads a few of its members, not all of them');


-- A message

select tests.sign_in_as('m1');
select tests.cost(pg_temp.send('small'));
select is(tests.cost(pg_temp.send('news')) -> 'announced', '1', 'a message to 5,000 is one row of live delivery');
select is(tests.cost(pg_temp.send('news')), tests.cost(pg_temp.send('general')), 'whatever the channel, the same rows');
select cmp_ok(pg_temp.reads('members', pg_temp.send('news')), '<', 10::bigint, 'it reads a few members');
select is(pg_temp.reads('blocks', pg_temp.send('news')), 0::bigint, 'no blocks');
select is(pg_temp.reads('team_members', pg_temp.send('news')), 0::bigint, 'nor who is in the team');
select is(pg_temp.reads('team_words', pg_temp.send('news')), 0::bigint, 'and no words');
select is(tests.cost(pg_temp.send('news')) -> 'slow_mode_marks', null, 'without slow mode, none of its rows');


-- Leaving the team

select tests.sign_in_as('m3');
select is(
  tests.cost(format('select public.leave_team(%L)', tests.kept('team'))),
  '{"members": 2, "messages": 2, "conversations": 6, "team_members": 1, "teams": 1, "personal": 1, "announced": 9}',
  'leaving a team, and two channels of 5,000, writes a fixed number of rows'
);
select tests.sign_in_as('m4');
select cmp_ok(pg_temp.reads('members', format('select public.leave_team(%L)', tests.kept('team'))), '<', 60::bigint, 'and reads a few');

select finish();
rollback;
