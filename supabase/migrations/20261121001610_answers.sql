-- Replies and threads. A reply names the message that it answers. A thread stands under a message of the conversation, which
-- counts what stands there.

-- a thread, oldest first
create index messages_by_thread on public.messages (conversation_id, thread_seq, seq) where thread_seq is not null;


create function private.place_answer(message public.messages)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_answered public.messages;
  v_root public.messages;
begin
  if message.reply_to is not null then
    v_answered := private.living_message(message.conversation_id, message.reply_to, message.sender_id);
  end if;
  if message.thread_seq is not null then
    v_root := private.living_message(message.conversation_id, message.thread_seq, message.sender_id);
    if v_root.thread_seq is not null then
      perform private.refuse('thread_in_thread');
    end if;
    if coalesce(v_answered.thread_seq, v_answered.seq) <> v_root.seq then
      perform private.refuse('reply_elsewhere');
    end if;
  elsif v_answered.thread_seq is not null then
    perform private.refuse('reply_elsewhere');
  end if;
  return message;
end;
$$;
comment on function private.place_answer is 'Returns a new message that answers another or stands in a thread, if it may, else refuses.';


create function private.shorten_thread(conversation_id uuid, root_seq bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* One less, and the newest that is left: the thread may be long, so it is not counted anew. */
declare
  v_conversation public.conversations := private.bump_revision(shorten_thread.conversation_id);
begin
  update public.messages m
  set
    thread_count = m.thread_count - 1,
    thread_last_at = (
      select a.created_at
      from public.messages a
      where a.conversation_id = m.conversation_id and a.thread_seq = m.seq and a.deleted_at is null and not a.is_withheld
      order by a.seq desc
      limit 1
    ),
    revision = v_conversation.revision
  where m.conversation_id = shorten_thread.conversation_id and m.seq = root_seq;
end;
$$;
comment on function private.shorten_thread is 'Takes one that was just deleted from the count of the message above it.';


create function private.tg_messages__lengthen_thread()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* A message in a thread costs two revisions, its own and that of the message above: two rows change, and each event carries
   one row. This one comes second, after the answer is announced, so that the events are in the order of their revisions. */
declare
  v_conversation public.conversations := private.bump_revision(new.conversation_id);
begin
  update public.messages m
  set thread_count = m.thread_count + 1, thread_last_at = new.created_at, revision = v_conversation.revision
  where m.conversation_id = new.conversation_id and m.seq = new.thread_seq;
  return null;
end;
$$;

create trigger _950_lengthen_thread
after insert on public.messages
for each row when (new.thread_seq is not null and not new.is_withheld and current_setting('parley.importing', true) is distinct from 'yes')
execute function private.tg_messages__lengthen_thread();


create table private.thread_people (
  conversation_id uuid not null,
  seq bigint not null,
  user_id uuid not null references public.profiles (id) on delete cascade,
  primary key (conversation_id, seq, user_id),
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
);
comment on table private.thread_people is 'Who takes part in each thread: who wrote the message above it, and who wrote in it. They are told of what follows.';
-- deleting a profile
create index thread_people_by_user on private.thread_people (user_id);
alter table private.thread_people enable row level security;
