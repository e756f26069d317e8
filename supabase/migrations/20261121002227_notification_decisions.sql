-- What becomes of a delivery when it is due. One function decides, by what holds at that moment, and names the rule; the dry run and
-- the explanation ask the same one.

create type private.decision as (verdict text, rule text, until timestamptz);
comment on type private.decision is 'verdict: send, hold (until) or cancel. rule: the first one that applied.';

create function private.verdict(verdict text, rule text, until timestamptz default null)
returns private.decision
language sql
immutable
set search_path = ''
return row(verdict, rule, until)::private.decision;


create function private.ask_conversation(
  user_id uuid, conversation_id uuid, is_message boolean, at timestamptz
)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_settings public.conversation_settings;
begin
  select s.* into v_settings
  from public.conversation_settings s
  where s.user_id = ask_conversation.user_id and s.conversation_id = ask_conversation.conversation_id;
  return case
    when v_settings.notify_level = 'nothing' or is_message and v_settings.notify_level = 'mentions' then 'level'
    when v_settings.muted_until > ask_conversation.at then 'muted'
  end;
end;
$$;
comment on function private.ask_conversation is 'Which rule of how somebody keeps a conversation holds a push from it back; null for none.';


create function private.is_looking(user_id uuid, conversation_id uuid, at timestamptz)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from private.heartbeats h, private.settings s
    where h.user_id = is_looking.user_id and h.conversation_id = is_looking.conversation_id and h.state = 'active'
      and h.seen_at > is_looking.at - s.presence_ttl
  );
end;
$$;
comment on function private.is_looking is 'Whether somebody has a conversation on a screen that they use just now.';


create function private.newest_to_tell(delivery public.notification_deliveries, at timestamptz)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Of the messages that are pushed as one; null if none is left that this person may read and has not. */
declare
  v_message public.messages;
begin
  select m.* into v_message
  from public.messages m
  join public.members r on r.conversation_id = m.conversation_id and r.user_id = delivery.user_id
  where m.conversation_id = delivery.conversation_id and m.seq between delivery.first_seq and delivery.seq
    and m.seq > r.read_seq and m.seq > r.joined_seq
    and m.sender_id is distinct from delivery.user_id and not m.is_withheld and not m.is_quiet
    and m.deleted_at is null and (m.expires_at is null or m.expires_at > newest_to_tell.at)
    and not exists (
      select from public.blocks b where b.user_id = delivery.user_id and b.blocked_id = m.sender_id and b.lifted_at is null
    )
  order by m.seq desc
  limit 1;
  return v_message;
end;
$$;


create function private.is_from_blocked(delivery public.notification_deliveries, at timestamptz)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.messages m
    join public.blocks b on b.user_id = delivery.user_id and b.blocked_id = m.sender_id and b.lifted_at is null
    where m.conversation_id = delivery.conversation_id and m.seq between delivery.first_seq and delivery.seq
      and m.deleted_at is null and (m.expires_at is null or m.expires_at > is_from_blocked.at)
  );
end;
$$;
comment on function private.is_from_blocked is 'Whether what is left of these messages is of people whom their reader has blocked.';


create function private.decide(delivery public.notification_deliveries, at timestamptz)
returns private.decision
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The first rule that applies decides. The clock is the caller's. */
declare
  v_notification public.notifications;
  v_category public.notification_categories;
  v_channels public.notification_preferences := private.channels_of(delivery.user_id, delivery.category);
  v_member public.members;
  v_settings public.notification_settings;
  v_is_message boolean := delivery.notification_id is null;
  v_is_urgent boolean := delivery.priority = 'urgent';
  v_until timestamptz;
  v_rule text;
begin
  select c.* into strict v_category from public.notification_categories c where c.category = delivery.category;
  if v_category.follows_conversation then
    select m.* into v_member
    from public.members m
    where m.conversation_id = delivery.conversation_id and m.user_id = delivery.user_id and m.left_at is null;
    if not found then
      return private.verdict('cancel', 'left');
    end if;
  end if;
  if v_is_message then
    if v_member.read_seq >= delivery.seq then
      return private.verdict('cancel', 'read');
    elsif v_member.joined_seq >= delivery.seq then
      return private.verdict('cancel', 'left');
    elsif (private.newest_to_tell(delivery, decide.at)).seq is null then
      return private.verdict('cancel', case when private.is_from_blocked(delivery, decide.at) then 'blocked' else 'gone' end);
    elsif exists (
      select from public.notification_deliveries d
      where d.user_id = delivery.user_id and d.conversation_id = delivery.conversation_id and d.seq > delivery.seq
        and d.channel = delivery.channel and d.notification_id is null and d.state in ('sending', 'sent')
    ) then
      -- A worker that took longer, or died: what is older must not cover what is newer.
      return private.verdict('cancel', 'replaced');
    end if;
  else
    select n.* into v_notification from public.notifications n where n.id = delivery.notification_id;
    if v_notification.event = 'test' then
      -- Somebody stands there and waits for it.
      return private.verdict('send', 'sending');
    elsif v_notification.acknowledged_at is not null then
      return private.verdict('cancel', 'acknowledged');
    elsif v_notification.archived_at is not null and not v_is_urgent then
      return private.verdict('cancel', 'archived');
    elsif v_notification.read_at is not null and not v_is_urgent then
      return private.verdict('cancel', 'read');
    elsif v_category.follows_conversation and v_notification.seq is not null and exists (
      select from public.messages m
      where m.conversation_id = v_notification.conversation_id and m.seq = v_notification.seq
        and (m.deleted_at is not null or m.expires_at <= decide.at)
    ) then
      return private.verdict('cancel', 'gone');
    elsif private.has_blocked(delivery.user_id, v_notification.actor_id) then
      return private.verdict('cancel', 'blocked');
    end if;
  end if;
  if not (case delivery.channel when 'push' then v_channels.push else v_channels.email end) then
    return private.verdict('cancel', 'preference');
  end if;
  if v_category.follows_conversation and not v_is_urgent then
    v_rule := private.ask_conversation(delivery.user_id, delivery.conversation_id, v_is_message, decide.at);
    if v_rule is not null then
      return private.verdict('cancel', v_rule);
    end if;
  end if;
  if delivery.channel = 'email' then
    if not exists (select from auth.users u where u.id = delivery.user_id and u.email is not null and u.email_confirmed_at is not null) then
      return private.verdict('cancel', 'no_address');
    end if;
    return private.verdict('send', 'sending');
  end if;
  if not private.can_have_push(delivery.user_id) then
    return private.verdict('cancel', 'no_device');
  end if;
  if not v_is_urgent then
    if delivery.conversation_id is not null and private.is_looking(delivery.user_id, delivery.conversation_id, decide.at) then
      return private.verdict('cancel', 'looking');
    end if;
    v_settings := private.notification_settings_of(delivery.user_id);
    v_until := private.hold_until(v_settings, decide.at);
    if v_until is not null then
      return private.verdict('hold', case when v_settings.snoozed_until > decide.at then 'snoozed' else 'quiet_hours' end, v_until);
    end if;
  end if;
  return private.verdict('send', 'sending');
end;
$$;
comment on function private.decide is 'What becomes of a push or a mail at a moment, and by which rule.';
