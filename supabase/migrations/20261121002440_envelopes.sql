-- What is said in an encrypted conversation: envelopes, which the server numbers and passes on. It checks what it can without
-- a key, so that an honest member is not shown what their device would have to refuse.

create table private.device_counters (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  device_id uuid not null references public.encryption_devices (id) on delete cascade,
  counter bigint not null,
  primary key (conversation_id, device_id)
)
with (fillfactor = 50);
comment on table private.device_counters is 'The counter of what each device has said last in each encrypted conversation. It only rises.';
-- deleting a device
create index device_counters_by_device on private.device_counters (device_id);
alter table private.device_counters enable row level security;


create function private.is_envelope(envelope jsonb, most int)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(
    jsonb_typeof(envelope) = 'object'
      and envelope - '{scheme,epoch,deviceId,counter,afterSeq,ciphertext,signature}'::text[] = '{}'
      and envelope -> 'scheme' = '1'
      and jsonb_typeof(envelope -> 'epoch') = 'number' and envelope ->> 'epoch' ~ '^[1-9]\d{0,8}$'
      and private.is_device_id(envelope -> 'deviceId')
      -- Whole numbers that every language can hold.
      and jsonb_typeof(envelope -> 'counter') = 'number' and envelope ->> 'counter' ~ '^[1-9]\d{0,14}$'
      and jsonb_typeof(envelope -> 'afterSeq') = 'number' and envelope ->> 'afterSeq' ~ '^\d{1,15}$'
      and private.is_box(envelope -> 'ciphertext', most)
      and private.is_key(envelope -> 'signature', 86),
    false
  );
end;
$$;
comment on function private.is_envelope is 'Whether this has the form of an envelope, with a ciphertext of at most so many characters.';


create function private.check_envelope(conversation public.conversations, sender_id uuid, envelope jsonb, kind text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Under the conversation's lock. `conversation` counts a message that is just being placed already. */
declare
  v_max int := (select s.epoch_messages_max from private.settings s);
  v_newest bigint := conversation.last_seq - (check_envelope.kind = 'message')::int;
  v_device uuid;
  v_counter bigint;
begin
  if not conversation.is_encrypted then
    perform private.refuse('not_encrypted');
  end if;
  if envelope is null then
    perform private.refuse('plaintext_refused', 'send_envelope() takes what is sealed.');
  end if;
  if not private.is_envelope(envelope, case check_envelope.kind when 'reaction' then 400 when 'about' then 8000 else 48000 end) then
    perform private.refuse('envelope_invalid', 'It has not the form of an envelope, or is too long.');
  end if;
  if (envelope -> 'epoch')::int < conversation.key_epoch then
    perform private.refuse('epoch_outdated', conversation.key_epoch::text);
  elsif (envelope -> 'epoch')::int > conversation.key_epoch then
    perform private.refuse('envelope_invalid', 'There is no such epoch.');
  end if;
  if conversation.needs_epoch or v_newest - conversation.key_epoch_seq >= v_max then
    perform private.refuse('epoch_needed');
  end if;
  v_device := (envelope ->> 'deviceId')::uuid;
  if not exists (
    select from public.encryption_devices d where d.id = v_device and d.user_id = check_envelope.sender_id and d.removed_at is null
  ) then
    perform private.refuse('device_not_found');
  end if;
  if (envelope -> 'afterSeq')::bigint > v_newest then
    perform private.refuse('envelope_invalid', 'afterSeq is a message that is not there yet.');
  end if;
  insert into private.device_counters as d (conversation_id, device_id, counter)
  values (conversation.id, v_device, (envelope -> 'counter')::bigint)
  on conflict on constraint device_counters_pkey do update set counter = excluded.counter
  where d.counter < excluded.counter
  returning d.counter into v_counter;
  if v_counter is null then
    perform private.refuse('counter_behind', (
      select d.counter from private.device_counters d where d.conversation_id = conversation.id and d.device_id = v_device
    )::text);
  end if;
end;
$$;
comment on function private.check_envelope is 'Returns if this may be said now in a locked conversation, as a message, edit, reaction or about; else refuses.';


create function private.place_named(message public.messages)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
/* By ids, since what is written cannot be read. Honoured are members of now, as in place_mentions(). */
declare
  v_max int := (select s.mentions_max from private.settings s);
begin
  message.mentions := array(
    select n.id
    from unnest(message.mentions[1:v_max]) with ordinality as n (id, place)
    where private.is_member(message.conversation_id, n.id)
    group by n.id
    order by min(n.place)
  );
  if message.mention_scope is not null and (
    message.mention_scope not in ('here', 'channel') or not private.may(message.conversation_id, message.sender_id, 'mention_all')
  ) then
    message.mention_scope := null;
  end if;
  return message;
end;
$$;
comment on function private.place_named is 'Keeps of the people that a sealed message names those that it may name.';


create function private.place_envelope(message public.messages, conversation public.conversations)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.check_envelope(conversation, message.sender_id, message.envelope, 'message');
  return private.place_named(message);
end;
$$;
comment on function private.place_envelope is 'The part of place_message() for an encrypted conversation.';


create function public.send_envelope(
  conversation_id uuid, id uuid, envelope jsonb,
  reply_to bigint default null, thread_seq bigint default null, attachment_ids uuid[] default null,
  mentioned_ids uuid[] default null, mention_scope text default null
)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.send_message(
    send_envelope.conversation_id, send_envelope.id, '', send_envelope.reply_to, send_envelope.thread_seq,
    send_envelope.attachment_ids, send_envelope.envelope, send_envelope.mentioned_ids, send_envelope.mention_scope
  );
end;
$$;
comment on function public.send_envelope is 'Sends a message to an encrypted conversation. mentioned_ids: members who are named in it; mention_scope: channel or here, if it calls everybody and you may. Repeating it with the same id sends nothing and returns the first one, however much later.';
grant execute on function public.send_envelope to authenticated;


create function public.edit_envelope(
  conversation_id uuid, seq bigint, envelope jsonb, id uuid default null,
  mentioned_ids uuid[] default null, mention_scope text default null
)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.edit_message(
    edit_envelope.conversation_id, edit_envelope.seq, '', edit_envelope.id, edit_envelope.envelope, edit_envelope.mentioned_ids,
    edit_envelope.mention_scope
  );
end;
$$;
comment on function public.edit_envelope is 'Gives a message of yours in an encrypted conversation another content, and returns it. What it was before is read in message_edits. Repeating it changes nothing; with an id of your own making not even when it has been edited again since.';
grant execute on function public.edit_envelope to authenticated;
