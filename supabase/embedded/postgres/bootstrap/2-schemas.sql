-- Schemas, their owners and the grants that a new Supabase project has. The schemas of services belong to
-- `supabase_admin`, so that `supabase db reset` leaves them; the objects in them belong to each service's own role.

alter database postgres owner to postgres;
alter database postgres set search_path = "$user", public, extensions;

create schema extensions authorization supabase_admin;
create schema auth authorization supabase_admin;
create schema storage authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema graphql authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
create schema vault authorization supabase_admin;
create schema supabase_migrations authorization postgres;

alter schema public owner to postgres;
grant usage on schema public to anon, authenticated, service_role;
grant all on schema public to postgres;

grant all on schema extensions to postgres with grant option;
grant usage on schema extensions to anon, authenticated, service_role;

grant all on schema auth to supabase_auth_admin, dashboard_user;
grant usage on schema auth to anon, authenticated, service_role, postgres;
grant all on schema storage to supabase_storage_admin, dashboard_user;
grant usage on schema storage to anon, authenticated, service_role, postgres;
grant all on schema realtime to supabase_realtime_admin;
grant usage on schema realtime to anon, authenticated, service_role, postgres;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
