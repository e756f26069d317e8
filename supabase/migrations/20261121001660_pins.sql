-- Pinning what everybody should find again.

-- the pins of a conversation, newest first
create index messages_pinned on public.messages (conversation_id, pinned_at) where pinned_at is not null;


create function private.set_pinned(message public.messages, pinned_at timestamptz, pinned_by uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.bump_revision(message.conversation_id);
  v_message public.messages;
begin
  update public.messages m
  set pinned_at = set_pinned.pinned_at, pinned_by = set_pinned.pinned_by, revision = v_conversation.revision
  where m.conversation_id = message.conversation_id and m.seq = message.seq
  returning m.* into strict v_message;
  return v_message;
end;
$$;


create function private.pin_message(conversation_id uuid, seq bigint, change_id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_sender private.senders := private.take_send_token(v_me);
  v_message public.messages := private.lock_message(pin_message.conversation_id, pin_message.seq, 'pin');
  v_max int := (select s.pins_max from private.settings s);
begin
  -- What one can see alone is not pinned for all, nor does who is withheld show up as having pinned.
  if v_message.is_withheld or v_sender.is_withheld then
    return private.as_told(v_message);
  end if;
  if private.is_repeated(v_message, change_id) then
    return v_message;
  end if;
  if v_message.pinned_at is not null then
    return v_message;
  end if;
  if (
    select count(*) from public.messages m where m.conversation_id = v_message.conversation_id and m.pinned_at is not null
  ) >= v_max then
    perform private.refuse('pins_full', format('At most %s.', v_max));
  end if;
  v_message := private.set_pinned(v_message, now(), v_me);
  perform private.post_system(v_message.conversation_id, 'message_pinned', jsonb_build_object('seq', v_message.seq));
  return v_message;
end;
$$;

create function private.unpin_message(conversation_id uuid, seq bigint, change_id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Nothing is said of it in the conversation: who unpins tidies up. */
declare
  v_conversation public.conversations := private.lock_for(unpin_message.conversation_id, 'pin');
  v_message public.messages;
begin
  if v_conversation.closed_at is not null then
    perform private.refuse('conversation_closed');
  end if;
  v_message := private.visible_message(unpin_message.conversation_id, unpin_message.seq, private.me());
  if private.is_repeated(v_message, change_id) then
    return v_message;
  end if;
  if v_message.pinned_at is null then
    return v_message;
  end if;
  return private.set_pinned(v_message, null, null);
end;
$$;
grant execute on function private.pin_message, private.unpin_message to authenticated;


create function public.pin_message(conversation_id uuid, seq bigint, id uuid default null)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.pin_message(pin_message.conversation_id, pin_message.seq, pin_message.id);
end;
$$;
comment on function public.pin_message is 'Pins a message for everybody, says so in the conversation, and returns the message. Pinned ones: GET /messages?conversation_id=eq.…&pinned_at=not.is.null&order=pinned_at.desc. Repeating it changes nothing; with an id of your own making not even when it has been changed since.';

create function public.unpin_message(conversation_id uuid, seq bigint, id uuid default null)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.unpin_message(unpin_message.conversation_id, unpin_message.seq, unpin_message.id);
end;
$$;
comment on function public.unpin_message is 'Takes a message from the pinned ones, and returns it. Repeating it changes nothing; with an id of your own making not even when it has been changed since.';
grant execute on function public.pin_message, public.unpin_message to authenticated;
