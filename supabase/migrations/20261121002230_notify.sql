-- Telling people of something: the one function that everything that happens calls, in its own transaction.

create function private.notify(
  user_ids uuid[], key text, event text, args jsonb default '{}',
  conversation_id uuid default null, seq bigint default null, actor_id uuid default auth.uid()
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The counters are locked first: whoever comes second with the same key sees the first's row, instead of taking a revision
   for nothing. */
declare
  v_event public.notification_events;
  v_category public.notification_categories;
  v_people uuid[] := array(
    select distinct u.id from unnest(user_ids) as u (id)
    where u.id is distinct from notify.actor_id
      and not exists (select from public.notifications n where n.user_id = u.id and n.key = notify.key)
      and exists (select from public.profiles p where p.id = u.id)
      and not exists (
        select from public.blocks b where b.user_id = u.id and b.blocked_id = notify.actor_id and b.lifted_at is null
      )
  );
  v_person uuid;
begin
  if cardinality(v_people) = 0 then
    return;
  end if;
  select e.* into v_event from public.notification_events e where e.event = notify.event;
  if not found then
    raise exception 'The event % is not in notification_events.', notify.event;
  end if;
  select c.* into strict v_category from public.notification_categories c where c.category = v_event.category;
  perform private.check_args(v_event, notify.args);
  perform private.lock_people(v_people);
  for v_person in
    select u.id from unnest(v_people) as u (id)
    where not exists (select from public.notifications n where n.user_id = u.id and n.key = notify.key)
    order by u.id
  loop
    perform private.notify_one(v_person, notify.key, v_event, v_category, notify.args, notify.conversation_id, notify.seq, notify.actor_id);
  end loop;
end;
$$;
comment on function private.notify is 'Tells people of an event, each once per key, whatever is repeated; never its actor, nor who has blocked the actor.';


create function private.notify_one(
  user_id uuid, key text, event public.notification_events, category public.notification_categories, args jsonb,
  conversation_id uuid, seq bigint, actor_id uuid
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* What is written here was decided by what holds now; the deliveries are decided on again when they are due. Who wants nothing
   of a category gets no row. */
declare
  v_settings private.settings;
  v_own public.notification_settings := private.notification_settings_of(notify_one.user_id);
  v_channels public.notification_preferences := private.channels_of(notify_one.user_id, category.category);
  v_words private.words;
  v_notification public.notifications;
begin
  v_channels.push := v_channels.push and event.priority <> 'low';
  v_channels.email := v_channels.email and event.priority <> 'low' and (v_own.digest_after is not null or event.priority = 'urgent');
  if not (v_channels.in_app or v_channels.push or v_channels.email) then
    return;
  end if;
  v_channels.push := v_channels.push and private.can_have_push(notify_one.user_id);
  select s.* into v_settings from private.settings s;
  v_words := private.put_into_words(event, notify_one.user_id, args, notify_one.conversation_id, notify_one.seq, notify_one.actor_id);
  insert into public.notifications (
    user_id, key, event, category, priority, args, title, body, action_url, group_key, conversation_id, seq, actor_id, in_app, is_silent
  )
  values (
    notify_one.user_id, notify_one.key, event.event, category.category, event.priority, args, v_words.title, v_words.body, v_words.action_url,
    category.category || ':' || coalesce(notify_one.conversation_id::text, notify_one.key),
    notify_one.conversation_id, notify_one.seq, notify_one.actor_id, v_channels.in_app,
    event.priority <> 'urgent' and (
      private.hold_until(v_own, now()) is not null
      or category.follows_conversation and private.ask_conversation(notify_one.user_id, notify_one.conversation_id, false, now()) is not null
    )
  )
  returning * into v_notification;

  insert into public.notification_deliveries (
    user_id, key, channel, notification_id, category, priority, group_key, conversation_id, seq, reason, due_at
  )
  select
    v_notification.user_id, v_notification.key, w.channel, v_notification.id, v_notification.category, v_notification.priority,
    v_notification.group_key, v_notification.conversation_id, v_notification.seq, w.reason, now() + w.delay
  from (values
    (
      'push', v_channels.push, 'delay',
      case event.priority when 'urgent' then interval '0' else v_settings.push_delay end
    ),
    (
      'email', v_channels.email, 'digest',
      case event.priority when 'urgent' then interval '0' else v_own.digest_after end
    )
  ) as w (channel, is_wanted, reason, delay)
  where w.is_wanted
  -- A message of which more is to be said was pushed already: it is not pushed again.
  on conflict on constraint notification_deliveries_happen_once do nothing;
  if found and v_channels.push then
    perform private.ring_for_pushes();
  end if;
end;
$$;
comment on function private.notify_one is 'Writes what one person is told: the notification, and a delivery for each other channel that they want.';
