-- How Alice keeps her conversations: muted, archived, pinned, marked unread. Bob notices nothing of it.

begin;
select plan(43);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.listed(name text default 'group')
returns setof public.conversation_list
language sql
as $$
  select * from public.conversation_list where id = tests.kept(name)::uuid
$$;
create function pg_temp.say(name text)
returns void
language plpgsql
as $$
declare
  v_role text := current_user;
  v_claims text := current_setting('request.jwt.claims');
begin
  perform tests.sign_out();
  perform tests.sign_in_as(name);
  perform public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'news');
  perform tests.sign_out();
  perform set_config('request.jwt.claims', v_claims, true), set_config('role', v_role, true);
end;
$$;
create function pg_temp.personal_revision()
returns bigint
language sql
security definer
as $$
  select coalesce((select revision from private.personal where user_id = tests.user_id('alice')), 0)
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select pg_temp.say('bob');


-- As it is for who never changed anything

select results_eq(
  $$ select notify_level::text, muted_until, pinned_at, is_archived, archived_seq, unread_from from pg_temp.listed() $$,
  $$ values ('all', null::timestamptz, null::timestamptz, false, null::bigint, null::bigint) $$,
  'a conversation is heard, in the list, and not pinned'
);
select is((public.set_conversation_settings(tests.kept('group')::uuid)).notify_level::text, 'all', 'changing nothing tells how it is');
select is((select count(*) from public.conversation_settings), 0::bigint, 'and writes nothing');


-- Muting

select is((public.set_conversation_settings(tests.kept('group')::uuid, muted_until := now() + interval '8 hours')).muted_until, now() + interval '8 hours', 'muted for a time');
select is((select muted_until from pg_temp.listed()), now() + interval '8 hours', 'the list says so');
select is((public.set_conversation_settings(tests.kept('group')::uuid, notify_level := 'mentions')).muted_until, now() + interval '8 hours', 'what is left out stays');
select is(pg_temp.personal_revision(), 2::bigint, 'each change has one personal revision');
select public.set_conversation_settings(tests.kept('group')::uuid, notify_level := 'mentions', muted_until := now() + interval '8 hours');
select is(pg_temp.personal_revision(), 2::bigint, 'the same once more has none');
select is((public.set_conversation_settings(tests.kept('group')::uuid, muted_until := 'infinity')).muted_until, 'infinity'::timestamptz, 'muted for good');
select is((public.set_conversation_settings(tests.kept('group')::uuid, muted_until := now())).muted_until, null::timestamptz, 'a time that is over unmutes');
select is((select notify_level::text from pg_temp.listed()), 'mentions', 'what notifies her else is another matter');


-- Pinning

select is((public.set_conversation_settings(tests.kept('group')::uuid, pinned := true)).pinned_at, now(), 'pinned');
select is((public.set_conversation_settings(tests.kept('group')::uuid, pinned := false)).pinned_at, null::timestamptz, 'and not any more');


-- Archiving

select public.set_conversation_settings(tests.kept('group')::uuid, notify_level := 'all', archived := true);
select ok((select is_archived from pg_temp.listed()), 'archived');
select public.rename_conversation(tests.kept('group')::uuid, 'Another name');
select ok((select is_archived from pg_temp.listed()), 'what merely happens in it does not bring it back');
select pg_temp.say('bob');
select ok(not (select is_archived from pg_temp.listed()), 'what somebody says does');
select public.set_conversation_settings(tests.kept('group')::uuid, archived := true, muted_until := 'infinity');
select ok((select is_archived from pg_temp.listed()), 'archived once more, and muted');
select pg_temp.say('bob');
select ok((select is_archived from pg_temp.listed()), 'muted, it stays away');
select public.set_conversation_settings(tests.kept('group')::uuid, muted_until := now());
select ok(not (select is_archived from pg_temp.listed()), 'until it is heard again');
select public.set_conversation_settings(tests.kept('group')::uuid, archived := true, notify_level := 'nothing');
select pg_temp.say('bob');
select ok((select is_archived from pg_temp.listed()), 'so it does where nothing notifies her');
select public.set_conversation_settings(tests.kept('group')::uuid, archived := false, notify_level := 'all');
select ok(not (select is_archived from pg_temp.listed()), 'she takes it back herself');


-- Marking unread

select public.mark_read(jsonb_build_object(tests.kept('group'), 100));
select tests.keep('read_seq', (select read_seq from pg_temp.listed()));
select is((public.mark_unread(tests.kept('group')::uuid)).unread_from, (select last_seq from pg_temp.listed()), 'marked unread, from the newest on');
select is((select read_seq::text from pg_temp.listed()), tests.kept('read_seq'), 'no receipt is taken back');
select is((select unread from pg_temp.listed()), 0::bigint, 'nor does it count as messages that nobody read');
select is((public.mark_unread(tests.kept('group')::uuid, 2)).unread_from, 2::bigint, 'marked unread from a message on');
select public.mark_read(jsonb_build_object(tests.kept('group'), 1));
select is((select unread_from from pg_temp.listed()), 2::bigint, 'reading before it leaves the mark');
select public.mark_delivered(jsonb_build_object(tests.kept('group'), 100));
select is((select unread_from from pg_temp.listed()), 2::bigint, 'receiving is not reading');
select public.mark_read(jsonb_build_object(tests.kept('group'), 100));
select is((select unread_from from pg_temp.listed()), null::bigint, 'reading takes it away');
select tests.refused(format('select public.mark_unread(%L, 1000)', tests.kept('group')), 404, 'message_not_found', 'there is no message to mark');
select tests.refused(format('select public.mark_unread(%L, 0)', tests.kept('group')), 404, 'message_not_found', 'nor before the first');


-- Her other devices

select is(
  (select count(*) from jsonb_array_elements(public.sync('{}', 0) #> '{personal,rows}') r where r ->> 'table' = 'conversation_settings'), 1::bigint,
  'sync() brings the row as it is now, once'
);
select is(public.sync('{}', 0) #>> '{conversations,0,notify_level}', 'all', 'and with the list, what it says there');
select tests.sign_out();
select is(
  (select count(*) from realtime.messages where event = 'personal' and payload ->> 'table' = 'conversation_settings' and topic <> 'user:' || tests.user_id('alice')), 0::bigint,
  'nobody else is told'
);
select is(
  (select array_agg((payload ->> 'revision')::bigint order by (payload ->> 'revision')::bigint) from realtime.messages where event = 'personal' and payload ->> 'table' = 'conversation_settings'),
  array(select generate_series(1, pg_temp.personal_revision())),
  'her devices are told of each change, one revision after the other'
);


-- The others

select tests.sign_in_as('alice');
select is((select count(*) from public.conversation_settings), 1::bigint, 'conversation_settings_select allows the person whose they are');
select throws_ok($$ update public.conversation_settings set notify_level = 'all' $$, '42501', null, 'nobody writes past the functions');
select tests.sign_in_as('bob');
select is_empty($$ select 1 from public.conversation_settings $$, 'conversation_settings_select denies a stranger to them, a member of the same conversation');
select ok(not (select is_archived from pg_temp.listed()), 'and shows him his own in the list');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.set_conversation_settings(%L)', tests.kept('group')), 403, 'not_a_member', 'a stranger has nothing to set');
select tests.refused(format('select public.mark_unread(%L)', tests.kept('group')), 403, 'not_a_member', 'nor to mark');
select tests.refused(format('select public.mark_unread(%L)', gen_random_uuid()), 404, 'conversation_not_found', 'where there is nothing');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.conversation_settings $$, '42501', null, 'conversation_settings_select denies anon');
select throws_ok(format('select public.mark_unread(%L)', tests.kept('group')), '42501', null, 'who calls nothing either');

select finish();
rollback;
