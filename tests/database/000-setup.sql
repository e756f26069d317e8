-- What the other files share: pgTAP, and named people with their sessions. Files run in alphabetical order on one database,
-- so this one commits; 999-teardown.sql takes it away again.

create extension if not exists pgtap with schema extensions;

begin;

-- The migrations take the right to execute from everybody; assertions and helpers are for whoever is signed in.
do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid::regprocedure
    from pg_extension e
    join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.classid = 'pg_proc'::regclass
    join pg_proc p on p.oid = d.objid
    where e.extname = 'pgtap' and p.proowner = current_user::regrole
  loop
    execute format('grant execute on function %s to public', v_function);
  end loop;
end;
$$;

drop schema if exists tests cascade;
create schema tests;
comment on schema tests is 'Helpers of the pgTAP files; exists only while they run.';
grant usage on schema tests to anon, authenticated, service_role;

create function tests.user_id(name text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  -- Derived, so that anybody may ask for it without reading a table.
  select md5('tests:' || name)::uuid;
$$;
comment on function tests.user_id(text) is 'Id of the person with that name.';

create function tests.create_user(name text)
returns uuid
language plpgsql
set search_path = ''
as $$
begin
  insert into auth.users (instance_id, id, aud, role, email, raw_app_meta_data, raw_user_meta_data, email_confirmed_at, created_at, updated_at)
  values (
    '00000000-0000-0000-0000-000000000000', tests.user_id(name), 'authenticated', 'authenticated', name || '@tests.example',
    '{"provider": "email", "providers": ["email"]}',
    jsonb_build_object('handle', 'test_' || name, 'display_name', initcap(name)),
    now(), now(), now()
  );
  return tests.user_id(name);
end;
$$;
comment on function tests.create_user(text) is 'Makes an account; its profile has the handle test_<name>.';

create function tests.create_users(variadic names text[])
returns void
language sql
set search_path = ''
as $$
  select tests.create_user(name) from unnest(names) as name;
$$;

create function tests.sign_in_as(name text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object(
    'sub', tests.user_id(name), 'role', 'authenticated', 'aud', 'authenticated', 'email', name || '@tests.example',
    'aal', 'aal1', 'session_id', md5('session:' || name)::uuid, 'is_anonymous', false
  )::text, true);
  perform set_config('role', 'authenticated', true);
end;
$$;
comment on function tests.sign_in_as(text) is 'From here on, statements run as the signed-in person, with the claims that PostgREST would set.';

create function tests.sign_in_as_anon()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '{"role": "anon", "iss": "supabase"}', true);
  perform set_config('role', 'anon', true);
end;
$$;

create function tests.sign_in_as_service()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '{"role": "service_role", "iss": "supabase"}', true);
  perform set_config('role', 'service_role', true);
end;
$$;

create function tests.sign_out()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('role', 'none', true);
end;
$$;
comment on function tests.sign_out() is 'Back to the role postgres, without claims.';

create function tests.keep(name text, value anyelement)
returns void
language sql
set search_path = ''
as $$
  select set_config('tests.' || name, value::text, true);
$$;
comment on function tests.keep(text, anyelement) is 'Remembers a value until the end of the file, whoever is signed in.';

create function tests.kept(name text)
returns text
language sql
stable
set search_path = ''
as $$
  select current_setting('tests.' || name);
$$;

create function tests.refused(statement text, status int, code text, why text)
returns text
language plpgsql
as $$
/* Passes when the statement raises a refusal of the catalogue, as PostgREST reads it: SQLSTATE PGRST, the message being
   the JSON body and the detail the HTTP status. */
declare
  v_state text;
  v_message text;
  v_detail text;
begin
  begin
    execute statement;
  exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail;
  end;
  if v_state is null then
    return extensions.ok(false, why) || E'\n' || extensions.diag('it was not refused');
  elsif v_state <> 'PGRST' then
    return extensions.ok(false, why) || E'\n' || extensions.diag(v_state || ': ' || v_message);
  end if;
  return extensions.is(
    (v_detail::jsonb ->> 'status') || ' ' || (v_message::jsonb ->> 'code'),
    status || ' ' || code,
    why
  );
end;
$$;
comment on function tests.refused(text, int, text, text) is 'The statement is refused with this HTTP status and this code.';

create function tests.rows_written()
returns table (place text, n bigint)
language sql
set search_path = ''
as $$
  select case schemaname when 'realtime' then 'announced' else relname end, sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint
  from pg_catalog.pg_stat_xact_all_tables
  where schemaname in ('public', 'private', 'realtime')
  group by 1
$$;
comment on function tests.rows_written() is 'Rows that this transaction has written so far, by table; those of Realtime as "announced".';

create function tests.cost(statement text)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_before jsonb := (select jsonb_object_agg(place, n) from tests.rows_written());
begin
  execute statement;
  return (
    select jsonb_object_agg(place, n - coalesce((v_before ->> place)::bigint, 0))
    from tests.rows_written()
    where n > coalesce((v_before ->> place)::bigint, 0)
  );
end;
$$;
comment on function tests.cost(text) is 'Rows written by the statement, run as whoever is signed in: what is announced, and all else by table.';

grant execute on all functions in schema tests to anon, authenticated, service_role;

select extensions.plan(1);
select extensions.has_schema('tests');
select extensions.finish();

commit;
