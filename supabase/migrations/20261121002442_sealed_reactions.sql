-- Reactions in an encrypted conversation. The server knows whose they are; that two are the same, only those who can read them.

alter table private.settings add column sealed_reactions_max int not null default 100;


create function private.set_sealed_reactions(message public.messages, sealed_reactions jsonb)
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
  set sealed_reactions = nullif(set_sealed_reactions.sealed_reactions, '[]'), revision = v_conversation.revision
  where m.conversation_id = message.conversation_id and m.seq = message.seq
  returning m.* into strict v_message;
  return v_message;
end;
$$;


create function private.add_sealed_reaction(conversation_id uuid, seq bigint, id uuid, envelope jsonb)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_sender private.senders := private.take_send_token(v_me);
  v_message public.messages := private.lock_message(add_sealed_reaction.conversation_id, add_sealed_reaction.seq, 'react');
  v_conversation public.conversations;
  v_max int := (select s.sealed_reactions_max from private.settings s);
begin
  select c.* into strict v_conversation from public.conversations c where c.id = v_message.conversation_id;
  if not v_conversation.is_encrypted then
    perform private.refuse('not_encrypted');
  end if;
  if add_sealed_reaction.id is null then
    perform private.refuse('envelope_invalid', 'A reaction has an id of your making.');
  end if;
  if v_sender.is_withheld or v_message.is_withheld then
    return private.as_told(v_message);
  end if;
  -- Its id is that of the change as well: once it was taken back, it does not come again.
  if private.is_repeated(v_message, add_sealed_reaction.id) then
    return v_message;
  end if;
  perform private.check_envelope(v_conversation, v_me, coalesce(add_sealed_reaction.envelope, 'null'), 'reaction');
  if jsonb_array_length(coalesce(v_message.sealed_reactions, '[]')) >= v_max then
    perform private.refuse('reactions_full', format('At most %s.', v_max));
  end if;
  v_message := private.set_sealed_reactions(v_message, coalesce(v_message.sealed_reactions, '[]') || jsonb_build_object(
    'id', add_sealed_reaction.id, 'user_id', v_me, 'envelope', add_sealed_reaction.envelope, 'at', now()
  ));
  if private.is_member(v_message.conversation_id, v_message.sender_id) then
    perform private.notify(
      array[v_message.sender_id], format('reaction:%s:%s:%s', v_message.conversation_id, v_message.seq, v_me), 'sealed_reaction',
      '{}', v_message.conversation_id, v_message.seq
    );
  end if;
  return v_message;
end;
$$;

create function private.remove_sealed_reaction(conversation_id uuid, seq bigint, id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_message public.messages := private.lock_message(remove_sealed_reaction.conversation_id, remove_sealed_reaction.seq, 'react');
  v_left jsonb := (
    select coalesce(jsonb_agg(r.reaction order by r.place), '[]')
    from jsonb_array_elements(v_message.sealed_reactions) with ordinality as r (reaction, place)
    where (r.reaction ->> 'id', r.reaction ->> 'user_id') is distinct from (remove_sealed_reaction.id::text, v_me::text)
  );
begin
  if v_left = coalesce(v_message.sealed_reactions, '[]') then
    return v_message;
  end if;
  return private.set_sealed_reactions(v_message, v_left);
end;
$$;
grant execute on function private.add_sealed_reaction, private.remove_sealed_reaction to authenticated;


create function public.add_sealed_reaction(conversation_id uuid, seq bigint, id uuid, envelope jsonb)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.add_sealed_reaction(
    add_sealed_reaction.conversation_id, add_sealed_reaction.seq, add_sealed_reaction.id, add_sealed_reaction.envelope
  );
end;
$$;
comment on function public.add_sealed_reaction is 'Reacts to a message of an encrypted conversation, and returns the message. id: of the reaction, of your own making. Repeating it changes nothing, not even when you have taken it back since.';

create function public.remove_sealed_reaction(conversation_id uuid, seq bigint, id uuid)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.remove_sealed_reaction(remove_sealed_reaction.conversation_id, remove_sealed_reaction.seq, remove_sealed_reaction.id);
end;
$$;
comment on function public.remove_sealed_reaction is 'Takes a reaction of yours back, and returns the message. Repeating it changes nothing.';
grant execute on function public.add_sealed_reaction, public.remove_sealed_reaction to authenticated;


insert into public.notification_events (event, category, priority, variables) values ('sealed_reaction', 'reaction', 'normal', '{}');
insert into public.notification_templates (event, language, title, body, action_url) values
  ('sealed_reaction', 'en', '{actor} reacted to your message', '', '/chats/{conversation_id}?at={seq}'),
  ('sealed_reaction', 'de', '{actor} hat auf deine Nachricht reagiert', '', '/chats/{conversation_id}?at={seq}');
