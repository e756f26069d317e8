-- People, as others see them. A profile is made with the account and goes with it.

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  handle text not null unique,
  display_name text not null,
  avatar_url text,
  created_at timestamptz not null default now(),
  constraint profiles_handle_form check (handle ~ '^[a-z0-9_]{3,30}$'),
  -- "@here" and "@channel" call many.
  constraint profiles_handle_is_free check (handle not in ('here', 'channel')),
  constraint profiles_display_name_form check (display_name ~ '\S' and char_length(display_name) <= 80),
  constraint profiles_avatar_url_form check (avatar_url ~ '^https?://' and char_length(avatar_url) <= 2048)
);
comment on table public.profiles is 'People, as everybody who is signed in sees them. Made by signing up.';
comment on column public.profiles.handle is 'The short name after "@": 3 to 30 of a–z, 0–9 and "_", unique.';
comment on column public.profiles.display_name is 'The name that is shown: 1 to 80 characters.';
comment on column public.profiles.avatar_url is 'An http(s) address of a picture, or null.';

-- search_users(): by the beginning of a handle or a name, by any part of a name
create extension if not exists pg_trgm with schema extensions;
create index profiles_by_handle on public.profiles (handle text_pattern_ops);
create index profiles_by_name_start on public.profiles (lower(display_name) text_pattern_ops);
create index profiles_by_name on public.profiles using gin (display_name extensions.gin_trgm_ops);


create function private.free_handle(wish text, user_id uuid)
returns text
language plpgsql
stable
set search_path = ''
as $$
/* Signing up must not fail for a handle that is taken or odd: it is made to fit, and can be changed later. */
declare
  v_base text := left(regexp_replace(lower(wish), '[^a-z0-9_]+', '_', 'g'), 24);
  v_handle text;
begin
  v_base := trim(both '_' from v_base);
  if char_length(v_base) < 3 then
    v_base := rpad(v_base, 3, '_') ;
  end if;
  v_handle := v_base;
  for v_length in 4 .. 24 by 4 loop
    exit when v_handle not in ('here', 'channel') and not exists (select from public.profiles p where p.handle = v_handle);
    v_handle := left(v_base, 29 - v_length) || '_' || right(replace(free_handle.user_id::text, '-', ''), v_length);
  end loop;
  return v_handle;
end;
$$;


create function private.tg_users__create_profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_data jsonb := coalesce(new.raw_user_meta_data, '{}');
  v_local text := split_part(coalesce(new.email, ''), '@', 1);
  v_name text := left(btrim(coalesce(v_data ->> 'display_name', v_data ->> 'full_name', v_data ->> 'name', '')), 80);
begin
  insert into public.profiles (id, handle, display_name)
  values (
    new.id,
    private.free_handle(coalesce(nullif(btrim(v_data ->> 'handle'), ''), nullif(v_local, ''), 'guest'), new.id),
    case when v_name ~ '\S' then v_name when v_local <> '' then left(v_local, 80) else 'Guest' end
  );
  return new;
end;
$$;

create trigger _500_create_profile
after insert on auth.users
for each row execute function private.tg_users__create_profile();


alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated, service_role;
grant select on public.profiles to authenticated, service_role;
grant update (handle, display_name, avatar_url) on public.profiles to authenticated, service_role;

create policy profiles_select on public.profiles
for select to authenticated
using ((select auth.uid()) is not null);

create policy profiles_update on public.profiles
for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));
