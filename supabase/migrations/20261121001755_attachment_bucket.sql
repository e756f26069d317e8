-- The bucket of the files. Nobody reads it but by a row of attachments that they may read; nobody writes but the one file that
-- such a row of theirs waits for; and nobody overwrites, moves or deletes: files_to_delete does that.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
select 'attachments', 'attachments', false, max(t.max_bytes), array_agg(t.mime_type order by t.mime_type)
from public.attachment_types t
-- Buckets outlive a reset of the database.
on conflict (id) do update
set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;


create function private.tg_attachment_types__tell_storage()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update storage.buckets b
  set file_size_limit = t.max_bytes, allowed_mime_types = t.mime_types
  from (select max(a.max_bytes) as max_bytes, array_agg(a.mime_type order by a.mime_type) as mime_types from public.attachment_types a) t
  where b.id = 'attachments';
  return null;
end;
$$;
comment on function private.tg_attachment_types__tell_storage is 'Storage refuses an upload by the same table.';

create trigger _500_tell_storage
after insert or update or delete on public.attachment_types
for each statement execute function private.tg_attachment_types__tell_storage();


-- Both ask attachments under its own policy.
create policy parley_attachments_select on storage.objects
for select to authenticated
using (bucket_id = 'attachments' and exists (select from public.attachments a where a.path = objects.name));

create policy parley_attachments_insert on storage.objects
for insert to authenticated
with check (bucket_id = 'attachments' and exists (
  select from public.attachments a
  where a.path = objects.name and a.uploader_id = (select auth.uid()) and a.seq is null and a.expires_at > now()
));
