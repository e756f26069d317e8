-- Blocking somebody: what stops for whom, and that who is blocked is told nothing.

begin;
select plan(50);
select tests.create_users('alice', 'bob', 'carol', 'dave');

select tests.sign_in_as('alice');
select tests.keep('pair', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.sign_in_as('bob');
select public.send_message(tests.kept('pair')::uuid, gen_random_uuid(), 'before');
select public.heartbeat('00000000-0000-4000-8000-000000000001', 'active');
select tests.sign_in_as('alice');
select public.heartbeat('00000000-0000-4000-8000-000000000001', 'active');
select tests.keep('cursor', (select revision from public.conversations where id = tests.kept('pair')::uuid));

select tests.sign_out();
create function pg_temp.send(conversation text, content text, id uuid default gen_random_uuid())
returns text
language sql
as $$
  select format('select public.send_message(%L, %L, %L)', tests.kept(conversation), id, content)
$$;
create function pg_temp.announced(name text)
returns jsonb
language sql
security definer
as $$
  select jsonb_agg(m.payload - 'id' order by m.inserted_at) from realtime.messages m where m.topic = 'user:' || tests.user_id(name)
$$;
create function pg_temp.listens(topic text)
returns boolean
language sql
as $$
  select private.can_hear(topic)
$$;
create function pg_temp.forget()
returns void
language sql
security definer
as $$
  delete from realtime.messages
$$;
create function pg_temp.room()
returns text
language sql
as $$
  select 'room:' || c.id || ':' || c.epoch from public.conversations c where c.id = tests.kept('pair')::uuid
$$;
grant execute on all functions in schema pg_temp to authenticated;


-- Alice blocks Bob

select tests.sign_in_as('alice');
select tests.refused($$ select public.block_user(tests.user_id('alice')) $$, 400, 'cannot_block_yourself', 'nobody blocks themselves');
select tests.refused($$ select public.block_user(gen_random_uuid()) $$, 404, 'user_not_found', 'nor somebody who is not there');
select pg_temp.forget();
select lives_ok($$ select public.block_user(tests.user_id('bob')) $$, 'she blocks Bob');
select results_eq($$ select blocked_id, lifted_at from public.blocks $$, $$ values (tests.user_id('bob'), null::timestamptz) $$, 'he stands on her list');
select is(pg_temp.announced('alice') -> 0 ->> 'table', 'blocks', 'her devices are told');
select is(pg_temp.announced('bob'), null, 'his are not');
select is((select r ->> 'table' from jsonb_array_elements(public.sync('{}', 0) -> 'personal' -> 'rows') r where r ->> 'table' = 'blocks'), 'blocks', 'a device of hers that was away learns of it');
select tests.keep('personal', (select public.sync('{}', 0) -> 'personal' ->> 'cursor'));
select public.block_user(tests.user_id('bob'));
select is((select public.sync('{}', 0) -> 'personal' ->> 'cursor'), tests.kept('personal'), 'blocking him again changes nothing');
select is((select revision from public.conversations where id = tests.kept('pair')::uuid), tests.kept('cursor')::bigint, 'nor has their conversation changed');


-- Bob writes to her

select tests.sign_in_as('bob');
select is_empty('select 1 from public.blocks', 'he does not see that he is blocked');
select pg_temp.forget();
select is(
  (select (m.content, m.kind, m.is_quiet, m.is_withheld)::text from public.send_message(tests.kept('pair')::uuid, '0199aaaa-0000-7000-8000-000000000001', 'hello?') m),
  '(hello?,text,f,f)', 'what he sends is sent, as far as he is told'
);
select is((select content from public.messages where id = '0199aaaa-0000-7000-8000-000000000001'), 'hello?', 'he reads it where he reads everything');
select is(public.sync(jsonb_build_object(tests.kept('pair'), tests.kept('cursor')::bigint)) -> 'conversations' -> 0 -> 'messages' -> 0 ->> 'content', 'hello?', 'and on his other devices');
select is(public.sync(jsonb_build_object(tests.kept('pair'), tests.kept('cursor')::bigint)) -> 'conversations' -> 0 -> 'messages' -> 0 ->> 'is_quiet', 'false', 'like any other');
select is((select last_message ->> 'content' from public.conversation_list where id = tests.kept('pair')::uuid), 'hello?', 'it is the last one in his list');
select is(pg_temp.announced('bob') -> 0 -> 'message' ->> 'content', 'hello?', 'and comes to them live');
select is(pg_temp.announced('alice') -> 0 -> 'message' ->> 'kind', 'withheld', 'Alice''s devices get the number of it');
select unalike(pg_temp.announced('alice')::text, '%hello%', 'and nothing of what it says');
select unalike(pg_temp.announced('alice')::text, '%' || tests.user_id('bob') || '%', 'nor whose it is');
select is((select (m.content, m.seq)::text from public.send_message(tests.kept('pair')::uuid, '0199aaaa-0000-7000-8000-000000000001', 'hello?') m), '(hello?,2)', 'sent again, it is the same');
select is((select id::text from public.start_direct_conversation(tests.user_id('alice'))), tests.kept('pair'), 'their conversation is still his');
select tests.sign_out();
select is(private.may(tests.kept('pair')::uuid, tests.user_id('bob'), 'edit_own'), false, 'what he said before cannot be edited into something else');
select is(private.may(tests.kept('pair')::uuid, tests.user_id('bob'), 'react'), false, 'nor does a reaction of his reach her');
select is(private.may(tests.kept('pair')::uuid, tests.user_id('bob'), 'delete_own'), true, 'he can take back what he said');
select is(private.may(tests.kept('group')::uuid, tests.user_id('bob'), 'react'), true, 'in a group nothing changes');
select tests.sign_in_as('bob');
select is_empty($$ select 1 from public.search_users('alice') where id = tests.user_id('alice') $$, 'he does not find her');
select isnt_empty($$ select 1 from public.search_users('carol') where id = tests.user_id('carol') $$, 'but others');
select tests.refused($$ select public.create_group('Come', array[tests.user_id('alice')]) $$, 404, 'user_not_found', 'he does not draw her into another group');


-- Presence and typing, both ways

select results_eq($$ select status, last_seen_at from public.presence(user_ids => array[tests.user_id('alice')]) $$, $$ values ('offline', null::timestamptz) $$, 'she looks as if she was never there');
select is((select status from public.presence(tests.kept('group')::uuid) where user_id = tests.user_id('alice')), 'offline', 'in the group too');
select is(pg_temp.listens('presence:' || tests.user_id('alice')), false, 'her comings and goings he does not hear');
select is(pg_temp.listens(pg_temp.room()), true, 'the room of the two is open to him: he finds nobody in it');
select tests.sign_in_as('alice');
select results_eq($$ select status, last_seen_at from public.presence(user_ids => array[tests.user_id('bob')]) $$, $$ values ('offline', null::timestamptz) $$, 'nor does she see him');
select is(pg_temp.listens('presence:' || tests.user_id('bob')), false, 'or hear him');
select is(pg_temp.listens('presence:' || tests.user_id('carol')), true, 'others she does');
select is(private.can_speak(pg_temp.room(), 'broadcast'), false, 'and she cannot enter the room: nothing of her typing leaves');


-- Alice looks

select is_empty(format('select 1 from public.messages where conversation_id = %L and seq = 2', tests.kept('pair')), 'she does not read what he wrote');
select results_eq(format('select unread, last_message ->> ''content'' from public.conversation_list where id = %L', tests.kept('pair')), $$ values (1::bigint, 'before') $$, 'it counts for nothing, and her list does not show it');
select is(public.sync(jsonb_build_object(tests.kept('pair'), tests.kept('cursor')::bigint)) -> 'conversations' -> 0 -> 'last_message' ->> 'content', 'before', 'in sync() neither');
select unalike(public.sync(jsonb_build_object(tests.kept('pair'), tests.kept('cursor')::bigint))::text, '%hello%', 'which has the number alone');
select is((select last_message_at from public.conversations where id = tests.kept('pair')::uuid), (select created_at from public.messages where conversation_id = tests.kept('pair')::uuid and seq = 1), 'nor has the conversation moved up');
select tests.refused(pg_temp.send('pair', 'hm'), 403, 'you_blocked', 'she herself is told why she cannot write');
select lives_ok(pg_temp.send('group', 'hello all'), 'in the group all goes on');


-- New conversations

select public.block_user(tests.user_id('dave'));
select tests.refused($$ select public.start_direct_conversation(tests.user_id('dave')) $$, 403, 'you_blocked', 'she starts none with Dave, whom she has blocked too');
select tests.sign_in_as('dave');
select tests.refused($$ select public.start_direct_conversation(tests.user_id('alice')) $$, 404, 'user_not_found', 'and he finds nobody to start one with');


-- She takes it back

select tests.sign_in_as('alice');
select lives_ok($$ select public.unblock_user(tests.user_id('bob')) $$, 'she unblocks Bob');
select isnt((select lifted_at from public.blocks where blocked_id = tests.user_id('bob')), null, 'the row stays, so that all her devices learn of it');
select tests.sign_in_as('bob');
select public.send_message(tests.kept('pair')::uuid, gen_random_uuid(), 'after');
select tests.sign_in_as('alice');
select results_eq(format('select seq, content from public.messages where conversation_id = %L order by seq', tests.kept('pair')), $$ values (1::bigint, 'before'), (3::bigint, 'after') $$, 'what he writes now reaches her; what he wrote meanwhile does not');
select is((select unread from public.conversation_list where id = tests.kept('pair')::uuid), 2::bigint, 'and her count is right');
select lives_ok(pg_temp.send('pair', 'hi'), 'she can answer');

select finish();
rollback;
