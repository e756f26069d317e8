-- Pictures of people: a public bucket, in which each person has a folder that only they write to. Their profile names one of
-- them by its public address; what it does not name any more is deleted.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif'])
on conflict (id) do nothing;


-- Everybody reads the bucket by its public address; these are for lists, uploads and removals.
create policy avatars_select on storage.objects
for select to authenticated
using (bucket_id = 'avatars' and split_part(name, '/', 1) = (select auth.uid())::text);

-- A picture is never overwritten: what has another address is not taken for the old one by a cache.
create policy avatars_insert on storage.objects
for insert to authenticated
with check (bucket_id = 'avatars' and split_part(name, '/', 1) = (select auth.uid())::text and name ~ '^[^/]+/[^/]+$');

create policy avatars_delete on storage.objects
for delete to authenticated
using (bucket_id = 'avatars' and split_part(name, '/', 1) = (select auth.uid())::text);


create function private.tg_profiles__drop_avatars()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shown text := case when tg_op = 'UPDATE' then new.avatar_url end;
begin
  insert into private.files_to_delete (bucket_id, path)
  select o.bucket_id, o.name
  from storage.objects o
  where o.bucket_id = 'avatars' and starts_with(o.name, old.id || '/') and (v_shown is null or right(v_shown, length(o.name) + 1) <> '/' || o.name)
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.tg_profiles__drop_avatars is 'Pictures in the folder of somebody that their profile does not show any more go.';

create trigger _900_drop_avatars
after delete or update of avatar_url on public.profiles
for each row execute function private.tg_profiles__drop_avatars();
