-- Messages that disappear: from their moment on nobody reads them; the sweep leaves their numbers, and nothing of what they said.

begin;
select plan(47);
select tests.create_users('alice', 'bob', 'carol', 'mallory', 'erin');

create function pg_temp.swept()
returns int
language plpgsql
as $$
/* The steps that the job takes, and how many. */
declare
  v_steps int := 0;
begin
  while private.expire_messages(2) loop
    v_steps := v_steps + 1;
  end loop;
  return v_steps;
end;
$$;
create function pg_temp.set(seconds int)
returns text
language sql
as $$
  select format('select public.set_disappearing(%L, %L)', tests.kept('chat'), seconds)
$$;
create function pg_temp.say(content text)
returns bigint
language sql
as $$
  select seq from public.send_message(tests.kept('chat')::uuid, gen_random_uuid(), content)
$$;
create function pg_temp.synced(seq bigint)
returns jsonb
language sql
as $$
  select m
  from jsonb_array_elements(public.sync(jsonb_build_object(tests.kept('chat'), 0)) #> '{conversations,0,messages}') m
  where (m ->> 'seq')::bigint = synced.seq
$$;
create function pg_temp.is_over(seq bigint)
returns void
language sql
as $$
  update public.messages m set expires_at = now() - interval '1 second'
  where m.conversation_id = tests.kept('chat')::uuid and m.seq = is_over.seq
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;

select tests.sign_in_as('alice');
select tests.keep('chat', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select pg_temp.say('stays');


-- Setting the time

select tests.refused(pg_temp.set(4), 400, 'seconds_invalid', 'less than 5 seconds');
select tests.refused(pg_temp.set(-1), 400, 'seconds_invalid', 'less than nothing');
select tests.refused(pg_temp.set(31536001), 400, 'seconds_invalid', 'more than a year');
select lives_ok(pg_temp.set(3600), 'either of two people sets it');
select is((select disappear_after_seconds from public.conversation_list where id = tests.kept('chat')::uuid), 3600, 'both see it');
select results_eq(
  $$ select seq, system, is_quiet, sender_id from public.messages where conversation_id = tests.kept('chat')::uuid and kind = 'system' $$,
  $$ values (2::bigint, '{"code": "disappearing_changed", "seconds": 3600}'::jsonb, true, tests.user_id('alice')) $$,
  'and that she did'
);
select tests.keep('revision', (select revision from public.conversations where id = tests.kept('chat')::uuid));
select lives_ok(pg_temp.set(3600), 'the same once more');
select is((select revision::text from public.conversations where id = tests.kept('chat')::uuid), tests.kept('revision'), 'changes nothing');
select is(pg_temp.say('goes') , 3::bigint, 'what is said now');
select results_eq(
  $$ select seq, expires_at from public.messages where conversation_id = tests.kept('chat')::uuid order by seq $$,
  $$ values (1::bigint, null::timestamptz), (2, null), (3, now() + interval '1 hour') $$,
  'has its time; what was said before, and what happened, has none'
);
select tests.sign_in_as('bob');
select lives_ok(pg_temp.set(null), 'the other ends it');
select is(pg_temp.say('stays too'), 5::bigint, 'what is said then');
select is((select expires_at from public.messages where conversation_id = tests.kept('chat')::uuid and seq = 5), null::timestamptz, 'stays');
select lives_ok(pg_temp.set(0), '0 is never, too');
select is((select last_seq from public.conversations where id = tests.kept('chat')::uuid), 5::bigint, 'and no change');


-- Its time is over; nothing has swept yet

select tests.sign_in_as('alice');
select lives_ok(pg_temp.set(60), 'set once more');
select tests.keep('attachment', (public.create_attachment(tests.kept('chat')::uuid, 'p.png', 'image/png', 10)).id);
select tests.sign_out();
insert into storage.objects (bucket_id, name, metadata) select 'attachments', a.path, '{"size": 10, "mimetype": "image/png"}' from public.attachments a where a.id = tests.kept('attachment')::uuid;
select tests.sign_in_as('alice');
select tests.keep('seq', (public.send_message(tests.kept('chat')::uuid, gen_random_uuid(), 'secret with @test_bob', attachment_ids := array[tests.kept('attachment')::uuid])).seq);
select is((select count(*) from public.messages where content like 'secret%'), 1::bigint, 'until its time, it is read');
select tests.sign_out();
select pg_temp.is_over(tests.kept('seq')::bigint);
select tests.sign_in_as('bob');
select is_empty($$ select 1 from public.messages where content like 'secret%' $$, 'when its time is over, it is not');
select is((select count(*) from public.attachments), 0::bigint, 'nor are its files');
select is((select count(*) from storage.objects where bucket_id = 'attachments'), 0::bigint, 'nor anything of them in Storage');
select is((select last_message ->> 'seq' from public.conversation_list where id = tests.kept('chat')::uuid), '6', 'the list shows what was before it');
select is(public.sync('{}') #>> '{conversations,0,last_message,seq}', '6', 'as does sync()');
select tests.sign_in_as('alice');
select is_empty($$ select 1 from public.messages where content like 'secret%' $$, 'to its sender it is gone as well');
select is(pg_temp.synced(tests.kept('seq')::bigint) - array['created_at', 'deleted_at', 'id'], jsonb_build_object(
  'conversation_id', tests.kept('chat'), 'seq', 7, 'revision', (select revision from public.conversations where id = tests.kept('chat')::uuid),
  'sender_id', tests.user_id('alice'), 'kind', 'text', 'content', '', 'thread_count', 0, 'mentions', '[]'::jsonb, 'attachments', '[]'::jsonb, 'reactions', '{}'::jsonb, 'is_quiet', false
), 'sync() brings its number, so that nothing is missing, and nothing of it');


-- The sweep

select tests.sign_out();
select is(pg_temp.swept(), 1, 'the sweep finds it');
select is(pg_temp.swept(), 0, 'once');
select results_eq(
  $$ select content, attachments, mentions, expires_at, deleted_at, deleted_by, sender_id from public.messages where conversation_id = tests.kept('chat')::uuid and seq = tests.kept('seq')::bigint $$,
  $$ values ('', '[]'::jsonb, '{}'::uuid[], null::timestamptz, now(), null::uuid, tests.user_id('alice')) $$,
  'its number stays, what it said is nowhere'
);
select is((select revision from public.messages where conversation_id = tests.kept('chat')::uuid and seq = tests.kept('seq')::bigint), (select revision from public.conversations where id = tests.kept('chat')::uuid), 'with a revision of its own');
select is((select count(*) from realtime.messages where event = 'message' and payload #>> '{message,seq}' = tests.kept('seq') and payload #>> '{message,deleted_at}' is not null), 2::bigint, 'that both are told');
select is((select count(*) from public.attachments), 0::bigint, 'its file has no row');
select is((select count(*) from private.files_to_delete), 1::bigint, 'and is deleted');
select tests.sign_in_as('bob');
select is((select deleted_at is not null from public.messages where conversation_id = tests.kept('chat')::uuid and seq = tests.kept('seq')::bigint), true, 'history has its number again');
select is((select array_agg(seq order by seq) from public.messages where conversation_id = tests.kept('chat')::uuid), array(select generate_series(1, 7))::bigint[], 'without a hole');
select is((select unread from public.conversation_list where id = tests.kept('chat')::uuid), (select count(*) from public.messages m join public.members me using (conversation_id) where m.conversation_id = tests.kept('chat')::uuid and me.user_id = tests.user_id('bob') and m.seq > me.read_seq and m.sender_id <> me.user_id and not m.is_quiet), 'what is unread is as many as a recount finds');


-- Many, in several conversations: a few of one at a time

select tests.sign_in_as('alice');
select pg_temp.say('many') from generate_series(1, 5);
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select public.set_disappearing(tests.kept('group')::uuid, 5);
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'there too');
select tests.sign_out();
update public.messages set expires_at = now() - seq * interval '1 second' where expires_at is not null;
select cmp_ok(pg_temp.swept(), '>=', 4, 'seven in two conversations are swept in several steps');
select is((select count(*) from public.messages where expires_at is not null), 0::bigint, 'all of them');
select is((select count(*) from public.messages where content in ('many', 'there too')), 0::bigint, 'nothing is left to read');
select results_eq(
  $$ select count(distinct revision), max(revision) from public.messages where conversation_id = tests.kept('chat')::uuid and deleted_at is not null $$,
  $$ select 7::bigint, revision from public.conversations where id = tests.kept('chat')::uuid $$,
  'each has a revision of its own, up to the newest'
);
update public.messages set expires_at = now() where conversation_id = tests.kept('chat')::uuid and seq = 8;
select is(pg_temp.swept(), 1, 'one that is deleted already');
select is((select expires_at from public.messages where conversation_id = tests.kept('chat')::uuid and seq = 8), null::timestamptz, 'is passed over for good');


-- Who may set it

select tests.sign_in_as('carol');
select tests.refused(format('select public.set_disappearing(%L, 60)', tests.kept('group')), 403, 'not_allowed', 'in a group not every member');
select tests.sign_in_as('alice');
select public.set_member_role(tests.kept('group')::uuid, tests.user_id('carol'), 'admin');
select tests.sign_in_as('carol');
select lives_ok(format('select public.set_disappearing(%L, 60)', tests.kept('group')), 'but an admin');
select tests.sign_out();
select results_eq(
  $$ select conversation_id::text, actor_id, details from public.audit_log where action = 'conversation_configured' order by id $$,
  $$ values (tests.kept('group'), tests.user_id('alice'), '{"disappear_after_seconds": 5}'::jsonb), (tests.kept('group'), tests.user_id('carol'), '{"disappear_after_seconds": 60}') $$,
  'which is written down; what two people agree on is not'
);
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.set(60), 403, 'not_a_member', 'and no stranger');
select tests.sign_in_as_anon();
select throws_ok(pg_temp.set(60), '42501', null, 'nor who is not signed in');


-- Cheap when nothing is due

select tests.sign_out();
set local enable_seqscan = off;
create function pg_temp.plan_of(statement text)
returns text
language plpgsql
as $$
declare
  v_plan json;
begin
  execute 'explain (format json) ' || statement into v_plan;
  return v_plan::text;
end;
$$;
select matches(pg_temp.plan_of('select m.conversation_id from public.messages m where m.expires_at <= now() order by m.expires_at limit 1'), 'messages_expiring', 'the sweep looks at its index');
select matches(pg_temp.plan_of('select s.* from public.scheduled_messages s where s.state = ''scheduled'' and s.due_at <= now() order by s.due_at limit 1'), 'scheduled_messages_due', 'as does the sending of what is due');

select finish();
rollback;
