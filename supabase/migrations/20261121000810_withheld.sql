-- Messages that only their sender is shown: of a person whom moderators withhold ("shadow ban"), or of one of two people
-- whom the other has blocked. They are numbered and kept like any other, so that the record stays dense for everybody;
-- the others get the number alone, count nothing as unread, and their lists do not move.
--
-- No call, event or answer of sync() tells the sender. The table does not hide it, though: who asks REST for the column
-- is_withheld of their own message sees it.

create function private.withhold_newest(conversation_id uuid)
returns public.conversations
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations;
begin
  update public.conversations c
  set quiet_count = c.quiet_count + 1, last_message_at = (
    select m.created_at from public.messages m
    where m.conversation_id = c.id and not m.is_withheld
    order by m.seq desc
    limit 1
  )
  where c.id = withhold_newest.conversation_id
  returning c.* into v_conversation;
  return v_conversation;
end;
$$;
comment on function private.withhold_newest is 'Takes back, for a message that is just being placed and will be withheld, what its conversation shows of it to others.';


create function private.announce_withheld(conversation public.conversations, message public.messages)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Its sender's devices get it whole on their own topic. Of a large conversation they hear the feed as well, where it is
   a number for everybody: a client keeps what it knows more of. */
declare
  v_event jsonb := jsonb_build_object('conversation_id', message.conversation_id, 'revision', message.revision);
  v_others jsonb := v_event || jsonb_build_object('message', private.message_json(message, null));
  v_sender jsonb := v_event || jsonb_build_object('message', private.message_json(message, message.sender_id));
begin
  if conversation.is_large then
    perform private.announce(conversation, 'message', v_others);
  else
    perform private.announce_to(
      array(
        select m.user_id from public.members m
        where m.conversation_id = conversation.id and m.left_at is null and m.user_id is distinct from message.sender_id
      ),
      'message', v_others
    );
  end if;
  -- Who is no longer a member is told nothing, of their own messages neither.
  if private.is_member(conversation.id, message.sender_id) then
    perform private.announce_to(array[message.sender_id], 'message', v_sender);
  end if;
end;
$$;
comment on function private.announce_withheld is 'Announces a message that only its sender is shown.';
