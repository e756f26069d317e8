-- What the Realtime behaviour suite needs on the Supabase that it is run against. May be applied again; removes only its own.
--   psql "$DB_URL" -f <this file>     or     npm run test:realtime -- --db "$DB_URL" …

drop schema if exists realtime_behaviour cascade;
drop table if exists public.behaviour_notes, public.behaviour_items, public.behaviour_open, public.behaviour_unpublished cascade;
drop policy if exists behaviour_select on realtime.messages;
drop policy if exists behaviour_insert on realtime.messages;
drop table if exists public.behaviour_members cascade;

create schema realtime_behaviour;
comment on schema realtime_behaviour is 'Functions of the Realtime behaviour suite that act as their owner.';
grant usage on schema realtime_behaviour to authenticated, service_role;


-- Who may do what on which private topic.
create table public.behaviour_members (
  topic text not null,
  user_id uuid not null,
  reads text[] not null default '{broadcast,presence}',
  writes text[] not null default '{broadcast,presence}',
  constraint behaviour_members_pkey primary key (topic, user_id)
);
comment on table public.behaviour_members is 'Test data: what a person may read and write on a private topic, by extension.';
alter table public.behaviour_members enable row level security;
grant select, insert, update, delete on public.behaviour_members to authenticated, service_role;
create policy behaviour_members_all on public.behaviour_members for all to authenticated using (true) with check (true);

create policy behaviour_select on realtime.messages for select to authenticated using (
  exists (
    select from public.behaviour_members m
    where m.topic = (select realtime.topic())
      and m.user_id = (select auth.uid())
      and messages.extension = any (m.reads)
  )
);

create policy behaviour_insert on realtime.messages for insert to authenticated with check (
  exists (
    select from public.behaviour_members m
    where m.topic = (select realtime.topic())
      and m.user_id = (select auth.uid())
      and messages.extension = any (m.writes)
  )
);


-- Broadcast from the database.
create function realtime_behaviour.send(topic text, event text, payloads jsonb[], private boolean)
returns void
language sql
security definer
set search_path = ''
as $$
  select realtime.send(p.payload, event, topic, private)
  from unnest(payloads) with ordinality as p (payload, position)
  order by p.position
$$;

create function public.behaviour_send(topic text, event text, payloads jsonb[], private boolean default true)
returns void
language sql
set search_path = ''
as $$
  select realtime_behaviour.send(topic, event, payloads, private)
$$;
comment on function public.behaviour_send is 'Broadcasts the payloads, in their order, in one transaction.';

create function realtime_behaviour.send_binary(topic text, event text, hex text)
returns void
language sql
security definer
set search_path = ''
as $$
  select realtime.send_binary(decode(hex, 'hex'), event, topic)
$$;

create function public.behaviour_send_binary(topic text, event text, hex text)
returns void
language sql
set search_path = ''
as $$
  select realtime_behaviour.send_binary(topic, event, hex)
$$;
comment on function public.behaviour_send_binary is 'Broadcasts bytes.';

create function public.behaviour_send_and_fail(topic text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform realtime_behaviour.send(topic, 'undone', array['{}'::jsonb], true);
  raise exception 'meant to fail';
end;
$$;
comment on function public.behaviour_send_and_fail is 'Broadcasts and rolls back.';

create table public.behaviour_notes (
  id bigint generated always as identity,
  topic text not null,
  body text,
  constraint behaviour_notes_pkey primary key (id)
);
comment on table public.behaviour_notes is 'Test data: a table whose trigger calls realtime.broadcast_changes.';
alter table public.behaviour_notes enable row level security;
grant select, insert, update, delete on public.behaviour_notes to authenticated;
create policy behaviour_notes_all on public.behaviour_notes for all to authenticated using (true) with check (true);

create function realtime_behaviour.tg_notes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform realtime.broadcast_changes(coalesce(new.topic, old.topic), tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
  return null;
end;
$$;
create trigger _900_broadcast after insert or update or delete on public.behaviour_notes
for each row execute function realtime_behaviour.tg_notes();


-- Postgres Changes.
create table public.behaviour_items (
  id bigint generated always as identity,
  list text not null,
  owner uuid not null default auth.uid(),
  shared boolean not null default false,
  body text,
  amount numeric,
  done boolean,
  tags text[],
  detail jsonb,
  due timestamptz,
  hidden text default 'hidden',
  constraint behaviour_items_pkey primary key (id)
);
comment on table public.behaviour_items is 'Test data: changes are for the row''s owner, and for everybody while it is shared; one column is for nobody.';
alter table public.behaviour_items enable row level security;
grant select (id, list, owner, shared, body, amount, done, tags, detail, due) on public.behaviour_items to authenticated;
grant insert, update, delete on public.behaviour_items to authenticated;
create policy behaviour_items_select on public.behaviour_items for select to authenticated
using (shared or owner = (select auth.uid()));
create policy behaviour_items_insert on public.behaviour_items for insert to authenticated with check (owner = (select auth.uid()));
create policy behaviour_items_update on public.behaviour_items for update to authenticated using (owner = (select auth.uid()));
create policy behaviour_items_delete on public.behaviour_items for delete to authenticated using (owner = (select auth.uid()));

create table public.behaviour_open (
  id bigint generated always as identity,
  list text not null,
  body text,
  amount int,
  constraint behaviour_open_pkey primary key (id)
);
comment on table public.behaviour_open is 'Test data: without row-level security, and with all of the old row in the log.';
alter table public.behaviour_open replica identity full;
grant select, insert, update, delete on public.behaviour_open to authenticated;

create table public.behaviour_unpublished (id bigint generated always as identity, constraint behaviour_unpublished_pkey primary key (id));
comment on table public.behaviour_unpublished is 'Test data: in no publication.';
alter table public.behaviour_unpublished enable row level security;
grant select on public.behaviour_unpublished to authenticated;

alter publication supabase_realtime add table public.behaviour_items, public.behaviour_open;


grant execute on all functions in schema realtime_behaviour to authenticated, service_role;
grant execute on function public.behaviour_send, public.behaviour_send_binary, public.behaviour_send_and_fail to authenticated, service_role;
notify pgrst, 'reload schema';
