-- Pictures of listings: a public bucket, in which each listing has a folder that only its seller writes to.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('listings', 'listings', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'])
on conflict (id) do nothing;


create function private.sells_folder(object_name text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
/* A name that is not "<listing id>/<file>" is nobody's; a policy that raised would be reported as broken. */
begin
  return object_name ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/[^/]+$' and exists (
    select from public.listings l
    where l.id = split_part(object_name, '/', 1)::uuid and l.seller_id = auth.uid()
  );
end;
$$;
comment on function private.sells_folder is 'Whether an object of the bucket "listings" lies in the folder of a listing of the caller.';
grant execute on function private.sells_folder to authenticated;

-- Everybody reads the bucket by its public address; these are for lists, uploads and removals.
create policy listing_pictures_select on storage.objects
for select to authenticated
using (bucket_id = 'listings' and private.sells_folder(name));

create policy listing_pictures_insert on storage.objects
for insert to authenticated
with check (bucket_id = 'listings' and private.sells_folder(name));

create policy listing_pictures_delete on storage.objects
for delete to authenticated
using (bucket_id = 'listings' and private.sells_folder(name));


create function private.tg_listings__check_pictures()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_missing text;
begin
  select p.name into v_missing
  from unnest(new.pictures) as p (name)
  where p.name is null or p.name not like new.id || '/%' or not exists (
    select from storage.objects o where o.bucket_id = 'listings' and o.name = p.name
  )
  limit 1;
  if found then
    perform private.refuse('picture_not_found', v_missing);
  end if;
  return new;
end;
$$;

create trigger _200_check_pictures
before update of pictures on public.listings
for each row execute function private.tg_listings__check_pictures();
