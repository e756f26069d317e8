-- The calls of the API for webhooks: to make, change and watch them.

create function private.my_webhook(id uuid)
returns public.webhooks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.webhooks;
begin
  perform private.me();
  select w.* into v_webhook from public.webhooks w where w.id = my_webhook.id and private.leads(w.owner_id, w.team_id) for no key update;
  if not found then
    perform private.refuse('webhook_not_found');
  end if;
  return v_webhook;
end;
$$;


create function private.check_webhook_url(url text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
/* What only looks like an address of the Internet is found out when it is resolved, at each delivery. */
declare
  v_inside text[] := (select s.webhook_inside_hosts from private.settings s);
begin
  if url is null or url !~ '^https?://[^/?#@ ]+([/?][^# ]*)?$' or char_length(url) > 2048 then
    perform private.refuse('webhook_url_invalid');
  end if;
  if url !~ '^https://' and not substring(url from '^https?://([^/?:]+|\[[^\]]*\])') = any (v_inside) then
    perform private.refuse('webhook_url_invalid', 'It takes https.');
  end if;
end;
$$;


create function private.set_webhook_conversations(webhook public.webhooks, conversation_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if cardinality(conversation_ids) > (select s.batch_max from private.settings s) then
    perform private.refuse('too_many', format('At most %s conversations.', (select s.batch_max from private.settings s)));
  end if;
  foreach v_id in array conversation_ids loop
    perform private.actor_role(v_id, private.me());
    if private.is_encrypted(v_id) then
      perform private.refuse('not_when_encrypted', 'A webhook could read nothing of it.');
    end if;
  end loop;
  delete from public.webhook_conversations l where l.webhook_id = webhook.id and l.conversation_id <> all (conversation_ids);
  insert into public.webhook_conversations (conversation_id, webhook_id)
  select u.id, webhook.id from unnest(conversation_ids) as u (id)
  on conflict do nothing;
end;
$$;


create function private.create_webhook(url text, events text[], conversation_ids uuid[], team_id uuid, description text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_max int := (select s.webhooks_max from private.settings s);
  v_webhook public.webhooks;
  v_secret text;
begin
  perform private.check_webhook_url(create_webhook.url);
  if create_webhook.team_id is not null and not private.leads(v_me, create_webhook.team_id) then
    perform private.refuse('not_allowed', 'It takes an owner or admin of the team.');
  end if;
  -- Else many at once would each count the others out.
  perform private.lock_personal(v_me);
  if (select count(*) from public.webhooks w where w.owner_id = v_me) >= v_max then
    perform private.refuse('limit_reached', format('At most %s.', v_max));
  end if;
  insert into public.webhooks as w (owner_id, team_id, url, events, description)
  values (v_me, create_webhook.team_id, create_webhook.url, create_webhook.events, create_webhook.description)
  returning w.* into v_webhook;
  insert into private.webhook_secrets as s (webhook_id) values (v_webhook.id) returning s.secret into v_secret;
  if create_webhook.team_id is null then
    perform private.set_webhook_conversations(v_webhook, coalesce(conversation_ids, '{}'));
  else
    perform private.audit('webhook_created', create_webhook.team_id, details => jsonb_build_object('webhook_id', v_webhook.id, 'url', v_webhook.url));
  end if;
  return to_jsonb(v_webhook) || jsonb_build_object('secret', v_secret);
exception when check_violation or not_null_violation then
  perform private.refuse('webhook_invalid', sqlerrm);
end;
$$;
grant execute on function private.create_webhook to authenticated;

create function public.create_webhook(
  url text, conversation_ids uuid[] default '{}', team_id uuid default null,
  events text[] default '{message.created,message.updated,message.deleted}', description text default ''
)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.create_webhook(
    create_webhook.url, create_webhook.events, create_webhook.conversation_ids, create_webhook.team_id, create_webhook.description
  );
end;
$$;
comment on function public.create_webhook is 'Has events of these conversations of yours, or of a team''s public channels (for its owner and admins), sent to an https address. Returns the webhook with the secret that its deliveries are signed with: it is not shown again.';
grant execute on function public.create_webhook to authenticated;


create function private.update_webhook(id uuid, url text, events text[], conversation_ids uuid[], description text, enabled boolean)
returns public.webhooks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.webhooks := private.my_webhook(update_webhook.id);
begin
  if url is not null then
    perform private.check_webhook_url(update_webhook.url);
  end if;
  if conversation_ids is not null and v_webhook.team_id is null then
    perform private.set_webhook_conversations(v_webhook, conversation_ids);
  end if;
  update public.webhooks w
  set
    url = coalesce(update_webhook.url, w.url),
    events = coalesce(update_webhook.events, w.events),
    description = coalesce(update_webhook.description, w.description),
    disabled_at = case when enabled then null when not enabled then coalesce(w.disabled_at, now()) else w.disabled_at end,
    disabled_reason = case when enabled then null when not enabled then coalesce(w.disabled_reason, 'by_owner') else w.disabled_reason end,
    failing_since = case when enabled then null else w.failing_since end
  where w.id = v_webhook.id
  returning w.* into v_webhook;
  return v_webhook;
exception when check_violation or not_null_violation then
  perform private.refuse('webhook_invalid', sqlerrm);
end;
$$;
grant execute on function private.update_webhook to authenticated;

create function public.update_webhook(
  id uuid, url text default null, events text[] default null, conversation_ids uuid[] default null, description text default null,
  enabled boolean default null
)
returns public.webhooks
language plpgsql
set search_path = ''
as $$
begin
  return private.update_webhook(
    update_webhook.id, update_webhook.url, update_webhook.events, update_webhook.conversation_ids, update_webhook.description,
    update_webhook.enabled
  );
end;
$$;
comment on function public.update_webhook is 'Changes what is given and leaves the rest. enabled = true starts one again that was disabled for failing.';
grant execute on function public.update_webhook to authenticated;


create function private.delete_webhook(id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.webhooks := private.my_webhook(delete_webhook.id);
begin
  delete from private.outbox o where o.target_id = v_webhook.id;
  delete from public.webhooks w where w.id = v_webhook.id;
end;
$$;
grant execute on function private.delete_webhook to authenticated;

create function public.delete_webhook(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.delete_webhook(delete_webhook.id);
end;
$$;
comment on function public.delete_webhook is 'Deletes a webhook, its log, and what was not delivered yet.';
grant execute on function public.delete_webhook to authenticated;


create function private.rotate_webhook_secret(id uuid, keep_old_for interval)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.webhooks := private.my_webhook(rotate_webhook_secret.id);
  v_secret text;
begin
  update private.webhook_secrets s
  set expires_at = now() + least(greatest(keep_old_for, interval '0'), interval '7 days')
  where s.webhook_id = v_webhook.id and s.expires_at is null;
  delete from private.webhook_secrets s where s.webhook_id = v_webhook.id and s.expires_at <= now();
  insert into private.webhook_secrets as s (webhook_id) values (v_webhook.id) returning s.secret into v_secret;
  return v_secret;
end;
$$;
grant execute on function private.rotate_webhook_secret to authenticated;

create function public.rotate_webhook_secret(id uuid, keep_old_for interval default '1 day')
returns text
language plpgsql
set search_path = ''
as $$
begin
  return private.rotate_webhook_secret(rotate_webhook_secret.id, rotate_webhook_secret.keep_old_for);
end;
$$;
comment on function public.rotate_webhook_secret is 'Returns a new secret. Until the old one expires, in a day unless said otherwise, in seven at most, deliveries carry the signatures of both.';
grant execute on function public.rotate_webhook_secret to authenticated;


create function private.redeliver_webhook(delivery_id bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_delivery public.webhook_deliveries;
begin
  perform private.me();
  select d.* into v_delivery
  from public.webhook_deliveries d
  join public.webhooks w on w.id = d.webhook_id and private.leads(w.owner_id, w.team_id)
  where d.id = redeliver_webhook.delivery_id;
  if not found then
    perform private.refuse('webhook_not_found');
  end if;
  perform private.want_work(
    'webhook', v_delivery.key, v_delivery.webhook_id,
    jsonb_build_object('event', v_delivery.event, 'conversation_id', v_delivery.conversation_id, 'seq', v_delivery.seq)
  );
end;
$$;
grant execute on function private.redeliver_webhook to authenticated;

create function public.redeliver_webhook(delivery_id bigint)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.redeliver_webhook(redeliver_webhook.delivery_id);
end;
$$;
comment on function public.redeliver_webhook is 'Delivers something of the log again, under the same webhook-id, as it is now. While it is still being tried, nothing is added.';
grant execute on function public.redeliver_webhook to authenticated;
