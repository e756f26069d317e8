-- Deleting a message for everybody. Its number stays, so that the record has no hole; what it said is gone, wherever it was.

create function private.blank_message(message public.messages, actor_id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Whatever hangs on a message goes here, in the transaction that has locked its conversation. Answers stay and point to what
   is left of it; a thread under it stays readable. It goes on counting as unread for who had not read it. */
declare
  v_conversation public.conversations := private.bump_revision(message.conversation_id);
  v_message public.messages;
begin
  delete from public.reactions r where r.conversation_id = message.conversation_id and r.seq = message.seq;
  delete from public.message_edits e where e.conversation_id = message.conversation_id and e.seq = message.seq;
  delete from public.poll_votes v where v.conversation_id = message.conversation_id and v.seq = message.seq;
  delete from private.callings c where c.conversation_id = message.conversation_id and c.seq = message.seq;
  update public.messages m
  set
    content = '', envelope = null, edit_envelope = null, mentions = '{}', mention_scope = null, forwarded = null,
    attachments = '[]', reactions = '{}', sealed_reactions = null, poll = null, preview = null,
    edited_at = null, pinned_at = null, pinned_by = null, expires_at = null,
    deleted_at = now(), deleted_by = blank_message.actor_id, revision = v_conversation.revision
  where m.conversation_id = message.conversation_id and m.seq = message.seq
  returning m.* into strict v_message;
  if v_message.thread_seq is not null and not v_message.is_withheld then
    perform private.shorten_thread(v_message.conversation_id, v_message.thread_seq);
  end if;
  return v_message;
end;
$$;
comment on function private.blank_message is 'Takes from a message of a locked conversation all that it said, and tells everybody. What was deleted before must not be passed.';


create function private.delete_message(conversation_id uuid, seq bigint)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_message public.messages;
begin
  -- Looked at before the lock, so that a stranger cannot hold it; and after it, because it may have changed.
  perform private.actor_role(delete_message.conversation_id, v_me);
  perform private.lock_conversation(delete_message.conversation_id);
  perform private.actor_role(delete_message.conversation_id, v_me);
  v_message := private.visible_message(delete_message.conversation_id, delete_message.seq, v_me);
  if v_message.kind = 'system' then
    perform private.refuse('message_is_system');
  end if;
  perform private.demand(
    v_message.conversation_id,
    case when v_message.sender_id = v_me then 'delete_own' else 'delete_any' end::public.permission
  );
  if v_message.deleted_at is not null then
    return private.as_told(v_message);
  end if;
  if v_message.sender_id is distinct from v_me then
    perform private.audit(
      'message_deleted', conversation_id => v_message.conversation_id, subject_id => v_message.sender_id,
      details => jsonb_build_object('seq', v_message.seq)
    );
  end if;
  return private.as_told(private.blank_message(v_message, v_me));
end;
$$;
grant execute on function private.delete_message to authenticated;

create function public.delete_message(conversation_id uuid, seq bigint)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.delete_message(delete_message.conversation_id, delete_message.seq);
end;
$$;
comment on function public.delete_message is 'Deletes a message for everybody, and returns what is left: its number, its sender, when, and by whom it was deleted (a moderator, if that is not its sender). Repeating it changes nothing.';
grant execute on function public.delete_message to authenticated;
