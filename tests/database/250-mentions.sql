-- Who is named in a message, who is called by it, and who is told.

begin;
select plan(64);

create function pg_temp.names(content text, expected text[])
returns text
language sql
as $$
  select is(private.names_in(content), expected, content)
$$;


-- What is a name

select pg_temp.names('@alice', array['alice']);
select pg_temp.names('hello @alice!', array['alice']);
select pg_temp.names('(@alice, @bob): hello', array['alice', 'bob']);
select pg_temp.names('@bob @alice @bob', array['bob', 'alice']);
select pg_temp.names('@Alice', array['alice']);
select pg_temp.names('@alice.', array['alice']);
select pg_temp.names('@alice-bob', array['alice']);
select pg_temp.names('@alice''s cake', array['alice']);
select pg_temp.names(E'first\n@alice\nlast', array['alice']);
select pg_temp.names('你好@alice你好', array['alice']);
select pg_temp.names('@alice님', array['alice']);
select pg_temp.names('👍@alice👍', array['alice']);
select pg_temp.names('**@alice**', array['alice']);
select pg_temp.names('@here and @channel', array['here', 'channel']);
select pg_temp.names('alice@example.com', '{}');
select pg_temp.names('é@alice', '{}');
select pg_temp.names('привет@alice', '{}');
select pg_temp.names('a.b+c@alice.org', '{}');
select pg_temp.names('https://example.com/@alice', '{}');
select pg_temp.names('@@alice', '{}');
select pg_temp.names('@alicé', '{}');
select pg_temp.names('@al', '{}');
select pg_temp.names('@' || repeat('a', 31), '{}');
select pg_temp.names('@' || repeat('a', 30), array[repeat('a', 30)]);
select pg_temp.names('@ alice', '{}');
select pg_temp.names('`@alice`', '{}');
select pg_temp.names('`@alice` @bob `@carol`', array['bob']);
select pg_temp.names(E'```\n@alice\n``` @bob ```@carol```', array['bob']);
select pg_temp.names(E'```\n@alice to the end', '{}');
select pg_temp.names(E'one ` alone @alice\nand ` another', array['alice']);
select pg_temp.names('', '{}');
select pg_temp.names(repeat('@', 5000), '{}');


-- Who is honoured

select tests.create_users('alice', 'bob', 'carol', 'mallory');
create function pg_temp.say(content text)
returns public.messages
language sql
as $$
  select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), say.content)
$$;
create function pg_temp.told(of bigint)
returns table (who text, event text)
language sql
as $$
  select p.display_name, n.event from public.notifications n join public.profiles p on p.id = n.user_id
  where n.conversation_id = tests.kept('group')::uuid and n.seq = of
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));

select is((pg_temp.say('@test_carol, @test_bob and @test_alice')).mentions, array[tests.user_id('carol'), tests.user_id('bob'), tests.user_id('alice')], 'members are named, in the order of their standing');
select tests.sign_out();
select set_eq('select * from pg_temp.told(1)', $$ values ('Bob', 'mention'), ('Carol', 'mention') $$, 'and told, but for who wrote it');
select is((select count(*) from realtime.messages where event = 'personal' and topic = 'user:' || tests.user_id('bob')), 1::bigint, 'live as well');
select tests.sign_in_as('alice');
select is((pg_temp.say('@test_mallory @nobody_at_all')).mentions, '{}', 'a stranger is not named, nor is nobody');
select is((pg_temp.say('nothing')).mentions, '{}', 'nor anybody by nothing');
select tests.sign_out();
select is_empty('select * from pg_temp.told(2)', 'nor told');
select tests.sign_in_as('bob');
select is((select mentions from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1)[2], tests.user_id('bob'), 'the row says who');
insert into public.messages (conversation_id, content) values (tests.kept('group')::uuid, '@test_alice by REST');
select tests.sign_out();
select set_eq('select * from pg_temp.told(4)', $$ values ('Alice', 'mention') $$, 'by REST it is the same');
select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'yes, @test_alice', 1);
select tests.sign_out();
select set_eq('select * from pg_temp.told(5)', $$ values ('Alice', 'mention') $$, 'who is named in an answer to them is told once');
select tests.create_user('h' || n) from generate_series(1, 60) as n;
select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array(select tests.user_id('h' || n) from generate_series(1, 60) as n));
select is(cardinality((pg_temp.say((select string_agg('@test_h' || n, ' ') from generate_series(1, 60) as n))).mentions), 50, 'fifty of many are');


-- Everybody

select is((pg_temp.say('@channel')).mention_scope, 'channel', 'the owner calls everybody');
select is((pg_temp.say('@here')).mention_scope, 'here', 'or those who are there');
select is((pg_temp.say('@here @channel')).mention_scope, 'channel', 'everybody includes them');
select tests.sign_out();
delete from private.callings;
update public.members set role = 'guest' where conversation_id = tests.kept('group')::uuid and user_id = tests.user_id('bob');
select tests.sign_in_as('bob');
select is((pg_temp.say('@channel @here')).mention_scope, null, 'who may not calls nobody, and is not refused');
select tests.sign_in_as('alice');
select tests.keep('call', (pg_temp.say('@channel, and @test_bob')).seq);
select tests.sign_out();
select set_eq($$ select * from pg_temp.told(tests.kept('call')::bigint) $$, $$ values ('Bob', 'mention') $$, 'in a large conversation, the send itself tells who is named');
select results_eq('select seq::text, whom from private.callings', $$ select tests.kept('call'), 'channel' $$, 'and leaves a row of work');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('h1'));
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('mallory')]);
select tests.sign_out();
select is(private.expand_callings(25), true, 'the job tells some');
select is((select count(*) from pg_temp.told(tests.kept('call')::bigint) where event = 'mention_all'), 24::bigint, 'a page of them, but for who knows already');
select is((select array[private.expand_callings(25), private.expand_callings(25), private.expand_callings(25)]), array[true, true, false], 'and then the others');
select is((select count(*) from pg_temp.told(tests.kept('call')::bigint) where event = 'mention_all'), 60::bigint, 'all of them once');
select is_empty($$ select * from pg_temp.told(tests.kept('call')::bigint) where who in ('Mallory', 'H1', 'Alice') $$, 'not who came later, nor who left, nor who called');
select is((select args ->> 'scope' from public.notifications where event = 'mention_all' limit 1), 'channel', 'with how they were called');

select tests.sign_in_as('h2');
select public.heartbeat(gen_random_uuid(), 'active');
select tests.sign_in_as('h3');
select public.heartbeat(gen_random_uuid(), 'idle');
select tests.sign_in_as('h4');
select public.heartbeat(gen_random_uuid(), 'offline');
select tests.sign_in_as('h5');
select public.heartbeat(gen_random_uuid(), 'active');
select tests.sign_out();
update private.heartbeats set seen_at = now() - interval '2 minutes' where user_id = tests.user_id('h5');
select tests.sign_in_as('alice');
select tests.keep('call', (pg_temp.say('@here')).seq);
select tests.sign_out();
select is(private.expand_callings(), true, 'of those who are there');
select set_eq($$ select * from pg_temp.told(tests.kept('call')::bigint) $$, $$ values ('H2', 'mention_all'), ('H3', 'mention_all') $$, 'only they are told');

select tests.sign_in_as('alice');
select tests.keep('call', (pg_temp.say('@channel: a mistake')).seq);
select public.delete_message(tests.kept('group')::uuid, tests.kept('call')::bigint);
select tests.sign_out();
select is(private.expand_callings(), false, 'a deleted message calls nobody any more');

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Small', array[tests.user_id('bob'), tests.user_id('carol')])));
select pg_temp.say('@channel');
select tests.sign_out();
select set_eq('select * from pg_temp.told(1)', $$ values ('Bob', 'mention_all'), ('Carol', 'mention_all') $$, 'in a small conversation they are told at once');
select is_empty('select 1 from private.callings', 'without a row of work');


-- Who is withheld

update private.senders set is_withheld = true where user_id = tests.user_id('alice');
select tests.sign_in_as('alice');
select pg_temp.say('@channel @test_bob');
select tests.sign_out();
select is_empty('select * from pg_temp.told(2)', 'calls nobody');


-- Names that call many are nobody's

select throws_ok($$ update public.profiles set handle = 'here' where id = tests.user_id('bob') $$, '23514', null, '@here is nobody''s');
select throws_ok($$ update public.profiles set handle = 'channel' where id = tests.user_id('bob') $$, '23514', null, 'nor is @channel');
insert into auth.users (id, email, aud, role) values (gen_random_uuid(), 'here@tests.example', 'authenticated', 'authenticated');
select is((select count(*) from public.profiles p join auth.users u on u.id = p.id where u.email = 'here@tests.example' and p.handle like 'here\_%'), 1::bigint, 'but an address that begins so is no obstacle to signing up');
select is((select schedule || ' ' || (command like '%private.expand_callings()%') from cron.job where jobname = 'callings'), '5 seconds true', 'the job is scheduled');

select finish();
rollback;
