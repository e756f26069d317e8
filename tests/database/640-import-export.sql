-- A conversation as JSON Lines, out and in.

begin;
select plan(36);
select tests.create_users('alice', 'bob', 'mallory');
create function pg_temp.line(n int, author text, content text, more jsonb default '{}')
returns text
language sql
as $$
  select (jsonb_build_object(
    'id', md5('line ' || n)::uuid, 'author', author, 'content', content,
    'created_at', '2020-01-01'::timestamptz + n * interval '1 minute'
  ) || more)::text
$$;
create function pg_temp.import(place text, lines text, authors jsonb default '{}')
returns text
language sql
as $$ select format('select public.import_messages(%L, %L, %L)', tests.kept(place), lines, authors) $$;
grant execute on all functions in schema pg_temp to anon, authenticated, service_role;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Harbour', array[tests.user_id('bob')])));
select tests.keep('pair', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'before');
select tests.sign_out();
select tests.keep('announced', (select count(*) from realtime.messages));

-- In

select tests.sign_in_as_service();
select is(
  public.import_messages(tests.kept('group')::uuid, concat_ws(E'\n',
    pg_temp.line(2, 'A1', 'second', jsonb_build_object('reply_to', md5('line 1')::uuid)), '', pg_temp.line(1, 'B1', 'first'), pg_temp.line(3, 'Z9', 'third', '{"author_name": "Zoe"}'),
    pg_temp.line(4, 'A1', 'in the thread', jsonb_build_object('thread', md5('line 1')::uuid)),
    pg_temp.line(5, 'A1', 'gone', '{"deleted_at": "2020-02-01"}'), pg_temp.line(6, 'A1', '', '{"kind": "system"}'), pg_temp.line(1, 'B1', 'first again')
  ), jsonb_build_object('A1', tests.user_id('alice'), 'B1', tests.user_id('bob'), 'Z9', null)),
  '{"imported": 4, "known": 0, "last_seq": 5}', 'lines become messages, save what is deleted, of the system, or twice there'
);
select tests.sign_in_as('bob');
select results_eq(
  $$ select seq, content, sender_id from public.messages where conversation_id = tests.kept('group')::uuid order by seq $$,
  $$ values
    (1::bigint, 'before', tests.user_id('alice')), (2, 'first', tests.user_id('bob')), (3, 'second', tests.user_id('alice')),
    (4, 'third', null), (5, 'in the thread', tests.user_id('alice')) $$,
  'in the order of time, numbered without gaps, by who they are here'
);
select is((select created_at from public.messages where content = 'first'), '2020-01-01 00:01:00+00'::timestamptz, 'with their times');
select is((select reply_to from public.messages where content = 'second'), 2::bigint, 'their answers');
select results_eq($$ select thread_seq, (select thread_count from public.messages where content = 'first') from public.messages where content = 'in the thread' $$, $$ values (2::bigint, 1) $$, 'and their threads');
select is((select forwarded ->> 'author' from public.messages where content = 'third'), 'Zoe', 'who is nobody here keeps a name');
select results_eq(
  $$ select c.last_seq, c.revision, max(m.revision), count(distinct m.revision) from public.conversations c join public.messages m on m.conversation_id = c.id where c.id = tests.kept('group')::uuid group by c.id $$,
  $$ values (5::bigint, 6::bigint, 6::bigint, 5::bigint) $$, 'each has a revision of its own, up to the conversation''s'
);
select is((select unread from public.conversation_list where id = tests.kept('group')::uuid), 1::bigint, 'they count as unread for nobody');
select is(jsonb_array_length(public.sync(jsonb_build_object(tests.kept('group'), 2)) -> 'conversations' -> 0 -> 'messages'), 4, 'and sync() brings them');
select tests.sign_out();
select is((select count(*) - tests.kept('announced')::bigint from realtime.messages), 2::bigint, 'one event for each member tells of all of them');
select is((select count(*) from public.notifications where user_id in (tests.user_id('alice'), tests.user_id('bob')) and seq is not null), 0::bigint, 'and nobody is told that they were answered');

select tests.sign_in_as_service();
select is(
  public.import_messages(tests.kept('group')::uuid, concat_ws(E'\n', pg_temp.line(1, 'B1', 'first'), pg_temp.line(3, 'Z9', 'third'), pg_temp.line(7, 'B1', 'seventh')),
    jsonb_build_object('B1', tests.user_id('bob'))),
  '{"imported": 1, "known": 2, "last_seq": 6}', 'what is there already is not added again'
);
select is(public.import_messages(tests.kept('group')::uuid, ''), '{"imported": 0, "known": 0, "last_seq": 6}', 'nothing adds nothing');
select tests.refused(pg_temp.import('group', pg_temp.line(8, null, 'x') || E'\nnot json'), 400, 'import_invalid', 'a line that is no JSON');
select tests.refused(pg_temp.import('group', '[1]'), 400, 'import_invalid', 'or no object');
select tests.refused(pg_temp.import('group', '{"content": "x"}'), 400, 'import_invalid', 'or lacks its id');
select tests.refused(pg_temp.import('group', pg_temp.line(8, null, 'x', '{"created_at": "tomorrow"}')), 400, 'import_invalid', 'or is of the future');
select tests.refused(pg_temp.import('group', pg_temp.line(8, null, ' ')), 400, 'import_invalid', 'or says nothing');
select tests.refused(pg_temp.import('group', pg_temp.line(8, null, repeat('x', 5001))), 400, 'message_too_long', 'or too much');
select tests.refused(pg_temp.import('group', pg_temp.line(8, 'A1', 'x'), '{"A1": "nobody"}'), 400, 'import_invalid', 'or is by nobody there is');
select tests.refused(pg_temp.import('group', repeat('{}' || E'\n', 20001)), 400, 'too_many', 'and too many lines');
select tests.sign_out();
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 6::bigint, 'refuse the whole of it');

select tests.sign_in_as('alice');
select lives_ok(pg_temp.import('group', pg_temp.line(10, 'me', 'mine') || E'\n' || pg_temp.line(11, 'other', 'another''s'), jsonb_build_object('me', tests.user_id('alice'))), 'the owner imports too');
select is((select sender_id from public.messages where content = 'mine'), tests.user_id('alice'), 'as themself');
select is((select sender_id from public.messages where content = 'another''s'), null, 'or as nobody');
select tests.refused(pg_temp.import('group', pg_temp.line(12, 'bob', 'I owe alice 100'), jsonb_build_object('bob', tests.user_id('bob'))), 400, 'import_invalid', 'not as somebody else');
select lives_ok(pg_temp.import('group', pg_temp.line(13, tests.user_id('bob')::text, 'I owe alice 100')), 'nor by their id');
select is((select sender_id from public.messages where content = 'I owe alice 100'), null, 'which is nobody''s then');
select tests.sign_in_as('bob');
select tests.refused(pg_temp.import('group', pg_temp.line(14, null, 'x')), 403, 'not_allowed', 'a member does not import');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.import('group', pg_temp.line(14, null, 'x')), 403, 'not_a_member', 'nor a stranger');


-- Out

select tests.refused(format('select public.export_messages(%L)', tests.kept('group')), 403, 'not_a_member', 'a stranger exports nothing');
select tests.sign_in_as('bob');
select is((select count(*) from string_to_table(public.export_messages(tests.kept('group')::uuid), E'\n') l where l <> ''), 9::bigint, 'a member exports what they read, a message a line');
select is((select (public.export_messages(tests.kept('group')::uuid, 2, 1))::jsonb - 'seq' - 'author_name'), jsonb_build_object('id', md5('line 2')::uuid, 'author', tests.user_id('alice'), 'author_handle', 'test_alice', 'kind', 'text', 'content', 'second', 'created_at', '2020-01-01T00:02:00+00:00', 'reply_to', md5('line 1')::uuid), 'with all that belongs to it, in pages');
select is(public.export_messages(tests.kept('group')::uuid, 9), '', 'to the end');
select tests.sign_in_as_anon();
select throws_ok(format('select public.export_messages(%L)', tests.kept('group')), '42501', null, 'who is not signed in exports nothing');

select tests.sign_in_as_service();
select is(
  public.import_messages(tests.kept('pair')::uuid, regexp_replace(public.export_messages(tests.kept('group')::uuid), '("id": ")........', '\100000000', 'g')) ->> 'imported',
  '9', 'what was exported can be imported'
);

select finish();
rollback;
