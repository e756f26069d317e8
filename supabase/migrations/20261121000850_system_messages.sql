-- What happens in a conversation stands among its messages, as a code that the client puts into the reader's words.

create function private.post_system(conversation_id uuid, code text, args jsonb default '{}', actor_id uuid default auth.uid())
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Counts as unread for nobody: neither is it among what its actor has sent. It stays where what people say disappears. */
declare
  v_conversation public.conversations;
  v_kind public.conversation_kinds;
  v_message public.messages;
begin
  update public.conversations c
  set last_seq = c.last_seq + 1, revision = c.revision + 1, last_message_at = now(), quiet_count = c.quiet_count + 1
  where c.id = post_system.conversation_id
  returning c.* into v_conversation;
  if not found then
    perform private.refuse('conversation_not_found');
  end if;
  select k.* into strict v_kind from public.conversation_kinds k where k.kind = v_conversation.kind;

  v_message.conversation_id := v_conversation.id;
  v_message.seq := v_conversation.last_seq;
  v_message.revision := v_conversation.revision;
  v_message.id := gen_random_uuid();
  v_message.sender_id := actor_id;
  v_message.kind := 'system';
  v_message.content := '';
  v_message.system := jsonb_build_object('code', code) || args;
  v_message.is_quiet := true;
  v_message.is_withheld := false;
  v_message.created_at := now();
  v_message := private.with_defaults(v_message);
  if v_kind.is_immutable then
    v_message := private.place_in_chain(v_message);
  end if;
  insert into public.messages select v_message.*;
  return v_message;
end;
$$;
comment on function private.post_system is 'Says in a conversation that something happened: a code, what belongs to it, and who did it.';
