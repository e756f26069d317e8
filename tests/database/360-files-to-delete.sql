-- Files go when nothing needs them any more: by the queue that the Edge Function sweep-files empties.

begin;
select plan(36);
select tests.create_users('alice', 'bob', 'mallory');

create function pg_temp.id(n int)
returns uuid
language sql
immutable
as $$
  select format('0199cccc-0000-7000-8000-%s', lpad(n::text, 12, '0'))::uuid
$$;
create function pg_temp.attached(n int)
returns public.attachments
language plpgsql
as $$
/* Announced and uploaded by whoever is signed in. */
declare
  v_attachment public.attachments := public.create_attachment(tests.kept('chat')::uuid, 'photo.png', 'image/png', 10, pg_temp.id(n));
begin
  insert into storage.objects (bucket_id, name, metadata) values ('attachments', v_attachment.path, '{"size": 10, "mimetype": "image/png"}');
  return v_attachment;
end;
$$;
create function pg_temp.path(n int)
returns text
language sql
as $$
  select tests.kept('chat') || '/' || pg_temp.id(n) || '/photo.png'
$$;
create function pg_temp.queued()
returns text[]
language sql
as $$
  select coalesce(array_agg(path order by path), '{}') from private.files_to_delete
$$;
create function pg_temp.claimed()
returns text[]
language sql
as $$
  select coalesce(array_agg(c.path order by c.path), '{}') from public.claim_files_to_delete() c
$$;
grant execute on all functions in schema pg_temp to authenticated, service_role;

select tests.sign_in_as('alice');
select tests.keep('chat', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.keep('other', (select id from public.create_group('Other', array[tests.user_id('bob')])));
select pg_temp.attached(n) from generate_series(1, 5) n;
select tests.keep('seq', (public.send_message(tests.kept('chat')::uuid, gen_random_uuid(), 'with files', attachment_ids := array[pg_temp.id(1), pg_temp.id(2)])).seq);


-- Not needed any more

select public.discard_attachment(tests.kept('chat')::uuid, pg_temp.id(3));
select tests.sign_out();
select is(pg_temp.queued(), array[pg_temp.path(3)], 'a file that was taken back goes');
update public.attachments set expires_at = now() - interval '1 second' where id = pg_temp.id(4);
select is(private.drop_pending_attachments(), 1, 'one that no message took in time is dropped');
select is(private.drop_pending_attachments(), 0, 'once');
select is(pg_temp.queued(), array[pg_temp.path(3), pg_temp.path(4)], 'and goes');
select is((select count(*) from public.attachments where id = pg_temp.id(5)), 1::bigint, 'one that still has time stays');
update public.messages set content = '', attachments = '[]', deleted_at = now() where conversation_id = tests.kept('chat')::uuid and seq = tests.kept('seq')::bigint;
select is(pg_temp.queued(), array[pg_temp.path(1), pg_temp.path(2), pg_temp.path(3), pg_temp.path(4)], 'with a message that is deleted go its files');
select is_empty($$ select 1 from public.attachments where seq is not null $$, 'and their rows, by which they could be read');


-- Claiming

select tests.sign_in_as_service();
select is(pg_temp.claimed(), '{}', 'not at once');
select tests.sign_out();
update private.files_to_delete set due_at = now();
select tests.sign_in_as_service();
select is(pg_temp.claimed(), array[pg_temp.path(1), pg_temp.path(2), pg_temp.path(3), pg_temp.path(4)], 'but a little later');
select is(pg_temp.claimed(), '{}', 'what is claimed is not claimed again');
select public.files_deleted('attachments', array[pg_temp.path(1), pg_temp.path(2), pg_temp.path(3)]);
select tests.sign_out();
select is(pg_temp.queued(), array[pg_temp.path(4)], 'what is confirmed is done');
select results_eq($$ select due_at, attempts from private.files_to_delete $$, $$ values (now() + interval '5 minutes', 1) $$, 'what is not comes again');
update private.files_to_delete set due_at = now();
select tests.sign_in_as_service();
select is(pg_temp.claimed(), array[pg_temp.path(4)], 'then');
select tests.sign_out();
select results_eq($$ select due_at, attempts from private.files_to_delete $$, $$ values (now() + interval '10 minutes', 2) $$, 'and later each time');
select public.files_deleted('attachments', array[pg_temp.path(4)]);


-- Passed on to another conversation, the file stays as long as one of the two

select tests.sign_in_as('alice');
select pg_temp.attached(7);
select tests.keep('seq', (public.send_message(tests.kept('chat')::uuid, gen_random_uuid(), 'the first', attachment_ids := array[pg_temp.id(7)])).seq);
select public.send_message(tests.kept('other')::uuid, gen_random_uuid(), 'the second');
select tests.sign_out();
create function pg_temp.pass_on()
returns jsonb
language plpgsql
as $$
declare
  v_source public.messages;
  v_target public.messages;
begin
  select m.* into v_source from public.messages m where m.conversation_id = tests.kept('chat')::uuid and m.seq = tests.kept('seq')::bigint;
  select m.* into v_target from public.messages m where m.conversation_id = tests.kept('other')::uuid order by m.seq desc limit 1;
  return private.copy_attachments(v_source, v_target);
end;
$$;
select tests.keep('copy', pg_temp.pass_on());
select is(tests.kept('copy')::jsonb #>> '{0,path}', pg_temp.path(7), 'the file is the same');
select isnt(tests.kept('copy')::jsonb #>> '{0,id}', pg_temp.id(7)::text, 'the row is another');
select is((select count(*) from public.attachments where path = pg_temp.path(7)), 2::bigint, 'one for each message');
update public.messages set content = '', attachments = '[]', deleted_at = now() where conversation_id = tests.kept('chat')::uuid and seq = tests.kept('seq')::bigint;
select is(pg_temp.queued(), '{}', 'it stays when the first message goes');
insert into private.files_to_delete (bucket_id, path, due_at) values ('attachments', pg_temp.path(7), now());
select tests.sign_in_as_service();
select is(pg_temp.claimed(), '{}', 'even if it was queued just before');
select tests.sign_out();
select is(pg_temp.queued(), '{}', 'which is forgotten');
delete from public.conversations where id = tests.kept('other')::uuid;
select is(pg_temp.queued(), array[pg_temp.path(7)], 'and goes with the last, here with a whole conversation');


-- Strays

insert into storage.objects (bucket_id, name, created_at) values ('attachments', 'stray/new.png', now()), ('attachments', 'stray/old.png', now() - interval '2 days');
insert into storage.buckets (id, name) values ('elsewhere', 'elsewhere');
insert into storage.objects (bucket_id, name, created_at) values ('elsewhere', 'old.png', now() - interval '2 days');
update storage.objects set created_at = now() - interval '2 days' where name = pg_temp.path(5);
select is(private.queue_stray_files(), 1, 'a file that no row knows is found');
select is(pg_temp.queued(), array[pg_temp.path(7), 'stray/old.png'], 'once it is a day old, in this bucket');
select is(private.queue_stray_files(), 0, 'once');


-- The doorbell

select is((select count(*) from net.http_request_queue where url like '%/sweep-files'), 0::bigint, 'nothing was called so far');
update private.doorbell set functions_url = null;
select private.ring('sweep-files');
select is((select count(*) from net.http_request_queue where url like '%/sweep-files'), 0::bigint, 'nor is, where the functions are not known');
update private.doorbell set functions_url = 'http://127.0.0.1:1/functions/v1';
select private.ring('sweep-files');
select results_eq(
  $$ select method::text, url, headers ->> 'x-doorbell' from net.http_request_queue where url like '%/sweep-files' $$,
  $$ select 'POST', 'http://127.0.0.1:1/functions/v1/sweep-files', secret from private.doorbell $$,
  'else the function is called, with the secret'
);
select tests.keep('secret', (select secret from private.doorbell));
select tests.sign_in_as_service();
select ok(public.is_doorbell(tests.kept('secret')), 'the function finds that it is right');
select ok(not public.is_doorbell('guessed'), 'or not');
select ok(not public.is_doorbell(null), 'or missing');
select throws_ok($$ select * from private.doorbell $$, '42501', null, 'and cannot read it');
select public.ring_again('sweep-files');
select tests.sign_out();
select is((select count(*) from net.http_request_queue), 2::bigint, 'when its time is over it has itself called once more');
select tests.sign_in_as('mallory');
select throws_ok($$ select public.ring_again('sweep-files') $$, '42501', null, 'nobody else may have it called');
select throws_ok($$ select public.is_doorbell('guessed') $$, '42501', null, 'nobody else may try');
select throws_ok($$ select public.claim_files_to_delete() $$, '42501', null, 'claim');
select throws_ok($$ select public.files_deleted('attachments', '{}') $$, '42501', null, 'or confirm');

select finish();
rollback;
