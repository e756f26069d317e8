-- Why somebody was told of something, or was not: per channel, what was decided, by which rule, and when.

create function private.explain_channel(user_id uuid, key text, channel text, event public.notification_events, at timestamptz)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* What was written when it was decided; where nothing had to be written, what follows from how things are now. */
declare
  v_message_conversation uuid := case when key ~ '^message:[0-9a-f-]{36}:[0-9]{1,18}$' and pg_input_is_valid(split_part(key, ':', 2), 'uuid') then split_part(key, ':', 2)::uuid end;
  v_seq bigint := case when v_message_conversation is not null then split_part(key, ':', 3)::bigint end;
  v_notification public.notifications;
  v_delivery public.notification_deliveries;
  v_message public.messages;
  v_decision private.decision;
begin
  select n.* into v_notification from public.notifications n where n.user_id = explain_channel.user_id and n.key = explain_channel.key;
  select d.* into v_delivery
  from public.notification_deliveries d
  where d.user_id = explain_channel.user_id and d.channel = explain_channel.channel and (
    d.key = explain_channel.key
    or d.conversation_id = v_message_conversation and d.notification_id is null and v_seq between d.first_seq and d.seq
  )
  order by d.key = explain_channel.key desc, d.id
  limit 1;
  if found then
    return jsonb_build_object(
      'channel', channel, 'state', v_delivery.state, 'rule', v_delivery.reason, 'decided_at', coalesce(v_delivery.decided_at, v_delivery.created_at),
      'due_at', case when v_delivery.state in ('waiting', 'held') then v_delivery.due_at end,
      'sent_at', v_delivery.sent_at, 'sent_count', v_delivery.sent_count,
      'devices', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'device', p.device_label, 'state', p.state, 'attempts', p.attempts, 'status', p.status, 'error', p.error, 'sent_at', p.sent_at,
          'next_at', case when p.state = 'waiting' then p.next_at end
        ) order by p.id), '[]')
        from private.pushes p
        where p.delivery_id = v_delivery.id
      )
    );
  end if;
  if v_notification.id is not null then
    select '', g.rule, g.until into v_decision
    from private.would_get(explain_channel.user_id, event, explain_channel.key, v_notification.conversation_id, v_notification.seq, at) g
    where g.channel = explain_channel.channel;
    return jsonb_build_object('channel', channel, 'state', 'none', 'rule', v_decision.rule, 'of_now', true);
  end if;
  if v_message_conversation is null then
    return jsonb_build_object('channel', channel, 'state', 'none', 'rule', 'unknown');
  end if;
  select m.* into v_message from public.messages m where m.conversation_id = v_message_conversation and m.seq = v_seq;
  if not found then
    return jsonb_build_object('channel', channel, 'state', 'none', 'rule', 'unknown');
  elsif v_message.sender_id = explain_channel.user_id then
    return jsonb_build_object('channel', channel, 'state', 'none', 'rule', 'own');
  elsif exists (select from private.push_jobs j where j.conversation_id = v_message_conversation and j.seq = v_seq) then
    return jsonb_build_object(
      'channel', channel, 'state', 'waiting', 'rule', 'delay',
      'due_at', (select j.due_at from private.push_jobs j where j.conversation_id = v_message_conversation and j.seq = v_seq)
    );
  end if;
  v_delivery.user_id := explain_channel.user_id;
  v_delivery.channel := explain_channel.channel;
  v_delivery.category := 'message';
  v_delivery.priority := 'normal';
  v_delivery.conversation_id := v_message_conversation;
  v_delivery.seq := v_seq;
  v_delivery.first_seq := v_seq;
  v_decision := private.decide(v_delivery, at);
  return jsonb_build_object('channel', channel, 'state', 'none', 'rule', v_decision.rule, 'of_now', true);
end;
$$;


create function private.explain_notification(user_id uuid, key text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_notification public.notifications;
  v_event public.notification_events;
  v_in_app jsonb;
begin
  if auth.role() is distinct from 'service_role' and explain_notification.user_id <> private.me() and not private.is_moderator() then
    perform private.refuse('not_a_moderator');
  end if;
  select n.* into v_notification
  from public.notifications n
  where n.user_id = explain_notification.user_id and n.key = explain_notification.key;
  if found then
    select e.* into v_event from public.notification_events e where e.event = v_notification.event;
    v_in_app := jsonb_build_object(
      'channel', 'in_app', 'state', case when v_notification.in_app then 'sent' else 'none' end,
      'rule', case when v_notification.in_app then 'listed' else 'preference' end, 'decided_at', v_notification.created_at,
      'sent_at', case when v_notification.in_app then v_notification.created_at end
    );
  else
    v_in_app := jsonb_build_object('channel', 'in_app', 'state', 'none', 'rule', 'unknown');
  end if;
  return jsonb_build_object(
    'user_id', explain_notification.user_id, 'key', explain_notification.key,
    'event', v_event.event, 'category', v_event.category, 'priority', v_event.priority, 'happened_at', v_notification.created_at,
    'read_at', v_notification.read_at, 'archived_at', v_notification.archived_at, 'acknowledged_at', v_notification.acknowledged_at,
    'channels', (
      select jsonb_agg(jsonb_strip_nulls(c.channel || jsonb_build_object(
        'meaning', (select r.meaning from public.notification_rules r where r.rule = c.channel ->> 'rule')
      )) order by c.n)
      from (values
        (1, v_in_app),
        (2, private.explain_channel(explain_notification.user_id, explain_notification.key, 'push', v_event, now())),
        (3, private.explain_channel(explain_notification.user_id, explain_notification.key, 'email', v_event, now()))
      ) as c (n, channel)
    )
  );
end;
$$;
grant execute on function private.explain_notification to authenticated, service_role;

create function public.explain_notification(user_id uuid, key text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.explain_notification(explain_notification.user_id, explain_notification.key);
end;
$$;
comment on function public.explain_notification is 'What became of an event for somebody, per channel: state, the rule that decided and its meaning, when, and for pushes each device. key: that of the notification, or message:<conversation>:<seq>. Where nothing had to be written down, of_now says that it follows from how things are now. For yourself; for moderators and with the secret key, of everybody.';
grant execute on function public.explain_notification to authenticated, service_role;
