-- Files that come with messages: announced, uploaded to their place, taken by one message, read by who may read that.
-- tests/storage/attachments.test.ts does the same over Storage's own API.

begin;
select plan(66);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.id(n int)
returns uuid
language sql
immutable
as $$
  select format('0199bbbb-0000-7000-8000-%s', lpad(n::text, 12, '0'))::uuid
$$;
create function pg_temp.announce(n int, name text default 'photo.png', mime_type text default 'image/png', size bigint default 1000)
returns public.attachments
language sql
as $$
  select public.create_attachment(tests.kept('group')::uuid, name, mime_type, size, pg_temp.id(n))
$$;
create function pg_temp.upload(n int, mimetype text default 'image/png', size bigint default 1234)
returns text
language plpgsql
as $$
/* What Storage does at the end of an upload, as whoever is signed in. */
declare
  v_path text := (select a.path from public.attachments a where a.id = pg_temp.id(n));
begin
  insert into storage.objects (bucket_id, name, owner_id, metadata)
  values ('attachments', v_path, auth.uid()::text, jsonb_build_object('size', size, 'mimetype', mimetype));
  return v_path;
end;
$$;
create function pg_temp.send(variadic ns int[])
returns public.messages
language sql
as $$
  select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), '', attachment_ids := array(select pg_temp.id(n) from unnest(ns) as n))
$$;
create function pg_temp.files_seen()
returns bigint
language sql
as $$
  select count(*) from storage.objects where bucket_id = 'attachments'
$$;
grant execute on all functions in schema pg_temp to authenticated, anon;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));


-- Announcing

select results_eq(
  $$ select path, name, mime_type, size, seq, uploader_id, expires_at from pg_temp.announce(1) $$,
  $$ values (tests.kept('group') || '/' || pg_temp.id(1) || '/photo.png', 'photo.png', 'image/png', 1000::bigint, null::bigint, tests.user_id('alice'), now() + interval '1 day') $$,
  'a file that is announced has a place, and a day'
);
select is((pg_temp.announce(1, 'other.png')).name, 'photo.png', 'announced once more, it is the first');
select is(
  (public.create_attachment(tests.kept('group')::uuid, 'Čeština ünd 中文.pdf', 'application/pdf', 5)).path ~ ('^' || tests.kept('group') || '/[0-9a-f-]{36}/[A-Za-z0-9._-]+\.pdf$'),
  true, 'its place has only characters that Storage takes'
);
select is((public.create_attachment(tests.kept('group')::uuid, '中文', 'text/plain', 5)).name, '中文', 'its name is as it was given');
select matches((public.create_attachment(tests.kept('group')::uuid, '...', 'text/plain', 5)).path, '/file$', 'dots do not climb');
select is((public.create_attachment(tests.kept('group')::uuid, 'clip.mp4', 'Video/MP4', 5, null, 640, 480, 12000, 'LEHV6nWB2yk8')).duration_ms, 12000, 'measures are kept');


-- What cannot be announced

select tests.refused($$ select pg_temp.announce(90, 'page.html', 'text/html') $$, 415, 'attachment_type_refused', 'a page that a browser would run');
select tests.refused($$ select pg_temp.announce(90, 'x.svg', 'image/svg+xml') $$, 415, 'attachment_type_refused', 'or a picture that runs');
select tests.refused($$ select pg_temp.announce(90, 'x', null) $$, 415, 'attachment_type_refused', 'no type at all');
select tests.refused($$ select pg_temp.announce(90, size := 20971521) $$, 413, 'attachment_too_large', 'a picture of more than 20 MiB');
select tests.refused($$ select pg_temp.announce(90, size := -1) $$, 400, 'attachment_invalid', 'less than nothing');
select tests.refused($$ select pg_temp.announce(90, 'a/b.png') $$, 400, 'attachment_invalid', 'a name with a folder');
select tests.refused($$ select pg_temp.announce(90, ' ') $$, 400, 'attachment_invalid', 'a blank name');
select tests.refused($$ select pg_temp.announce(90, null) $$, 400, 'attachment_invalid', 'no name');
select tests.refused(format('select public.create_attachment(%L, %L, %L, 5, width := 0, height := 5)', tests.kept('group'), 'x.png', 'image/png'), 400, 'attachment_invalid', 'a picture without width');


-- Uploading

select lives_ok($$ select pg_temp.upload(1) $$, 'parley_attachments_insert allows the one who announced it, at its place');
select is(pg_temp.files_seen(), 1::bigint, 'who sees it');
select throws_ok($$ select pg_temp.upload(1) $$, '23505', null, 'once');
select throws_ok(format('insert into storage.objects (bucket_id, name) values (%L, %L)', 'attachments', tests.kept('group') || '/elsewhere.png'), '42501', null, 'and nowhere else');
select is_empty($$ update storage.objects set metadata = '{"size": 1}' where bucket_id = 'attachments' returning 1 $$, 'it is not replaced');
select tests.sign_out();
select set_config('storage.allow_delete_query', 'true', true);
select tests.sign_in_as('alice');
select is_empty($$ delete from storage.objects where bucket_id = 'attachments' returning 1 $$, 'nor deleted by hand');
select pg_temp.announce(2);
select tests.sign_in_as('bob');
select throws_ok($$ select pg_temp.announce(2) $$, 'PGRST', null, 'nobody takes over what another has announced');
select throws_ok(format('insert into storage.objects (bucket_id, name) values (%L, %L)', 'attachments', tests.kept('group') || '/' || pg_temp.id(2) || '/photo.png'), '42501', null, 'parley_attachments_insert denies a stranger to it, a member of the same conversation');
select is_empty($$ select 1 from public.attachments $$, 'attachments_select denies a stranger what is not sent yet, even a member');
select is(pg_temp.files_seen(), 0::bigint, 'parley_attachments_select denies a stranger to it, even a member');


-- Sending

select tests.sign_in_as('alice');
select tests.refused($$ select pg_temp.send(2) $$, 409, 'attachment_not_uploaded', 'a message takes no file that is not there');
select tests.refused($$ select pg_temp.send(1, 99) $$, 404, 'attachment_not_found', 'nor one that was not announced');
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 0::bigint, 'and is not sent then');
select is((pg_temp.announce(1)).seq, null::bigint, 'nor keeps the others');
select pg_temp.upload(2);
select is(
  (pg_temp.send(2, 1, 2)).attachments,
  jsonb_build_array(
    jsonb_build_object('id', pg_temp.id(2), 'path', tests.kept('group') || '/' || pg_temp.id(2) || '/photo.png', 'name', 'photo.png', 'mime_type', 'image/png', 'size', 1234),
    jsonb_build_object('id', pg_temp.id(1), 'path', tests.kept('group') || '/' || pg_temp.id(1) || '/photo.png', 'name', 'photo.png', 'mime_type', 'image/png', 'size', 1234)
  ),
  'sent, the message has them in their order, as large as Storage found them, without a text'
);
select results_eq($$ select seq, expires_at, size from public.attachments where id in (pg_temp.id(1), pg_temp.id(2)) $$, $$ values (1::bigint, null::timestamptz, 1234::bigint), (1, null, 1234) $$, 'they belong to it');
select is((select (last_message ->> 'attachments')::int from public.conversation_list where id = tests.kept('group')::uuid), 2, 'the list tells how many');
select tests.refused($$ select pg_temp.send(1) $$, 409, 'attachment_taken', 'another message cannot take one of them');
select tests.refused($$ select pg_temp.send(variadic '{}') $$, 400, 'message_blank', 'without a file it needs a text');
select pg_temp.announce(3, 'photo.png', 'image/png', 10), pg_temp.announce(4, 'photo.png', 'image/png', 10);
select pg_temp.upload(3, 'text/html; charset=utf-8'), pg_temp.upload(4, 'image/png', 999999999);
select tests.refused($$ select pg_temp.send(3) $$, 415, 'attachment_type_refused', 'what Storage says counts, not what was announced: its type');
select tests.refused($$ select pg_temp.send(4) $$, 413, 'attachment_too_large', 'and its size');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L, attachment_ids := array(select gen_random_uuid() from generate_series(1, 11)))', tests.kept('group'), 'x'), 400, 'too_many', 'a message takes ten');
select tests.sign_out();
update private.settings set pending_attachments_max = 2;
select tests.sign_in_as('alice');
select tests.refused($$ select pg_temp.announce(90) $$, 409, 'limit_reached', 'somebody has so many waiting');
select lives_ok(format('select public.discard_attachment(%L, %L)', tests.kept('group'), pg_temp.id(3)), 'and can take one back');
select is_empty($$ select 1 from public.attachments where id = pg_temp.id(3) $$, 'which is gone then');
select lives_ok(format('select public.discard_attachment(%L, %L)', tests.kept('group'), pg_temp.id(1)), 'what is sent');
select is((select seq from public.attachments where id = pg_temp.id(1)), 1::bigint, 'stays');
select tests.sign_in_as('bob');
select lives_ok(format('select public.discard_attachment(%L, %L)', tests.kept('group'), pg_temp.id(4)), 'what is another''s');
select tests.sign_in_as('alice');
select is((select count(*) from public.attachments where id = pg_temp.id(4)), 1::bigint, 'too');


-- Reading

select tests.sign_in_as('carol');
select is((select count(*) from public.attachments), 2::bigint, 'attachments_select allows the members');
select is(pg_temp.files_seen(), 2::bigint, 'parley_attachments_select allows the members');
select cmp_ok((select count(*) from public.attachment_types), '>', 20::bigint, 'attachment_types_select allows who is signed in');
select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.attachments $$, 'attachments_select denies a stranger');
select is(pg_temp.files_seen(), 0::bigint, 'parley_attachments_select denies a stranger');
select tests.refused($$ select pg_temp.announce(91) $$, 403, 'not_a_member', 'who announces nothing there either');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select is_empty($$ select 1 from public.attachments $$, 'attachments_select denies an ex-member');
select is(pg_temp.files_seen(), 0::bigint, 'parley_attachments_select denies an ex-member');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.attachments $$, '42501', null, 'attachments_select denies anon');
select throws_ok($$ select * from public.attachment_types $$, '42501', null, 'attachment_types_select denies anon');
select is(pg_temp.files_seen(), 0::bigint, 'parley_attachments_select denies anon');
select throws_ok(format('insert into storage.objects (bucket_id, name) values (%L, %L)', 'attachments', 'x'), '42501', null, 'parley_attachments_insert denies anon');


-- A message that others are not shown

select tests.sign_out();
update private.settings set pending_attachments_max = 50;
insert into private.senders (user_id, tokens, refilled_at, is_withheld) values (tests.user_id('bob'), 10, now(), true);
select tests.sign_in_as('bob');
select pg_temp.announce(5);
select pg_temp.upload(5);
select pg_temp.send(5);
select is(pg_temp.files_seen(), 3::bigint, 'one whose messages are withheld sees his own file');
select tests.sign_in_as('alice');
select is((select count(*) from public.attachments where id = pg_temp.id(5)), 0::bigint, 'the others do not');
select is((select count(*) from storage.objects where name like '%' || pg_temp.id(5) || '%'), 0::bigint, 'nor find it in Storage');


-- Waiting with a scheduled message

select pg_temp.announce(6);
select pg_temp.upload(6);
select public.schedule_message(tests.kept('group')::uuid, pg_temp.id(60), '', now() + interval '7 days', attachment_ids := array[pg_temp.id(6)]);
select is((select expires_at from public.attachments where id = pg_temp.id(6)), now() + interval '8 days', 'a file that goes with a scheduled message waits as long as it does');
select tests.refused(format('select public.schedule_message(%L, gen_random_uuid(), %L, now() + interval %L, attachment_ids := array[gen_random_uuid()])', tests.kept('group'), '', '1 hour'), 404, 'attachment_not_found', 'one that is not there cannot');
select is((public.send_scheduled_message(pg_temp.id(60))).attachments #>> '{0,id}', pg_temp.id(6)::text, 'and goes with it');


-- The bucket

select tests.sign_out();
select results_eq($$ select public, file_size_limit from storage.buckets where id = 'attachments' $$, $$ values (false, 52428800::bigint) $$, 'the bucket is private, and limited');
select is((select allowed_mime_types from storage.buckets where id = 'attachments'), (select array_agg(mime_type order by mime_type) from public.attachment_types), 'to the types of the table');
delete from public.attachment_types where mime_type <> 'text/plain';
select results_eq($$ select allowed_mime_types, file_size_limit from storage.buckets where id = 'attachments' $$, $$ values (array['text/plain'], 10485760::bigint) $$, 'and follows it');
select throws_ok($$ insert into public.attachment_types values ('image/*', 1) $$, '23514', null, 'types are named one by one');

select finish();
rollback;
