-- Forwarding what somebody said to other conversations. The copy is a message of who forwards it, and says where it comes
-- from; it stays when the first is edited or deleted, as a copy on paper would.

comment on column public.messages.forwarded is 'Where it was first said, if it was forwarded: {"sender_id", "conversation_id", "seq", "sent_at"}. Who may not read that conversation learns no more of it than this.';


create function private.forwardable_message(conversation_id uuid, seq bigint)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
/* A member who may read it could retype it; what is refused here are copies that would claim to be the thing itself. */
declare
  v_message public.messages;
begin
  perform private.actor_role(forwardable_message.conversation_id, private.me());
  v_message := private.living_message(forwardable_message.conversation_id, forwardable_message.seq, private.me());
  if exists (
    select from public.conversations c
    join public.conversation_kinds k on k.kind = c.kind
    where c.id = v_message.conversation_id and k.is_immutable
  ) then
    perform private.refuse('forward_not_allowed', 'What is said in a negotiation can be verified only where it was said.');
  end if;
  if coalesce(v_message.edit_envelope, v_message.envelope) is not null then
    perform private.refuse('forward_not_allowed', 'It is sealed for this conversation: who can read it sends it anew.');
  end if;
  if v_message.expires_at is not null then
    perform private.refuse('forward_not_allowed', 'A message that disappears would not disappear any more.');
  end if;
  if v_message.kind = 'poll' then
    perform private.refuse('forward_not_allowed', 'The votes of a poll belong to those who were asked.');
  end if;
  return v_message;
end;
$$;
comment on function private.forwardable_message is 'A message that the caller may read and pass on, or a refusal.';


create function private.forward_message(conversation_id uuid, seq bigint, to_conversation_ids uuid[], id uuid)
returns setof public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* All or none: if one of the conversations refuses it, nothing was sent. They are locked in the order of their ids, so that
   two people who forward to the same ones at once cannot wait for each other. */
declare
  v_me uuid := private.me();
  v_max int := (select s.forwards_max from private.settings s);
  v_source public.messages;
  v_target uuid;
  v_message public.messages;
  v_placed public.messages;
begin
  if cardinality(to_conversation_ids) > v_max then
    perform private.refuse('too_many', format('At most %s conversations.', v_max));
  end if;
  for v_target in select distinct t.id from unnest(to_conversation_ids) as t (id) order by t.id loop
    v_message := null;
    v_message.conversation_id := v_target;
    -- One id for the call makes one for each conversation, so that repeating the call repeats all of them.
    v_message.id := md5(coalesce(forward_message.id, gen_random_uuid()) || ':' || v_target)::uuid;
    v_message.sender_id := v_me;
    select m.* into v_placed from public.messages m where m.sender_id = v_me and m.id = v_message.id;
    if not found then
      if v_source is null then
        v_source := private.forwardable_message(forward_message.conversation_id, forward_message.seq);
      end if;
      v_message.content := v_source.content;
      v_message.preview := v_source.preview;
      v_message.forwarded := coalesce(v_source.forwarded, jsonb_build_object(
        'sender_id', v_source.sender_id, 'conversation_id', v_source.conversation_id, 'seq', v_source.seq,
        'sent_at', v_source.created_at
      ));
      v_placed := private.place_message(private.with_defaults(v_message), v_source.attachments <> '[]');
      if v_placed is null then
        select m.* into strict v_placed from public.messages m where m.sender_id = v_me and m.id = v_message.id;
      else
        if v_source.attachments <> '[]' then
          v_placed.attachments := private.copy_attachments(v_source, v_placed);
        end if;
        insert into public.messages select v_placed.*;
      end if;
    end if;
    return next private.as_told(v_placed);
  end loop;
end;
$$;
grant execute on function private.forward_message to authenticated;

create function public.forward_message(conversation_id uuid, seq bigint, to_conversation_ids uuid[], id uuid default null)
returns setof public.messages
language plpgsql
set search_path = ''
as $$
begin
  return query
  select m.* from private.forward_message(
    forward_message.conversation_id, forward_message.seq, forward_message.to_conversation_ids, forward_message.id
  ) m;
end;
$$;
comment on function public.forward_message is 'Sends a message that you may read on to other conversations in which you may post, with its files, and returns the copies. With an id of your own making, repeating it sends nothing and returns the first ones. Names in it call nobody.';
grant execute on function public.forward_message to authenticated;
