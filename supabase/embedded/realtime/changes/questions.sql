-- What the server asks of the database about changes, as functions of its session. Each takes one round trip.

-- Values are compared with those of the stream as text, so both are written alike (session.ts), and the plans of the
-- lookups are made once.
set plan_cache_mode = force_generic_plan;

create function pg_temp.type_name(type oid)
returns text
language sql
set search_path = ''
as $$
  -- Without a length, character and bit would mean one of them.
  select case type when 1042 then 'bpchar' when 1560 then 'varbit' else pg_catalog.format_type(type, null) end
$$;

create function pg_temp.base_type(type oid)
returns pg_catalog.pg_type
language plpgsql
set search_path = ''
as $$
declare
  v_type pg_catalog.pg_type;
begin
  loop
    select t.* into v_type from pg_catalog.pg_type t where t.oid = type;
    exit when v_type.typtype is distinct from 'd';
    type := v_type.typbasetype;
  end loop;
  return v_type;
end;
$$;

create function pg_temp.signature(relation oid)
returns text
language plpgsql
set search_path = ''
as $$
/* Another one after anything that facts are made of has changed: columns, keys, policies, grants. Null without the table. */
begin
  return (
    select concat_ws(
      '/',
      c.xmin,
      array(select a.xmin::text from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 order by a.attnum),
      array(select i.xmin::text from pg_catalog.pg_index i where i.indrelid = c.oid order by i.indexrelid),
      array(select p.xmin::text from pg_catalog.pg_policy p where p.polrelid = c.oid order by p.oid),
      array(select m.xmin::text from pg_catalog.pg_auth_members m order by m.oid)
    )
    from pg_catalog.pg_class c
    where c.oid = relation
  );
end;
$$;

create function pg_temp.reads_claims(relation oid, role name)
returns boolean
language sql
set search_path = ''
as $$
  /* Whether two people of a role may see different rows. No, if no policy for them looks at anything beside the row:
     neither calls a function nor selects. Without a search path, operators of the application are written as calls too. */
  select exists (
    select
    from pg_catalog.pg_policy p
    where p.polrelid = relation
      and p.polcmd in ('r', '*')
      and (p.polroles = '{0}' or exists (select from unnest(p.polroles) as o (oid) where pg_catalog.pg_has_role(r.oid, o.oid, 'usage')))
      and (
        pg_catalog.pg_get_expr(p.polqual, p.polrelid) ~* '[[:alnum:]_"]\(|\mselect\M'
        or exists (
          select from pg_catalog.pg_depend d
          where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
            and (d.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
              or (d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> p.polrelid))
        )
      )
  )
  from pg_catalog.pg_roles r
  where r.rolname = role
$$;

create function pg_temp.facts(relation oid, roles text[])
returns jsonb
language sql
set search_path = ''
as $$
  select jsonb_build_object(
    'oid', c.oid::bigint,
    'signature', pg_temp.signature(c.oid),
    'name', format('%I.%I', n.nspname, c.relname),
    'hasPolicies', c.relrowsecurity,
    'columns', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'name', a.attname,
          'type', t.typname,
          'cast', pg_temp.type_name(a.atttypid),
          'isKey', coalesce(a.attnum = any (k.conkey), false),
          'base', (b.base).oid::bigint,
          'isEnum', (b.base).typtype = 'e',
          'element', case when (b.base).typcategory = 'A' then (e.base).oid::bigint end,
          'isEnumElement', coalesce((e.base).typtype = 'e', false),
          'generated', case when a.attgenerated <> '' then pg_catalog.pg_get_expr(g.adbin, g.adrelid) end
        )
        order by a.attnum
      ), '[]')
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_type t on t.oid = a.atttypid
      cross join lateral (select pg_temp.base_type(a.atttypid) as base) b
      cross join lateral (select pg_temp.base_type((b.base).typelem) as base) e
      left join pg_catalog.pg_attrdef g on g.adrelid = a.attrelid and g.adnum = a.attnum
      left join pg_catalog.pg_constraint k on k.conrelid = a.attrelid and k.contype = 'p'
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ),
    'roles', (
      select coalesce(jsonb_object_agg(r.role, jsonb_build_object(
        'readsClaims', c.relrowsecurity and pg_temp.reads_claims(c.oid, r.role),
        'selectable', (
          select coalesce(jsonb_agg(a.attname), '[]')
          from pg_catalog.pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and pg_catalog.has_column_privilege(r.role, a.attrelid, a.attnum, 'select')
        )
      )), '{}')
      from unnest(roles) as r (role)
    )
  )
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = relation
$$;

create function pg_temp.passes(op text, type oid, val_1 text, val_2 text, negate boolean)
returns boolean
language plpgsql
as $$
begin
  return coalesce(realtime.check_equality_op(op::realtime.equality_op, type::regtype, val_1, val_2, negate), false);
exception when others then
  -- Some operators fail on some values, a pattern that ends in a backslash for one. That row does not pass.
  return false;
end;
$$;

create function pg_temp.is_committed(xid bigint)
returns boolean
language sql
as $$
  /* The stream has 32 bits of a number of 64: the nearest one is meant. */
  select pg_visible_in_snapshot(
    (next.id - ((next.id - xid + 2147483648) & 4294967295) + 2147483648)::text::xid8, pg_current_snapshot()
  )
  from (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as id) as next
$$;

create function pg_temp.ask(questions jsonb)
returns jsonb
language plpgsql
as $$
/* What a batch of changes needs to be known: whether tables are still what they were taken for, which values pass a
   filter, how values look, and who sees which rows. As Realtime does, rows are looked up as they are now: one that was
   deleted or hidden since is shown to nobody. */
declare
  v_until timestamptz := clock_timestamp() + interval '1 second';
  v_check jsonb;
  v_seen jsonb;
  v_all jsonb[] := '{}';
begin
  -- The stream can be ahead of the moment in which a commit becomes visible to others.
  while exists (
    select from jsonb_array_elements_text(questions -> 'xids') as x where not pg_temp.is_committed(x::bigint)
  ) loop
    if clock_timestamp() > v_until then
      raise exception using errcode = 'RTWAI', message = 'A commit waits to become visible, for a standby perhaps';
    end if;
    perform pg_sleep(0.0003);
  end loop;

  for v_check in select c.value from jsonb_array_elements(questions -> 'checks') as c loop
    begin
      perform
        set_config('role', v_check ->> 'role', true),
        set_config('request.jwt.claims', v_check ->> 'claims', true);
      execute v_check ->> 'statement' into v_seen;
      perform set_config('role', 'none', true);
    exception when others then
      -- A policy that fails shows nothing, to those for whom it does.
      v_seen := to_jsonb(sqlerrm);
    end;
    v_all := array_append(v_all, v_seen);
  end loop;

  return jsonb_build_object(
    'tables', (
      select coalesce(jsonb_agg(
        case
          when pg_temp.signature((t.value ->> 'oid')::oid) is distinct from t.value ->> 'signature'
          then coalesce(
            pg_temp.facts((t.value ->> 'oid')::oid, array(select jsonb_array_elements_text(t.value -> 'roles'))),
            jsonb_build_object('oid', t.value -> 'oid', 'signature', null)
          )
        end
        order by t.ordinality
      ), '[]')
      from jsonb_array_elements(questions -> 'tables') with ordinality as t
    ),
    'filters', (
      select coalesce(jsonb_agg(
        pg_temp.passes(f.value ->> 0, (f.value ->> 1)::oid, f.value ->> 2, f.value ->> 3, (f.value ->> 4)::boolean)
        order by f.ordinality
      ), '[]')
      from jsonb_array_elements(questions -> 'filters') with ordinality as f
    ),
    -- As text: what is read as a number of JavaScript loses digits.
    'values', (
      select coalesce(jsonb_agg(realtime.cast(v.value ->> 1, (v.value ->> 0)::oid::regtype)::text order by v.ordinality), '[]')
      from jsonb_array_elements(questions -> 'values') with ordinality as v
    ),
    'seen', to_jsonb(v_all)
  );
end;
$$;

create function pg_temp.canonical(filter jsonb, type oid)
returns jsonb
language plpgsql
as $$
/* A filter's value as the stream would write it, so that most can be compared without asking. A cast to text is not that:
   it writes true where the stream has t. */
declare
  v_text text;
  v_texts text[];
begin
  if filter ->> 'op' = 'in' then
    execute format(
      'select array(select case when v is not null then format(''%%s'', v) end from unnest(%L::%s[]) with ordinality as u (v, n) order by n)',
      filter ->> 'value', pg_temp.type_name(type)
    ) into v_texts;
    return to_jsonb(v_texts);
  elsif filter ->> 'op' in ('eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'isdistinct') and type <> 'bytea'::regtype then
    execute format('select format(''%%s'', %L::%s)', filter ->> 'value', pg_temp.type_name(type)) into v_text;
    return to_jsonb(v_text);
  end if;
  return filter -> 'value';
end;
$$;

create function pg_temp.subscribe(publication name, entries jsonb, claims jsonb)
returns jsonb
language plpgsql
as $$
/* Enters all of a channel's entries, or none. Returns the tables of each, with the filters as they are evaluated. */
declare
  v_entry jsonb;
  v_index int;
  v_tables jsonb;
  v_all jsonb := '[]';
begin
  for v_entry, v_index in select e.value, e.ordinality - 1 from jsonb_array_elements(entries) with ordinality as e loop
    begin
      with entered as (
        insert into realtime.subscription as s (subscription_id, entity, filters, claims, action_filter, selected_columns)
        select
          (v_entry ->> 'uuid')::uuid,
          format('%I.%I', p.schemaname, p.tablename)::regclass,
          array(
            select row(f ->> 'column', f ->> 'op', f ->> 'value', (f ->> 'negate')::boolean)::realtime.user_defined_filter
            from jsonb_array_elements(v_entry -> 'filters') as f
          ),
          subscribe.claims,
          v_entry ->> 'event',
          case when v_entry ->> 'select' is not null then array(select jsonb_array_elements_text(v_entry -> 'select')) end
        from pg_publication_tables p
        where p.pubname = publication
          -- As in the real server a name is a pattern, in which an underscore is any letter.
          and p.schemaname like (case v_entry ->> 'schema' when '*' then '%' else v_entry ->> 'schema' end) escape ''
          and p.tablename like (case v_entry ->> 'table' when '*' then '%' else v_entry ->> 'table' end) escape ''
        returning s.entity
      )
      select jsonb_agg(jsonb_build_object(
        'oid', e.entity::oid::bigint,
        'filters', (
          select coalesce(jsonb_agg(
            f || jsonb_build_object('type', a.atttypid::bigint, 'canonical', pg_temp.canonical(f, a.atttypid))
          ), '[]')
          from jsonb_array_elements(v_entry -> 'filters') as f
          join pg_attribute a on a.attrelid = e.entity and a.attname = f ->> 'column'
        )
      )) into v_tables
      from entered e;
    exception when others then
      raise exception using
        errcode = 'RTSUB', message = jsonb_build_object('entry', v_index, 'code', sqlstate, 'message', sqlerrm);
    end;
    if v_tables is null then
      raise exception using errcode = 'RTSUB', message = jsonb_build_object('entry', v_index);
    end if;
    v_all := v_all || jsonb_build_array(v_tables);
  end loop;
  return v_all;
end;
$$;
