-- Many answers of push services reported in one call: of what the database does for a push, reporting it alone was half.

create function private.pushes_sent(pushes jsonb)
returns bigint[]
language plpgsql
security definer
set search_path = ''
as $$
/* push_sent() for many, in the same order of locks. It waits for nobody, because whoever holds one of them may wait for another. */
declare
  -- By these, and not by a join, the keys are looked up one by one.
  v_ids bigint[] := array(select r.id from jsonb_to_recordset(pushes) as r (id bigint));
  v_free bigint[];
  v_sent bigint[];
  v_urgent bigint;
begin
  update public.push_subscriptions s
  set failing_since = null
  where s.id = any (array(
    select u.id
    from public.push_subscriptions u
    where u.failing_since is not null
      and u.id = any (array(select p.subscription_id from private.pushes p where p.id = any (v_ids)))
    for update skip locked
  ));
  v_free := array(
    select d.id
    from public.notification_deliveries d
    where d.id = any (array(select p.delivery_id from private.pushes p where p.id = any (v_ids)))
    for update skip locked
  );
  with sent as (
    update private.pushes p
    set state = 'sent', sent_at = now(), status = r.status, error = null
    from jsonb_to_recordset(pushes) as r (id bigint, attempt int, status int)
    where p.id = any (v_ids) and p.id = r.id and p.attempts = r.attempt and p.state = 'claimed' and p.delivery_id = any (v_free)
    returning p.delivery_id
  )
  select array_agg(s.delivery_id) into v_sent from sent s;
  -- A statement of its own, which sees whether any other push of a delivery is open.
  update public.notification_deliveries d
  set
    sent_at = now(), sent_count = d.sent_count + s.count, decided_at = case when o.is_last then now() else d.decided_at end,
    state = case when o.is_last then 'sent' else d.state end, reason = case when o.is_last then 'sent' else d.reason end
  from (select v.id, count(*)::int from unnest(v_sent) v (id) group by v.id) s
  cross join lateral (
    select not exists (select from private.pushes p where p.delivery_id = s.id and p.state in ('waiting', 'claimed')) as is_last
  ) o
  where d.id = any (v_sent) and d.id = s.id and d.priority <> 'urgent';
  for v_urgent in
    select d.id from public.notification_deliveries d where d.id = any (v_sent) and d.priority = 'urgent'
  loop
    update public.notification_deliveries d
    set sent_at = now(), sent_count = d.sent_count + (select count(*) from unnest(v_sent) v (id) where v.id = d.id)
    where d.id = v_urgent;
    perform private.settle_delivery(v_urgent);
  end loop;
  return array(
    select p.id
    from private.pushes p
    join jsonb_to_recordset(pushes) as r (id bigint, attempt int) on p.id = r.id and p.attempts = r.attempt
    where p.id = any (v_ids) and p.state = 'claimed'
    order by p.id
  );
end;
$$;
grant execute on function private.pushes_sent to service_role;

create function public.pushes_sent(pushes jsonb)
returns bigint[]
language plpgsql
set search_path = ''
as $$
begin
  return private.pushes_sent(pushes_sent.pushes);
end;
$$;
comment on function public.pushes_sent is 'push_sent() for many, as [{id, attempt, status}]. Returns those that somebody else is busy with just now: they are to be reported one by one. For the function push.';
grant execute on function public.pushes_sent to service_role;
