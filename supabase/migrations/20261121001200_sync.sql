-- Everything that changed since a client last looked. Reconnecting, polling and the repair of a gap are this one call.

create function private.parse_cursors(cursors jsonb)
returns table (conversation_id uuid, revision bigint, receipts_mark bigint)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if jsonb_typeof(cursors) is distinct from 'object' or exists (
    select from jsonb_each(cursors) e
    cross join lateral jsonb_array_elements(case jsonb_typeof(e.value) when 'array' then e.value else jsonb_build_array(e.value) end) n
    where not pg_input_is_valid(e.key, 'uuid') or jsonb_typeof(n) <> 'number' or not pg_input_is_valid(n::text, 'bigint')
  ) then
    perform private.refuse('cursors_invalid');
  end if;
  return query
  select
    e.key::uuid,
    (case jsonb_typeof(e.value) when 'array' then e.value -> 0 else e.value end)::bigint,
    (case jsonb_typeof(e.value) when 'array' then e.value -> 1 end)::bigint
  from jsonb_each(cursors) e;
end;
$$;


create function private.changed_messages(conversation_id uuid, since bigint, most int)
returns jsonb
language sql
stable
set search_path = ''
as $$
/* A page in the order of revisions, never cut within one. */
  select coalesce(jsonb_agg(p.message order by p.revision, p.seq), '[]')
  from (
    select
      m.revision, m.seq,
      private.message_json(m, (select auth.uid())) || case when h.is_hidden then '{"hidden": true}' else '{}'::jsonb end as message
    from public.messages m
    left join public.hidden_messages h
      on h.user_id = (select auth.uid()) and h.conversation_id = m.conversation_id and h.seq = m.seq and h.is_hidden
    where m.conversation_id = changed_messages.conversation_id and m.revision > since
    order by m.revision
    fetch first (most) rows with ties
  ) p
$$;


create function private.sync_entry(list public.conversation_list, cursor bigint, most int)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
/* `cursor` is null for a conversation that the client does not know: it gets the summary, and loads pages when opened. */
declare
  v_messages jsonb := case when cursor is null then '[]' else private.changed_messages(list.id, cursor, most) end;
  v_reached bigint := list.revision;
  v_members uuid[] := array(
    select m.user_id from public.members m
    where m.conversation_id = list.id
      and case when cursor is null then m.left_at is null and not list.is_large else m.revision > cursor end
  );
begin
  if jsonb_array_length(v_messages) >= most then
    v_reached := (v_messages -> -1 ->> 'revision')::bigint;
    if not exists (select from public.messages m where m.conversation_id = list.id and m.revision > v_reached) then
      v_reached := list.revision;
    end if;
  end if;
  return to_jsonb(list) || jsonb_build_object(
    'known', cursor is not null,
    'messages', v_messages,
    'members', private.members_json(list.id, v_members),
    'receipts', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'user_id', m.user_id, 'delivered_seq', m.delivered_seq, 'delivered_at', m.delivered_at,
        'read_seq', m.read_seq, 'read_at', m.read_at
      )), '[]')
      from public.members m
      where m.conversation_id = list.id and m.left_at is null and (not list.is_large or m.user_id = (select auth.uid()))
    ),
    'cursor', v_reached,
    'more', v_reached < list.revision
  );
end;
$$;


create function private.sync(cursors jsonb, personal bigint)
returns jsonb
language plpgsql
-- Stable: all of it sees one snapshot, that of the calling statement.
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_settings private.settings;
  v_result jsonb;
begin
  select s.* into v_settings from private.settings s;
  with given as materialized (
    select p.* from private.parse_cursors(coalesce(sync.cursors, '{}')) p
  ),
  mine as (
    select
      c.id, c.revision, coalesce(c.last_message_at, c.created_at) as last_activity_at,
      -- A cursor beyond the revision comes from another life of the database: start again.
      case when g.revision <= c.revision then g.revision end as cursor,
      case
        when g.receipts_mark is null then not c.is_large
        when g.revision = c.revision then g.receipts_mark <> private.receipts_mark(c, me)
      end as has_receipts
    from public.members me
    join public.conversations c on c.id = me.conversation_id
    left join given g on g.conversation_id = c.id
    where me.user_id = v_me and me.left_at is null
  ),
  differing as (
    select m.id, m.cursor, row_number() over (order by m.last_activity_at desc) as place
    from mine m
    where m.cursor is null or m.cursor < m.revision or m.has_receipts
  ),
  entries as (
    select private.sync_entry(l, d.cursor, v_settings.sync_messages) as entry, d.place
    from differing d
    join public.conversation_list l on l.id = d.id
    where d.place <= v_settings.sync_conversations
  )
  select jsonb_build_object(
    'conversations', coalesce((select jsonb_agg(e.entry order by e.place) from entries e), '[]'),
    'lost', coalesce((
      select jsonb_agg(g.conversation_id)
      from given g
      where not exists (
        select from public.members m
        where m.conversation_id = g.conversation_id and m.user_id = v_me and m.left_at is null
      )
    ), '[]'),
    'more', exists (select from differing d where d.place > v_settings.sync_conversations)
      or exists (select from entries e where (e.entry ->> 'more')::boolean)
  ) into v_result;
  if personal is not null then
    v_result := v_result || jsonb_build_object('personal', private.personal_since(v_me, personal, v_settings.sync_messages));
  end if;
  return v_result;
end;
$$;
grant execute on function private.sync to authenticated;

create function public.sync(cursors jsonb default '{}', personal bigint default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.sync(sync.cursors, sync.personal);
end;
$$;
comment on function public.sync is
  'Exactly what changed since: cursors is {"<conversation id>": revision} or {"<conversation id>": [revision, receipts_mark]} for each conversation that you know. Returns {conversations, lost, more}; a conversation brings its list row, known, messages, members, receipts, and the cursor to give back. With personal, the cursor of what is your own (0 to begin with), also {personal: {rows: [{table, revision, row}], cursor, more}}. Call again while more is true anywhere.';
grant execute on function public.sync to authenticated;
