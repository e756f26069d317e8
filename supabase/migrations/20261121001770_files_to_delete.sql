-- Files that nothing needs any more. Rows of storage.objects are only deleted by Storage's own API, so they queue here until
-- the Edge Function sweep-files has had them deleted.

create table private.files_to_delete (
  bucket_id text not null,
  path text not null,
  due_at timestamptz not null default now() + interval '1 minute',
  attempts int not null default 0,
  primary key (bucket_id, path)
);
comment on table private.files_to_delete is 'Files that sweep-files deletes by the API of Storage.';
comment on column private.files_to_delete.due_at is 'When it is deleted, or tried again. Not at once: somebody may just be passing it on.';
create index files_to_delete_due on private.files_to_delete (due_at);
alter table private.files_to_delete enable row level security;


create function private.tg_attachments__drop_file()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.files_to_delete (bucket_id, path)
  select 'attachments', old.path
  where not exists (select from public.attachments a where a.path = old.path)
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.tg_attachments__drop_file is 'A file that was the last to be needed by this row goes.';

create trigger _900_drop_file
after delete on public.attachments
for each row execute function private.tg_attachments__drop_file();


create function private.tg_messages__drop_attachments()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.attachments a where a.conversation_id = new.conversation_id and a.seq = new.seq;
  return null;
end;
$$;
comment on function private.tg_messages__drop_attachments is 'With what a message said go its files.';

create trigger _500_drop_attachments
after update of deleted_at on public.messages
for each row when (old.deleted_at is null and new.deleted_at is not null and old.attachments <> '[]')
execute function private.tg_messages__drop_attachments();


create function private.drop_pending_attachments(most int default 500)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  delete from public.attachments a
  using (
    select p.conversation_id, p.id
    from public.attachments p
    where p.seq is null and p.expires_at <= now()
    order by p.expires_at
    limit most
    for update skip locked
  ) d
  where a.conversation_id = d.conversation_id and a.id = d.id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.drop_pending_attachments is 'Drops files that no message has taken in time. Returns how many.';


create function private.queue_stray_files()
returns int
language plpgsql
security definer
set search_path = ''
as $$
/* What has no row: an upload that came in after its row was dropped. */
declare
  v_count int;
begin
  insert into private.files_to_delete (bucket_id, path)
  select o.bucket_id, o.name
  from storage.objects o
  where o.bucket_id = 'attachments' and o.created_at < now() - interval '1 day'
    and not exists (select from public.attachments a where a.path = o.name)
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.queue_stray_files is 'Queues files of the bucket that no row knows. Returns how many.';


create function private.claim_files_to_delete(most int)
returns table (bucket_id text, path text)
language plpgsql
security definer
set search_path = ''
as $$
/* What is claimed and not confirmed is due again in five minutes, later each time it fails. */
begin
  -- Passed on since it was queued.
  delete from private.files_to_delete f
  where f.bucket_id = 'attachments' and f.due_at <= now() and exists (select from public.attachments a where a.path = f.path);
  return query
  update private.files_to_delete f
  set due_at = now() + least(interval '1 day', interval '5 minutes' * 2 ^ least(f.attempts, 10)), attempts = f.attempts + 1
  from (
    select d.bucket_id, d.path
    from private.files_to_delete d
    where d.due_at <= now()
    order by d.due_at
    limit least(greatest(most, 1), 1000)
    for update skip locked
  ) d
  where f.bucket_id = d.bucket_id and f.path = d.path
  returning f.bucket_id, f.path;
end;
$$;
grant execute on function private.claim_files_to_delete to service_role;

create function public.claim_files_to_delete(most int default 100)
returns table (bucket_id text, path text)
language plpgsql
set search_path = ''
as $$
begin
  return query select c.bucket_id, c.path from private.claim_files_to_delete(most) c;
end;
$$;
comment on function public.claim_files_to_delete is 'Files to delete now, by the API of Storage; confirm them with files_deleted(), or they come again. For the function sweep-files.';
grant execute on function public.claim_files_to_delete to service_role;


create function private.files_deleted(bucket_id text, paths text[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.files_to_delete f where f.bucket_id = files_deleted.bucket_id and f.path = any (paths);
end;
$$;
grant execute on function private.files_deleted to service_role;

create function public.files_deleted(bucket_id text, paths text[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.files_deleted(files_deleted.bucket_id, files_deleted.paths);
end;
$$;
comment on function public.files_deleted is 'Confirms that files of claim_files_to_delete() are deleted. For the function sweep-files.';
grant execute on function public.files_deleted to service_role;


select cron.schedule('drop-pending-attachments', '*/5 * * * *', 'select private.drop_pending_attachments()');
select cron.schedule('queue-stray-files', '41 3 * * *', 'select private.queue_stray_files()');
select cron.schedule('sweep-files', '* * * * *', $$
  select private.ring('sweep-files') where exists (select from private.files_to_delete f where f.due_at <= now())
$$);
