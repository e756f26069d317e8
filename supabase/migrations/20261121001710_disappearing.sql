-- Messages that disappear: each has its time from when it is sent, is nobody's to read from that moment on, and is emptied
-- by the next sweep. Its number stays, so that the record has no hole.

-- expire_messages()
create index messages_expiring on public.messages (expires_at) where expires_at is not null;


create function private.set_disappearing(conversation_id uuid, seconds int)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_seconds int := nullif(set_disappearing.seconds, 0);
  v_conversation public.conversations;
begin
  if v_seconds not between 5 and 31536000 then
    perform private.refuse('seconds_invalid');
  end if;
  v_conversation := private.lock_for(set_disappearing.conversation_id, 'configure');
  if v_conversation.disappear_after_seconds is not distinct from v_seconds then
    return;
  end if;
  update public.conversations c
  set disappear_after_seconds = v_seconds, revision = c.revision + 1
  where c.id = v_conversation.id
  returning c.* into v_conversation;
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  perform private.post_system(v_conversation.id, 'disappearing_changed', jsonb_build_object('seconds', v_seconds));
  -- Between two people it takes no privilege.
  if not (select k.is_pair from public.conversation_kinds k where k.kind = v_conversation.kind) then
    perform private.audit(
      'conversation_configured',
      conversation_id => v_conversation.id, details => jsonb_build_object('disappear_after_seconds', v_seconds)
    );
  end if;
end;
$$;
grant execute on function private.set_disappearing to authenticated;

create function public.set_disappearing(conversation_id uuid, seconds int)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.set_disappearing(set_disappearing.conversation_id, set_disappearing.seconds);
end;
$$;
comment on function public.set_disappearing is 'What is said from now on disappears after so many seconds (5 to 31,536,000); null or 0 for never. What was said before keeps its time. For either of two people, else for owner and admins; not in a negotiation.';
grant execute on function public.set_disappearing to authenticated;


create function private.as_tombstone(message public.messages, at timestamptz, by_id uuid)
returns public.messages
language plpgsql
immutable
set search_path = ''
as $$
begin
  message.content := '';
  message.envelope := null;
  message.edit_envelope := null;
  message.sealed_reactions := null;
  message.mentions := '{}';
  message.mention_scope := null;
  message.forwarded := null;
  message.attachments := '[]';
  message.reactions := '{}';
  message.poll := null;
  message.preview := null;
  message.edited_at := null;
  message.pinned_at := null;
  message.pinned_by := null;
  message.expires_at := null;
  message.deleted_at := at;
  message.deleted_by := by_id;
  return message;
end;
$$;
comment on function private.as_tombstone is 'What is left of a message that is deleted or has disappeared.';


create function private.expire_messages(most int default 100)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Of one conversation only, and not many, so that nobody waits long to write in it. Each message has a revision and an
   event of its own, like any other that is deleted. Returns whether there was anything. */
declare
  v_conversation_id uuid;
  v_message public.messages;
begin
  select m.conversation_id into v_conversation_id
  from public.messages m
  where m.expires_at <= now()
  order by m.expires_at
  limit 1;
  if not found then
    return false;
  end if;
  perform private.lock_conversation(v_conversation_id);
  for v_message in
    -- The oldest of all, of which those of this conversation: not a walk through what others have waiting.
    select m.*
    from (
      select d.conversation_id, d.seq
      from public.messages d
      where d.expires_at <= now()
      order by d.expires_at
      limit most
    ) d
    join public.messages m on m.conversation_id = d.conversation_id and m.seq = d.seq
    where d.conversation_id = v_conversation_id
    order by m.seq
  loop
    if v_message.deleted_at is null then
      perform private.blank_message(v_message, null);
    else
      update public.messages m set expires_at = null where m.conversation_id = v_message.conversation_id and m.seq = v_message.seq;
    end if;
  end loop;
  return true;
end;
$$;
comment on function private.expire_messages is 'Empties some messages whose time is over, and returns whether there were any.';

select cron.schedule('expire-messages', '10 seconds', $job$
  do $$
  begin
    for n in 1 .. 10000 loop
      exit when not private.expire_messages();
      commit;
    end loop;
  end;
  $$
$job$);
