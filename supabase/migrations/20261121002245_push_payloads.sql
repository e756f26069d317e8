-- What a push carries: words that were worked out just now, little enough for every push service, and for an encrypted
-- conversation or who wants it so, nothing of what was written.

create function private.unread_total(user_id uuid)
returns bigint
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The number on the app's icon: messages, but for muted conversations, and what else one was told of. */
begin
  return (
    select coalesce(sum(greatest(
      (c.last_seq - m.read_seq) - (m.sent_count - m.sent_count_at_read) - (c.quiet_count - m.quiet_count_at_read), 0
    )), 0)::bigint
    from public.members m
    join public.conversations c on c.id = m.conversation_id
    where m.user_id = unread_total.user_id and m.left_at is null and not exists (
      select from public.conversation_settings s
      where s.user_id = m.user_id and s.conversation_id = m.conversation_id
        and (s.notify_level = 'nothing' or s.muted_until > now())
    )
  ) + (
    select count(*)
    from public.notifications n
    where n.user_id = unread_total.user_id and n.read_at is null and n.archived_at is null and n.in_app and n.conversation_id is null
  );
end;
$$;
comment on function private.unread_total is 'How much waits for somebody: unread messages of conversations that are not muted, and unread notifications that are of no conversation.';


create function private.sealed_part(message public.messages)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
/* What the service worker needs to open it; a long envelope it asks for. */
begin
  if coalesce(message.edit_envelope, message.envelope) is null then
    return null;
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'message_id', message.id, 'sender_id', message.sender_id,
    'envelope', case
      when message.edit_envelope is null and char_length(message.envelope ->> 'ciphertext') <= 1200 then message.envelope
    end,
    'edit_envelope', case when char_length(message.edit_envelope ->> 'ciphertext') <= 1200 then message.edit_envelope end
  ));
end;
$$;
comment on function private.sealed_part is 'What a push carries of an encrypted message; null of another.';


create function private.message_words(message public.messages, reader_id uuid, shows_content boolean)
returns private.words
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_event public.notification_events;
  v_text text := coalesce(nullif(btrim(message.content), ''), message.poll ->> 'question');
  v_is_pair boolean;
begin
  select k.is_pair into v_is_pair
  from public.conversations c
  join public.conversation_kinds k on k.kind = c.kind
  where c.id = message.conversation_id;
  select e.* into strict v_event
  from public.notification_events e
  where e.event = case
    when not shows_content then 'message_hidden'
    when v_text is null then 'message_file'
    when v_is_pair then 'message'
    else 'group_message'
  end;
  return private.put_into_words(
    v_event, reader_id,
    jsonb_build_object('text', left(regexp_replace(v_text, '\s+', ' ', 'g'), 240), 'name', coalesce(message.attachments -> 0 ->> 'name', '…')),
    message.conversation_id, message.seq, message.sender_id
  );
end;
$$;
comment on function private.message_words is 'What a push says of a message.';


create function private.push_payload(delivery public.notification_deliveries, at timestamptz)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The input of the service worker, at most 3 kB: 100 characters of title and 500 of body are 2,400 bytes at worst. Of an
   encrypted conversation the body is ours and short, so that an envelope has room. */
declare
  v_settings public.notification_settings := private.notification_settings_of(delivery.user_id);
  v_notification public.notifications;
  v_message public.messages;
  v_words private.words;
  v_event public.notification_events;
  v_count bigint;
  v_shows_content boolean := v_settings.shows_content and not private.is_encrypted(delivery.conversation_id);
begin
  if delivery.notification_id is null then
    v_message := private.newest_to_tell(delivery, push_payload.at);
    if v_message.seq is null then
      return null;
    end if;
    v_words := private.message_words(v_message, delivery.user_id, v_shows_content);
    select count(*) into v_count
    from (
      select
      from public.messages m
      join public.members r on r.conversation_id = m.conversation_id and r.user_id = delivery.user_id
      where m.conversation_id = delivery.conversation_id and m.seq > r.read_seq and m.seq <= v_message.seq
        and m.sender_id is distinct from delivery.user_id and not m.is_quiet and m.deleted_at is null
      limit 100
    ) m;
    if v_count > 1 then
      select e.* into strict v_event from public.notification_events e where e.event = 'messages';
      v_words.body := (private.put_into_words(
        v_event, delivery.user_id, jsonb_build_object('count', v_count), delivery.conversation_id, v_message.seq, v_message.sender_id
      )).body || case when v_shows_content then E'\n' || v_words.body else '' end;
    end if;
  else
    select n.* into strict v_notification from public.notifications n where n.id = delivery.notification_id;
    v_words.title := v_notification.title;
    v_words.body := v_notification.body;
    v_words.action_url := v_notification.action_url;
    -- A mention or an answer says what was written, read where it stands.
    if v_notification.category in ('mention', 'reply') and v_settings.shows_content then
      select m.* into v_message
      from public.messages m
      where m.conversation_id = delivery.conversation_id and m.seq = delivery.seq and not m.is_withheld
        and m.deleted_at is null and (m.expires_at is null or m.expires_at > push_payload.at);
      v_words.body := coalesce(left(regexp_replace(v_message.content, '\s+', ' ', 'g'), 240), '');
    end if;
    select count(*) into v_count
    from (
      select
      from public.notifications n
      where n.user_id = delivery.user_id and n.read_at is null and n.archived_at is null and n.group_key = delivery.group_key
        and n.created_at > push_payload.at - interval '30 days'
      limit 100
    ) n;
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'v', 1,
    'kind', case when delivery.notification_id is null then 'message' else 'notification' end,
    'key', delivery.key,
    'tag', delivery.group_key,
    'title', left(v_words.title, 100),
    'body', left(v_words.body, 500),
    'url', left(v_words.action_url, 500),
    'conversation_id', delivery.conversation_id,
    'seq', coalesce(v_message.seq, delivery.seq),
    'notification_id', delivery.notification_id,
    'timestamp', (extract(epoch from coalesce(v_message.created_at, v_notification.created_at)) * 1000)::bigint,
    'count', nullif(v_count, 0),
    'encrypted', case when v_settings.shows_content then private.sealed_part(v_message) end,
    'priority', delivery.priority,
    'require_interaction', case when delivery.priority = 'urgent' then true end,
    'silent', case when not v_settings.plays_sound then true end,
    'actions', case
      when delivery.notification_id is null or delivery.category in ('mention', 'reply') then '["reply", "mark_read", "mute"]'::jsonb
      when delivery.priority = 'urgent' then '["acknowledge"]'
      else '["mark_read"]'
    end,
    'badge', private.unread_total(delivery.user_id)
  ));
end;
$$;
comment on function private.push_payload is 'What the service worker of a device gets of a delivery; null if there is nothing left to tell.';
