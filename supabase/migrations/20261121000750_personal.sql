-- What belongs to one person and is the same on all their devices (settings of a conversation, drafts, blocks, …) has one
-- dense number per person, as what happens in a conversation has one per conversation: sync() takes both as cursors.
--
-- A personal table has the columns user_id and revision, both triggers below, and a branch in private.personal_rows().
-- Its rows are never deleted while the person is there, but emptied: a device that was away must learn of it.

create table private.personal (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  revision bigint not null
)
with (fillfactor = 70);
comment on table private.personal is 'How often something of a person''s own has changed: the cursor of the personal part of sync().';
alter table private.personal enable row level security;


create function private.tg_personal__revise()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* The row lock on the counter is held to commit: revisions are dense and in commit order. */
begin
  insert into private.personal as p (user_id, revision) values (new.user_id, 1)
  on conflict on constraint personal_pkey do update set revision = p.revision + 1
  returning p.revision into new.revision;
  return new;
end;
$$;
comment on function private.tg_personal__revise is 'Before insert and update on a personal table: gives the row its person''s next revision.';


create function private.tg_personal__announce()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.announce_to(
    array[new.user_id], 'personal',
    jsonb_build_object('revision', new.revision, 'table', tg_table_name, 'row', to_jsonb(new) - 'user_id')
  );
  return null;
end;
$$;
comment on function private.tg_personal__announce is 'After insert and update on a personal table: tells the person''s devices.';


create function private.lock_personal(user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Whoever looks before writing takes this first, so that two devices at once do not both find nothing. Nothing else is
   locked after it but deliveries and pushes: who holds a conversation may be waiting for this counter to notify somebody. */
begin
  insert into private.personal (user_id, revision) values (lock_personal.user_id, 0)
  on conflict on constraint personal_pkey do nothing;
  perform from private.personal p where p.user_id = lock_personal.user_id for no key update;
end;
$$;
comment on function private.lock_personal is 'Locks a person''s counter, to look at something of their own before changing it.';


create function private.personal_rows(user_id uuid, since bigint, most int)
returns table (revision bigint, of_table text, data jsonb)
language plpgsql
stable
security definer
set search_path = ''
as $$
/* A row has the revision of its last change only, so what a device gets is the newest state, in the order of changes.
   One branch a table, each reading its index on (user_id, revision). */
begin
  return query
  select r.revision, r.of_table, r.data
  from (
    (
      select n.revision, 'notifications' as of_table, to_jsonb(n) - 'user_id' as data
      from public.notifications n
      where n.user_id = personal_rows.user_id and n.revision > since
      order by n.revision
      limit most
    )
    union all
    (
      select s.revision, 'conversation_settings', to_jsonb(s) - 'user_id'
      from public.conversation_settings s
      where s.user_id = personal_rows.user_id and s.revision > since
      order by s.revision
      limit most
    )
    union all
    (
      select d.revision, 'drafts', private.draft_json(d)
      from public.drafts d
      where d.user_id = personal_rows.user_id and d.revision > since
      order by d.revision
      limit most
    )
    union all
    (
      select h.revision, 'hidden_messages', to_jsonb(h) - 'user_id'
      from public.hidden_messages h
      where h.user_id = personal_rows.user_id and h.revision > since
      order by h.revision
      limit most
    )
    union all
    (
      select s.revision, 'scheduled_messages', to_jsonb(s) - 'user_id'
      from public.scheduled_messages s
      where s.user_id = personal_rows.user_id and s.revision > since
      order by s.revision
      limit most
    )
    union all
    (
      select b.revision, 'blocks', to_jsonb(b) - 'user_id'
      from public.blocks b
      where b.user_id = personal_rows.user_id and b.revision > since
      order by b.revision
      limit most
    )
    union all
    (
      select t.revision, 'team_members', to_jsonb(t) - 'user_id'
      from public.team_members t
      where t.user_id = personal_rows.user_id and t.revision > since
      order by t.revision
      limit most
    )
    union all
    (
      select p.revision, 'notification_preferences', to_jsonb(p) - 'user_id'
      from public.notification_preferences p
      where p.user_id = personal_rows.user_id and p.revision > since
      order by p.revision
      limit most
    )
    union all
    (
      select s.revision, 'notification_settings', to_jsonb(s) - 'user_id'
      from public.notification_settings s
      where s.user_id = personal_rows.user_id and s.revision > since
      order by s.revision
      limit most
    )
  ) r
  order by r.revision
  limit most;
end;
$$;
comment on function private.personal_rows is 'What of a person''s own has changed since a revision, oldest change first.';


create function private.personal_since(user_id uuid, since bigint, most int)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_revision bigint := coalesce((select p.revision from private.personal p where p.user_id = personal_since.user_id), 0);
  v_rows jsonb;
  v_count int;
  v_reached bigint;
begin
  -- A cursor beyond the revision comes from another life of the database: start again.
  if v_revision < since then
    since := 0;
  elsif v_revision = since then
    return jsonb_build_object('rows', '[]'::jsonb, 'cursor', v_revision, 'more', false);
  end if;
  select
    coalesce(jsonb_agg(jsonb_build_object('table', r.of_table, 'revision', r.revision, 'row', r.data) order by r.revision), '[]'),
    count(*), max(r.revision)
  into v_rows, v_count, v_reached
  from private.personal_rows(personal_since.user_id, since, most) r;
  return jsonb_build_object(
    'rows', v_rows,
    'cursor', case when v_count < most then v_revision else v_reached end,
    'more', v_count >= most and v_reached < v_revision
  );
end;
$$;
