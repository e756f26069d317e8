-- Editing what one has said. What it said before stays readable.

create table public.message_edits (
  conversation_id uuid not null,
  seq bigint not null,
  version int not null,
  content text not null,
  envelope jsonb,
  written_at timestamptz not null,
  replaced_at timestamptz not null,
  primary key (conversation_id, seq, version),
  constraint message_edits_are_in_time check (written_at <= replaced_at),
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
);
comment on table public.message_edits is 'What edited messages said before. Version 1 is what was sent; the newest version is the message itself.';
comment on column public.message_edits.seq is 'The message.';
comment on column public.message_edits.version is '1, 2, 3, … in the order in which they were written.';
comment on column public.message_edits.content is 'What it said.';
comment on column public.message_edits.envelope is 'What it said, sealed: that of the message itself, then those of its edits. Null where it was said in plain text.';
comment on column public.message_edits.written_at is 'Since when it said so.';
comment on column public.message_edits.replaced_at is 'Until when.';


create function private.edited_content(conversation public.conversations, message public.messages, content text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
/* The rules of sending, but for those of the moment: an edit is no new post, so neither slow mode nor post_role looks at it. */
declare
  v_kind public.conversation_kinds;
begin
  select k.* into strict v_kind from public.conversation_kinds k where k.kind = conversation.kind;
  perform private.check_content(v_kind, content, message.attachments <> '[]');
  if conversation.team_id is not null then
    return private.check_words(conversation.team_id, content);
  end if;
  return content;
end;
$$;
comment on function private.edited_content is 'The content as it may stand in a message that was there before, or a refusal.';


create function private.edit_message(
  conversation_id uuid, seq bigint, content text, change_id uuid,
  envelope jsonb default null, mentioned_ids uuid[] default null, mention_scope text default null
)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Two edits at once, or an edit and a deletion: the second waits for the lock, and then sees what the first has made. */
declare
  v_me uuid := private.me();
  v_sender private.senders := private.take_send_token(v_me);
  v_before public.messages := private.lock_message(edit_message.conversation_id, edit_message.seq, 'edit_own');
  v_window interval := (select s.edit_window from private.settings s);
  v_conversation public.conversations;
  v_member public.members;
  v_message public.messages := v_before;
  -- Whoever waited for the lock began before the one that had it: what is told of the order must not run backwards.
  v_now timestamptz := greatest(now(), v_before.created_at, v_before.edited_at);
begin
  if v_before.sender_id is distinct from v_me then
    perform private.refuse('not_allowed', 'Only who has sent a message edits it.');
  end if;
  -- It would go on saying who had said so.
  if v_before.forwarded is not null then
    perform private.refuse('not_allowed', 'What somebody else has said is forwarded as it is, or not at all.');
  end if;
  if v_before.kind = 'poll' then
    perform private.refuse('poll_is_fixed');
  end if;
  -- Before the rules are looked at: what was edited when they allowed it is not refused when they no longer do.
  if private.is_repeated(v_before, edit_message.change_id) then
    return private.as_told(v_before);
  end if;
  select c.* into strict v_conversation from public.conversations c where c.id = v_before.conversation_id;
  if edit_message.envelope is not null then
    v_message.content := '';
    v_message.edit_envelope := edit_message.envelope;
  elsif v_conversation.is_encrypted then
    perform private.refuse('plaintext_refused', 'edit_envelope() takes a sealed text.');
  else
    v_message.content := private.edited_content(v_conversation, v_before, edit_message.content);
  end if;
  -- Asked for before the window is looked at: repeating an edit that was in time is not refused when it no longer is. And
  -- what was said in the open by somebody who is withheld by now does not change.
  if (v_message.content, v_message.edit_envelope) is not distinct from (v_before.content, v_before.edit_envelope) or v_sender.is_withheld and not v_before.is_withheld then
    return private.as_told(v_before);
  end if;
  if v_before.created_at + v_window < now() then
    perform private.refuse('edit_too_late', format('It is %s.', v_window));
  end if;
  if edit_message.envelope is not null then
    perform private.check_envelope(v_conversation, v_me, edit_message.envelope, 'edit');
  end if;

  -- Of a message that only its sender sees there is no history for others to read.
  if not v_before.is_withheld then
    insert into public.message_edits (conversation_id, seq, version, content, envelope, written_at, replaced_at)
    select
      v_before.conversation_id, v_before.seq, count(*) + 1, v_before.content, coalesce(v_before.edit_envelope, v_before.envelope),
      coalesce(v_before.edited_at, v_before.created_at), v_now
    from public.message_edits e
    where e.conversation_id = v_before.conversation_id and e.seq = v_before.seq;
  end if;
  select m.* into strict v_member
  from public.members m
  where m.conversation_id = v_before.conversation_id and m.user_id = v_me;
  if edit_message.envelope is null then
    v_message := private.place_mentions(v_message, v_conversation, v_member);
  else
    v_message.mentions := coalesce(mentioned_ids, '{}');
    v_message.mention_scope := edit_message.mention_scope;
    v_message := private.place_named(v_message);
  end if;
  v_conversation := private.bump_revision(v_before.conversation_id);
  update public.messages m
  set
    content = v_message.content, edit_envelope = v_message.edit_envelope, mentions = v_message.mentions, mention_scope = v_message.mention_scope,
    preview = case when private.is_linked(m.preview, v_message.content) then m.preview end,
    edited_at = v_now, revision = v_conversation.revision
  where m.conversation_id = v_before.conversation_id and m.seq = v_before.seq
  returning m.* into strict v_message;
  perform private.tell_mentioned(v_message);
  return private.as_told(v_message);
end;
$$;
grant execute on function private.edit_message to authenticated;

create function public.edit_message(conversation_id uuid, seq bigint, content text, id uuid default null)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.edit_message(edit_message.conversation_id, edit_message.seq, edit_message.content, edit_message.id);
end;
$$;
comment on function public.edit_message is 'Gives a message of yours another content, and returns it. What it said before is read in message_edits. Repeating it changes nothing; with an id of your own making not even when it has been edited again since.';
grant execute on function public.edit_message to authenticated;


alter table public.message_edits enable row level security;
revoke all on public.message_edits from anon, authenticated, service_role;
grant select on public.message_edits to authenticated, service_role;

-- Asks messages under its own policy: what has expired is not read here either.
create policy message_edits_select on public.message_edits
for select to authenticated
using (exists (
  select from public.messages m where m.conversation_id = message_edits.conversation_id and m.seq = message_edits.seq
));
