-- Each policy of the record lets in whom it should and keeps out everybody else: a member, an ex-member, a stranger, and who is
-- not signed in. tests/docs/policies.test.ts finds a policy without such tests by these descriptions.

begin;
select plan(39);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'hello');
select tests.sign_in_as('bob');
select public.mark_read(jsonb_build_object(tests.kept('group'), 1));
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));

create function pg_temp.seen(from_table text, key text default 'conversation_id')
returns bigint
language plpgsql
as $$
declare
  v_count bigint;
begin
  execute format('select count(*) from %s where %I = $1', from_table, key) into v_count using tests.kept('group')::uuid;
  return v_count;
end;
$$;
create function pg_temp.send()
returns text
language sql
as $$
  select format('insert into public.messages (conversation_id, content) values (%L, %L)', tests.kept('group'), 'by REST')
$$;
create function pg_temp.probe(topic text)
returns bigint
language plpgsql
as $$
/* A row is put there by the database, and looked for as the person, as Realtime does. */
declare
  v_person text := current_setting('request.jwt.claims');
  v_role text := current_user;
begin
  perform set_config('role', 'none', true);
  insert into realtime.messages (topic, extension, event, payload, private) values (topic, 'broadcast', 'probe', '{}', true);
  perform set_config('role', v_role, true), set_config('request.jwt.claims', v_person, true), set_config('realtime.topic', topic, true);
  return (select count(*) from realtime.messages m where m.topic = probe.topic and m.event = 'probe');
end;
$$;
create function pg_temp.speak(topic text)
returns text
language sql
as $$
  select format(
    'insert into realtime.messages (topic, extension, event, payload, private) values (%L, %L, %L, %L, true)',
    set_config('realtime.topic', topic, true), 'broadcast', 'spoken', '{}'
  )
$$;
create function pg_temp.room()
returns text
language sql
as $$
  select 'room:' || tests.kept('group') || ':2'
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- A member

select tests.sign_in_as('bob');
select is(pg_temp.seen('public.conversations', 'id'), 1::bigint, 'conversations_select allows a member');
select is(pg_temp.seen('public.members'), 3::bigint, 'members_select allows a member, who sees former ones as well');
select is(pg_temp.seen('public.messages'), 2::bigint, 'messages_select allows a member');
select is(pg_temp.seen('public.receipts'), 2::bigint, 'receipts_select allows a member');
select lives_ok(pg_temp.send(), 'messages_insert allows a member');
select is(pg_temp.probe(pg_temp.room()), 1::bigint, 'parley_topics_select allows a member');
select lives_ok(pg_temp.speak(pg_temp.room()), 'parley_topics_insert allows a member');
select is((select count(*) from public.profiles where handle = 'test_mallory'), 1::bigint, 'profiles_select allows who is signed in');
update public.profiles set display_name = 'Robert' where id = tests.user_id('bob');
select is((select display_name from public.profiles where id = tests.user_id('bob')), 'Robert', 'profiles_update allows the person');
select is((select count(*) from public.conversation_kinds), 5::bigint, 'conversation_kinds_select allows who is signed in');
select isnt_empty($$ select 1 from public.role_permissions $$, 'role_permissions_select allows who is signed in');
select isnt_empty($$ select 1 from public.system_codes $$, 'system_codes_select allows who is signed in');


-- An ex-member

select tests.sign_in_as('carol');
select is(pg_temp.seen('public.conversations', 'id'), 0::bigint, 'conversations_select denies an ex-member');
select is(pg_temp.seen('public.members'), 0::bigint, 'members_select denies an ex-member');
select is(pg_temp.seen('public.messages'), 0::bigint, 'messages_select denies an ex-member');
select is(pg_temp.seen('public.receipts'), 0::bigint, 'receipts_select denies an ex-member');
select tests.refused(pg_temp.send(), 403, 'not_a_member', 'messages_insert denies an ex-member');
select is(pg_temp.probe(pg_temp.room()), 0::bigint, 'parley_topics_select denies an ex-member');
select throws_ok(pg_temp.speak(pg_temp.room()), '42501', null, 'parley_topics_insert denies an ex-member');


-- A stranger

select tests.sign_in_as('mallory');
select is(pg_temp.seen('public.conversations', 'id'), 0::bigint, 'conversations_select denies a stranger');
select is(pg_temp.seen('public.members'), 0::bigint, 'members_select denies a stranger');
select is(pg_temp.seen('public.messages'), 0::bigint, 'messages_select denies a stranger');
select is(pg_temp.seen('public.receipts'), 0::bigint, 'receipts_select denies a stranger');
select tests.refused(pg_temp.send(), 403, 'not_a_member', 'messages_insert denies a stranger');
select is(pg_temp.probe(pg_temp.room()), 0::bigint, 'parley_topics_select denies a stranger');
select throws_ok(pg_temp.speak(pg_temp.room()), '42501', null, 'parley_topics_insert denies a stranger');
update public.profiles set display_name = 'Hacked' where id = tests.user_id('bob');
select is((select display_name from public.profiles where id = tests.user_id('bob')), 'Robert', 'profiles_update denies a stranger');


-- Who is not signed in

select tests.sign_in_as_anon();
select throws_ok($$ select 1 from public.conversations $$, '42501', null, 'conversations_select denies anon');
select throws_ok($$ select 1 from public.members $$, '42501', null, 'members_select denies anon');
select throws_ok($$ select 1 from public.messages $$, '42501', null, 'messages_select denies anon');
select throws_ok($$ select 1 from public.receipts $$, '42501', null, 'receipts_select denies anon');
select throws_ok(pg_temp.send(), '42501', null, 'messages_insert denies anon');
select throws_ok($$ select 1 from public.profiles $$, '42501', null, 'profiles_select denies anon');
select throws_ok($$ update public.profiles set display_name = 'x' $$, '42501', null, 'profiles_update denies anon');
select throws_ok($$ select 1 from public.conversation_kinds $$, '42501', null, 'conversation_kinds_select denies anon');
select throws_ok($$ select 1 from public.role_permissions $$, '42501', null, 'role_permissions_select denies anon');
select throws_ok($$ select 1 from public.system_codes $$, '42501', null, 'system_codes_select denies anon');
select is(pg_temp.probe(pg_temp.room()), 0::bigint, 'parley_topics_select denies anon');
select throws_ok(pg_temp.speak(pg_temp.room()), '42501', null, 'parley_topics_insert denies anon');

select finish();
rollback;
