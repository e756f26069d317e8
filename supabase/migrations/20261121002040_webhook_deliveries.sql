-- Delivering: what the Edge Function `webhooks` claims, and what it reports.

create function private.claim_webhooks(most int)
returns table (id bigint, attempt int, webhook_id uuid, key text, url text, may_be_inside boolean, secrets text[], body jsonb)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_inside text[] := (select s.webhook_inside_hosts from private.settings s);
  v_work private.outbox;
  v_webhook public.webhooks;
  v_message public.messages;
  v_may_read boolean;
begin
  for v_work in select c.* from private.claim_work('webhook', most) c loop
    select w.* into v_webhook from public.webhooks w where w.id = v_work.target_id and w.disabled_at is null;
    select m.* into v_message
    from public.messages m
    where m.conversation_id = (v_work.payload ->> 'conversation_id')::uuid and m.seq = (v_work.payload ->> 'seq')::bigint
      and not m.is_withheld and (m.expires_at is null or m.expires_at > now());
    -- Asked again: between a message and its delivery somebody may have been removed.
    v_may_read := case
      when v_webhook.team_id is null then private.is_member(v_message.conversation_id, v_webhook.owner_id)
      else exists (select from public.conversations c where c.id = v_message.conversation_id and c.team_id = v_webhook.team_id and c.is_public)
    end;
    if v_webhook.id is null or v_message.conversation_id is null or not v_may_read then
      perform private.work_done(v_work.id, v_work.attempts);
      continue;
    end if;
    id := v_work.id;
    attempt := v_work.attempts;
    webhook_id := v_webhook.id;
    key := v_work.key;
    url := v_webhook.url;
    may_be_inside := coalesce(substring(v_webhook.url from '^https?://([^/?:]+|\[[^\]]*\])') = any (v_inside), false);
    secrets := array(
      select s.secret from private.webhook_secrets s
      where s.webhook_id = v_webhook.id and (s.expires_at is null or s.expires_at > now())
      order by s.created_at desc
    );
    body := jsonb_build_object(
      'type', v_work.payload ->> 'event',
      'timestamp', v_work.created_at,
      'data', jsonb_build_object(
        'conversation_id', v_message.conversation_id, 'revision', v_message.revision, 'message', private.message_json(v_message, null)
      )
    );
    return next;
  end loop;
end;
$$;
grant execute on function private.claim_webhooks to service_role;

create function public.claim_webhooks(most int default 20)
returns table (id bigint, attempt int, webhook_id uuid, key text, url text, may_be_inside boolean, secrets text[], body jsonb)
language plpgsql
set search_path = ''
as $$
begin
  return query select c.* from private.claim_webhooks(most) c;
end;
$$;
comment on function public.claim_webhooks is 'Deliveries that are due, with what to sign and send. For the function webhooks, which reports each with webhook_tried().';
grant execute on function public.claim_webhooks to service_role;


create function private.webhook_tried(id bigint, attempt int, status int, error text, response text, duration_ms int, retry_after_seconds int)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_work private.outbox;
  v_webhook public.webhooks;
  v_patience interval := (select s.webhook_disabled_after from private.settings s);
begin
  -- Whoever has lost the claim has delivered twice at worst; the log and the state are those of who holds it.
  select o.* into v_work from private.outbox o where o.id = webhook_tried.id and o.attempts = webhook_tried.attempt;
  if not found then
    return;
  end if;
  insert into public.webhook_deliveries (webhook_id, key, event, conversation_id, seq, attempt, duration_ms, status, error, response)
  values (
    v_work.target_id, v_work.key, v_work.payload ->> 'event', (v_work.payload ->> 'conversation_id')::uuid,
    (v_work.payload ->> 'seq')::bigint, v_work.attempts, webhook_tried.duration_ms, webhook_tried.status, left(webhook_tried.error, 500),
    left(webhook_tried.response, 500)
  );
  if error is null then
    perform private.work_done(v_work.id, v_work.attempts);
    update public.webhooks w set failing_since = null where w.id = v_work.target_id and w.failing_since is not null;
    return;
  end if;
  perform private.work_failed(
    v_work.id, v_work.attempts, webhook_tried.error, make_interval(secs => webhook_tried.retry_after_seconds), webhook_tried.status = 410
  );
  update public.webhooks w
  set
    failing_since = coalesce(w.failing_since, now()),
    disabled_at = case when webhook_tried.status = 410 or w.failing_since < now() - v_patience then now() end,
    disabled_reason = case when webhook_tried.status = 410 then 'gone' when w.failing_since < now() - v_patience then 'failing' end
  where w.id = v_work.target_id and w.disabled_at is null
  returning w.* into v_webhook;
  if v_webhook.disabled_at is not null then
    delete from private.outbox o where o.target_id = v_webhook.id and o.dead_at is null;
    perform private.notify(
      array[v_webhook.owner_id], format('webhook:%s:%s', v_webhook.id, extract(epoch from v_webhook.disabled_at)), 'webhook_disabled',
      jsonb_build_object('webhook_id', v_webhook.id, 'url', v_webhook.url, 'reason', v_webhook.disabled_reason), actor_id => null
    );
  end if;
end;
$$;
grant execute on function private.webhook_tried to service_role;

create function public.webhook_tried(
  id bigint, attempt int, duration_ms int, status int default null, error text default null, response text default null,
  retry_after_seconds int default null
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.webhook_tried(
    webhook_tried.id, webhook_tried.attempt, webhook_tried.status, webhook_tried.error, webhook_tried.response,
    webhook_tried.duration_ms, webhook_tried.retry_after_seconds
  );
end;
$$;
comment on function public.webhook_tried is 'Reports an attempt to deliver: error is null if it was accepted. For the function webhooks.';
grant execute on function public.webhook_tried to service_role;


create function private.forget_deliveries()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.webhook_deliveries d where d.at < now() - (select s.webhook_log_kept from private.settings s);
end;
$$;

select cron.schedule('forget-deliveries', '31 3 * * *', 'select private.forget_deliveries()');
