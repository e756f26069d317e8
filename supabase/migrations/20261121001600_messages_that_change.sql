-- What every change of a message begins with: the conversation is locked, the permission held, the message there.

alter table private.settings
  -- Most different emoji on one message, and how many people its row names for each.
  add column reactions_max int not null default 20,
  add column reaction_people int not null default 5,
  -- How long a message may be edited; null for as long as it is there.
  add column edit_window interval,
  add column pins_max int not null default 100,
  -- Most people named in one message; further names are mere text.
  add column mentions_max int not null default 50,
  -- Up to this many people of a thread are told of an answer at once; more of them a moment later.
  add column thread_told_at_once int not null default 20,
  -- Most conversations that one call forwards a message to.
  add column forwards_max int not null default 20,
  add column poll_options_max int not null default 12;


create function private.visible_message(conversation_id uuid, seq bigint, viewer_id uuid)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
/* A withheld message is as good as not there for others. Membership is the caller's to look at. */
declare
  v_message public.messages;
begin
  select m.* into v_message
  from public.messages m
  where m.conversation_id = visible_message.conversation_id and m.seq = visible_message.seq
    and (not m.is_withheld or m.sender_id = viewer_id);
  if not found then
    perform private.refuse('message_not_found');
  end if;
  return v_message;
end;
$$;
comment on function private.visible_message is 'A message that this member may see, or the refusal message_not_found.';


create function private.living_message(conversation_id uuid, seq bigint, viewer_id uuid)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_message public.messages := private.visible_message(living_message.conversation_id, living_message.seq, viewer_id);
begin
  if v_message.kind = 'system' then
    perform private.refuse('message_is_system');
  end if;
  -- One whose time is over is gone, even if the sweep has not come yet.
  if v_message.deleted_at is not null or v_message.expires_at <= now() then
    perform private.refuse('message_deleted');
  end if;
  return v_message;
end;
$$;
comment on function private.living_message is 'A message of somebody, with what it says, that this member may see; or the refusal message_not_found, message_is_system or message_deleted.';


create function private.lock_message(conversation_id uuid, seq bigint, permission public.permission)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Looked at after the lock is held: whoever changed it before has committed. */
declare
  v_conversation public.conversations := private.lock_for(lock_message.conversation_id, lock_message.permission);
begin
  -- What is closed is read; what was said can be taken away (delete_message()), and nothing else.
  if v_conversation.closed_at is not null then
    perform private.refuse('conversation_closed');
  end if;
  return private.living_message(lock_message.conversation_id, lock_message.seq, private.me());
end;
$$;
comment on function private.lock_message is 'Locks a conversation for a change of one of its messages by the caller, who must hold this permission; returns the message. bump_revision() follows when something really changes.';


create table private.changes_made (
  conversation_id uuid not null,
  seq bigint not null,
  id uuid not null,
  primary key (conversation_id, seq, id),
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
);
comment on table private.changes_made is 'Ids that clients have given to what they changed in messages: a request that comes again, however late, does not undo what was changed after it.';
alter table private.changes_made enable row level security;


create function private.is_repeated(message public.messages, change_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Under the conversation's lock. What is refused afterwards was not made, and leaves nothing here. */
begin
  if change_id is null then
    return false;
  end if;
  insert into private.changes_made (conversation_id, seq, id)
  values (message.conversation_id, message.seq, change_id)
  on conflict do nothing;
  return not found;
end;
$$;
comment on function private.is_repeated is 'Whether this change of a message has been made before; from now on it has been. Null is a change that nobody repeats.';


create function private.as_told(message public.messages)
returns public.messages
language plpgsql
immutable
set search_path = ''
as $$
begin
  message.is_quiet := message.is_quiet and not message.is_withheld;
  message.is_withheld := false;
  return message;
end;
$$;
comment on function private.as_told is 'A message as the answer of a call tells it: its sender does not learn there that it is withheld.';


create function private.my_part(message public.messages, viewer_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Looked up only where there is something: most messages have neither. */
declare
  v_part jsonb := '{}';
begin
  if message.reactions <> '{}' then
    v_part := v_part || jsonb_build_object('my_reactions', to_jsonb(array(
      select r.emoji from public.reactions r
      where r.conversation_id = message.conversation_id and r.seq = message.seq and r.user_id = viewer_id
      order by r.id
    )));
  end if;
  if message.poll is not null then
    v_part := v_part || jsonb_build_object('my_votes', to_jsonb(array(
      select v.option from public.poll_votes v
      where v.conversation_id = message.conversation_id and v.seq = message.seq and v.user_id = viewer_id
      order by v.option
    )));
  end if;
  return v_part;
end;
$$;
comment on function private.my_part is 'What of a message is different for each viewer: {my_reactions, my_votes}, each where it makes sense.';
