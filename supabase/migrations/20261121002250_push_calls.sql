-- The calls of the Edge Function `push`: claim what is due, and report each.

create function private.claim_pushes(most int, services_down text[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
/* In one transaction from the message to the claim, so that a worker that dies leaves what it was. Two workers at once get
   different rows. Each is decided on once more: what was read, deleted or left in the meantime is not sent. */
declare
  v_settings private.settings;
  v_most int := least(greatest(most, 1), 200);
  v_claims jsonb[] := '{}';
  v_push private.pushes;
  v_delivery public.notification_deliveries;
  v_subscription public.push_subscriptions;
  v_decision private.decision;
  v_payload jsonb;
begin
  select s.* into v_settings from private.settings s;
  perform private.expand_push_jobs(v_most);
  perform private.open_deliveries(v_most);
  for v_push in
    select p.*
    from private.pushes p
    join public.notification_deliveries d on d.id = p.delivery_id
    join public.push_subscriptions s on s.id = p.subscription_id
    where p.state in ('waiting', 'claimed') and p.next_at <= now() and s.origin <> all (services_down)
    order by p.next_at
    limit v_most
    for update of d, p skip locked
  loop
    v_payload := null;
    select d.* into strict v_delivery from public.notification_deliveries d where d.id = v_push.delivery_id;
    select s.* into v_subscription from public.push_subscriptions s where s.id = v_push.subscription_id;
    continue when not found;
    -- Claimed as often as it may be, and never reported: whatever it does to workers, it does it no more.
    if v_push.attempts - v_push.released >= v_settings.push_attempts_max then
      update private.pushes p set state = 'dead', error = coalesce(p.error, 'No worker came back.') where p.id = v_push.id;
      perform private.settle_delivery(v_delivery.id);
      continue;
    end if;
    v_decision := case
      when v_delivery.state <> 'sending' then private.verdict('cancel', v_delivery.reason)
      when not private.has_session(v_subscription) then private.verdict('cancel', 'no_device')
      -- Decided on in this very transaction.
      when v_delivery.decided_at = now() then private.verdict('send', 'sending')
      else private.decide(v_delivery, now())
    end;
    if v_decision.verdict = 'send' then
      v_payload := private.push_payload(v_delivery, now());
      if v_payload is null then
        -- Read or gone since it was decided on.
        v_decision := private.decide(v_delivery, now());
      end if;
    end if;
    if v_decision.verdict = 'cancel' or v_payload is null and v_decision.verdict = 'send' then
      update private.pushes p set state = 'cancelled' where p.id = v_push.id;
      if v_delivery.state = 'sending' and v_decision.rule <> 'no_device' then
        update public.notification_deliveries d
        set state = 'cancelled', reason = v_decision.rule, decided_at = now()
        where d.id = v_delivery.id;
      else
        perform private.settle_delivery(v_delivery.id);
      end if;
      continue;
    elsif v_decision.verdict = 'hold' then
      update private.pushes p set state = 'waiting', next_at = v_decision.until where p.id = v_push.id;
      continue;
    end if;
    update private.pushes p
    set state = 'claimed', attempts = p.attempts + 1, next_at = now() + v_settings.push_lease
    where p.id = v_push.id
    returning p.* into v_push;
    v_claims := v_claims || jsonb_build_object(
      'id', v_push.id, 'attempt', v_push.attempts,
      'subscription', jsonb_build_object(
        'id', v_subscription.id, 'endpoint', v_subscription.endpoint, 'p256dh', v_subscription.p256dh, 'auth', v_subscription.auth,
        'origin', v_subscription.origin
      ),
      'may_be_inside', coalesce(substring(v_subscription.endpoint from '^https?://([^/?:]+|\[[^\]]*\])') = any (v_settings.push_inside_hosts), false),
      'payload', v_payload, 'topic', v_push.topic,
      'urgency', case v_delivery.priority when 'urgent' then 'high' when 'high' then 'high' else 'normal' end,
      'ttl_s', case v_delivery.priority when 'urgent' then extract(epoch from v_settings.urgent_repeated_after)::int else 86400 end
    );
  end loop;
  return to_jsonb(v_claims);
end;
$$;
grant execute on function private.claim_pushes to service_role;

create function public.claim_pushes(most int default 50, services_down text[] default '{}')
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.claim_pushes(most, services_down);
end;
$$;
comment on function public.claim_pushes is 'Pushes that are due, as [{id, attempt, subscription, payload, topic, urgency, ttl_s, may_be_inside}]; those to the push services in services_down (origins) are left alone. For the function push, which reports each with push_sent() or push_failed().';
grant execute on function public.claim_pushes to service_role;


create function private.next_push_in()
returns int
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    -- greatest() would make 0 of nothing.
    select case when count(n.at) > 0 then greatest(ceil(extract(epoch from min(n.at) - clock_timestamp()) * 1000), 0)::int end
    from (
      select min(j.due_at) from private.push_jobs j
      union all
      select min(d.due_at) from public.notification_deliveries d where d.channel = 'push' and d.state in ('waiting', 'held')
      union all
      select min(p.next_at) from private.pushes p where p.state in ('waiting', 'claimed')
    ) n (at)
    where n.at < clock_timestamp() + interval '1 day'
  );
end;
$$;
grant execute on function private.next_push_in to service_role;

create function public.next_push_in()
returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.next_push_in();
end;
$$;
comment on function public.next_push_in is 'In how many milliseconds something is due for the function push: 0 for now, null for nothing within a day.';
grant execute on function public.next_push_in to service_role;


create function private.push_sent(id bigint, attempt int, status int)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Order of locks: subscription, delivery, push. */
declare
  v_push private.pushes;
begin
  select p.* into v_push from private.pushes p where p.id = push_sent.id and p.attempts = push_sent.attempt and p.state = 'claimed';
  if not found then
    return false;
  end if;
  update public.push_subscriptions s set failing_since = null where s.id = v_push.subscription_id and s.failing_since is not null;
  perform from public.notification_deliveries d where d.id = v_push.delivery_id for update;
  update private.pushes p
  set state = 'sent', sent_at = now(), status = push_sent.status, error = null
  where p.id = push_sent.id and p.attempts = push_sent.attempt and p.state = 'claimed';
  if not found then
    return false;
  end if;
  update public.notification_deliveries d
  set sent_at = now(), sent_count = d.sent_count + 1
  where d.id = v_push.delivery_id;
  perform private.settle_delivery(v_push.delivery_id);
  return true;
end;
$$;
grant execute on function private.push_sent to service_role;

create function public.push_sent(id bigint, attempt int, status int default 201)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  return private.push_sent(push_sent.id, push_sent.attempt, push_sent.status);
end;
$$;
comment on function public.push_sent is 'Reports that the push service has taken a push. False if the claim was lost in the meantime. For the function push.';
grant execute on function public.push_sent to service_role;


create function private.push_failed(id bigint, attempt int, status int, error text, retry_after_s int, is_gone boolean)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* What a push service says of the request itself (400, 413) will not be otherwise the next time. */
declare
  v_settings private.settings;
  v_push private.pushes;
  v_state text;
begin
  select p.* into v_push from private.pushes p where p.id = push_failed.id and p.attempts = push_failed.attempt and p.state = 'claimed';
  if not found then
    return false;
  end if;
  if is_gone then
    -- Its trigger ends what else there is for the device.
    perform from public.push_subscriptions s where s.id = v_push.subscription_id for update;
    update private.pushes p set status = push_failed.status, error = left(push_failed.error, 500) where p.id = v_push.id;
    delete from public.push_subscriptions s where s.id = v_push.subscription_id;
    return true;
  end if;
  select s.* into v_settings from private.settings s;
  update public.push_subscriptions s set failing_since = now() where s.id = v_push.subscription_id and s.failing_since is null;
  select d.state into v_state from public.notification_deliveries d where d.id = v_push.delivery_id for update;
  update private.pushes p
  set
    state = case
      when p.attempts - p.released >= v_settings.push_attempts_max or push_failed.status in (400, 413) then 'dead'
      -- Read meanwhile: it is not tried again.
      when v_state <> 'sending' then 'cancelled'
      else 'waiting'
    end,
    next_at = now() + greatest(private.retry_delay(p.attempts - p.released), make_interval(secs => case when retry_after_s is not null then least(retry_after_s, 86400) end)),
    status = push_failed.status, error = left(push_failed.error, 500)
  where p.id = push_failed.id and p.attempts = push_failed.attempt and p.state = 'claimed';
  if not found then
    return false;
  end if;
  perform private.settle_delivery(v_push.delivery_id);
  return true;
end;
$$;
grant execute on function private.push_failed to service_role;

create function public.push_failed(
  id bigint, attempt int, status int default null, error text default null, retry_after_s int default null, is_gone boolean default false
)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  return private.push_failed(
    push_failed.id, push_failed.attempt, push_failed.status, push_failed.error, push_failed.retry_after_s, push_failed.is_gone
  );
end;
$$;
comment on function public.push_failed is 'Reports that a push was not taken: it is tried later, after retry_after_s at least; is_gone: the device takes none any more, and is forgotten. False if the claim was lost in the meantime. For the function push.';
grant execute on function public.push_failed to service_role;


create function private.push_released(id bigint, attempt int)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update private.pushes p
  set state = 'waiting', released = p.released + 1, next_at = now()
  where p.id = push_released.id and p.attempts = push_released.attempt and p.state = 'claimed';
  return found;
end;
$$;
grant execute on function private.push_released to service_role;

create function public.push_released(id bigint, attempt int)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  return private.push_released(push_released.id, push_released.attempt);
end;
$$;
comment on function public.push_released is 'Gives a claimed push back untried: it is due at once, and counts as no attempt. False if the claim was lost in the meantime. For the function push.';
grant execute on function public.push_released to service_role;
