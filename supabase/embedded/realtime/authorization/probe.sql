-- Asks the policies on realtime.messages by trying: rows are written and read as the user, and everything is undone
-- before the function returns. Each takes one round trip and leaves nothing behind. Their search_path is the session's own,
-- fixed, as Supabase's advisors want it of every function that they see.

-- What is undone still gave its transaction a number, and its end would be waited for on the disk.
set synchronous_commit = off;

create function pg_temp.act_as(topic text, claims jsonb, headers jsonb)
returns void
language sql
set search_path from current
as $$
  select
    set_config('role', claims ->> 'role', true),
    set_config('realtime.topic', topic, true),
    set_config('request.jwt.claims', claims::text, true),
    set_config('request.jwt.claim.sub', claims ->> 'sub', true),
    set_config('request.jwt.claim.role', claims ->> 'role', true),
    set_config('request.headers', headers::text, true)
$$;

create function pg_temp.may_read(topic text, extensions text[], claims jsonb, headers jsonb)
returns text[]
language plpgsql
set search_path from current
as $$
/* Rows for each extension are there to be seen, if the policies let this user see them. */
declare
  v_probes uuid[] := array(select gen_random_uuid() from unnest(extensions));
  v_seen text[];
begin
  insert into realtime.messages (id, topic, extension)
  select p.id, may_read.topic, p.extension from unnest(v_probes, extensions) as p (id, extension);
  perform pg_temp.act_as(topic, claims, headers);
  select array_agg(m.extension) into v_seen
  from realtime.messages m
  where m.id = any (v_probes) and m.inserted_at = localtimestamp;
  raise exception using errcode = 'RTEND';
exception when sqlstate 'RTEND' then
  return coalesce(v_seen, '{}');
end;
$$;

create function pg_temp.may_write(topic text, extensions text[], claims jsonb, headers jsonb)
returns text[]
language plpgsql
set search_path from current
as $$
declare
  v_extension text;
  v_granted text[] := '{}';
begin
  perform pg_temp.act_as(topic, claims, headers);
  foreach v_extension in array extensions loop
    begin
      insert into realtime.messages (topic, extension) values (topic, v_extension);
      v_granted := v_granted || v_extension;
    exception when insufficient_privilege then
      null;
    end;
  end loop;
  raise exception using errcode = 'RTEND';
exception when sqlstate 'RTEND' then
  return v_granted;
end;
$$;
