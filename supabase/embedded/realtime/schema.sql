-- What Realtime keeps in the database: the messages that the database itself sends, and the policies on them, which say
-- who may hear and speak on a private topic. Names, columns and signatures are those of Supabase Realtime.

grant supabase_realtime_admin to postgres;
grant create, usage on schema realtime to supabase_realtime_admin with grant option;
grant usage on schema realtime to postgres with grant option;


create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default (now() at time zone 'utc'),
  inserted_at timestamp not null default (now() at time zone 'utc'),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  skip_broadcast boolean not null default false,
  expires_at timestamp,
  constraint messages_pkey primary key (id, inserted_at),
  constraint messages_payload_exclusive check (payload is null or binary_payload is null)
)
partition by range (inserted_at);
comment on table realtime.messages is 'What the database broadcasts, kept for three days. Policies here decide who may use a private channel.';
comment on column realtime.messages.skip_broadcast is 'Was delivered already by the client that had it stored (persist), and is there for replay only.';
comment on column realtime.messages.expires_at is 'Replayed until then (UTC); null for as long as it is kept.';

-- Replay: the newest private broadcasts of a topic.
create index messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic)
where extension = 'broadcast' and private is true;

alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant all on realtime.messages to postgres, dashboard_user;

create publication supabase_realtime_messages_publication for table realtime.messages
where (not skip_broadcast) with (publish = 'insert', publish_via_partition_root = true);


create function realtime.keep_message_partitions()
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A partition a day, from yesterday to three days ahead, so that sending never waits for one; 72 hours are kept. Looks
   before it acts, because creating and dropping lock the table against senders for a moment. */
declare
  v_today date := (now() at time zone 'utc')::date;
  v_day date;
  v_name text;
begin
  for v_day in select v_today + d from generate_series(-1, 3) as d loop
    v_name := 'messages_' || to_char(v_day, 'YYYY_MM_DD');
    if to_regclass('realtime.' || v_name) is null then
      execute format(
        'create table if not exists realtime.%I partition of realtime.messages for values from (%L) to (%L)',
        v_name, v_day, v_day + 1
      );
    end if;
  end loop;
  for v_name in
    select c.relname
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'realtime.messages'::regclass
      and c.relname ~ '^messages_\d{4}_\d\d_\d\d$'
      and to_date(substr(c.relname, 10), 'YYYY_MM_DD') < v_today - 3
  loop
    execute format('drop table if exists realtime.%I', v_name);
  end loop;
end;
$$;
comment on function realtime.keep_message_partitions is 'Makes and drops the daily partitions of realtime.messages. The server calls it when it starts and every hour.';
alter function realtime.keep_message_partitions owner to supabase_realtime_admin;
revoke execute on function realtime.keep_message_partitions from public;
select realtime.keep_message_partitions();


create function realtime.topic()
returns text
language sql
stable
as $$
  select nullif(current_setting('realtime.topic', true), '')::text
$$;
comment on function realtime.topic is 'Inside a policy on realtime.messages: the topic of the channel that is being joined or sent on.';
alter function realtime.topic owner to supabase_realtime_admin;


create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void
language plpgsql
as $$
/* A broadcast is a hint beside the caller's own work, so it never makes that fail: errors become warnings. */
declare
  v_id uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (
    v_id,
    case when payload ? 'id' then payload else jsonb_set(payload, '{id}', to_jsonb(v_id)) end,
    event, topic, private, 'broadcast'
  );
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end;
$$;
comment on function realtime.send is 'Broadcasts a payload to a topic when the transaction commits. Adds an id to the payload if it has none.';
alter function realtime.send owner to supabase_realtime_admin;


create function realtime.send_binary(payload bytea, event text, topic text, private boolean default true)
returns void
language plpgsql
as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (binary_payload, event, topic, private, extension)
  values (payload, event, topic, private, 'broadcast');
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end;
$$;
comment on function realtime.send_binary is 'Broadcasts bytes to a topic when the transaction commits. Only clients of protocol 2.0.0 get them.';
alter function realtime.send_binary owner to supabase_realtime_admin;


create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text default 'ROW'
)
returns void
language plpgsql
as $$
/* Meant for row triggers. Unlike send it raises, so a trigger that is set up wrongly is noticed at once. */
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation is null or operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name, topic_name
  );
exception when others then
  raise exception 'Failed to process the row: %', sqlerrm;
end;
$$;
comment on function realtime.broadcast_changes is 'Broadcasts a changed row, for use in a row trigger.';
alter function realtime.broadcast_changes owner to supabase_realtime_admin;


create function realtime.authorize(
  role_name text, topic_name text, claims text, sub text, headers text, read_extensions text[], write_extensions text[],
  out read_allowed boolean[], out write_allowed boolean[]
)
language plpgsql
as $$
/* Asks the policies by trying. For each extension a row is written that is there to be seen, and as the user one is read and
   one is written; the error at the end undoes it all, the change of role included. What is undone still gave its transaction
   a number, so its end would be waited for on the disk. */
declare
  v_now timestamp := now() at time zone 'utc';
  v_probes uuid[] := array(select gen_random_uuid() from unnest(read_extensions));
  v_seen uuid[];
  v_extension text;
begin
  perform set_config('synchronous_commit', 'off', true);
  write_allowed := '{}';
  begin
    insert into realtime.messages (id, topic, extension, inserted_at)
    select p.id, topic_name, p.extension, v_now from unnest(v_probes, read_extensions) as p (id, extension);
    perform
      set_config('role', role_name, true),
      set_config('realtime.topic', topic_name, true),
      set_config('request.jwt.claims', claims, true),
      set_config('request.jwt.claim.sub', sub, true),
      set_config('request.jwt.claim.role', role_name, true),
      set_config('request.headers', headers, true);
    v_seen := array(select m.id from realtime.messages m where m.id = any (v_probes) and m.inserted_at = v_now);
    read_allowed := array(select p.id = any (v_seen) from unnest(v_probes) with ordinality as p (id, n) order by p.n);
    foreach v_extension in array write_extensions loop
      begin
        insert into realtime.messages (topic, extension) values (topic_name, v_extension);
        write_allowed := write_allowed || true;
      exception when insufficient_privilege then
        write_allowed := write_allowed || false;
      end;
    end loop;
    raise exception using errcode = 'RTA01';
  exception when sqlstate 'RTA01' then
    null;
  end;
end;
$$;
comment on function realtime.authorize is 'Which of the extensions (broadcast, presence, persistence) somebody may read and write on a topic, by the policies on realtime.messages.';
alter function realtime.authorize owner to supabase_realtime_admin;


create function extensions.keep_realtime_as_it_is()
returns event_trigger
language plpgsql
as $$
/* To make policies on the tables here one must own them, so postgres is a member of their owner. What that would allow beyond
   policies the hosted platform refuses, and a migration should fail here before it fails there. */
declare
  v_forbidden boolean;
begin
  if current_user <> 'postgres' then
    return;
  end if;
  -- Triggers and policies are in no schema, but on a table of one.
  if tg_event = 'sql_drop' then
    v_forbidden := exists (
      select from pg_event_trigger_dropped_objects() o
      where o.schema_name = 'realtime' and o.object_type <> 'policy'
        or o.object_type = 'trigger' and o.object_identity like '% on realtime.%'
    );
  else
    v_forbidden := exists (
      select from pg_event_trigger_ddl_commands() c
      where c.schema_name = 'realtime' and c.command_tag not in ('CREATE POLICY', 'ALTER POLICY')
        or c.object_type = 'trigger' and c.object_identity like '% on realtime.%'
    );
  end if;
  if v_forbidden then
    raise exception using
      errcode = 'insufficient_privilege',
      message = 'permission denied for schema realtime',
      hint = 'As on the hosted platform, migrations may make policies on its tables, and change nothing else.';
  end if;
end;
$$;

create event trigger keep_realtime_ddl on ddl_command_end execute function extensions.keep_realtime_as_it_is();
create event trigger keep_realtime_drop on sql_drop execute function extensions.keep_realtime_as_it_is();
