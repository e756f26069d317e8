-- From a message to who is to be pushed of it: a message leaves one row of work, whatever the size of its conversation. When that
-- is due it becomes a delivery per person.

create table private.push_jobs (
  conversation_id uuid not null,
  seq bigint not null,
  due_at timestamptz not null,
  primary key (conversation_id, seq)
);
comment on table private.push_jobs is 'Messages of which nobody has been pushed yet. It refers to nothing, so that a send checks and locks no more for it.';
-- expand_push_jobs()
create index push_jobs_due on private.push_jobs (due_at);
alter table private.push_jobs enable row level security;


create function private.ring_for_pushes()
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Once a transaction. */
begin
  if coalesce(current_setting('parley.rung_push', true), '') = '' then
    perform set_config('parley.rung_push', 'yes', true);
    perform private.ring('push');
  end if;
end;
$$;


create function private.tg_messages__push()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* Rung for is what waits already: the worker stays until there is nothing. Asked by the index, at whose end there are no dead rows
   to read past. */
begin
  if not exists (select from private.push_jobs j where j.due_at > now() - interval '1 minute') and exists (select from public.push_subscriptions) then
    perform private.ring_for_pushes();
  end if;
  insert into private.push_jobs (conversation_id, seq, due_at)
  select new.conversation_id, new.seq, clock_timestamp() + s.push_delay from private.settings s;
  return null;
end;
$$;
comment on function private.tg_messages__push is 'Leaves the work of pushing a message, one row whatever the size of its conversation.';

create trigger _940_push
after insert on public.messages
for each row
when (
  new.kind in ('text', 'poll') and not new.is_quiet and not new.is_withheld
  and current_setting('parley.importing', true) is distinct from 'yes'
)
execute function private.tg_messages__push();


create function private.expand_push_jobs(most int)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Only a sieve, in sets: who surely gets nothing needs no row. decide() has the last word. Messages of a conversation that are
   due together, or come while the ones before still wait, are one push. */
declare
  v_jobs jsonb;
begin
  -- Whoever is called by a message is told of that first, which says more.
  update private.push_jobs j
  set due_at = clock_timestamp() + interval '1 second'
  where (j.conversation_id, j.seq) in (
    select o.conversation_id, o.seq
    from private.callings c
    join private.push_jobs o on o.conversation_id = c.conversation_id and o.seq = c.seq
    where o.due_at <= now()
    for update of o skip locked
  );
  with due as (
    select j.conversation_id, j.seq
    from private.push_jobs j
    where j.due_at <= now()
    order by j.due_at
    limit most
    for update skip locked
  ),
  taken as (
    delete from private.push_jobs j using due d
    where j.conversation_id = d.conversation_id and j.seq = d.seq
    returning j.conversation_id, j.seq
  )
  select jsonb_agg(to_jsonb(t)) into v_jobs from taken t;
  if v_jobs is null then
    return;
  end if;

  insert into public.notification_deliveries as d (
    user_id, key, channel, category, priority, group_key, conversation_id, seq, first_seq, reason, due_at
  )
  select
    r.user_id, format('message:%s:%s', r.conversation_id, max(m.seq)), c.channel, 'message', 'normal', 'message:' || r.conversation_id,
    r.conversation_id, max(m.seq), min(m.seq), case c.channel when 'push' then 'delay' else 'digest' end,
    now() + min(case c.channel when 'push' then interval '0' else coalesce(n.digest_after, s.digest_after) end)
  from jsonb_to_recordset(v_jobs) as j (conversation_id uuid, seq bigint)
  join public.messages m on m.conversation_id = j.conversation_id and m.seq = j.seq and m.deleted_at is null
  join public.members r on r.conversation_id = m.conversation_id and r.left_at is null
    and r.user_id is distinct from m.sender_id and r.joined_seq < m.seq and r.read_seq < m.seq
  cross join private.settings s
  cross join (values ('push'), ('email')) as c (channel)
  join public.notification_categories k on k.category = 'message'
  left join public.notification_preferences p on p.user_id = r.user_id and p.category = 'message'
  left join public.notification_settings n on n.user_id = r.user_id
  where case c.channel
    when 'push' then coalesce(p.push, k.push) and exists (select from public.push_subscriptions u where u.user_id = r.user_id)
    else coalesce(p.email, k.email) and (n.user_id is null or n.digest_after is not null)
  end
  and not exists (
    select from public.conversation_settings o
    where o.user_id = r.user_id and o.conversation_id = r.conversation_id and (o.notify_level <> 'all' or o.muted_until > now())
  )
  and not exists (
    select from public.notifications o where o.user_id = r.user_id and o.key = format('message:%s:%s', m.conversation_id, m.seq)
  )
  group by r.user_id, r.conversation_id, c.channel
  -- In one order, so that two workers cannot wait for each other.
  order by r.user_id, r.conversation_id, c.channel
  on conflict (user_id, conversation_id, channel) where notification_id is null and state in ('waiting', 'held') do update
  set seq = greatest(d.seq, excluded.seq), first_seq = least(d.first_seq, excluded.first_seq);
end;
$$;
comment on function private.expand_push_jobs is 'Turns messages that are due into deliveries.';
