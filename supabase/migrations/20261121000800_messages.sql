-- Messages: what was said, by whom, as which number of its conversation.

create type public.message_kind as enum ('text', 'poll', 'system', 'withheld');
comment on type public.message_kind is 'text: what somebody wrote. poll: with a question and options. system: something that happened, to be put into words by the client. withheld: not shown to you.';

create table public.messages (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  seq bigint not null default 0,
  id uuid not null default gen_random_uuid(),
  sender_id uuid references public.profiles (id) on delete set null,
  kind public.message_kind not null default 'text',
  content text not null,
  envelope jsonb,
  edit_envelope jsonb,
  system jsonb,
  reply_to bigint,
  thread_seq bigint,
  thread_count int not null default 0,
  thread_last_at timestamptz,
  mentions uuid[] not null default '{}',
  mention_scope text,
  forwarded jsonb,
  attachments jsonb not null default '[]',
  reactions jsonb not null default '{}',
  sealed_reactions jsonb,
  poll jsonb,
  preview jsonb,
  is_quiet boolean not null default false,
  is_withheld boolean not null default false,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  deleted_at timestamptz,
  deleted_by uuid references public.profiles (id) on delete set null,
  pinned_at timestamptz,
  pinned_by uuid references public.profiles (id) on delete set null,
  expires_at timestamptz,
  hash bytea,
  revision bigint not null default 0,
  -- Starts with the conversation, as all keys of what hangs on a message, so that the tables can be partitioned by it.
  primary key (conversation_id, seq),
  constraint messages_id_is_unique_per_sender unique (sender_id, id),
  constraint messages_are_placed check (seq > 0 and revision > 0),
  constraint messages_system_has_code check ((kind = 'system') = (system is not null) and (system is null or system ? 'code')),
  constraint messages_poll_is_asked check (poll is null or kind = 'poll'),
  constraint messages_answer_what_was_before check (reply_to < seq and thread_seq < seq),
  constraint messages_encrypted_say_nothing check (content = '' or envelope is null and edit_envelope is null),
  constraint messages_mention_scope_form check (mention_scope in ('here', 'channel'))
);
comment on table public.messages is 'Messages of your conversations. POST one with conversation_id, content and, to be able to repeat it, an id of your own making.';
comment on column public.messages.kind is 'What it is, and so which of the other columns say more.';
comment on column public.messages.created_at is 'When it was stored, by the clock of the server. Order by seq, never by this.';
comment on column public.messages.seq is 'Number in the conversation: 1, 2, 3, … without gaps, in the order of the commits. Order by it; page with seq=lt.N.';
comment on column public.messages.id is 'Made by the client (UUIDv7), unique per sender for ever.';
comment on column public.messages.sender_id is 'Who sent it; null once the account is deleted.';
comment on column public.messages.content is 'Text, 1 to 5,000 characters, exactly as it was sent. Not HTML.';
comment on column public.messages.envelope is 'Of an encrypted conversation, what was sent, sealed: {"scheme", "epoch", "deviceId", "counter", "afterSeq", "ciphertext", "signature"}. See docs/encryption.md.';
comment on column public.messages.edit_envelope is 'The same of its newest edit, which says what it says now.';
comment on column public.messages.system is 'What happened, as {"code": …} and what belongs to it. Null unless kind is system.';
comment on column public.messages.reply_to is 'seq of the message that this one answers.';
comment on column public.messages.thread_seq is 'seq of the message under which this one stands in a thread; null in the conversation itself.';
comment on column public.messages.thread_count is 'How many messages stand in the thread under this one.';
comment on column public.messages.thread_last_at is 'When the newest of them was sent.';
comment on column public.messages.mentions is 'The members who are named by "@handle".';
comment on column public.messages.mention_scope is 'channel: everybody is called by "@channel". here: everybody who is there just now, by "@here".';
comment on column public.messages.forwarded is 'Where it was first said, if it was forwarded.';
comment on column public.messages.attachments is 'The files that came with it: [{"id", "path", "name", "mime_type", "size"}], with width, height, duration_ms and blurhash where they were given. Ask Storage for path in the bucket "attachments".';
comment on column public.messages.reactions is 'Reactions by emoji.';
comment on column public.messages.sealed_reactions is 'Reactions of an encrypted conversation: [{"id", "user_id", "envelope", "at"}].';
comment on column public.messages.poll is 'Question, options and votes. Null unless kind is poll.';
comment on column public.messages.preview is 'What the page says of itself that the first link leads to, as the sender''s app has found it: {"url", "title"}, with description and site_name where they are known. Text, and the sender''s word only; null for none.';
comment on column public.messages.is_quiet is 'Does not count as unread.';
comment on column public.messages.is_withheld is 'Only its sender is shown it.';
comment on column public.messages.edited_at is 'When it was last edited; null for never.';
comment on column public.messages.deleted_at is 'When it was deleted for everybody: what it said is gone, its number stays.';
comment on column public.messages.deleted_by is 'Who deleted it.';
comment on column public.messages.pinned_at is 'When it was pinned; null if it is not.';
comment on column public.messages.pinned_by is 'Who pinned it.';
comment on column public.messages.expires_at is 'When it disappears; null for never.';
comment on column public.messages.hash is 'Link of the hash chain of a negotiation; verify_conversation() checks it.';
comment on column public.messages.revision is 'Revision of the conversation at which this message last changed.';

-- mark_read() that stops short of the newest message: how many before it count for nobody
create index messages_quiet on public.messages (conversation_id, seq) where is_quiet;
-- deleting a profile
create index messages_by_deleter on public.messages (deleted_by) where deleted_by is not null;
create index messages_by_pinner on public.messages (pinned_by) where pinned_by is not null;
-- sync(): what changed since
create index messages_by_revision on public.messages (conversation_id, revision);


create function private.message_json(message public.messages, viewer_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
/* A message as events and sync() carry it, without what is null. Of one that is withheld others get its number alone, so
   that they can still prove that nothing is missing; of one that has expired, what the sweep will leave of it. */
begin
  if message.expires_at <= now() and message.deleted_at is null then
    message := private.as_tombstone(message, message.expires_at, null);
  end if;
  if message.is_withheld and message.sender_id is distinct from viewer_id then
    return jsonb_build_object(
      'conversation_id', message.conversation_id, 'seq', message.seq, 'revision', message.revision,
      'id', md5(message.conversation_id || ':' || message.seq)::uuid, 'sender_id', null, 'kind', 'withheld', 'content', '',
      'is_quiet', true, 'created_at', message.created_at
    );
  end if;
  return jsonb_strip_nulls(to_jsonb(message) - 'is_withheld') || jsonb_build_object(
    -- Its sender is shown a message like any other.
    'sender_id', message.sender_id, 'is_quiet', message.is_quiet and not message.is_withheld
  ) || case when viewer_id is null then '{}' else private.my_part(message, viewer_id) end;
end;
$$;
comment on function private.message_json is 'A message as somebody sees it; of nobody in particular if viewer_id is null.';


create function private.place_message(message public.messages, has_more boolean default false)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Gives a message its number and revision under the conversation's row lock. Returns null, and changes nothing, when
   its sender has sent this id before. `has_more`: something else than text comes with it, so it may be without. */
declare
  v_sender private.senders;
  v_conversation public.conversations;
  v_member public.members;
  v_kind public.conversation_kinds;
  v_withheld boolean;
begin
  -- Whoever sends the same id at the same moment, to this conversation or another, waits here and then finds the first.
  perform pg_advisory_xact_lock(hashtextextended(message.sender_id || ':' || message.id, 0));
  if exists (select from public.messages m where m.sender_id = message.sender_id and m.id = message.id) then
    return null;
  end if;

  -- Before the conversation, as every call does that takes both: two devices of one person must not wait for each other.
  v_sender := private.take_send_token(message.sender_id);
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

  select k.* into strict v_kind from public.conversation_kinds k where k.kind = v_conversation.kind;
  -- Only now, with the lock: who has been blocked by the time that it is granted is.
  v_withheld := v_sender.is_withheld or v_kind.is_pair and private.is_unwelcome(v_conversation.id, message.sender_id);
  if v_withheld then
    v_conversation := private.withhold_newest(v_conversation.id);
  end if;
  update public.members m
  set
    sent_count = m.sent_count + (not v_withheld)::int,
    last_sent_seq = case when v_withheld then m.last_sent_seq else v_conversation.last_seq end
  where m.conversation_id = message.conversation_id and m.user_id = message.sender_id and m.left_at is null
  returning m.* into v_member;
  if not found then
    perform private.refuse('not_a_member');
  end if;

  if v_conversation.is_encrypted or message.envelope is not null then
    message := private.place_envelope(message, v_conversation);
  else
    perform private.check_content(v_kind, message.content, has_more);
  end if;
  message.content := private.check_post(v_conversation, v_member, message.content);
  if message.preview is not null then
    message.preview := private.fitting_preview(message, v_conversation.team_id);
  end if;

  message.seq := v_conversation.last_seq;
  message.revision := v_conversation.revision;
  message.created_at := now();
  message.is_quiet := v_withheld;
  message.is_withheld := v_withheld;
  message.expires_at := now() + make_interval(secs => v_conversation.disappear_after_seconds);
  if message.reply_to is not null or message.thread_seq is not null then
    message := private.place_answer(message);
  end if;
  if message.content like '%@%' then
    message := private.place_mentions(message, v_conversation, v_member);
  end if;
  if v_kind.is_immutable then
    message := private.place_in_chain(message);
  end if;
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
  if new.is_withheld then
    perform private.announce_withheld(v_conversation, new);
    return null;
  end if;
  perform private.announce(
    v_conversation,
    'message',
    jsonb_build_object(
      'conversation_id', new.conversation_id, 'revision', new.revision, 'message', private.message_json(new, null)
    )
  );
  return null;
end;
$$;
comment on function private.tg_messages__announce is 'Announces a message as it is now: new, or changed in whatever way gave it a new revision.';

-- Of many that are imported or changed at once, one event tells.
create trigger _900_announce
after insert on public.messages
for each row when (current_setting('parley.importing', true) is distinct from 'yes')
execute function private.tg_messages__announce();

create trigger _910_announce_change
after update on public.messages
for each row when (old.revision < new.revision and current_setting('parley.importing', true) is distinct from 'yes')
execute function private.tg_messages__announce();


create function private.with_defaults(message public.messages)
returns public.messages
language plpgsql
immutable
set search_path = ''
as $$
/* A message that is built in a function gets here what the table's defaults give one that is inserted. */
begin
  message.kind := coalesce(message.kind, 'text');
  message.thread_count := 0;
  message.mentions := '{}';
  message.attachments := '[]';
  message.reactions := '{}';
  return message;
end;
$$;


create function private.send_message(
  conversation_id uuid, id uuid, content text, reply_to bigint, thread_seq bigint, attachment_ids uuid[],
  envelope jsonb default null, mentioned_ids uuid[] default null, mention_scope text default null, preview jsonb default null
)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_sent public.messages;
  v_message public.messages;
  v_has_attachments boolean := coalesce(cardinality(attachment_ids) > 0, false);
begin
  v_message.conversation_id := send_message.conversation_id;
  v_message.id := coalesce(send_message.id, gen_random_uuid());
  v_message.sender_id := private.me();
  v_message.content := send_message.content;
  v_message.reply_to := send_message.reply_to;
  v_message.thread_seq := send_message.thread_seq;
  if send_message.preview is not null then
    v_message.preview := private.checked_preview(send_message.preview, send_message.content);
  end if;
  v_message := private.with_defaults(v_message);
  if send_message.envelope is not null then
    v_message.envelope := send_message.envelope;
    v_message.mentions := coalesce(mentioned_ids, '{}');
    v_message.mention_scope := send_message.mention_scope;
  end if;
  v_sent := private.place_message(v_message, v_has_attachments);
  if v_sent is null then
    select m.* into strict v_sent from public.messages m where m.sender_id = v_message.sender_id and m.id = v_message.id;
  else
    if v_has_attachments then
      v_sent := private.place_attachments(v_sent, attachment_ids);
    end if;
    insert into public.messages select v_sent.* returning * into v_sent;
  end if;
  -- What its sender is told is that it was sent.
  v_sent.is_quiet := v_sent.is_quiet and not v_sent.is_withheld;
  v_sent.is_withheld := false;
  return v_sent;
end;
$$;
grant execute on function private.send_message to authenticated;

create function public.send_message(
  conversation_id uuid, id uuid, content text,
  reply_to bigint default null, thread_seq bigint default null, attachment_ids uuid[] default null, preview jsonb default null
)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.send_message(
    send_message.conversation_id, send_message.id, send_message.content,
    send_message.reply_to, send_message.thread_seq, send_message.attachment_ids, preview => send_message.preview
  );
end;
$$;
comment on function public.send_message is 'Sends a message. Repeating it with the same id sends nothing and returns the first one, however much later.';
grant execute on function public.send_message to authenticated;


alter table public.messages enable row level security;
revoke all on public.messages from anon, authenticated, service_role;
grant select, insert (conversation_id, id, content, reply_to, thread_seq) on public.messages to authenticated;
grant select, insert (conversation_id, id, sender_id, content, reply_to, thread_seq) on public.messages to service_role;

create policy messages_select on public.messages
for select to authenticated
using (
  (not is_withheld or sender_id = (select auth.uid()))
  -- From its moment on, whether the sweep has been there or not; what it leaves is shown again.
  and (expires_at is null or expires_at > now() or deleted_at is not null)
  and exists (
    select from public.members m
    where m.conversation_id = messages.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
  )
);

create policy messages_insert on public.messages
for insert to authenticated
with check (sender_id = (select auth.uid()) and exists (
  select from public.members m
  where m.conversation_id = messages.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));
