-- What is kept about a person, to take along; and an account that is deleted, with what it said or without.

begin;
select plan(40);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
update private.settings set send_burst = 1000000;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Harbour', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.keep('pair', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'alice ' || n) from generate_series(1, 12) n;
select public.send_message(tests.kept('pair')::uuid, gen_random_uuid(), 'alice to bob');
select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'bob ' || n) from generate_series(1, 3) n;
select public.add_reaction(tests.kept('group')::uuid, 1, '👍');
select public.add_reaction(tests.kept('pair')::uuid, 1, '👍');
select tests.sign_out();


-- To take along

select is_empty(
  $$
    select c.conrelid::regclass, a.attname
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
    where c.confrelid = 'public.profiles'::regclass and c.contype = 'f'
      and not exists (select from private.account_sections s where s.of_table = c.conrelid and s.user_column = a.attname)
  $$,
  'of every column that says who somebody is, it is decided whether its rows are theirs to have'
);
create function pg_temp.exported(most int)
returns table (section text, entry jsonb)
language plpgsql
as $$
declare
  v_next jsonb := '{}';
  v_page jsonb;
begin
  while v_next is not null and jsonb_typeof(v_next) = 'object' loop
    v_page := public.export_account(v_next ->> 'section', v_next -> 'after', most);
    return query select v_page ->> 'section', r from jsonb_array_elements(v_page -> 'rows') r;
    v_next := v_page -> 'next';
  end loop;
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;
select tests.sign_in_as('alice');
create temp table whole as select * from pg_temp.exported(1000);
select is((select entry ->> 'email' from whole where section = 'profile'), 'alice@tests.example', 'the profile comes with the address');
select is((select count(*) from whole where section = 'messages' and entry ->> 'content' like 'alice%'), 13::bigint, 'all that alice has said');
select is((select count(*) from whole where section = 'messages' and entry ->> 'content' like 'bob%'), 0::bigint, 'nothing that bob has');
select is((select count(*) from whole where section = 'memberships'), 2::bigint, 'where she is');
select results_eq($$ select section, entry from pg_temp.exported(2) $$, $$ select section, entry from whole $$, 'pages of two bring the same, in the same order');
select tests.refused($$ select public.export_account('passwords') $$, 400, 'section_unknown', 'there is no other section');
select tests.refused($$ select public.export_account('messages', '["x"]') $$, 400, 'cursor_invalid', 'and no other cursor');
select lives_ok($$ select public.export_account('messages', '{"a": 1}') $$, 'whatever it is');
select tests.sign_in_as_anon();
select throws_ok($$ select public.export_account() $$, '42501', null, 'who is not signed in has nothing');
select throws_ok($$ select public.delete_account('test_alice') $$, '42501', null, 'and deletes nothing');


-- Without a name

select tests.sign_in_as('alice');
select tests.refused($$ select public.delete_account('test_bob') $$, 400, 'handle_mismatch', 'it takes one''s own handle');
select tests.refused($$ select public.delete_account(null) $$, 400, 'handle_mismatch', 'and one at all');
select tests.sign_out();
insert into auth.sessions (id, user_id, created_at, updated_at) values (gen_random_uuid(), tests.user_id('alice'), now(), now());
select tests.keep('revision', (select revision from public.conversations where id = tests.kept('group')::uuid));
select private.close_account(tests.user_id('alice'), false);
select is((select count(*) from auth.sessions where user_id = tests.user_id('alice')), 0::bigint, 'closing an account signs out everywhere');
select ok((select banned_until > now() + interval '50 years' from auth.users where id = tests.user_id('alice')), 'and lets nobody in');
select tests.keep('first', (select min(conversation_id::text) from public.members where user_id = tests.user_id('alice')));
select is(private.delete_account_step(tests.user_id('alice'), 5), false, 'a step does a part');
select is((select handled from private.account_deletions where user_id = tests.user_id('alice')), case when tests.kept('first') = tests.kept('group') then 5 else 1 end::bigint, 'of one conversation');
do $$
begin
  for n in 1 .. 50 loop
    exit when private.delete_account_step(tests.user_id('alice'), 5);
  end loop;
end;
$$;
select is((select count(*) from auth.users where id = tests.user_id('alice')), 0::bigint, 'after some of them the account is gone');
select is((select count(*) from private.account_deletions), 0::bigint, 'and nothing is left to do');
select is(private.delete_account_step(tests.user_id('alice'), 5), true, 'nor does doing it again do anything');
select tests.sign_in_as('bob');
select is((select count(*) from public.messages where content like 'alice%' and sender_id is null), 13::bigint, 'what alice said stays, without her name');
select is((select count(*) from public.messages where sender_id = tests.user_id('alice')), 0::bigint, 'all of it');
select is(
  (select count(distinct m.revision) from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.revision > tests.kept('revision')::bigint and m.content like 'alice%'), 12::bigint,
  'each with a revision of its own, so that sync() brings it'
);
select is((select max(m.revision) from public.messages m where m.conversation_id = tests.kept('group')::uuid), (select revision from public.conversations where id = tests.kept('group')::uuid), 'up to that of the conversation');
select is((select role from public.members where conversation_id = tests.kept('group')::uuid and user_id = tests.user_id('bob')), 'owner', 'another owns the group');
select is((select reactions -> '👍' ->> 'count' from public.messages where conversation_id = tests.kept('group')::uuid and content = 'alice 1'), '1', 'what others thought of it stays too');
select is((select count(*) from public.search_messages('alice')), 13::bigint, 'and it is found');
select tests.sign_out();
select is((select count(*) from public.audit_log where action = 'account_deleted' and subject_id = tests.user_id('alice')), 1::bigint, 'the audit log knows');


-- With what it said

select tests.sign_in_as('bob');
select public.add_reaction(tests.kept('group')::uuid, (select seq from public.messages where content = 'alice 2'), '🎉');
select public.edit_message(tests.kept('group')::uuid, (select seq from public.messages where content = 'bob 1'), 'bob 1, edited');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'bob in a thread', thread_seq => (select seq from public.messages where content = 'alice 3'));
select public.create_bot('bobs_bot', 'Bot');
select tests.sign_out();
insert into public.attachments (conversation_id, uploader_id, path, name, mime_type, size, seq)
select conversation_id, sender_id, 'x/y.png', 'y.png', 'image/png', 1, seq from public.messages where content = 'bob 2';
update public.messages set attachments = '[{"name": "y.png"}]' where content = 'bob 2';
select tests.sign_in_as('bob');
select is(public.delete_account('@Test_Bob', remove_messages => true) ->> 'done', 'false', 'bob begins to delete his');
select tests.sign_out();
do $$
begin
  for n in 1 .. 50 loop
    exit when private.delete_account_step(tests.user_id('bob'), 5);
  end loop;
end;
$$;
select is((select count(*) from auth.users where id = tests.user_id('bob')), 0::bigint, 'his account is gone');
select is((select count(*) from public.profiles where is_bot), 0::bigint, 'and that of his bot');
select is((select count(*) from public.messages where content like 'bob%'), 0::bigint, 'what he said is gone');
select is((select count(*) from public.messages where conversation_id = tests.kept('group')::uuid and deleted_at is not null and sender_id is null and content = ''), 4::bigint, 'where it stood, stands that it was');
select is((select count(*) from public.message_edits), 0::bigint, 'what he had said before, too');
select is((select thread_count from public.messages where content = 'alice 3'), 0, 'the thread is shorter');
select is((select count(*) from private.files_to_delete where path = 'x/y.png'), 1::bigint, 'his file is to be deleted');
select is((select count(*) from public.messages where content like 'alice%'), 13::bigint, 'what others said stays');
select tests.sign_in_as('carol');
select is((select count(*) from public.messages where conversation_id = tests.kept('group')::uuid), (select last_seq from public.conversations where id = tests.kept('group')::uuid), 'the record has no hole');
select is((select role from public.members where conversation_id = tests.kept('group')::uuid and user_id = tests.user_id('carol')), 'owner', 'carol owns what is left');
select tests.sign_in_as('bob');
select is(public.delete_account('test_bob') ->> 'done', 'true', 'with a token that has not expired yet, he learns that it is done');

select finish();
rollback;
