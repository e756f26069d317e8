-- The tables and functions of Storage, with the names, types, indexes and grants that a Supabase project has, so that
-- migrations, seeds and policies written against `storage` mean the same here and there.
-- The schema belongs to `supabase_admin`, everything in it to `supabase_storage_admin`. Left out are the tables of
-- analytics and vector buckets, which this server does not offer.

-- Owners hang triggers and policies on tables; migrations, which do that, run as `postgres`.
grant supabase_storage_admin to postgres;

set role supabase_storage_admin;
set search_path = storage;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.migrations (
  id integer primary key,
  name varchar(100) unique not null,
  hash varchar(40) not null,
  executed_at timestamp default current_timestamp
);

-- Buckets --------------------------------------------------------------------------------------------------------------

create table storage.buckets (
  id text primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD',
  versioning_status text not null default 'DISABLED',
  constraint buckets_versioning_status_check check (versioning_status in ('DISABLED', 'ENABLED', 'SUSPENDED')),
  constraint buckets_versioning_standard_only_check check (type = 'STANDARD' or versioning_status = 'DISABLED'),
  constraint buckets_versioning_dark_check check (versioning_status = 'DISABLED')
);
comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';
create unique index bname on storage.buckets (name);

-- Objects: a row describes a file; the bytes lie outside the database under the row's version --------------------------

create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  archived_at timestamptz,
  is_delete_marker boolean not null default false,
  is_versioned boolean not null default false,
  constraint "objects_bucketId_fkey" foreign key (bucket_id) references storage.buckets (id)
);
comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index idx_objects_bucket_id_name_lower on storage.objects (bucket_id, lower(name) collate "C");

-- Uploads in parts, by the S3 protocol, which this server does not speak: for those who refer to the tables ------------

create table storage.s3_multipart_uploads (
  id text primary key,
  in_progress_size bigint not null default 0,
  upload_signature text not null,
  bucket_id text not null references storage.buckets (id),
  key text collate "C" not null,
  version text not null,
  owner_id text,
  created_at timestamptz not null default now(),
  user_metadata jsonb,
  metadata jsonb
);
create index idx_multipart_uploads_list on storage.s3_multipart_uploads (bucket_id, key, created_at);

create table storage.s3_multipart_uploads_parts (
  id uuid primary key default gen_random_uuid(),
  upload_id text not null references storage.s3_multipart_uploads (id) on delete cascade,
  size bigint not null default 0,
  part_number integer not null,
  bucket_id text not null references storage.buckets (id),
  key text collate "C" not null,
  etag text not null,
  owner_id text,
  version text not null,
  created_at timestamptz not null default now()
);

-- Helpers for policies -------------------------------------------------------------------------------------------------

create function storage.foldername(name text)
returns text[]
language sql
immutable
as $$ select tokens[1 : array_length(tokens, 1) - 1] from (select string_to_array(name, '/') as tokens) as parts $$;
comment on function storage.foldername(text) is 'The folders of an object''s name: {a,b} for a/b/c.png.';

create function storage.filename(name text)
returns text
language sql
immutable
as $$ select tokens[array_length(tokens, 1)] from (select string_to_array(name, '/') as tokens) as parts $$;
comment on function storage.filename(text) is 'The last part of an object''s name: c.png for a/b/c.png.';

create function storage.extension(name text)
returns text
language sql
immutable
as $$ select reverse(split_part(reverse(storage.filename(name)), '.', 1)) $$;
comment on function storage.extension(text) is 'What follows the last dot of an object''s name: png for a/b/c.png.';

create function storage.operation()
returns text
language sql
stable
as $$ select current_setting('storage.operation', true) $$;
comment on function storage.operation() is 'What the Storage API is doing in this transaction, such as storage.object.upload.';

create function storage.allow_any_operation(expected_operations text[])
returns boolean
language sql
stable
as $$
  select exists (
    select from unnest(expected_operations) as expected
    where expected <> '' and regexp_replace(expected, '^storage\.', '') = regexp_replace(storage.operation(), '^storage\.', '')
  )
$$;

create function storage.allow_only_operation(expected_operation text)
returns boolean
language sql
stable
as $$ select storage.allow_any_operation(array[expected_operation]) $$;

create function storage.get_size_by_bucket()
returns table (size bigint, bucket_id text)
language sql
stable
as $$ select sum((metadata ->> 'size')::bigint)::bigint, bucket_id from storage.objects group by bucket_id $$;

create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb)
returns void
language plpgsql
as $$
begin
  insert into storage.objects (bucket_id, name, owner, metadata) values (bucketid, name, owner, metadata);
  -- Allowed: what was only a question is undone.
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'rollback successful insert';
end
$$;

-- Lists ----------------------------------------------------------------------------------------------------------------

create function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
)
returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql
stable
as $$
/*
  The entries of the folder `prefix` whose name begins with `search`, whatever the case. A folder is an entry of which only
  the name is known. By name, folders and files are mixed; by a time, folders come first.
*/
declare
  direction text := case when lower(sortorder) = 'desc' then 'desc' else 'asc' end;
  by_time text := (array['updated_at', 'created_at', 'last_accessed_at'])[
    array_position(array['updated_at', 'created_at', 'last_accessed_at'], lower(sortcolumn))
  ];
begin
  return query execute format(
    $query$
      with found as (
        select object.*,
          substr(object.name, length($1) + 1) as rest,
          position('/' in substr(object.name, length($1 || $3) + 1)) as slash
        from storage.objects as object
        where object.bucket_id = $2 and (lower(object.name) collate "C") ^@ lower($1 || $3)
      ),
      entries as (
        select left(rest, length($3) + slash - 1) as name, null::uuid as id, null::timestamptz as updated_at,
          null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata
        from found where slash > 0 group by 1
        union all
        select rest, id, updated_at, created_at, last_accessed_at, metadata from found where slash = 0
      )
      select * from entries as entry order by %s limit $4 offset $5
    $query$,
    case
      when by_time is null then format('lower(entry.name) collate "C" %s, entry.name', direction)
      else format('entry.id is not null, entry.%I %s, entry.name collate "C" %s', by_time, direction, direction)
    end
  ) using coalesce(prefix, ''), bucketname, coalesce(search, ''), least(coalesce(limits, 100), 1500), coalesce(offsets, 0);
end
$$;

create function storage.search_v2(
  prefix text,
  bucket_name text,
  limits integer default 100,
  levels integer default 1,
  start_after text default '',
  sort_order text default 'asc',
  sort_column text default 'name',
  sort_column_after text default ''
)
returns table (
  key text,
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql
stable
as $$
/*
  One page of what begins with `prefix`, down to the next slash; `name` is the whole name, a folder's ends in a slash. The
  page begins after `start_after` or, by a time, after that name at `sort_column_after`. A folder is as old as its first object.
*/
declare
  direction text := case when lower(sort_order) = 'desc' then 'desc' else 'asc' end;
  beyond text := case when direction = 'desc' then '<' else '>' end;
  by_time text := (array['updated_at', 'created_at'])[array_position(array['updated_at', 'created_at'], lower(sort_column))];
  -- A cursor carries milliseconds.
  place text := case when by_time is null then '' else format('date_trunc(''milliseconds'', entry.%I), ', by_time) end;
  after_time text := case when by_time is null then '' else '$5, ' end;
begin
  return query execute format(
    $query$
      with found as (
        select object.*, position('/' in substr(object.name, length($1) + 1)) as slash
        from storage.objects as object
        where object.bucket_id = $2 and (object.name collate "C") ^@ $1
      ),
      entries as (
        select left(name, length($1) + slash) as name, null::uuid as id, min(created_at) as updated_at,
          min(created_at) as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata
        from found where slash > 0 group by 1
        union all
        select name, id, updated_at, created_at, last_accessed_at, metadata from found where slash = 0
      )
      select split_part(entry.name, '/', $6), entry.*
      from entries as entry
      where $4 = '' or (%1$s entry.name collate "C") %2$s (%3$s $4)
      order by %4$s entry.name collate "C" %5$s
      limit $3
    $query$,
    place,
    beyond,
    after_time,
    case when by_time is null then '' else format('date_trunc(''milliseconds'', entry.%I) %s, ', by_time, direction) end,
    direction
  )
  using
    coalesce(prefix, ''),
    bucket_name,
    least(coalesce(limits, 100), 1500),
    coalesce(start_after, ''),
    coalesce(nullif(sort_column_after, '')::timestamptz, 'epoch'::timestamptz),
    levels;
end
$$;

-- Rules that hold for every writer -------------------------------------------------------------------------------------

create function storage.update_updated_at_column()
returns trigger
language plpgsql
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create function storage.enforce_bucket_name_length()
returns trigger
language plpgsql
as $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" is too long (% characters). Max is 100.', new.name, length(new.name);
  end if;
  return new;
end
$$;

create function storage.protect_delete()
returns trigger
language plpgsql
as $$
begin
  -- A row deleted by hand would leave its file behind for ever.
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using hint = 'This prevents accidental data loss from orphaned objects.', errcode = '42501';
  end if;
  return null;
end
$$;

create trigger update_objects_updated_at
  before update on storage.objects
  for each row execute function storage.update_updated_at_column();

create trigger enforce_bucket_name_length_trigger
  before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();

create trigger protect_buckets_delete
  before delete on storage.buckets
  for each statement execute function storage.protect_delete();

create trigger protect_objects_delete
  before delete on storage.objects
  for each statement execute function storage.protect_delete();

-- Rights: the API roles may do what policies allow, and there are none to begin with -----------------------------------

alter table storage.migrations enable row level security;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
alter table storage.s3_multipart_uploads enable row level security;
alter table storage.s3_multipart_uploads_parts enable row level security;

grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to service_role;
grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to anon, authenticated;
