-- Messages that are sent later: by pg_cron, as the person who wrote them, by the same way as every other message.

alter table private.settings
  -- How many messages somebody may have waiting, and how far ahead.
  add column scheduled_max int not null default 100,
  add column schedule_ahead interval not null default '1 year';

create type public.schedule_state as enum ('scheduled', 'sent', 'cancelled', 'refused');
comment on type public.schedule_state is 'scheduled: waits for its time. sent: is a message now. cancelled: by its writer. refused: could not be sent when its time came.';

create table public.scheduled_messages (
  user_id uuid not null references public.profiles (id) on delete cascade,
  id uuid not null,
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  content text not null,
  reply_to bigint,
  thread_seq bigint,
  attachment_ids uuid[] not null default '{}',
  send_at timestamptz not null,
  state public.schedule_state not null default 'scheduled',
  refusal jsonb,
  created_at timestamptz not null default now(),
  due_at timestamptz not null,
  revision bigint not null default 0,
  primary key (user_id, id),
  constraint scheduled_messages_refusal_has_reason check ((state = 'refused') = (refusal is not null))
);
comment on table public.scheduled_messages is 'Your messages that are sent later.';
comment on column public.scheduled_messages.state is 'Whether it waits, was sent, was refused or was cancelled.';
comment on column public.scheduled_messages.reply_to is 'seq of the message that it will answer.';
comment on column public.scheduled_messages.thread_seq is 'seq of the message under which it will stand; null for the conversation itself.';
comment on column public.scheduled_messages.id is 'Id of the message that it becomes: once that is there, this one is sent.';
comment on column public.scheduled_messages.content is 'What it says. Empty once it is sent or cancelled.';
comment on column public.scheduled_messages.attachment_ids is 'Files that go with it, by create_attachment().';
comment on column public.scheduled_messages.send_at is 'When it is sent, or a few seconds later.';
comment on column public.scheduled_messages.refusal is 'Why it could not be sent: code, message, details and hint of the refusal.';
comment on column public.scheduled_messages.due_at is 'When it is tried next: send_at, or later if you were sending too fast then.';
comment on column public.scheduled_messages.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';

-- send_next_scheduled()
create index scheduled_messages_due on public.scheduled_messages (due_at) where state = 'scheduled';
-- sync(): what changed since
create index scheduled_messages_by_revision on public.scheduled_messages (user_id, revision);
-- deleting a conversation
create index scheduled_messages_by_conversation on public.scheduled_messages (conversation_id);

-- Not for due_at: that it is tried again is no news.
create trigger _100_revise
before insert or update of content, reply_to, attachment_ids, send_at, state on public.scheduled_messages
for each row execute function private.tg_personal__revise();

create trigger _900_announce
after insert or update of content, reply_to, attachment_ids, send_at, state on public.scheduled_messages
for each row execute function private.tg_personal__announce();


create function private.valid_send_at(send_at timestamptz)
returns timestamptz
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if send_at is null or send_at <= now() or send_at > now() + (select s.schedule_ahead from private.settings s) then
    perform private.refuse('send_at_invalid');
  end if;
  return send_at;
end;
$$;


create function private.schedule_message(
  conversation_id uuid, id uuid, content text, send_at timestamptz, reply_to bigint, thread_seq bigint, attachment_ids uuid[]
)
returns public.scheduled_messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_id uuid := coalesce(schedule_message.id, gen_random_uuid());
  v_attachments uuid[] := coalesce(schedule_message.attachment_ids, '{}');
  v_max int := (select s.scheduled_max from private.settings s);
  v_scheduled public.scheduled_messages;
  v_kind public.conversation_kinds;
begin
  perform private.actor_role(schedule_message.conversation_id, v_me);
  perform private.lock_personal(v_me);
  select s.* into v_scheduled from public.scheduled_messages s where s.user_id = v_me and s.id = v_id;
  if found then
    return v_scheduled;
  end if;
  if private.is_sent(v_me, v_id) then
    perform private.refuse('message_id_taken');
  end if;
  perform private.refuse_plaintext(schedule_message.conversation_id, 'What is sealed is sent at once.');
  perform private.valid_send_at(schedule_message.send_at);
  select k.* into strict v_kind
  from public.conversations c
  join public.conversation_kinds k on k.kind = c.kind
  where c.id = schedule_message.conversation_id;
  perform private.check_content(v_kind, schedule_message.content, cardinality(v_attachments) > 0);
  if (select count(*) from public.scheduled_messages s where s.user_id = v_me and s.state = 'scheduled') >= v_max then
    perform private.refuse('limit_reached', format('At most %s scheduled messages.', v_max));
  end if;
  perform private.keep_attachments(schedule_message.conversation_id, v_attachments, schedule_message.send_at);
  insert into public.scheduled_messages as s
    (user_id, id, conversation_id, content, reply_to, thread_seq, attachment_ids, send_at, due_at)
  values (
    v_me, v_id, schedule_message.conversation_id, schedule_message.content, schedule_message.reply_to,
    schedule_message.thread_seq, v_attachments, schedule_message.send_at, schedule_message.send_at
  )
  returning s.* into v_scheduled;
  return v_scheduled;
end;
$$;
grant execute on function private.schedule_message to authenticated;

create function public.schedule_message(
  conversation_id uuid, id uuid, content text, send_at timestamptz,
  reply_to bigint default null, thread_seq bigint default null, attachment_ids uuid[] default null
)
returns public.scheduled_messages
language plpgsql
set search_path = ''
as $$
begin
  return private.schedule_message(
    schedule_message.conversation_id, schedule_message.id, schedule_message.content, schedule_message.send_at,
    schedule_message.reply_to, schedule_message.thread_seq, schedule_message.attachment_ids
  );
end;
$$;
comment on function public.schedule_message is 'Sends a message later, at send_at. id: that of the message; repeating the call with it returns what is scheduled already. It does not mark the conversation read.';
grant execute on function public.schedule_message to authenticated;


create function private.lock_scheduled(id uuid)
returns public.scheduled_messages
language plpgsql
security definer
set search_path = ''
as $$
/* The row and not yet the person's counter: who is sending it holds the row, and may lock conversations and counters. */
declare
  v_scheduled public.scheduled_messages;
begin
  select s.* into v_scheduled
  from public.scheduled_messages s
  where s.user_id = private.me() and s.id = lock_scheduled.id
  for no key update;
  if not found then
    perform private.refuse('scheduled_not_found');
  end if;
  return v_scheduled;
end;
$$;


create function private.edit_scheduled_message(id uuid, content text, send_at timestamptz)
returns public.scheduled_messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before public.scheduled_messages := private.lock_scheduled(edit_scheduled_message.id);
  v_after public.scheduled_messages := v_before;
  v_kind public.conversation_kinds;
begin
  if v_before.state not in ('scheduled', 'refused') or private.is_sent(v_before.user_id, v_before.id) then
    perform private.refuse('schedule_over', v_before.state::text);
  end if;
  perform private.refuse_plaintext(v_before.conversation_id, 'What is sealed is sent at once.');
  v_after.content := coalesce(edit_scheduled_message.content, v_before.content);
  v_after.send_at := coalesce(edit_scheduled_message.send_at, v_before.send_at);
  -- One that was refused waits again, once it has a time to wait for.
  if v_before.state = 'refused' or v_after.send_at <> v_before.send_at then
    perform private.valid_send_at(v_after.send_at);
  end if;
  select k.* into strict v_kind
  from public.conversations c
  join public.conversation_kinds k on k.kind = c.kind
  where c.id = v_before.conversation_id;
  perform private.check_content(v_kind, v_after.content, cardinality(v_before.attachment_ids) > 0);
  if v_before.state = 'scheduled' and v_after is not distinct from v_before then
    return v_before;
  end if;
  perform private.keep_attachments(v_before.conversation_id, v_before.attachment_ids, v_after.send_at);
  update public.scheduled_messages s
  set content = v_after.content, send_at = v_after.send_at, due_at = v_after.send_at, state = 'scheduled', refusal = null
  where s.user_id = v_before.user_id and s.id = v_before.id
  returning s.* into v_after;
  return v_after;
end;
$$;
grant execute on function private.edit_scheduled_message to authenticated;

create function public.edit_scheduled_message(id uuid, content text default null, send_at timestamptz default null)
returns public.scheduled_messages
language plpgsql
set search_path = ''
as $$
begin
  return private.edit_scheduled_message(
    edit_scheduled_message.id, edit_scheduled_message.content, edit_scheduled_message.send_at
  );
end;
$$;
comment on function public.edit_scheduled_message is 'Changes text or time of a scheduled message; what is left out stays. One that was refused is scheduled again.';
grant execute on function public.edit_scheduled_message to authenticated;


create function private.cancel_scheduled_message(id uuid)
returns public.scheduled_messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_scheduled public.scheduled_messages := private.lock_scheduled(cancel_scheduled_message.id);
begin
  if v_scheduled.state = 'cancelled' then
    return v_scheduled;
  end if;
  if v_scheduled.state = 'sent' or private.is_sent(v_scheduled.user_id, v_scheduled.id) then
    perform private.refuse('schedule_over', 'sent');
  end if;
  update public.scheduled_messages s
  set state = 'cancelled', content = '', attachment_ids = '{}', refusal = null
  where s.user_id = v_scheduled.user_id and s.id = v_scheduled.id
  returning s.* into v_scheduled;
  return v_scheduled;
end;
$$;
grant execute on function private.cancel_scheduled_message to authenticated;

create function public.cancel_scheduled_message(id uuid)
returns public.scheduled_messages
language plpgsql
set search_path = ''
as $$
begin
  return private.cancel_scheduled_message(cancel_scheduled_message.id);
end;
$$;
comment on function public.cancel_scheduled_message is 'Takes a scheduled message back before it is sent. Repeating it changes nothing.';
grant execute on function public.cancel_scheduled_message to authenticated;


create function private.send_scheduled_message(id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* That it is sent now is the message's own news; the job notes it here a moment later. */
declare
  v_scheduled public.scheduled_messages := private.lock_scheduled(send_scheduled_message.id);
begin
  if v_scheduled.state = 'cancelled' then
    perform private.refuse('schedule_over', 'cancelled');
  end if;
  if v_scheduled.state = 'refused' then
    update public.scheduled_messages s
    set state = 'scheduled', refusal = null
    where s.user_id = v_scheduled.user_id and s.id = v_scheduled.id;
  end if;
  if v_scheduled.state <> 'sent' then
    update public.scheduled_messages s set due_at = now() where s.user_id = v_scheduled.user_id and s.id = v_scheduled.id;
  end if;
  return private.send_message(
    v_scheduled.conversation_id, v_scheduled.id, v_scheduled.content, v_scheduled.reply_to, v_scheduled.thread_seq,
    v_scheduled.attachment_ids
  );
end;
$$;
grant execute on function private.send_scheduled_message to authenticated;

create function public.send_scheduled_message(id uuid)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.send_scheduled_message(send_scheduled_message.id);
end;
$$;
comment on function public.send_scheduled_message is 'Sends a scheduled message now, or returns the message that it has become.';
grant execute on function public.send_scheduled_message to authenticated;


create function private.send_next_scheduled()
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* One step, in a transaction of its own: sends the message that is due longest, or notes that it is sent. The two are apart
   so that the send, which may notify others, does not also lock its writer's counter. Who is passed over because somebody
   else holds the row is being seen to. Returns whether there was anything. */
declare
  v_due public.scheduled_messages;
  v_code text;
  v_text text;
  v_detail text;
begin
  select s.* into v_due
  from public.scheduled_messages s
  where s.state = 'scheduled' and s.due_at <= now()
  order by s.due_at
  limit 1
  for no key update skip locked;
  if not found then
    return false;
  end if;
  if private.is_sent(v_due.user_id, v_due.id) then
    update public.scheduled_messages s
    set state = 'sent', content = '', attachment_ids = '{}'
    where s.user_id = v_due.user_id and s.id = v_due.id;
    return true;
  end if;
  begin
    -- As the person, in the eyes of whatever asks who is acting.
    perform set_config(
      'request.jwt.claims', jsonb_build_object('sub', v_due.user_id, 'role', 'authenticated')::text, true
    );
    perform private.send_message(
      v_due.conversation_id, v_due.id, v_due.content, v_due.reply_to, v_due.thread_seq, v_due.attachment_ids
    );
  exception when others then
    get stacked diagnostics v_code = returned_sqlstate, v_text = message_text, v_detail = pg_exception_detail;
    if v_code = 'PGRST' and (v_detail::jsonb ->> 'status')::int <> 429 then
      update public.scheduled_messages s
      set state = 'refused', refusal = v_text::jsonb
      where s.user_id = v_due.user_id and s.id = v_due.id;
    else
      -- Too fast, or no fault of the message: a little later, and the others are not kept waiting.
      update public.scheduled_messages s
      set due_at = now() + make_interval(secs => coalesce(
        case when v_code = 'PGRST' then (v_detail::jsonb -> 'headers' ->> 'Retry-After')::int end, 60
      ))
      where s.user_id = v_due.user_id and s.id = v_due.id;
    end if;
  end;
  perform set_config('request.jwt.claims', '', true);
  return true;
end;
$$;
comment on function private.send_next_scheduled is 'Takes one step of sending what is due, and returns whether there was one to take.';

select cron.schedule('send-scheduled', '10 seconds', $job$
  do $$
  begin
    for n in 1 .. 10000 loop
      exit when not private.send_next_scheduled();
      commit;
    end loop;
  end;
  $$
$job$);


alter table public.scheduled_messages enable row level security;
revoke all on public.scheduled_messages from anon, authenticated, service_role;
grant select on public.scheduled_messages to authenticated, service_role;

create policy scheduled_messages_select on public.scheduled_messages
for select to authenticated
using (user_id = (select auth.uid()));
