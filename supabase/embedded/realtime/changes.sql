-- Postgres Changes as the database knows them: who listens to which table (realtime.subscription, checked when a row comes
-- in), and the functions by which Supabase Realtime finds out who hears of a change. Names, signatures and results are the
-- real ones'. The server itself fills and reads the subscriptions and uses the checks of values and filters; it decodes
-- changes from its own stream (changes/), so that apply_rls and list_changes are there for those who call them.

create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
alter type realtime.action owner to supabase_realtime_admin;

create type realtime.equality_op as enum (
  'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'ilike', 'is', 'match', 'imatch', 'isdistinct'
);
alter type realtime.equality_op owner to supabase_realtime_admin;

create type realtime.user_defined_filter as (column_name text, op realtime.equality_op, value text, negate boolean);
alter type realtime.user_defined_filter owner to supabase_realtime_admin;

create type realtime.wal_column as (
  name text, type_name text, type_oid oid, value jsonb, is_pkey boolean, is_selectable boolean
);
alter type realtime.wal_column owner to supabase_realtime_admin;

create type realtime.wal_rls as (wal jsonb, is_rls_enabled boolean, subscription_ids uuid[], errors text[]);
alter type realtime.wal_rls owner to supabase_realtime_admin;


create function realtime.to_regrole(role_name text)
returns regrole
language sql
immutable
as $$
  select role_name::regrole
$$;
comment on function realtime.to_regrole is 'The role of that name; an error if there is none. Immutable, so that a generated column may use it.';
alter function realtime.to_regrole owner to supabase_realtime_admin;


create function realtime."cast"(val text, type_ regtype)
returns jsonb
language plpgsql
immutable
as $$
/* How a value looks in a change: as to_jsonb has it. Bytes stay the hexadecimal digits that they come as. */
declare
  v_result jsonb;
begin
  if type_ = 'bytea'::regtype then
    return to_jsonb(val);
  end if;
  -- Without a length, character and bit would mean one of them, and cut the value off.
  execute format(
    'select to_jsonb(%L::%s)', val, case type_ when 'bpchar'::regtype then 'bpchar' when 'bit'::regtype then 'varbit' else type_::text end
  ) into v_result;
  return v_result;
end;
$$;
comment on function realtime."cast" is 'The text of a value of some type, as JSON.';
alter function realtime."cast" owner to supabase_realtime_admin;


create function realtime.check_equality_op(op realtime.equality_op, type_ regtype, val_1 text, val_2 text, negate boolean)
returns boolean
language plpgsql
stable
as $$
/* Whether "val_1 op val_2" holds with both read as the type. Null, as ever, where one of them is null, but for is and
   isdistinct. */
declare
  v_type text := case type_ when 'bpchar'::regtype then 'bpchar' when 'bit'::regtype then 'varbit' else type_::text end;
  v_symbol text := case op
    when 'eq' then '=' when 'neq' then '<>' when 'lt' then '<' when 'lte' then '<=' when 'gt' then '>' when 'gte' then '>='
    when 'in' then '= any' when 'like' then 'like' when 'ilike' then 'ilike' when 'match' then '~' when 'imatch' then '~*'
  end;
  v_result boolean;
begin
  if op = 'is' then
    if val_2 not in ('null', 'true', 'false', 'unknown') then
      raise exception 'invalid value for is filter: must be null, true, false, or unknown';
    end if;
    execute format('select %L::%s is %s', val_1, v_type, val_2) into v_result;
  elsif op = 'isdistinct' then
    execute format('select %L::%s is distinct from %L::%2$s', val_1, v_type, val_2) into v_result;
  else
    execute format(
      'select %L::%s %s (%L::%s)', val_1, v_type, v_symbol, val_2, v_type || case when op = 'in' then '[]' else '' end
    ) into v_result;
  end if;
  return v_result <> coalesce(negate, false);
end;
$$;
comment on function realtime.check_equality_op(realtime.equality_op, regtype, text, text, boolean) is
  'Whether a value passes a filter.';
alter function realtime.check_equality_op(realtime.equality_op, regtype, text, text, boolean) owner to supabase_realtime_admin;


create function realtime.check_equality_op(op realtime.equality_op, type_ regtype, val_1 text, val_2 text)
returns boolean
language sql
immutable
as $$
  select realtime.check_equality_op(op, type_, val_1, val_2, false)
$$;
comment on function realtime.check_equality_op(realtime.equality_op, regtype, text, text) is
  'Whether a value passes a filter that is not negated.';
alter function realtime.check_equality_op(realtime.equality_op, regtype, text, text) owner to supabase_realtime_admin;


create function realtime.is_visible_through_filters(columns realtime.wal_column[], filters realtime.user_defined_filter[])
returns boolean
language sql
stable
as $$
  select coalesce(
    bool_and(
      c.name is not null
      and coalesce(
        realtime.check_equality_op(
          f.op, coalesce(c.type_oid::regtype, c.type_name::regtype), c.value #>> '{}', f.value, coalesce(f.negate, false)
        ),
        false
      )
    ),
    true
  )
  from unnest(filters) as f
  left join unnest(columns) as c on c.name = f.column_name
$$;
comment on function realtime.is_visible_through_filters is 'Whether a row passes every filter. A filter on a column that the row lacks is not passed.';
alter function realtime.is_visible_through_filters owner to supabase_realtime_admin;


create function realtime.build_prepared_statement_sql(
  prepared_statement_name text, entity regclass, columns realtime.wal_column[]
)
returns text
language sql
as $$
  select format(
    'prepare %s as select exists (select 1 from %s where %s)',
    prepared_statement_name,
    entity,
    string_agg(format('%I = %L', c.name, c.value #>> '{}'), ' and ')
  )
  from unnest(columns) as c
  where c.is_pkey
  having count(*) > 0
$$;
comment on function realtime.build_prepared_statement_sql is 'A statement that tells whether the row with this primary key can be seen by whoever executes it.';
alter function realtime.build_prepared_statement_sql owner to supabase_realtime_admin;


create function realtime.wal2json_escape_identifier(name text)
returns text
language sql
immutable strict
as $$
  select regexp_replace(name, '([\\,.[:space:]])', '\\\1', 'g')
$$;
comment on function realtime.wal2json_escape_identifier is 'A name as the decoding plugin wal2json takes it in its options.';
alter function realtime.wal2json_escape_identifier owner to supabase_realtime_admin;


create function realtime.quote_wal2json(entity regclass)
returns text
language sql
immutable strict
as $$
  select realtime.wal2json_escape_identifier(n.nspname) || '.' || realtime.wal2json_escape_identifier(c.relname)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = entity
$$;
comment on function realtime.quote_wal2json is 'A table as the decoding plugin wal2json takes it in its options.';
alter function realtime.quote_wal2json owner to supabase_realtime_admin;


create table realtime.subscription (
  id bigint generated always as identity,
  subscription_id uuid not null,
  entity regclass not null,
  filters realtime.user_defined_filter[] not null default '{}',
  claims jsonb not null,
  claims_role regrole not null generated always as (realtime.to_regrole(claims ->> 'role')) stored,
  created_at timestamp not null default (now() at time zone 'utc'),
  action_filter text default '*',
  selected_columns text[],
  constraint pk_subscription primary key (id),
  constraint subscription_action_filter_check check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE'))
);
comment on table realtime.subscription is 'Who listens to the changes of a table. The server keeps it: a row per entry of a channel and table.';
comment on column realtime.subscription.claims is 'The token under which rows are shown; its role is claims_role.';

-- Who hears of a table's changes.
create index ix_realtime_subscription_entity on realtime.subscription (entity);
-- The same entry again only renews its claims.
create unique index subscription_subscription_id_entity_filters_action_filter_selec on realtime.subscription
  (subscription_id, entity, filters, action_filter, coalesce(selected_columns, '{}'));

alter table realtime.subscription owner to supabase_realtime_admin;
grant select on realtime.subscription to anon, authenticated, service_role;
grant all on realtime.subscription to postgres, dashboard_user;


create function realtime.subscription_check_filters()
returns trigger
language plpgsql
as $$
/* What could not be evaluated when a change comes is refused now, so that one subscriber cannot hold up the others. The
   order of filters and columns says nothing, and is made the same for all. */
declare
  v_selectable text[] := array(
    select a.attname
    from pg_catalog.pg_attribute a
    where a.attrelid = new.entity and a.attnum > 0 and not a.attisdropped
      and has_column_privilege(new.claims ->> 'role', a.attrelid, a.attnum, 'select')
  );
  v_filter realtime.user_defined_filter;
  v_type regtype;
  v_operator text;
  v_column text;
begin
  foreach v_filter in array new.filters loop
    if v_filter.column_name <> all (v_selectable) then
      raise exception 'invalid column for filter %', v_filter.column_name;
    end if;
    select a.atttypid into v_type
    from pg_catalog.pg_attribute a
    where a.attrelid = new.entity and a.attname = v_filter.column_name;

    if v_filter.op = 'in' then
      if jsonb_array_length(realtime.cast(v_filter.value, (v_type::text || '[]')::regtype)) > 100 then
        raise exception 'too many values for `in` filter. Maximum 100';
      end if;
    elsif v_filter.op = 'is' then
      if v_filter.value not in ('null', 'true', 'false', 'unknown') then
        raise exception 'invalid value for is filter: must be null, true, false, or unknown';
      elsif v_filter.value <> 'null' and v_type <> 'boolean'::regtype then
        raise exception 'is % filter requires a boolean column, got %', v_filter.value, v_type;
      end if;
    elsif v_filter.op in ('like', 'ilike', 'match', 'imatch') then
      v_operator := case v_filter.op when 'match' then '~' when 'imatch' then '~*' else '~~' end;
      if not exists (
        select from pg_catalog.pg_operator o
        where o.oprname = v_operator and o.oprleft = v_type
          and (v_operator = '~~' or (o.oprright = v_type and o.oprresult = 'boolean'::regtype))
      ) then
        raise exception 'operator % requires a text-compatible column type, got %', v_filter.op, v_type;
      end if;
      if v_filter.op in ('match', 'imatch') then
        begin
          perform '' ~ v_filter.value;
        exception when others then
          raise exception 'invalid regular expression for % filter: %', v_filter.op, sqlerrm;
        end;
      end if;
    else
      perform realtime.cast(v_filter.value, v_type);
    end if;
  end loop;

  foreach v_column in array coalesce(new.selected_columns, '{}') loop
    if v_column <> all (v_selectable) then
      raise exception 'invalid column for select %', v_column;
    end if;
  end loop;

  new.filters := array(select f from unnest(new.filters) as f order by f.column_name, f.op, f.value, f.negate);
  if new.selected_columns is not null then
    new.selected_columns := array(select c from unnest(new.selected_columns) as c order by c);
  end if;
  return new;
end;
$$;
comment on function realtime.subscription_check_filters is 'Refuses a subscription with a filter or a column that its role may not read or Postgres cannot evaluate.';
alter function realtime.subscription_check_filters owner to supabase_realtime_admin;

create trigger tr_check_filters before insert or update on realtime.subscription
for each row execute function realtime.subscription_check_filters();


create function realtime.apply_rls(wal jsonb, max_record_bytes integer default 1024 * 1024)
returns setof realtime.wal_rls
language plpgsql
as $$
/* One change as the plugin wal2json has it, and for every role and choice of columns that is listening: what is sent, and
   to which subscriptions. The row is looked up as it is now, under the policies. Deletes cannot be: under policies they
   show the key alone, and that to everybody. */
declare
  v_entity regclass := format('%I.%I', wal ->> 'schema', wal ->> 'table')::regclass;
  v_action realtime.action := case wal ->> 'action'
    when 'I' then 'INSERT' when 'U' then 'UPDATE' when 'D' then 'DELETE' else 'ERROR'
  end;
  v_too_large boolean := octet_length(wal::text) > max_record_bytes;
  v_has_policies boolean := (select c.relrowsecurity from pg_catalog.pg_class c where c.oid = v_entity);
  v_listening realtime.subscription[] := array(
    select s from realtime.subscription s where s.entity = v_entity and s.action_filter in ('*', v_action::text)
  );
  v_output jsonb := jsonb_build_object('schema', wal ->> 'schema', 'table', wal ->> 'table', 'type', v_action);
  v_new realtime.wal_column[];
  v_old realtime.wal_column[];
  v_role regrole;
  v_error text;
  v_subscription realtime.subscription;
  v_seen boolean;
  v_visible uuid[];
  v_columns text[];
begin
  perform set_config('role', 'none', true);
  for v_role in
    select s.claims_role from unnest(v_listening) as s group by s.claims_role order by s.claims_role::text
  loop
    select array_agg(c.col) filter (where c.part = 'columns'), array_agg(c.col) filter (where c.part = 'identity')
    into v_new, v_old
    from (
      select
        p.part,
        row(
          x ->> 'name', x ->> 'type', x ->> 'typeoid',
          realtime.cast(x #>> '{value}', coalesce((x ->> 'typeoid')::regtype, (x ->> 'type')::regtype)),
          exists (select from jsonb_array_elements(wal -> 'pk') as k where k -> 'name' = x -> 'name'),
          has_column_privilege(v_role, v_entity, x ->> 'name', 'select')
        )::realtime.wal_column as col
      from unnest(array['columns', 'identity']) as p (part)
      cross join lateral jsonb_array_elements(wal -> p.part) as x
    ) as c;
    v_error := case
      when v_action = 'DELETE' then null
      when not exists (select from unnest(v_new) as c where c.is_pkey) then 'Error 400: Bad Request, no primary key'
      when exists (select from unnest(v_new) as c where c.is_pkey and not c.is_selectable) then 'Error 401: Unauthorized'
    end;

    v_visible := '{}';
    if v_error is null and v_has_policies and v_action <> 'DELETE' then
      if exists (select from pg_catalog.pg_prepared_statements p where p.name = 'walrus_rls_stmt') then
        deallocate walrus_rls_stmt;
      end if;
      execute realtime.build_prepared_statement_sql('walrus_rls_stmt', v_entity, v_new);
    end if;
    foreach v_subscription in array v_listening loop
      continue when v_error is not null or v_subscription.claims_role <> v_role;
      continue when not (
        realtime.is_visible_through_filters(v_new, v_subscription.filters)
        or (v_action = 'DELETE' and realtime.is_visible_through_filters(v_old, v_subscription.filters))
      );
      v_seen := true;
      if v_has_policies and v_action <> 'DELETE' then
        perform
          set_config('role', trim(both '"' from v_role::text), true),
          set_config('request.jwt.claims', v_subscription.claims::text, true);
        execute 'execute walrus_rls_stmt' into v_seen;
        perform set_config('role', 'none', true);
      end if;
      if v_seen then
        v_visible := v_visible || v_subscription.subscription_id;
      end if;
    end loop;

    for v_columns in
      select s.selected_columns
      from unnest(v_listening) as s
      where s.claims_role = v_role
      group by s.selected_columns
      order by coalesce(array_to_string(s.selected_columns, ','), '')
    loop
      return next (
        case when v_error is not null then v_output else
          v_output
          || jsonb_build_object(
            'commit_timestamp',
            to_char((wal ->> 'timestamp')::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'columns', (
              select jsonb_agg(jsonb_build_object('name', a.attname, 'type', t.typname) order by a.attnum)
              from pg_catalog.pg_attribute a
              join pg_catalog.pg_type t on t.oid = a.atttypid
              where a.attrelid = v_entity and a.attnum > 0 and has_column_privilege(v_role, v_entity, a.attname, 'select')
                and (v_columns is null or a.attname = any (v_columns) or exists (
                  select from pg_catalog.pg_constraint k
                  where k.conrelid = v_entity and k.contype = 'p' and a.attnum = any (k.conkey)
                ))
            )
          )
          || case when v_action in ('INSERT', 'UPDATE') then jsonb_build_object('record', (
            -- A large value that did not change is only in the old row, if that is logged in full.
            select jsonb_object_agg(coalesce(n.name, o.name), case when n.name is null then o.value else n.value end)
            from unnest(v_new) as n
            full join unnest(v_old) as o on o.name = n.name
            where coalesce(n.is_selectable, o.is_selectable)
              and (v_columns is null or coalesce(n.name, o.name) = any (v_columns) or coalesce(n.is_pkey, o.is_pkey))
              and (not v_too_large or octet_length(n.value::text) <= 64)
          )) else '{}' end
          || case when v_action in ('UPDATE', 'DELETE') then jsonb_build_object('old_record', (
            select jsonb_object_agg(o.name, o.value)
            from unnest(v_old) as o
            where o.is_selectable
              and (v_columns is null or o.name = any (v_columns) or o.is_pkey)
              and (not v_too_large or octet_length(o.value::text) <= 64)
              and (v_action = 'UPDATE' or not v_has_policies or o.is_pkey)
          )) else '{}' end
        end,
        v_has_policies,
        array(
          select s.subscription_id
          from unnest(v_listening) as s
          where s.claims_role = v_role and s.selected_columns is not distinct from v_columns
            and (v_error is not null or s.subscription_id = any (v_visible))
        ),
        case
          when v_error is not null then array[v_error]
          when v_too_large then array['Error 413: Payload Too Large']
          else '{}'::text[]
        end
      )::realtime.wal_rls;
    end loop;
  end loop;
  perform set_config('role', 'none', true);
end;
$$;
comment on function realtime.apply_rls is 'What each role may know of a change (as wal2json writes it), and which subscriptions are told.';
alter function realtime.apply_rls owner to supabase_realtime_admin;


create function realtime.list_changes(publication name, slot_name name, max_changes integer, max_record_bytes integer)
returns table (
  wal jsonb, is_rls_enabled boolean, subscription_ids uuid[], errors text[], slot_changes_count bigint
)
language sql
set log_min_messages to 'fatal'
as $$
  /* The next changes of a slot of wal2json with their audience, or one row of nothing but the count. */
  with options as (
    select
      concat_ws(
        ',',
        case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end
      ) as actions,
      (
        select coalesce(string_agg(realtime.quote_wal2json(format('%I.%I', t.schemaname, t.tablename)::regclass), ','), '')
        from pg_catalog.pg_publication_tables t
        where t.pubname = p.pubname
      ) as tables
    from pg_catalog.pg_publication p
    where p.pubname = publication
  ),
  -- Reading moves the slot on, so it happens once.
  read as materialized (
    select c.data::jsonb as wal
    from options o
    cross join lateral pg_catalog.pg_logical_slot_get_changes(
      slot_name, null, max_changes,
      'include-pk', 'true', 'include-transaction', 'false', 'include-timestamp', 'true', 'include-type-oids', 'true',
      'format-version', '2', 'actions', o.actions, 'add-tables', o.tables
    ) as c
    where o.tables <> ''
  ),
  heard as (
    select a.* from read r cross join lateral realtime.apply_rls(r.wal, max_record_bytes) as a
    where cardinality(a.subscription_ids) > 0
  )
  select h.*, (select count(*) from read) from heard h
  union all
  select null, null, null, null, (select count(*) from read) where not exists (select from heard)
$$;
comment on function realtime.list_changes is 'Reads changes from a slot of the plugin wal2json and says who is told of them. This database brings no wal2json; the server decodes by pgoutput.';
alter function realtime.list_changes owner to supabase_realtime_admin;


grant execute on all functions in schema realtime to postgres;
grant execute on function
  realtime.to_regrole, realtime."cast", realtime.is_visible_through_filters, realtime.build_prepared_statement_sql,
  realtime.quote_wal2json, realtime.subscription_check_filters, realtime.apply_rls,
  realtime.check_equality_op(realtime.equality_op, regtype, text, text),
  realtime.check_equality_op(realtime.equality_op, regtype, text, text, boolean)
to anon, authenticated, service_role;
