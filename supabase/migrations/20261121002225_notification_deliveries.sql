-- How somebody is told elsewhere than in the list: a row per person, event and channel. It is written with the event, looked at
-- when it is due, and says ever after what was decided, and by which rule.
--
-- Order of locks: a person's counter, then deliveries, then pushes; the workers take only what nobody holds, and no counter.

alter table private.settings
  add column push_delay interval not null default '5 seconds',
  add column urgent_repeated_after interval not null default '5 minutes',
  add column urgent_repeated_for interval not null default '1 day';
comment on column private.settings.push_delay is 'How long a push waits for being read, before it is sent.';
comment on column private.settings.urgent_repeated_after is 'After how long an urgent push comes again if it is not acknowledged.';
comment on column private.settings.urgent_repeated_for is 'For how long it goes on doing so.';

create table public.notification_deliveries (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null,
  channel text not null,
  notification_id uuid references public.notifications (id) on delete cascade,
  category text not null,
  priority text not null,
  group_key text not null,
  conversation_id uuid,
  seq bigint,
  first_seq bigint,
  state text not null default 'waiting',
  reason text,
  due_at timestamptz not null,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  sent_at timestamptz,
  sent_count int not null default 0,
  constraint notification_deliveries_happen_once unique (user_id, key, channel),
  constraint notification_deliveries_channel_form check (channel in ('push', 'email')),
  constraint notification_deliveries_state_form check (state in ('waiting', 'held', 'sending', 'sent', 'cancelled', 'dead'))
);
comment on table public.notification_deliveries is 'What became of each push and mail to you: one row per event and channel.';
comment on column public.notification_deliveries.key is 'The event: that of the notification, or message:<conversation>:<seq> for a message.';
comment on column public.notification_deliveries.channel is 'push or email.';
comment on column public.notification_deliveries.notification_id is 'The notification; null for a message, which has none.';
comment on column public.notification_deliveries.category is 'What your preferences are asked for.';
comment on column public.notification_deliveries.priority is 'That of the event.';
comment on column public.notification_deliveries.group_key is 'What belongs together replaces one another on a device.';
comment on column public.notification_deliveries.conversation_id is 'Where it happened; null if in no conversation.';
comment on column public.notification_deliveries.seq is 'The message; of several that are pushed as one, the newest.';
comment on column public.notification_deliveries.first_seq is 'Of several messages that are pushed as one, the oldest; null for a notification.';
comment on column public.notification_deliveries.state is 'waiting: for its moment. held: until you may be disturbed. sending: given to your devices. sent, cancelled. dead: given up.';
comment on column public.notification_deliveries.reason is 'The rule that decided: one of notification_rules.';
comment on column public.notification_deliveries.due_at is 'When it is looked at next, while it is waiting or held.';
comment on column public.notification_deliveries.decided_at is 'When it was last decided on.';
comment on column public.notification_deliveries.sent_at is 'When it was last sent.';
comment on column public.notification_deliveries.sent_count is 'How often it was sent: an urgent one comes again.';

-- claim_pushes(), claim_digests()
create index notification_deliveries_due on public.notification_deliveries (channel, due_at) where state in ('waiting', 'held');
-- what reading cancels; whether a newer one was there first
create index notification_deliveries_by_place on public.notification_deliveries (user_id, conversation_id, seq);
create index notification_deliveries_of_notification on public.notification_deliveries (notification_id) where notification_id is not null;
-- messages of a conversation that still wait are one push, or one line of a mail
create unique index notification_deliveries_of_messages on public.notification_deliveries (user_id, conversation_id, channel)
where notification_id is null and state in ('waiting', 'held');
-- retention
create index notification_deliveries_by_age on public.notification_deliveries (created_at);

alter table public.notification_deliveries enable row level security;
revoke all on public.notification_deliveries from anon, authenticated, service_role;
grant select on public.notification_deliveries to authenticated, service_role;

create policy notification_deliveries_select on public.notification_deliveries
for select to authenticated
using (user_id = (select auth.uid()));


create table public.notification_rules (
  rule text primary key,
  meaning text not null
);
comment on table public.notification_rules is 'The rules that decide about a push or a mail, as reasons of notification_deliveries and explain_notification() name them.';
comment on column public.notification_rules.rule is 'Its name.';
comment on column public.notification_rules.meaning is 'What it says, in English.';

insert into public.notification_rules (rule, meaning) values
  ('own', 'Nobody is told of what they did themselves.'),
  ('unknown', 'There is no such event, or it has been forgotten.'),
  ('once', 'They were told of this event before.'),
  ('gone', 'What it is about is deleted, has disappeared, or is withheld.'),
  ('left', 'They are no member of the conversation, or were none yet when it was said.'),
  ('acknowledged', 'It was acknowledged.'),
  ('read', 'It was read.'),
  ('archived', 'It was put away.'),
  ('priority', 'An event of low priority is in the list only.'),
  ('preference', 'They do not want this category on this channel.'),
  ('blocked', 'They have blocked whose doing it was.'),
  ('level', 'Of this conversation they want to hear less, or nothing.'),
  ('muted', 'They have muted the conversation.'),
  ('no_device', 'None of their devices takes pushes.'),
  ('no_address', 'They have no mail address that is confirmed.'),
  ('looking', 'They have the conversation on their screen.'),
  ('snoozed', 'They have snoozed pushes until then.'),
  ('quiet_hours', 'They have quiet hours until then.'),
  ('delay', 'It waits a moment, in which reading cancels it.'),
  ('digest', 'It waits for the mail that collects what stays unread.'),
  ('no_digest', 'They want no mails.'),
  ('told', 'A notification of the same message says more.'),
  ('replaced', 'A newer one of its group takes its place.'),
  ('sending', 'It is being sent.'),
  ('repeat', 'It is urgent and not acknowledged, so it comes again.'),
  ('sent', 'It was sent.'),
  ('listed', 'It is in the list in the app.'),
  ('gave_up', 'It was tried as often as it may be.');

alter table public.notification_rules enable row level security;
revoke all on public.notification_rules from anon, authenticated, service_role;
grant select on public.notification_rules to authenticated, service_role;

create policy notification_rules_select on public.notification_rules
for select to authenticated
using ((select auth.uid()) is not null);

alter table public.notification_deliveries
add constraint notification_deliveries_reason_fkey foreign key (reason) references public.notification_rules (rule);


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
      return private.verdict('cancel', 'gone');
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


create function private.drop_pushes(delivery_ids bigint[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A statement of its own, which sees what a worker has done while the deliveries were waited for. */
begin
  delete from private.pushes p where p.delivery_id = any (delivery_ids) and p.state = 'waiting';
end;
$$;


create function private.tg_notifications__cancel()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* In the statement that reads it. What a worker has claimed this very moment is on its way. */
declare
  v_ids bigint[];
begin
  with cancelled as (
    update public.notification_deliveries d
    set
      state = 'cancelled', decided_at = now(),
      reason = case when new.acknowledged_at is not null then 'acknowledged' when new.read_at is not null then 'read' else 'archived' end
    where d.notification_id = new.id and d.state in ('waiting', 'held', 'sending')
    returning d.id
  )
  select array_agg(c.id) into v_ids from cancelled c;
  perform private.drop_pushes(v_ids);
  return null;
end;
$$;
comment on function private.tg_notifications__cancel is 'Cancels what was not sent yet of a notification that is read, put away or acknowledged.';

create trigger _800_cancel
after update on public.notifications
for each row when (
  case new.priority
    when 'urgent' then new.acknowledged_at is not null and old.acknowledged_at is null
    else (new.read_at is not null and old.read_at is null) or (new.archived_at is not null and old.archived_at is null)
  end
)
execute function private.tg_notifications__cancel();


create function private.cancel_message_pushes(user_id uuid, conversation_id uuid, seq bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  with cancelled as (
    update public.notification_deliveries d
    set state = 'cancelled', reason = 'read', decided_at = now()
    where d.user_id = cancel_message_pushes.user_id and d.conversation_id = cancel_message_pushes.conversation_id
      and d.seq <= cancel_message_pushes.seq and d.notification_id is null and d.state in ('waiting', 'held', 'sending')
    returning d.id
  )
  select array_agg(c.id) into v_ids from cancelled c;
  perform private.drop_pushes(v_ids);
end;
$$;
comment on function private.cancel_message_pushes is 'Cancels the pushes of messages up to one that somebody has just read.';


create function private.look_again(user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.notification_deliveries d
  set due_at = now()
  where d.user_id = look_again.user_id and d.channel = 'push' and d.state = 'held' and d.due_at > now();
  if found then
    perform private.ring('push');
  end if;
end;
$$;
comment on function private.look_again is 'Somebody''s hours have changed: what was held for them is decided anew.';


insert into private.account_sections (section, of_table, user_column, key_columns) values
  ('notification_deliveries', 'public.notification_deliveries', 'user_id', '{id}');
