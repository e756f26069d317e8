-- Work that leaves the database: what a transaction wants to be done outside is a row of that transaction, so that it is done
-- if and only if it commits. An Edge Function claims what is due; a ring and the clock only wake it.
--
-- Each kind of work has its own functions on top of these (webhooks, push, mail), and says which function does it.

alter table private.settings
  add column outbox_attempts_max int not null default 10,
  -- How long a claim holds, after which somebody else may take the work.
  add column outbox_lease interval not null default '2 minutes';


create table private.outbox_kinds (
  kind text primary key check (kind ~ '^[a-z][a-z_]*$'),
  function_name text not null
);
comment on table private.outbox_kinds is 'The kinds of outgoing work, and the Edge Function that does each.';
alter table private.outbox_kinds enable row level security;


create table private.outbox (
  id bigint generated always as identity primary key,
  kind text not null references private.outbox_kinds (kind),
  key text not null,
  target_id uuid,
  payload jsonb not null default '{}',
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  dead_at timestamptz,
  last_error text,
  constraint outbox_work_is_wanted_once unique (kind, key)
);
comment on table private.outbox is 'Outgoing work that is not done yet. What is done is gone; what was tried too often stays, dead.';
comment on column private.outbox.key is 'Names the work: wanted again while it is still there, it is the same.';
comment on column private.outbox.target_id is 'Whom or what it is for, as its kind understands it: what goes, takes its work with it.';
comment on column private.outbox.attempts is 'How often it was claimed. Also the token of a claim: who comes back with an older one has lost it.';
comment on column private.outbox.next_at is 'When it is due; while claimed, when the claim is over.';
comment on column private.outbox.dead_at is 'When it was given up.';
-- claim_work()
create index outbox_due on private.outbox (kind, next_at) where dead_at is null;
-- what is for somebody who goes
create index outbox_by_target on private.outbox (target_id);
alter table private.outbox enable row level security;


create function private.want_work(kind text, key text, target_id uuid, payload jsonb default '{}', due_at timestamptz default now())
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Wanting anew what is dead brings it back to life. */
begin
  insert into private.outbox as o (kind, key, target_id, payload, next_at)
  values (want_work.kind, want_work.key, want_work.target_id, want_work.payload, want_work.due_at)
  on conflict on constraint outbox_work_is_wanted_once do update
  set attempts = 0, next_at = excluded.next_at, dead_at = null, last_error = null, payload = excluded.payload
  where o.dead_at is not null;
  if due_at <= now() then
    perform private.ring_once(want_work.kind);
  end if;
end;
$$;
comment on function private.want_work is 'Puts outgoing work into this transaction: once for each kind and key.';


create function private.ring_once(kind text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* One ring a transaction, whatever it wants done. A setting is how a transaction remembers. */
declare
  v_setting text := 'parley.rung_' || kind;
begin
  if coalesce(current_setting(v_setting, true), '') = '' then
    perform set_config(v_setting, 'yes', true);
    perform private.ring(k.function_name) from private.outbox_kinds k where k.kind = ring_once.kind;
  end if;
end;
$$;


create function private.claim_work(kind text, most int)
returns setof private.outbox
language plpgsql
security definer
set search_path = ''
as $$
/* Two workers at once get different rows: each passes over what the other is just taking. */
declare
  v_lease interval := (select s.outbox_lease from private.settings s);
begin
  return query
  update private.outbox o
  set attempts = o.attempts + 1, next_at = now() + v_lease
  from (
    select d.id
    from private.outbox d
    where d.kind = claim_work.kind and d.dead_at is null and d.next_at <= now()
    order by d.next_at
    limit least(greatest(most, 1), 200)
    for update skip locked
  ) d
  where o.id = d.id
  returning o.*;
end;
$$;
comment on function private.claim_work is 'Work of a kind that is due, for whoever calls: to be ended with work_done() or work_failed() before the lease is over.';


create function private.work_done(id bigint, attempt int)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.outbox o where o.id = work_done.id and o.attempts = work_done.attempt;
  return found;
end;
$$;
comment on function private.work_done is 'Ends claimed work. False if the claim was lost in the meantime.';


create function private.retry_delay(attempt int)
returns interval
language plpgsql
set search_path = ''
as $$
/* 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 6 h, 12 h, …, each give or take a fifth, so that what failed together does not
   come back together. */
begin
  return least(interval '12 hours', interval '5 seconds' * 4 ^ least(attempt - 1, 8)) * (0.8 + 0.4 * random());
end;
$$;


create function private.work_failed(id bigint, attempt int, error text, retry_after interval default null, is_final boolean default false)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_max int := (select s.outbox_attempts_max from private.settings s);
begin
  update private.outbox o
  set
    last_error = left(error, 500),
    dead_at = case when is_final or o.attempts >= v_max then now() end,
    next_at = now() + greatest(private.retry_delay(o.attempts), case when retry_after is not null then least(retry_after, interval '1 day') end)
  where o.id = work_failed.id and o.attempts = work_failed.attempt;
  return found;
end;
$$;
comment on function private.work_failed is 'Gives claimed work back, to be tried later, or dead if it was tried often enough or is_final. False if the claim was lost in the meantime.';


create function private.ring_for_due_work()
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The second bell: for rings that were lost, and for what is due again. */
begin
  perform private.ring(k.function_name)
  from private.outbox_kinds k
  where exists (select from private.outbox o where o.kind = k.kind and o.dead_at is null and o.next_at <= now());
end;
$$;

create function private.forget_dead_work()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.outbox o where o.dead_at < now() - interval '30 days';
end;
$$;

select cron.schedule('ring-for-due-work', '10 seconds', 'select private.ring_for_due_work()');
select cron.schedule('forget-dead-work', '29 3 * * *', 'select private.forget_dead_work()');
