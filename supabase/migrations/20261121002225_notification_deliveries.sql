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


insert into private.account_sections (section, of_table, user_column, key_columns) values
  ('notification_deliveries', 'public.notification_deliveries', 'user_id', '{id}');
