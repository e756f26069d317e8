-- Mails: what stayed unread for as long as its reader said comes in one mail. It is work of the outbox, which has the claims,
-- the attempts, the dead letters and the bells; the deliveries say which notifications are in it.

insert into private.outbox_kinds (kind, function_name) values ('digest', 'mail-digest');

create table private.digest_tokens (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  token uuid not null unique default gen_random_uuid()
);
comment on table private.digest_tokens is 'What the link in a mail carries by which its reader wants no more of them.';
alter table private.digest_tokens enable row level security;
insert into private.account_sections (of_table, user_column) values ('private.digest_tokens', 'user_id');


create function private.collect_digests(most int default 100)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Whose oldest is due gets all that waits. Returns whether there may be more. */
declare
  v_user uuid;
  v_people uuid[] := array(
    select distinct d.user_id
    from (
      select o.user_id
      from public.notification_deliveries o
      where o.channel = 'email' and o.state = 'waiting' and o.due_at <= now()
      order by o.due_at
      limit collect_digests.most
    ) d
  );
begin
  foreach v_user in array v_people loop
    perform private.collect_digest(v_user, now());
  end loop;
  return cardinality(v_people) > 0;
end;
$$;
comment on function private.collect_digests is 'Puts mails together for whom one is due.';


create function private.collect_digest(user_id uuid, at timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_delivery public.notification_deliveries;
  v_decision private.decision;
  v_ids bigint[] := '{}';
begin
  for v_delivery in
    select d.*
    from public.notification_deliveries d
    where d.user_id = collect_digest.user_id and d.channel = 'email' and d.state = 'waiting'
    order by d.created_at, d.id
    for update skip locked
  loop
    v_decision := private.decide(v_delivery, collect_digest.at);
    update public.notification_deliveries d
    set
      state = case v_decision.verdict when 'send' then 'sending' else 'cancelled' end,
      reason = v_decision.rule, decided_at = collect_digest.at
    where d.id = v_delivery.id;
    if v_decision.verdict = 'send' then
      v_ids := v_ids || v_delivery.id;
    end if;
  end loop;
  if cardinality(v_ids) > 0 then
    perform private.want_work('digest', 'digest:' || v_ids[1], collect_digest.user_id, jsonb_build_object('deliveries', v_ids));
  end if;
end;
$$;
comment on function private.collect_digest is 'Puts a mail together of all that somebody has not read.';


create function private.digest_line(delivery public.notification_deliveries)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Of messages only how many: a mailbox is read by others than its owner. */
declare
  v_notification public.notifications;
  v_event public.notification_events;
  v_words private.words;
begin
  if delivery.notification_id is not null then
    select n.* into strict v_notification from public.notifications n where n.id = delivery.notification_id;
    return jsonb_build_object(
      'title', v_notification.title, 'body', v_notification.body, 'url', v_notification.action_url, 'at', v_notification.created_at
    );
  end if;
  select e.* into strict v_event from public.notification_events e where e.event = 'messages';
  v_words := private.put_into_words(
    v_event, delivery.user_id,
    jsonb_build_object('count', (
      select count(*)
      from public.messages m
      join public.members r on r.conversation_id = m.conversation_id and r.user_id = delivery.user_id
      where m.conversation_id = delivery.conversation_id and m.seq > r.read_seq and m.seq <= delivery.seq
        and m.sender_id is distinct from delivery.user_id and not m.is_quiet and m.deleted_at is null
    )),
    delivery.conversation_id, delivery.seq, null
  );
  return jsonb_build_object('title', v_words.title, 'body', v_words.body, 'url', v_words.action_url, 'at', delivery.created_at);
end;
$$;


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


select cron.schedule('collect-digests', '* * * * *', $job$
  do $$
  begin
    for n in 1 .. 1000 loop
      exit when not private.collect_digests();
      commit;
    end loop;
  end;
  $$
$job$);
