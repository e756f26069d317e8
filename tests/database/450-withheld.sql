-- A person whose messages are withheld: they see theirs as sent, nobody else sees anything of them, and nothing counts.

begin;
select plan(42);
select tests.create_users('alice', 'bob', 'troll', 'mod');
select public.set_moderator(tests.user_id('mod'), true);

create function pg_temp.announced(topic text)
returns text
language sql
security definer
as $$
  select string_agg(m.payload::text, ' ') from realtime.messages m where m.topic = announced.topic
$$;
create function pg_temp.forget()
returns void
language sql
security definer
as $$
  delete from realtime.messages
$$;
create function pg_temp.entry(since bigint, conversation text default 'group')
returns jsonb
language sql
as $$
  select public.sync(jsonb_build_object(tests.kept(conversation), since)) -> 'conversations' -> 0
$$;
create function pg_temp.counts(name text, conversation text default 'group')
returns text
language sql
security definer
as $$
/* What somebody has of a conversation, as whoever is signed in would not learn it. */
  select concat_ws(' ', m.sent_count, m.last_sent_seq) from public.members m
  where m.conversation_id = tests.kept(conversation)::uuid and m.user_id = tests.user_id(name)
$$;
create function pg_temp.told(name text)
returns bigint
language sql
security definer
as $$
  select count(*) from public.notifications n where n.user_id = tests.user_id(name)
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('troll')])));
select tests.sign_in_as('troll');
select public.send_message(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-000000000001', 'before');


-- Who may withhold

select tests.refused($$ select public.moderate_user(tests.user_id('alice'), 'withhold') $$, 403, 'not_a_moderator', 'nobody but a moderator withholds somebody');
select tests.sign_in_as('mod');
select tests.refused($$ select public.moderate_user(tests.user_id('mod'), 'withhold') $$, 400, 'action_invalid', 'moderators are the operator''s affair');
select lives_ok($$ select public.moderate_user(tests.user_id('troll'), 'withhold') $$, 'a moderator withholds the troll');
select is(pg_temp.told('troll'), 0::bigint, 'who is not told');


-- The troll goes on

select tests.sign_in_as('troll');
select tests.keep('cursor', (select revision from public.conversations where id = tests.kept('group')::uuid));
select pg_temp.forget();
select is(
  (select (m.content, m.kind, m.seq, m.is_quiet, m.is_withheld)::text from public.send_message(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-000000000002', 'You @test_alice @here are fools') m),
  '("You @test_alice @here are fools",text,2,f,f)', 'what they send is sent, as far as they are told'
);
select lives_ok(format('insert into public.messages (conversation_id, content) values (%L, %L)', tests.kept('group'), 'all fools of you'), 'by REST too');
select set_eq($$ select content from public.messages where seq > 1 $$, array['You @test_alice @here are fools', 'all fools of you'], 'they read it where they read everything');
select is((select last_message ->> 'content' from public.conversation_list), 'all fools of you', 'it is the last one in their list');
select results_eq(
  $$ select m ->> 'content', m ->> 'kind', (m ->> 'is_quiet')::boolean, m ? 'is_withheld' from jsonb_array_elements(pg_temp.entry(tests.kept('cursor')::bigint) -> 'messages') m $$,
  $$ values ('You @test_alice @here are fools', 'text', false, false), ('all fools of you', 'text', false, false) $$,
  'their other devices get it like any other'
);
select is((select unread from public.conversation_list), 0::bigint, 'nothing of it is unread to them');
select alike(pg_temp.announced('user:' || tests.user_id('troll')), '%all fools of you%', 'it comes to them live');
select unalike(pg_temp.announced('user:' || tests.user_id('troll')), '%withheld%', 'without a word of what it is');
select is((select (m.seq, m.is_withheld)::text from public.send_message(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-000000000002', 'again') m), '(2,f)', 'sent again, it is the same');


-- Alice and Bob

select is(pg_temp.told('alice'), 0::bigint, 'Alice, who is named, is not notified');
select tests.sign_in_as('alice');
select results_eq('select seq, content from public.messages order by seq', $$ values (1::bigint, 'before') $$, 'by REST, others see nothing of it');
select is_empty($$ select 1 from public.message_statuses where seq > 1 $$, 'nor its statuses');
select is_empty($$ select 1 from public.search_messages('fools') $$, 'nor find it');
select results_eq(
  $$ select m ->> 'seq', m ->> 'kind', m ->> 'content', m ->> 'sender_id' from jsonb_array_elements(pg_temp.entry(tests.kept('cursor')::bigint) -> 'messages') m $$,
  $$ values ('2', 'withheld', '', null), ('3', 'withheld', '', null) $$,
  'in sync() it is a number, so that nothing is missing'
);
select unalike(pg_temp.entry(tests.kept('cursor')::bigint)::text, '%fools%', 'and nothing else');
select unalike(pg_temp.entry(tests.kept('cursor')::bigint)::text, '%0199aaaa-0000-7000-8000-000000000002%', 'not even its id');
select is(pg_temp.entry(0) -> 'last_message' ->> 'content', 'before', 'nor is it the last one of the list that sync() brings');
select is((select last_message ->> 'content' from public.conversation_list), 'before', 'or that REST does');
select is((select unread from public.conversation_list), 1::bigint, 'it is not unread: what was said before is');
select is((select last_message_at from public.conversations), (select created_at from public.messages where seq = 1), 'and the conversation has not moved up');
select is(pg_temp.counts('troll'), '1 1', 'nor does it count as sent');
select unalike(pg_temp.announced('user:' || tests.user_id('alice')), '%fools%', 'live, nothing of what it says comes');
select unalike(pg_temp.announced('user:' || tests.user_id('alice')), '%' || tests.user_id('troll') || '%', 'nor whose it is');
select is(jsonb_path_query_array(('[' || replace(pg_temp.announced('user:' || tests.user_id('bob')), '} {', '},{') || ']')::jsonb, '$[*].message.kind'), '["withheld", "withheld"]', 'but its number does');
select tests.refused(format('select public.report_message(%L, 2, %L)', tests.kept('group'), 'spam'), 404, 'message_not_found', 'what one does not see cannot be reported');
select public.mark_read(jsonb_build_object(tests.kept('group'), 2));
select is((select unread from public.conversation_list), 0::bigint, 'reading up to one of them counts right');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Morning');
select tests.sign_in_as('bob');
select is((select unread from public.conversation_list), 2::bigint, 'for Bob, what was said before and after is unread');
select public.mark_read(jsonb_build_object(tests.kept('group'), 1));
select is((select unread from public.conversation_list), 1::bigint, 'and what lies between is not');
select public.mark_read(jsonb_build_object(tests.kept('group'), 4));
select is((select unread from public.conversation_list), 0::bigint, 'until nothing is');
select tests.sign_in_as('troll');
select is((select unread from public.conversation_list), 1::bigint, 'the troll has one unread: Alice''s');
select set_eq(
  $$ select seq, status, read_at is not null from public.message_statuses where sender_id = tests.user_id('troll') and recipient_id = tests.user_id('bob') $$,
  $$ values (1::bigint, 'read', true), (2, 'sent', false), (3, 'sent', false) $$,
  'and of their messages only the one that was heard is read'
);


-- A large conversation

select tests.sign_out();
update private.settings set small_conversation_max = 1;
select tests.sign_in_as('alice');
select tests.keep('large', (select id from public.create_group('Large', array[tests.user_id('troll')])));
select tests.sign_in_as('troll');
select pg_temp.forget();
select public.send_message(tests.kept('large')::uuid, gen_random_uuid(), 'fools again');
select unalike(pg_temp.announced('feed:' || tests.kept('large') || ':1'), '%fools%', 'on the feed it is a number');
select alike(pg_temp.announced('user:' || tests.user_id('troll')), '%fools again%', 'its sender''s devices get it whole');


-- It is lifted

select tests.sign_in_as('mod');
select lives_ok($$ select public.moderate_user(tests.user_id('troll'), 'stop_withholding') $$, 'the moderator lets the troll be heard again');
select tests.sign_in_as('troll');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Sorry');
select tests.sign_in_as('alice');
select results_eq($$ select content from public.messages where conversation_id = tests.kept('group')::uuid order by seq $$, $$ values ('before'), ('Morning'), ('Sorry') $$, 'what they say now is heard; what they said meanwhile is not');
select is((select unread from public.conversation_list where id = tests.kept('group')::uuid), 1::bigint, 'and counts');
select tests.sign_out();
select is(
  (select sum(c.last_seq - c.quiet_count) from public.conversations c where c.id = tests.kept('group')::uuid),
  (select count(*)::numeric from public.messages m where m.conversation_id = tests.kept('group')::uuid and not m.is_quiet), 'the conversation''s count of what counts for nobody is right'
);
select set_eq($$ select action || ' ' || (details ->> 'action') from public.audit_log where subject_id = tests.user_id('troll') $$, array['user_moderated withhold', 'user_moderated stop_withholding'], 'both acts stand in the audit log');

select finish();
rollback;
