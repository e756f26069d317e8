-- How each person keeps a conversation in their own list: muted, archived, pinned, marked unread. Nobody else sees it.

create type public.notify_level as enum ('all', 'mentions', 'nothing');
comment on type public.notify_level is 'What of a conversation notifies somebody: every message, only those that name them, or none.';

create table public.conversation_settings (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  notify_level public.notify_level not null default 'all',
  muted_until timestamptz,
  pinned_at timestamptz,
  archived_seq bigint,
  archived_quiet_count bigint,
  unread_from bigint,
  revision bigint not null default 0,
  primary key (conversation_id, user_id),
  constraint conversation_settings_archive_is_whole check ((archived_seq is null) = (archived_quiet_count is null))
);
comment on table public.conversation_settings is 'How you keep your conversations. One that you never changed anything of has no row.';
comment on column public.conversation_settings.notify_level is 'What notifies you while it is not muted.';
comment on column public.conversation_settings.muted_until is 'Nothing of it notifies you until then; "infinity" until you change it. Null or past: not muted.';
comment on column public.conversation_settings.pinned_at is 'Since when it is pinned in your list; null if it is not.';
comment on column public.conversation_settings.archived_seq is 'Newest message when you archived it; null if you did not. A newer one brings it back, unless it is muted.';
comment on column public.conversation_settings.archived_quiet_count is 'How many messages that count for nobody there were then: those do not bring it back.';
comment on column public.conversation_settings.unread_from is 'You marked it unread from this message on; null once you have read that far again. No receipt is taken back.';
comment on column public.conversation_settings.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';

-- sync(): what changed since; deleting a profile
create index conversation_settings_by_revision on public.conversation_settings (user_id, revision);

create trigger _100_revise
before insert or update on public.conversation_settings
for each row execute function private.tg_personal__revise();

create trigger _900_announce
after insert or update on public.conversation_settings
for each row execute function private.tg_personal__announce();


create function private.is_archived(conversation public.conversations, settings public.conversation_settings)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
/* Worked out when it is looked at: a message writes nothing for those who have archived its conversation. */
begin
  return settings.archived_seq is not null and (
    settings.notify_level = 'nothing'
    or coalesce(settings.muted_until > now(), false)
    or conversation.last_seq - settings.archived_seq <= conversation.quiet_count - settings.archived_quiet_count
  );
end;
$$;
comment on function private.is_archived is 'Whether somebody who archived a conversation still has it so: nothing was said since, or it is muted.';
grant execute on function private.is_archived to authenticated;


create function private.settings_of(conversation_id uuid)
returns public.conversation_settings
language plpgsql
security definer
set search_path = ''
as $$
/* Locked for a change: what there is, or what holds for somebody who never changed anything. */
declare
  v_me uuid := private.me();
  v_settings public.conversation_settings;
begin
  perform private.actor_role(settings_of.conversation_id, v_me);
  perform private.lock_personal(v_me);
  select s.* into v_settings
  from public.conversation_settings s
  where s.user_id = v_me and s.conversation_id = settings_of.conversation_id;
  if not found then
    v_settings.user_id := v_me;
    v_settings.conversation_id := settings_of.conversation_id;
    v_settings.notify_level := 'all';
    v_settings.revision := 0;
  end if;
  return v_settings;
end;
$$;


create function private.keep_settings(before public.conversation_settings, after public.conversation_settings)
returns public.conversation_settings
language plpgsql
security definer
set search_path = ''
as $$
begin
  if after is not distinct from before then
    return before;
  end if;
  if before.revision = 0 then
    insert into public.conversation_settings as s select after.* returning s.* into after;
  else
    update public.conversation_settings s
    set
      notify_level = after.notify_level, muted_until = after.muted_until, pinned_at = after.pinned_at,
      archived_seq = after.archived_seq, archived_quiet_count = after.archived_quiet_count, unread_from = after.unread_from
    where s.user_id = after.user_id and s.conversation_id = after.conversation_id
    returning s.* into after;
  end if;
  return after;
end;
$$;


create function private.set_conversation_settings(
  conversation_id uuid, notify_level public.notify_level, muted_until timestamptz, archived boolean, pinned boolean
)
returns public.conversation_settings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before public.conversation_settings := private.settings_of(set_conversation_settings.conversation_id);
  v_after public.conversation_settings := v_before;
  v_conversation public.conversations;
begin
  -- Read without a lock: a message that is being sent just now has a higher number, and brings the conversation back.
  select c.* into strict v_conversation from public.conversations c where c.id = v_before.conversation_id;
  v_after.notify_level := coalesce(set_conversation_settings.notify_level, v_before.notify_level);
  v_after.muted_until := coalesce(set_conversation_settings.muted_until, v_before.muted_until);
  if v_after.muted_until <= now() then
    v_after.muted_until := null;
  end if;
  if archived and not private.is_archived(v_conversation, v_before) then
    v_after.archived_seq := v_conversation.last_seq;
    v_after.archived_quiet_count := v_conversation.quiet_count;
  elsif not archived then
    v_after.archived_seq := null;
    v_after.archived_quiet_count := null;
  end if;
  if pinned is not null then
    v_after.pinned_at := case when pinned then coalesce(v_before.pinned_at, now()) end;
  end if;
  return private.keep_settings(v_before, v_after);
end;
$$;
grant execute on function private.set_conversation_settings to authenticated;

create function public.set_conversation_settings(
  conversation_id uuid, notify_level public.notify_level default null, muted_until timestamptz default null,
  archived boolean default null, pinned boolean default null
)
returns public.conversation_settings
language plpgsql
set search_path = ''
as $$
begin
  return private.set_conversation_settings(
    set_conversation_settings.conversation_id, set_conversation_settings.notify_level, set_conversation_settings.muted_until,
    set_conversation_settings.archived, set_conversation_settings.pinned
  );
end;
$$;
comment on function public.set_conversation_settings is 'Changes how you keep a conversation; what is left out stays. muted_until: "infinity" for good, a past time to hear it again. archived: a new message brings it back, unless it is muted. pinned: on top of your list.';
grant execute on function public.set_conversation_settings to authenticated;


create function private.mark_unread(conversation_id uuid, seq bigint)
returns public.conversation_settings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before public.conversation_settings := private.settings_of(mark_unread.conversation_id);
  v_after public.conversation_settings := v_before;
  v_last_seq bigint := (select c.last_seq from public.conversations c where c.id = v_before.conversation_id);
begin
  v_after.unread_from := coalesce(mark_unread.seq, v_last_seq);
  if v_after.unread_from not between 1 and v_last_seq then
    perform private.refuse('message_not_found');
  end if;
  return private.keep_settings(v_before, v_after);
end;
$$;
grant execute on function private.mark_unread to authenticated;

create function public.mark_unread(conversation_id uuid, seq bigint default null)
returns public.conversation_settings
language plpgsql
set search_path = ''
as $$
begin
  return private.mark_unread(mark_unread.conversation_id, mark_unread.seq);
end;
$$;
comment on function public.mark_unread is 'Marks a conversation unread for yourself, from this message on (the newest if left out). Receipts stay as they are. mark_read() up to it takes the mark away.';
grant execute on function public.mark_unread to authenticated;


create function private.clear_unread_marks(marks jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* What mark_read() does last: after this counter, nothing else is locked but deliveries and pushes. */
begin
  update public.conversation_settings s
  set unread_from = null
  from private.parse_marks(marks) p
  where s.user_id = private.me() and s.conversation_id = p.conversation_id and s.unread_from <= p.seq;
  perform private.read_conversation(marks);
end;
$$;


alter table public.conversation_settings enable row level security;
revoke all on public.conversation_settings from anon, authenticated, service_role;
grant select on public.conversation_settings to authenticated, service_role;

create policy conversation_settings_select on public.conversation_settings
for select to authenticated
using (user_id = (select auth.uid()));
