-- Deleting an account, however much it has said: marked at once, done in batches that each commit, and taken up again by
-- pg_cron wherever it was left.

create table private.account_deletions (
  user_id uuid primary key references auth.users (id) on delete cascade,
  removes_messages boolean not null,
  requested_at timestamptz not null default now(),
  conversation_id uuid,
  handled bigint not null default 0
);
comment on table private.account_deletions is 'Accounts that are being deleted. The row goes with the account.';
comment on column private.account_deletions.conversation_id is 'The conversation that is being gone through, in the order of the ids.';
comment on column private.account_deletions.handled is 'How many messages are nobody''s any more.';
alter table private.account_deletions enable row level security;


create function private.forget_messages(user_id uuid, conversation_id uuid, removes boolean, most int)
returns int
language plpgsql
security definer
set search_path = ''
as $$
/* Some of somebody's messages in one conversation, which is then locked: nobody's from here on, and blank if they are to be
   removed. Each gets a revision of its own; one event tells that there is something to sync. Returns how many. */
declare
  v_conversation public.conversations := private.lock_conversation(forget_messages.conversation_id);
  v_seqs bigint[];
  v_blank bigint[] := '{}';
  v_message public.messages;
begin
  -- What is chained keeps its words; its sender goes with the profile.
  if (select k.is_immutable from public.conversation_kinds k where k.kind = v_conversation.kind) then
    return 0;
  end if;
  v_seqs := array(
    select m.seq from public.messages m
    where m.conversation_id = v_conversation.id and m.sender_id = forget_messages.user_id
    order by m.seq
    limit most
  );
  if cardinality(v_seqs) = 0 then
    return 0;
  end if;
  if removes then
    -- Those in threads one by one, because their threads get shorter.
    for v_message in
      select m.* from public.messages m
      where m.conversation_id = v_conversation.id and m.seq = any (v_seqs) and m.deleted_at is null and m.thread_seq is not null
    loop
      perform private.blank_message(v_message, null);
    end loop;
    v_blank := array(
      select m.seq from public.messages m
      where m.conversation_id = v_conversation.id and m.seq = any (v_seqs) and m.deleted_at is null and m.kind <> 'system'
    );
    delete from public.reactions r where r.conversation_id = v_conversation.id and r.seq = any (v_blank);
    delete from public.message_edits e where e.conversation_id = v_conversation.id and e.seq = any (v_blank);
    delete from public.poll_votes v where v.conversation_id = v_conversation.id and v.seq = any (v_blank);
    delete from private.callings c where c.conversation_id = v_conversation.id and c.seq = any (v_blank);
  end if;

  update public.conversations c
  set revision = c.revision + cardinality(v_seqs)
  where c.id = v_conversation.id
  returning c.* into v_conversation;
  perform set_config('parley.importing', 'yes', true);
  update public.messages m
  set
    sender_id = null, revision = v_conversation.revision - cardinality(v_seqs) + p.place,
    content = case when b.blank then '' else m.content end,
    envelope = case when not b.blank then m.envelope end,
    edit_envelope = case when not b.blank then m.edit_envelope end,
    mentions = case when b.blank then '{}' else m.mentions end,
    mention_scope = case when not b.blank then m.mention_scope end,
    forwarded = case when not b.blank then m.forwarded end,
    attachments = case when b.blank then '[]' else m.attachments end,
    reactions = case when b.blank then '{}' else m.reactions end,
    sealed_reactions = case when not b.blank then m.sealed_reactions end,
    poll = case when not b.blank then m.poll end,
    preview = case when not b.blank then m.preview end,
    edited_at = case when not b.blank then m.edited_at end,
    pinned_at = case when not b.blank then m.pinned_at end,
    pinned_by = case when not b.blank then m.pinned_by end,
    expires_at = case when not b.blank then m.expires_at end,
    deleted_at = case when b.blank then now() else m.deleted_at end
  from unnest(v_seqs) with ordinality as p (seq, place)
  cross join lateral (select p.seq = any (v_blank) as blank) b
  where m.conversation_id = v_conversation.id and m.seq = p.seq;
  perform set_config('parley.importing', '', true);
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  return cardinality(v_seqs);
end;
$$;


create function private.delete_account_step(user_id uuid, most int default 1000)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* At most so many messages, of one conversation; at last the account itself. Returns whether it is gone. Two at once do not
   wait for each other: the second has nothing to do. */
declare
  v_deletion private.account_deletions;
  v_conversation_id uuid;
  v_handled int := 0;
begin
  select d.* into v_deletion from private.account_deletions d where d.user_id = delete_account_step.user_id for update skip locked;
  if not found then
    return not exists (select from auth.users u where u.id = delete_account_step.user_id);
  end if;
  for v_conversation_id in
    select m.conversation_id from public.members m
    where m.user_id = v_deletion.user_id and (v_deletion.conversation_id is null or m.conversation_id >= v_deletion.conversation_id)
    order by m.conversation_id
    limit 200
  loop
    -- Looked for without the lock: most conversations of a batch have nothing of theirs.
    if exists (select from public.messages m where m.conversation_id = v_conversation_id and m.sender_id = v_deletion.user_id) then
      v_handled := private.forget_messages(v_deletion.user_id, v_conversation_id, v_deletion.removes_messages, most);
    end if;
    exit when v_handled > 0;
  end loop;
  if v_handled > 0 or exists (
    select from public.members m where m.user_id = v_deletion.user_id and m.conversation_id > v_conversation_id
  ) then
    update private.account_deletions d
    set conversation_id = v_conversation_id, handled = d.handled + v_handled
    where d.user_id = v_deletion.user_id;
    return false;
  end if;
  -- Said in the meantime, or brought in by an import where they never were.
  select m.conversation_id into v_conversation_id
  from public.messages m
  join public.conversations c on c.id = m.conversation_id
  join public.conversation_kinds k on k.kind = c.kind and not k.is_immutable
  where m.sender_id = v_deletion.user_id
  limit 1;
  if found then
    perform private.forget_messages(v_deletion.user_id, v_conversation_id, v_deletion.removes_messages, most);
    return false;
  end if;

  delete from public.attachments a where a.uploader_id = v_deletion.user_id and a.seq is null;
  delete from private.outbox o
  where o.target_id in (select w.id from public.webhooks w where w.owner_id = v_deletion.user_id and w.team_id is null);
  perform private.audit(
    'account_deleted', subject_id => v_deletion.user_id, actor_id => null,
    details => jsonb_build_object('messages', v_deletion.handled, 'removed', v_deletion.removes_messages)
  );
  delete from auth.users u where u.id = v_deletion.user_id;
  return true;
end;
$$;
comment on function private.delete_account_step is 'Does a part of deleting an account, in a transaction of its own; call it until it returns true.';


create function private.close_account(user_id uuid, remove_messages boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* From here on nobody signs in, whatever comes in between. */
begin
  insert into private.account_deletions (user_id, removes_messages) values (close_account.user_id, close_account.remove_messages)
  on conflict on constraint account_deletions_pkey do nothing;
  update auth.users u set banned_until = now() + interval '100 years' where u.id = close_account.user_id;
  delete from auth.sessions s where s.user_id = close_account.user_id;
end;
$$;


create function private.delete_account(handle text, remove_messages boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_done boolean;
begin
  if not exists (select from auth.users u where u.id = v_me) then
    return jsonb_build_object('done', true);
  end if;
  if exists (select from public.bots b where b.id = v_me) then
    perform private.refuse('not_for_bots', 'Its owner deletes it, with delete_bot().');
  end if;
  if not exists (select from public.profiles p where p.id = v_me and p.handle = lower(ltrim(delete_account.handle, '@'))) then
    perform private.refuse('handle_mismatch');
  end if;
  perform private.close_account(v_me, delete_account.remove_messages);
  v_done := private.delete_account_step(v_me);
  return jsonb_build_object('done', v_done) || coalesce(
    (select jsonb_build_object('handled', d.handled) from private.account_deletions d where d.user_id = v_me), '{}'
  );
end;
$$;
grant execute on function private.delete_account to authenticated;

create function public.delete_account(handle text, remove_messages boolean default false)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.delete_account(delete_account.handle, coalesce(delete_account.remove_messages, false));
end;
$$;
comment on function public.delete_account is 'Deletes your account, for good; give your own handle to say that you mean it. What you said stays without a name, or with remove_messages its words and files go too (not those of a negotiation, which both sides keep). You are signed out everywhere at once. Returns {done, handled}: it goes on by itself, or faster if you call it again until done is true.';
grant execute on function public.delete_account to authenticated;


select cron.schedule('delete-accounts', '30 seconds', $job$
  do $$
  declare
    v_id uuid;
  begin
    -- In no order, so that one that fails does not keep the others waiting.
    for v_id in select d.user_id from private.account_deletions d order by random() limit 20 loop
      for n in 1 .. 500 loop
        exit when private.delete_account_step(v_id);
        commit;
      end loop;
      commit;
    end loop;
  end;
  $$
$job$);
