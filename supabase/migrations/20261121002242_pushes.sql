-- From a delivery to the devices: one that is due is decided on, and becomes a push per device, which workers claim.

alter table private.settings
  add column push_lease interval not null default '1 minute',
  add column push_attempts_max int not null default 8;
comment on column private.settings.push_lease is 'How long a worker has for a push that it has claimed, after which another may take it.';
comment on column private.settings.push_attempts_max is 'After how many attempts a push is given up.';


create table private.pushes (
  id bigint generated always as identity primary key,
  delivery_id bigint not null references public.notification_deliveries (id) on delete cascade,
  subscription_id uuid references public.push_subscriptions (id) on delete set null,
  device_label text,
  topic text not null,
  state text not null default 'waiting',
  attempts int not null default 0,
  released int not null default 0,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  status int,
  error text,
  constraint pushes_happen_once unique (delivery_id, subscription_id),
  constraint pushes_state_form check (state in ('waiting', 'claimed', 'sent', 'dead', 'cancelled'))
);
comment on table private.pushes is 'A delivery to one device, and the log of it.';
comment on column private.pushes.topic is 'What a newer push of the same replaces, here and at the push service.';
comment on column private.pushes.attempts is 'How often it was claimed. Also the token of a claim: who comes back with an older one has lost it.';
comment on column private.pushes.released is 'How often it was given back untried: those claims were no attempts.';
comment on column private.pushes.next_at is 'When it is due; while claimed, when the claim is over.';
comment on column private.pushes.status is 'What the push service answered last.';
-- claim_pushes()
create index pushes_due on private.pushes (next_at) where state in ('waiting', 'claimed');
-- a newer one takes its place; a device goes
create index pushes_by_subscription on private.pushes (subscription_id, topic) where subscription_id is not null;
alter table private.pushes enable row level security;


create function private.topic_of(group_key text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- At most 32 characters of base64url, by RFC 8030.
  select rtrim(translate(encode(decode(md5(group_key), 'hex'), 'base64'), '+/', '-_'), '=')
$$;


create function private.replace_older(delivery public.notification_deliveries)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A device shows the newest of a group: what still waits to be tried again of an older one is not tried. What another worker
   holds is left to it. */
declare
  v_ids bigint[] := array(
    select d.id
    from public.notification_deliveries d
    where d.user_id = delivery.user_id and d.conversation_id = delivery.conversation_id and d.group_key = delivery.group_key
      and d.channel = 'push' and d.state = 'sending' and d.id <> delivery.id and d.priority <> 'urgent'
    for update skip locked
  );
begin
  if cardinality(v_ids) = 0 then
    return;
  end if;
  update private.pushes p set state = 'cancelled' where p.delivery_id = any (v_ids) and p.state = 'waiting';
  update public.notification_deliveries d
  set state = 'cancelled', reason = 'replaced', decided_at = now()
  where d.id = any (v_ids) and d.sent_count = 0
    and not exists (select from private.pushes p where p.delivery_id = d.id and p.state in ('waiting', 'claimed'));
  update public.notification_deliveries d
  set state = 'sent', reason = 'sent', decided_at = now()
  where d.id = any (v_ids) and d.sent_count > 0
    and not exists (select from private.pushes p where p.delivery_id = d.id and p.state in ('waiting', 'claimed'));
end;
$$;
comment on function private.replace_older is 'Ends the attempts for what a newer push of the same group takes the place of.';


create function private.open_delivery(delivery public.notification_deliveries, at timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The delivery is locked by the caller. */
declare
  v_decision private.decision := private.decide(delivery, open_delivery.at);
  v_topic text := private.topic_of(delivery.group_key);
begin
  if v_decision.verdict = 'send' then
    delete from private.pushes p where p.delivery_id = delivery.id;
    insert into private.pushes (delivery_id, subscription_id, device_label, topic)
    select delivery.id, s.id, s.label, v_topic
    from public.push_subscriptions s
    where s.user_id = delivery.user_id and private.has_session(s)
    order by s.id
    -- One that is just being removed is locked before its deliveries: it is passed over, not waited for.
    for key share of s skip locked;
    if not found then
      v_decision := private.verdict('cancel', 'no_device');
    else
      perform private.replace_older(delivery);
    end if;
  end if;
  update public.notification_deliveries d
  set
    state = case v_decision.verdict when 'send' then 'sending' when 'hold' then 'held' else 'cancelled' end,
    reason = v_decision.rule, due_at = coalesce(v_decision.until, d.due_at), decided_at = open_delivery.at
  where d.id = delivery.id;
end;
$$;
comment on function private.open_delivery is 'Decides on a delivery that is due: to the devices, held, or cancelled.';


create function private.open_deliveries(most int)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_delivery public.notification_deliveries;
begin
  for v_delivery in
    select d.*
    from public.notification_deliveries d
    where d.channel = 'push' and d.state in ('waiting', 'held') and d.due_at <= now()
    order by d.due_at
    limit most
    for update skip locked
  loop
    perform private.open_delivery(v_delivery, now());
  end loop;
end;
$$;


create function private.settle_delivery(delivery_id bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* What the devices' pushes come to, once none of them is open any more. */
declare
  v_settings private.settings;
  v_delivery public.notification_deliveries;
begin
  if exists (select from private.pushes p where p.delivery_id = settle_delivery.delivery_id and p.state in ('waiting', 'claimed')) then
    return;
  end if;
  select s.* into v_settings from private.settings s;
  select d.* into v_delivery from public.notification_deliveries d where d.id = settle_delivery.delivery_id;
  if v_delivery.state = 'cancelled' and v_delivery.sent_count = 0 then
    return;
  end if;
  if v_delivery.priority = 'urgent' and v_delivery.created_at > now() - v_settings.urgent_repeated_for and not exists (
    select from public.notifications n where n.id = v_delivery.notification_id and n.acknowledged_at is not null
  ) then
    update public.notification_deliveries d
    set state = 'waiting', reason = 'repeat', due_at = now() + v_settings.urgent_repeated_after, decided_at = now()
    where d.id = v_delivery.id;
  else
    update public.notification_deliveries d
    set
      (state, reason) = (
        select
          case when d.sent_count > 0 then 'sent' when bool_or(p.state = 'dead') then 'dead' else 'cancelled' end,
          case when d.sent_count > 0 then 'sent' when bool_or(p.state = 'dead') then 'gave_up' else 'no_device' end
        from private.pushes p
        where p.delivery_id = d.id
      ),
      decided_at = now()
    where d.id = v_delivery.id;
  end if;
end;
$$;
comment on function private.settle_delivery is 'Ends a delivery of which no push is open, or has an urgent one come again.';


create function private.tg_push_subscriptions__end()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id bigint;
begin
  -- With an account everything goes by itself.
  if not exists (select from public.profiles p where p.id = old.user_id) then
    return old;
  end if;
  for v_id in
    select d.id
    from public.notification_deliveries d
    where d.id in (select p.delivery_id from private.pushes p where p.subscription_id = old.id and p.state in ('waiting', 'claimed'))
    order by d.id
    for update
  loop
    update private.pushes p
    set state = 'cancelled', error = coalesce(p.error, 'The device is gone.')
    where p.delivery_id = v_id and p.subscription_id = old.id and p.state in ('waiting', 'claimed');
    perform private.settle_delivery(v_id);
  end loop;
  return old;
end;
$$;
comment on function private.tg_push_subscriptions__end is 'With a device goes what was still to be pushed to it.';

create trigger _100_end
before delete on public.push_subscriptions
for each row execute function private.tg_push_subscriptions__end();


create function private.ring_for_due_pushes()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (select from private.push_jobs j where j.due_at <= now())
    or exists (select from public.notification_deliveries d where d.channel = 'push' and d.state in ('waiting', 'held') and d.due_at <= now())
    or exists (select from private.pushes p where p.state in ('waiting', 'claimed') and p.next_at <= now()) then
    perform private.ring('push');
  end if;
end;
$$;
comment on function private.ring_for_due_pushes is 'The second bell: for rings that were lost, and for what is due again.';

select cron.schedule('ring-for-due-pushes', '5 seconds', 'select private.ring_for_due_pushes()');
