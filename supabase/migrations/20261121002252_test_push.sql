-- The button that tries whether notifications reach a device.

create function private.test_push(device_id uuid)
returns text
language plpgsql
security definer
set search_path = ''
as $$
/* At once, at any hour, and to nobody's list. Returns the key, by which explain_notification() tells what became of it. */
declare
  v_me uuid := private.me();
  v_event public.notification_events;
  v_words private.words;
  v_key text := 'test:' || gen_random_uuid();
  v_notification_id uuid;
  v_delivery_id bigint;
begin
  perform private.take_send_token(v_me);
  select e.* into strict v_event from public.notification_events e where e.event = 'test';
  perform private.lock_personal(v_me);
  v_words := private.put_into_words(v_event, v_me, '{}', null, null, null);
  insert into public.notifications (user_id, key, event, category, priority, title, body, action_url, group_key, in_app, read_at)
  values (v_me, v_key, 'test', v_event.category, v_event.priority, v_words.title, v_words.body, v_words.action_url, 'test', false, now())
  returning id into v_notification_id;
  insert into public.notification_deliveries (user_id, key, channel, notification_id, category, priority, group_key, state, reason, due_at)
  values (v_me, v_key, 'push', v_notification_id, v_event.category, v_event.priority, 'test', 'sending', 'sending', now())
  returning id into v_delivery_id;
  insert into private.pushes (delivery_id, subscription_id, device_label, topic)
  select v_delivery_id, s.id, s.label, private.topic_of('test')
  from public.push_subscriptions s
  where s.user_id = v_me and (test_push.device_id is null or s.device_id = test_push.device_id) and private.has_session(s);
  if not found then
    perform private.refuse('no_device');
  end if;
  perform private.ring_for_pushes();
  return v_key;
end;
$$;
grant execute on function private.test_push to authenticated;

create function public.test_push(device_id uuid default null)
returns text
language plpgsql
set search_path = ''
as $$
begin
  return private.test_push(test_push.device_id);
end;
$$;
comment on function public.test_push is 'Pushes something to your devices, or to one of them, to try whether it arrives. Returns its key, for explain_notification().';
grant execute on function public.test_push to authenticated;
