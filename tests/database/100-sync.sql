-- sync(): exactly what changed since. What reconnecting, polling and the repair of a gap rely on.

begin;
select plan(58);
select tests.create_users('alice', 'bob', 'carol', 'dave', 'mallory');
update private.settings set send_burst = 100000;

create function pg_temp.entry(answer jsonb, conversation text)
returns jsonb
language sql
as $$
  select e from jsonb_array_elements(answer -> 'conversations') e where e ->> 'id' = conversation
$$;
create function pg_temp.next_cursors(before jsonb, answer jsonb)
returns jsonb
language sql
as $$
/* What a client gives back: for each conversation the cursor and the receipts_mark that it was given. */
  select before || coalesce(jsonb_object_agg(e ->> 'id', jsonb_build_array(e -> 'cursor', e -> 'receipts_mark')), '{}')
  from jsonb_array_elements(answer -> 'conversations') e
$$;
create function pg_temp.contents(answer jsonb, conversation text)
returns text
language sql
as $$
  select string_agg(m ->> 'content', ' ' order by n)
  from jsonb_array_elements(pg_temp.entry(answer, conversation) -> 'messages') with ordinality as u (m, n)
  where m ->> 'kind' = 'text'
$$;
create function pg_temp.ids(answer jsonb)
returns text[]
language sql
as $$
  select array(select e ->> 'id' from jsonb_array_elements(answer -> 'conversations') e order by 1)
$$;
create function pg_temp.say(conversation text, content text)
returns void
language sql
as $$
  select public.send_message(tests.kept(conversation)::uuid, gen_random_uuid(), content)
$$;
create function pg_temp.look()
returns void
language sql
as $$
/* The signed-in person syncs from what they kept, and keeps the answer and the new cursors. */
  select tests.keep('answer', public.sync(tests.kept('cursors')::jsonb));
  select tests.keep('cursors', pg_temp.next_cursors(tests.kept('cursors')::jsonb, tests.kept('answer')::jsonb));
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select pg_temp.say('group', 'one');
select pg_temp.say('group', 'two');
select tests.sign_in_as('mallory');
select tests.keep('foreign', (select id from public.create_group('Secret', array[tests.user_id('dave')])));
select pg_temp.say('foreign', 'secret');


-- Bob's client starts with nothing

select tests.sign_in_as('bob');
select tests.keep('cursors', '{}'::jsonb);
select pg_temp.look();
select is(pg_temp.ids(tests.kept('answer')::jsonb), array(select id from unnest(array[tests.kept('group'), tests.kept('direct')]) as id order by 1), 'he gets all his conversations, and no others');
select is(tests.kept('answer')::jsonb -> 'more', 'false'::jsonb, 'all at once');
select is(tests.kept('answer')::jsonb -> 'lost', '[]'::jsonb, 'and has lost none');
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'known', 'false'::jsonb, 'they are new to him');
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'messages', '[]'::jsonb, 'without their messages, which he loads by pages');
select is(
  pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) @> (select to_jsonb(l) from public.conversation_list l where l.id = tests.kept('group')::uuid),
  true, 'each has all that the list has'
);
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) #>> '{last_message,content}', 'two', 'such as what was said last');
select is((pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) ->> 'unread')::int, 2, 'and how much is unread');
select is(jsonb_array_length(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'members'), 3, 'its members with their names');
select is(jsonb_array_length(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'receipts'), 3, 'and how far each has got');


-- Nothing happens

select pg_temp.look();
select is(tests.kept('answer')::jsonb, '{"conversations": [], "lost": [], "more": false}'::jsonb, 'asked again, there is nothing to say');


-- Somebody writes

select tests.sign_in_as('alice');
select pg_temp.say('group', 'three');
select pg_temp.say('group', 'four');
select tests.sign_in_as('bob');
select pg_temp.look();
select is(pg_temp.ids(tests.kept('answer')::jsonb), array[tests.kept('group')], 'only the conversation that changed is named');
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'known', 'true'::jsonb, 'as one he knows');
select is(pg_temp.contents(tests.kept('answer')::jsonb, tests.kept('group')), 'three four', 'with the new messages, in their order');
select is(
  (select jsonb_agg(jsonb_strip_nulls(to_jsonb(m) - 'is_withheld') order by m.seq) from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.seq > 2),
  pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'messages', 'each as REST shows it, without what is null'
);
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'members', '[]'::jsonb, 'nobody came or went');
select is((pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) ->> 'cursor')::bigint, (select revision from public.conversations where id = tests.kept('group')::uuid), 'the cursor is where he is now');
select pg_temp.look();
select is(tests.kept('answer')::jsonb -> 'conversations', '[]'::jsonb, 'nothing is told twice');


-- Somebody reads

select tests.sign_in_as('carol');
select public.mark_read(jsonb_build_object(tests.kept('group'), 3));
select tests.sign_in_as('bob');
select pg_temp.look();
select is(pg_temp.ids(tests.kept('answer')::jsonb), array[tests.kept('group')], 'a receipt is news');
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'messages', '[]'::jsonb, 'though nothing was said');
select is(
  (select r ->> 'read_seq' from jsonb_array_elements(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'receipts') r where r ->> 'user_id' = tests.user_id('carol')::text),
  '3', 'it says how far she has read'
);
select pg_temp.look();
select is(tests.kept('answer')::jsonb -> 'conversations', '[]'::jsonb, 'and is told once');
select is(
  pg_temp.ids(public.sync((select jsonb_object_agg(key, value -> 0) from jsonb_each(tests.kept('cursors')::jsonb)))),
  array(select id from unnest(array[tests.kept('group'), tests.kept('direct')]) as id order by 1),
  'a client that gives no receipts_mark gets the receipts of its small conversations each time'
);


-- Somebody comes, goes, changes

select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('dave')]);
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select public.set_member_role(tests.kept('group')::uuid, tests.user_id('bob'), 'admin');
select public.rename_conversation(tests.kept('group')::uuid, 'Another name');
select tests.sign_in_as('bob');
select pg_temp.look();
select set_eq(
  $$
    select (m ->> 'user_id')::uuid as person, m ->> 'role' as role, m ->> 'left_at' is null as is_in, m ->> 'handle' as handle
    from jsonb_array_elements(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'members') m
  $$,
  $$ values
    (tests.user_id('dave'), 'member', true, 'test_dave'), (tests.user_id('carol'), 'member', false, 'test_carol'), (tests.user_id('bob'), 'admin', true, 'test_bob')
  $$,
  'he learns of each member who changed, also of who left, and of nobody else'
);
select results_eq(
  $$ select e ->> 'title', (e ->> 'epoch')::int, e ->> 'role' from pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) e $$,
  $$ values ('Another name', 2, 'admin') $$,
  'and of the new name, epoch and role'
);
select pg_temp.look();
select is(tests.kept('answer')::jsonb -> 'conversations', '[]'::jsonb, 'once');
select tests.sign_in_as('alice');
select public.set_member_role(tests.kept('group')::uuid, tests.user_id('dave'), 'admin');
select tests.sign_in_as('bob');
select pg_temp.look();
select tests.sign_in_as('alice');
select pg_temp.say('group', 'between');
select tests.sign_in_as('bob');
select pg_temp.look();
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'members', '[]'::jsonb, 'a member who changed exactly at the cursor is not named again');


-- Carol is out

select tests.sign_in_as('carol');
select tests.keep('answer', public.sync(jsonb_build_object(tests.kept('group'), 1)));
select is(tests.kept('answer')::jsonb -> 'lost', jsonb_build_array(tests.kept('group')), 'she is told that she lost it');
select is(tests.kept('answer')::jsonb -> 'conversations', '[]'::jsonb, 'and nothing of what is in it');
select is(public.sync('{}') , '{"conversations": [], "lost": [], "more": false}'::jsonb, 'a client that knew nothing of it is told nothing');

-- and in again
select tests.sign_in_as('alice');
select pg_temp.say('group', 'five');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('carol')]);
select tests.sign_in_as('carol');
select tests.keep('answer', public.sync(jsonb_build_object(tests.kept('group'), jsonb_build_array((select revision from public.conversations where id = tests.kept('group')::uuid) - 3, 0))));
select is(pg_temp.contents(tests.kept('answer')::jsonb, tests.kept('group')), 'five', 'back in, she gets what was said since');
select is(tests.kept('answer')::jsonb -> 'lost', '[]'::jsonb, 'and has lost nothing');


-- What is not one's own

select tests.sign_in_as('bob');
select tests.keep('answer', public.sync(jsonb_build_object(tests.kept('foreign'), 0, 'ffffffff-0000-4000-8000-000000000000', 7) || tests.kept('cursors')::jsonb));
select set_eq(
  $$ select jsonb_array_elements_text(tests.kept('answer')::jsonb -> 'lost') $$,
  $$ values (tests.kept('foreign')), ('ffffffff-0000-4000-8000-000000000000') $$,
  'a foreign conversation looks like one that does not exist'
);
select is(position('secret' in lower(tests.kept('answer'))), 0, 'and nothing of it is told');


-- A cursor of another life of the database

select tests.keep('answer', public.sync(tests.kept('cursors')::jsonb || jsonb_build_object(tests.kept('group'), jsonb_build_array(1000000, 0))));
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) -> 'known', 'false'::jsonb, 'a cursor beyond the revision starts the conversation anew');
select is(
  (public.sync(tests.kept('cursors')::jsonb || jsonb_build_object(tests.kept('group'), -5)) -> 'conversations' -> 0 ->> 'known')::boolean,
  true, 'a negative one has everything before it'
);


-- Pages of messages

select tests.sign_out();
update private.settings set sync_messages = 3;
select tests.sign_in_as('alice');
select pg_temp.say('group', 'm' || n) from generate_series(1, 7) as n;
select public.rename_conversation(tests.kept('group')::uuid, 'In between');
select pg_temp.say('group', 'm8');
select tests.sign_in_as('bob');
select pg_temp.look();
select is(pg_temp.contents(tests.kept('answer')::jsonb, tests.kept('group')), 'five m1', 'of many messages, a page comes');
select is(tests.kept('answer')::jsonb -> 'more', 'true'::jsonb, 'with word that there is more');
select ok((pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) ->> 'cursor')::bigint < (pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('group')) ->> 'revision')::bigint, 'the cursor stands at the end of the page, not of the conversation');
select pg_temp.look();
select is(pg_temp.contents(tests.kept('answer')::jsonb, tests.kept('group')), 'm2 m3 m4', 'then the next page');
select pg_temp.look();
select is(pg_temp.contents(tests.kept('answer')::jsonb, tests.kept('group')), 'm5 m6 m7', 'and the next');
select pg_temp.look();
select is(pg_temp.contents(tests.kept('answer')::jsonb, tests.kept('group')), 'm8', 'and the last');
select is(tests.kept('answer')::jsonb -> 'more', 'false'::jsonb, 'after which there is no more');
select pg_temp.look();
select is(tests.kept('answer')::jsonb -> 'conversations', '[]'::jsonb, 'and nothing left over');


-- Pages of conversations

select tests.sign_out();
update private.settings set sync_conversations = 2;
select tests.sign_in_as('dave');
select tests.keep('cursors', '{}'::jsonb);
select count(g.id) from generate_series(1, 4) as n, public.create_group('Of Dave ' || n) as g;
select pg_temp.look();
select is(jsonb_array_length(tests.kept('answer')::jsonb -> 'conversations'), 2, 'of many conversations, some come');
select is(tests.kept('answer')::jsonb -> 'more', 'true'::jsonb, 'with word that there are more');
select pg_temp.look();
select pg_temp.look();
select is((select count(*) from jsonb_object_keys(tests.kept('cursors')::jsonb)), 6::bigint, 'asking on gets every one');
select is(tests.kept('answer')::jsonb -> 'more', 'false'::jsonb, 'and ends');


-- A large conversation

select tests.sign_out();
update private.settings set small_conversation_max = 2, sync_conversations = 100, sync_messages = 200;
select tests.sign_in_as('alice');
select tests.keep('large', (select id from public.create_group('Large', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.sign_in_as('bob');
select tests.keep('cursors', '{}'::jsonb);
select pg_temp.look();
select is(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('large')) -> 'members', '[]'::jsonb, 'its members do not come along');
select is(
  (select jsonb_agg(r ->> 'user_id') from jsonb_array_elements(pg_temp.entry(tests.kept('answer')::jsonb, tests.kept('large')) -> 'receipts') r),
  jsonb_build_array(tests.user_id('bob')), 'nor receipts but one''s own'
);
select tests.sign_in_as('alice');
select pg_temp.say('large', 'hello all');
select public.mark_read(jsonb_build_object(tests.kept('large'), 1));
select tests.sign_in_as('bob');
select pg_temp.look();
select is(pg_temp.contents(tests.kept('answer')::jsonb, tests.kept('large')), 'hello all', 'its messages do');
select tests.sign_in_as('carol');
select public.mark_read(jsonb_build_object(tests.kept('large'), 1));
select tests.sign_in_as('bob');
select pg_temp.look();
select is(tests.kept('answer')::jsonb -> 'conversations', '[]'::jsonb, 'another''s receipt there is no news');


-- What cannot be a cursor, and who cannot ask

select tests.refused($$ select public.sync('[]') $$, 400, 'cursors_invalid', 'a list is refused');
select tests.refused($$ select public.sync('{"x": 1}') $$, 400, 'cursors_invalid', 'a key that is no id');
select tests.refused($$ select public.sync('{"ffffffff-0000-4000-8000-000000000000": "1"}') $$, 400, 'cursors_invalid', 'a text');
select tests.refused($$ select public.sync('{"ffffffff-0000-4000-8000-000000000000": {"revision": 1}}') $$, 400, 'cursors_invalid', 'an object');
select tests.refused($$ select public.sync('{"ffffffff-0000-4000-8000-000000000000": [1, null]}') $$, 400, 'cursors_invalid', 'null');
select tests.sign_in_as_anon();
select throws_ok($$ select public.sync('{}') $$, '42501', null, 'who is not signed in has nothing to sync');

select finish();
rollback;
