-- The calls of the Edge Function `mail-digest`: claim what is due, report each, and take back who wants no more.

create function private.claim_digests(most int)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
/* What was read in the meantime is not in it; a mail with nothing in it is not sent. */
declare
  v_work private.outbox;
  v_delivery public.notification_deliveries;
  v_decision private.decision;
  v_event public.notification_events;
  v_words private.words;
  v_lines jsonb;
  v_ids bigint[];
  v_claims jsonb := '[]';
begin
  select e.* into strict v_event from public.notification_events e where e.event = 'digest';
  for v_work in select w.* from private.claim_work('digest', most) w loop
    v_lines := '[]';
    v_ids := '{}';
    for v_delivery in
      select d.*
      from public.notification_deliveries d
      where d.id in (select i.id::bigint from jsonb_array_elements_text(v_work.payload -> 'deliveries') as i (id)) and d.state = 'sending'
      order by d.created_at, d.id
      for update
    loop
      v_decision := private.decide(v_delivery, now());
      if v_decision.verdict = 'send' then
        v_lines := v_lines || private.digest_line(v_delivery);
        v_ids := v_ids || v_delivery.id;
      else
        update public.notification_deliveries d
        set state = 'cancelled', reason = v_decision.rule, decided_at = now()
        where d.id = v_delivery.id;
      end if;
    end loop;
    if v_lines = '[]' then
      perform private.work_done(v_work.id, v_work.attempts);
      continue;
    end if;
    -- What this mail has in it, for the report: what is read from now on was sent all the same.
    update private.outbox o set payload = jsonb_build_object('deliveries', v_ids) where o.id = v_work.id;
    v_words := private.put_into_words(
      v_event, v_work.target_id, jsonb_build_object('count', jsonb_array_length(v_lines)), null, null, null
    );
    insert into private.digest_tokens (user_id) values (v_work.target_id) on conflict do nothing;
    v_claims := v_claims || jsonb_build_object(
      'unsubscribe_token', (select t.token from private.digest_tokens t where t.user_id = v_work.target_id),
      'id', v_work.id, 'attempt', v_work.attempts, 'key', v_work.key,
      'email', (select u.email from auth.users u where u.id = v_work.target_id),
      'language', (private.notification_settings_of(v_work.target_id)).language,
      'subject', v_words.title, 'intro', v_words.body, 'url', v_words.action_url, 'lines', v_lines
    );
  end loop;
  return v_claims;
end;
$$;
grant execute on function private.claim_digests to service_role;

create function public.claim_digests(most int default 20)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.claim_digests(most);
end;
$$;
comment on function public.claim_digests is 'Mails that are due, as [{id, attempt, key, email, language, subject, intro, url, lines: [{title, body, url, at}], unsubscribe_token}]. For the function mail-digest, which reports each with digest_sent() or digest_failed().';
grant execute on function public.claim_digests to service_role;


create function private.end_digest(id bigint, attempt int, state text, reason text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.notification_deliveries d
  set
    state = end_digest.state, reason = end_digest.reason, decided_at = now(),
    sent_at = case end_digest.state when 'sent' then now() end, sent_count = (end_digest.state = 'sent')::int
  from private.outbox o
  where o.id = end_digest.id and o.attempts = end_digest.attempt
    and d.id in (select i.id::bigint from jsonb_array_elements_text(o.payload -> 'deliveries') as i (id))
    and (d.state = 'sending' or end_digest.state = 'sent');
end;
$$;


create function private.digest_sent(id bigint, attempt int)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.end_digest(digest_sent.id, digest_sent.attempt, 'sent', 'sent');
  return private.work_done(digest_sent.id, digest_sent.attempt);
end;
$$;
grant execute on function private.digest_sent to service_role;

create function public.digest_sent(id bigint, attempt int)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  return private.digest_sent(digest_sent.id, digest_sent.attempt);
end;
$$;
comment on function public.digest_sent is 'Reports that a mail was taken. False if the claim was lost in the meantime. For the function mail-digest.';
grant execute on function public.digest_sent to service_role;


create function private.digest_failed(id bigint, attempt int, error text, retry_after_s int, is_final boolean)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held boolean := private.work_failed(
    digest_failed.id, digest_failed.attempt, digest_failed.error, make_interval(secs => retry_after_s), digest_failed.is_final
  );
begin
  if exists (select from private.outbox o where o.id = digest_failed.id and o.attempts = digest_failed.attempt and o.dead_at is not null) then
    perform private.end_digest(digest_failed.id, digest_failed.attempt, 'dead', 'gave_up');
  end if;
  return v_held;
end;
$$;
grant execute on function private.digest_failed to service_role;

create function public.digest_failed(
  id bigint, attempt int, error text, retry_after_s int default null, is_final boolean default false
)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  return private.digest_failed(
    digest_failed.id, digest_failed.attempt, digest_failed.error, digest_failed.retry_after_s, digest_failed.is_final
  );
end;
$$;
comment on function public.digest_failed is 'Reports that a mail was not taken: it is tried later, or given up (is_final, or too often). False if the claim was lost in the meantime. For the function mail-digest.';
grant execute on function public.digest_failed to service_role;


create function private.unsubscribe_digest(token uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := (select t.user_id from private.digest_tokens t where t.token = unsubscribe_digest.token);
  v_settings public.notification_settings;
begin
  if v_user is null then
    return false;
  end if;
  perform private.lock_personal(v_user);
  v_settings := private.notification_settings_of(v_user);
  if v_settings.digest_after is not null then
    v_settings.digest_after := null;
    perform private.keep_notification_settings(v_settings);
  end if;
  return true;
end;
$$;
grant execute on function private.unsubscribe_digest to service_role;

create function public.unsubscribe_digest(token uuid)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  return private.unsubscribe_digest(unsubscribe_digest.token);
end;
$$;
comment on function public.unsubscribe_digest is 'Ends the mails to whose token it is, as the link in each of them promises; false if it is nobody''s. For the function mail-digest.';
grant execute on function public.unsubscribe_digest to service_role;
