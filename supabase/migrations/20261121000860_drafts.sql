-- What somebody has begun to write, the same on all their devices. A draft has the id of the message that it will become:
-- once that message exists, the draft is gone, whatever arrives late, and a send has nothing to clear.

create table public.drafts (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  thread_seq bigint not null default 0,
  id uuid not null,
  content text not null,
  reply_to bigint,
  saved_at timestamptz not null,
  revision bigint not null default 0,
  primary key (conversation_id, user_id, thread_seq)
);
comment on table public.drafts is 'What you have begun to write: at most one per conversation, and one per thread in it.';
comment on column public.drafts.thread_seq is 'The message under which it stands in a thread; 0 for the conversation itself.';
comment on column public.drafts.id is 'Id of the message that it will become: send it with this id.';
comment on column public.drafts.content is 'What is written so far. Empty: there is no draft any more.';
comment on column public.drafts.reply_to is 'seq of the message that it answers.';
comment on column public.drafts.saved_at is 'When it was written, by the clock of the device. An older one never replaces a newer one.';
comment on column public.drafts.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';

-- sync(): what changed since; one's own; deleting a profile
create index drafts_by_revision on public.drafts (user_id, revision);
-- empty_sent_drafts()
create index drafts_written on public.drafts (saved_at) where content <> '';

create trigger _100_revise
before insert or update on public.drafts
for each row execute function private.tg_personal__revise();

create trigger _900_announce
after insert or update on public.drafts
for each row execute function private.tg_personal__announce();


create function private.is_sent(user_id uuid, id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (select from public.messages m where m.sender_id = is_sent.user_id and m.id = is_sent.id);
end;
$$;
comment on function private.is_sent is 'Whether somebody has sent a message with this id.';


create function private.draft_json(draft public.drafts)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if draft.content <> '' and private.is_sent(draft.user_id, draft.id) then
    draft.content := '';
    draft.reply_to := null;
  end if;
  return to_jsonb(draft) - 'user_id';
end;
$$;


create function private.save_draft(
  conversation_id uuid, id uuid, content text, saved_at timestamptz, thread_seq bigint, reply_to bigint
)
returns public.drafts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_before public.drafts;
  v_draft public.drafts;
  v_kind public.conversation_kinds;
begin
  perform private.actor_role(save_draft.conversation_id, v_me);
  v_draft.user_id := v_me;
  v_draft.conversation_id := save_draft.conversation_id;
  v_draft.thread_seq := coalesce(save_draft.thread_seq, 0);
  v_draft.id := save_draft.id;
  v_draft.content := coalesce(save_draft.content, '');
  v_draft.reply_to := save_draft.reply_to;
  -- A device whose clock is ahead must not silence the others until they have caught up.
  v_draft.saved_at := least(coalesce(save_draft.saved_at, clock_timestamp()), clock_timestamp());
  v_draft.revision := 0;
  select k.* into strict v_kind
  from public.conversations c
  join public.conversation_kinds k on k.kind = c.kind
  where c.id = v_draft.conversation_id;
  perform private.check_content(v_kind, v_draft.content, true);
  if v_draft.content <> '' then
    perform private.refuse_plaintext(v_draft.conversation_id, 'Drafts stay on the device.');
  end if;
  if v_draft.content = '' or private.is_sent(v_me, v_draft.id) then
    v_draft.content := '';
    v_draft.reply_to := null;
  end if;

  perform private.lock_personal(v_me);
  select d.* into v_before
  from public.drafts d
  where d.user_id = v_me and d.conversation_id = v_draft.conversation_id and d.thread_seq = v_draft.thread_seq;
  if not found then
    -- An empty one too: it keeps out what an older device sends later.
    insert into public.drafts as d select v_draft.* returning d.* into v_draft;
    return v_draft;
  end if;
  if v_draft.saved_at <= v_before.saved_at then
    return v_before;
  end if;
  update public.drafts d
  set id = v_draft.id, content = v_draft.content, reply_to = v_draft.reply_to, saved_at = v_draft.saved_at
  where d.user_id = v_me and d.conversation_id = v_draft.conversation_id and d.thread_seq = v_draft.thread_seq
  returning d.* into v_draft;
  return v_draft;
end;
$$;
grant execute on function private.save_draft to authenticated;

create function public.save_draft(
  conversation_id uuid, id uuid, content text,
  saved_at timestamptz default null, thread_seq bigint default null, reply_to bigint default null
)
returns public.drafts
language plpgsql
set search_path = ''
as $$
begin
  return private.save_draft(
    save_draft.conversation_id, save_draft.id, save_draft.content, save_draft.saved_at, save_draft.thread_seq, save_draft.reply_to
  );
end;
$$;
comment on function public.save_draft is 'Keeps what you have begun to write; empty content takes it away. id: that of the message it will become, whose sending ends the draft. saved_at: the clock of your device when it was written. Returns what is kept, which is another device''s if that is newer.';
grant execute on function public.save_draft to authenticated;


create function private.empty_sent_drafts(saved_within interval default '1 day', most int default 500)
returns int
language plpgsql
security definer
set search_path = ''
as $$
/* What was sent may be deleted or disappear, and no copy of it stays behind as a draft. In the order of the people, as
   everybody locks their counters. */
declare
  v_draft public.drafts;
  v_count int := 0;
begin
  for v_draft in
    select d.* from public.drafts d
    where d.content <> '' and d.saved_at > now() - saved_within
      and exists (select from public.messages m where m.sender_id = d.user_id and m.id = d.id)
    order by d.user_id
    limit most
  loop
    update public.drafts d
    set content = '', reply_to = null
    where d.user_id = v_draft.user_id and d.conversation_id = v_draft.conversation_id and d.thread_seq = v_draft.thread_seq
      and d.id = v_draft.id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.empty_sent_drafts is 'Empties drafts whose message has been sent. Returns how many.';

-- Few drafts are sent long after they were written.
select cron.schedule('empty-sent-drafts', '* * * * *', 'select private.empty_sent_drafts()');
select cron.schedule('empty-old-sent-drafts', '29 3 * * *', $$select private.empty_sent_drafts('100 years', 100000)$$);


alter table public.drafts enable row level security;
revoke all on public.drafts from anon, authenticated, service_role;
grant select on public.drafts to authenticated, service_role;

create policy drafts_select on public.drafts
for select to authenticated
using (
  user_id = (select auth.uid()) and content <> ''
  and not exists (select from public.messages m where m.sender_id = drafts.user_id and m.id = drafts.id)
);
