-- Messages: what was said, by whom, as which number of its conversation.

create table public.messages (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  seq bigint not null default 0,
  id uuid not null default gen_random_uuid(),
  sender_id uuid references public.profiles (id) on delete set null,
  content text not null,
  created_at timestamptz not null default now(),
  revision bigint not null default 0,
  -- Starts with the conversation, as all keys of what hangs on a message, so that the tables can be partitioned by it.
  primary key (conversation_id, seq),
  constraint messages_id_is_unique_per_sender unique (sender_id, id),
  constraint messages_are_placed check (seq > 0 and revision > 0)
);
comment on table public.messages is 'Messages of your conversations. POST one with conversation_id, content and, to be able to repeat it, an id of your own making.';
comment on column public.messages.seq is 'Number in the conversation: 1, 2, 3, … without gaps, in the order of the commits. Order by it; page with seq=lt.N.';
comment on column public.messages.id is 'Made by the client (UUIDv7), unique per sender for ever.';
comment on column public.messages.sender_id is 'Who sent it; null once the account is deleted.';
comment on column public.messages.content is 'Text, 1 to 5,000 characters, exactly as it was sent. Not HTML.';
comment on column public.messages.revision is 'Revision of the conversation at which this message last changed.';

-- sync(): what changed since
create index messages_by_revision on public.messages (conversation_id, revision);


create function private.check_content(content text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The content rules of a message, in one place. */
declare
  v_max int := (select s.message_max_characters from private.settings s);
begin
  -- Spaces, and characters that show nothing: control, soft hyphen, joiners, fillers, directional and tag marks.
  if content is null or content ~ '^[\s\u0001-\u001F\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U0001D159\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]*$' then
    perform private.refuse('message_blank');
  end if;
  if char_length(content) > v_max then
    perform private.refuse('message_too_long', format('It has %s characters; %s are allowed.', char_length(content), v_max));
  end if;
end;
$$;


create function private.place_message(message public.messages)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Gives a message its number and revision under the conversation's row lock. Returns null, and changes nothing, when
   its sender has sent this id before. */
declare
  v_conversation public.conversations;
begin
  perform private.check_content(message.content);

  -- Whoever sends the same id at the same moment, to this conversation or another, waits here and then finds the first.
  perform pg_advisory_xact_lock(hashtextextended(message.sender_id || ':' || message.id, 0));
  if exists (select from public.messages m where m.sender_id = message.sender_id and m.id = message.id) then
    return null;
  end if;

  -- From here to commit, no other message of this conversation can be placed: numbers are dense and in commit order.
  update public.conversations c
  set last_seq = c.last_seq + 1, revision = c.revision + 1, last_message_at = now()
  where c.id = message.conversation_id and exists (
    select from public.members m
    where m.conversation_id = c.id and m.user_id = message.sender_id and m.left_at is null
  )
  returning c.* into v_conversation;
  if not found then
    perform private.refuse(case
      when exists (select from public.conversations c where c.id = message.conversation_id) then 'not_a_member'
      else 'conversation_not_found'
    end);
  end if;

  perform private.take_send_token(message.sender_id);

  update public.members m
  set sent_count = m.sent_count + 1, last_sent_seq = v_conversation.last_seq
  where m.conversation_id = message.conversation_id and m.user_id = message.sender_id and m.left_at is null;
  if not found then
    perform private.refuse('not_a_member');
  end if;

  message.seq := v_conversation.last_seq;
  message.revision := v_conversation.revision;
  message.created_at := now();
  return message;
end;
$$;


create function private.tg_messages__place()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_placed public.messages;
begin
  -- A number is already there when send_message() has placed it; nobody else is granted the column.
  if new.seq > 0 then
    return new;
  end if;
  new.sender_id := coalesce(auth.uid(), new.sender_id);
  if new.sender_id is null then
    perform private.refuse('not_signed_in');
  end if;
  v_placed := private.place_message(new);
  if v_placed is null then
    perform private.refuse('message_id_taken');
  end if;
  return v_placed;
end;
$$;

create trigger _100_place
before insert on public.messages
for each row execute function private.tg_messages__place();


create function private.tg_messages__announce()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations;
begin
  select c.* into strict v_conversation from public.conversations c where c.id = new.conversation_id;
  perform private.announce(
    v_conversation,
    'message',
    jsonb_build_object('conversation_id', new.conversation_id, 'revision', new.revision, 'message', to_jsonb(new))
  );
  return null;
end;
$$;

create trigger _900_announce
after insert on public.messages
for each row execute function private.tg_messages__announce();


create function private.send_message(conversation_id uuid, id uuid, content text)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_sent public.messages;
  v_message public.messages;
begin
  v_message.conversation_id := send_message.conversation_id;
  v_message.id := coalesce(send_message.id, gen_random_uuid());
  v_message.sender_id := private.me();
  v_message.content := send_message.content;
  v_sent := private.place_message(v_message);
  if v_sent is null then
    select m.* into strict v_sent from public.messages m where m.sender_id = v_message.sender_id and m.id = v_message.id;
  else
    insert into public.messages select v_sent.*;
  end if;
  return v_sent;
end;
$$;
grant execute on function private.send_message to authenticated;

create function public.send_message(conversation_id uuid, id uuid, content text)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.send_message(send_message.conversation_id, send_message.id, send_message.content);
end;
$$;
comment on function public.send_message is 'Sends a message. Repeating it with the same id sends nothing and returns the first one, however much later.';
grant execute on function public.send_message to authenticated;


alter table public.messages enable row level security;
revoke all on public.messages from anon, authenticated, service_role;
grant select, insert (conversation_id, id, content) on public.messages to authenticated;
grant select, insert (conversation_id, id, sender_id, content) on public.messages to service_role;

create policy messages_select on public.messages
for select to authenticated
using (exists (
  select from public.members m
  where m.conversation_id = messages.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));

create policy messages_insert on public.messages
for insert to authenticated
with check (sender_id = (select auth.uid()) and exists (
  select from public.members m
  where m.conversation_id = messages.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));
