-- Webhooks: what happens in chosen conversations, or in the channels of a team, told to a third party's address. Signed and
-- retried as https://www.standardwebhooks.com says.

alter table private.settings
  add column webhooks_max int not null default 20,
  -- Hosts that may lie inside networks, as for tests on one's own machine; all others must be on the public Internet.
  add column webhook_inside_hosts text[] not null default '{}',
  add column webhook_disabled_after interval not null default '5 days',
  add column webhook_log_kept interval not null default '30 days';


create table public.webhooks (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references public.profiles (id) on delete cascade,
  team_id uuid references public.teams (id) on delete cascade,
  url text not null,
  description text not null default '',
  events text[] not null default '{message.created,message.updated,message.deleted}',
  created_at timestamptz not null default now(),
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  constraint webhooks_url_form check (url ~ '^https?://[^/?#@ ]+([/?][^# ]*)?$' and char_length(url) <= 2048),
  constraint webhooks_description_form check (char_length(description) <= 200),
  constraint webhooks_events_form check (
    cardinality(events) > 0 and events <@ '{message.created,message.updated,message.deleted}'::text[]
  ),
  constraint webhooks_disabled_reason_form check (
    (disabled_at is null) = (disabled_reason is null) and disabled_reason in ('by_owner', 'failing', 'gone')
  )
);
comment on table public.webhooks is 'Your webhooks, and those of the teams that you lead. docs/webhooks.md says what they receive.';
comment on column public.webhooks.owner_id is 'Who made it.';
comment on column public.webhooks.description is 'What it is for, in the words of its owner.';
comment on column public.webhooks.team_id is 'Set: it is told of the team''s public channels. Null: of the conversations in webhook_conversations.';
comment on column public.webhooks.url is 'Where the events are sent by POST: an address on the public Internet.';
comment on column public.webhooks.events is 'Which events: message.created, message.updated, message.deleted. What else happens in a conversation stands in it as a system message.';
comment on column public.webhooks.failing_since is 'Nothing has reached it since then; null if the last delivery did.';
comment on column public.webhooks.disabled_at is 'Nothing is sent since then.';
comment on column public.webhooks.disabled_reason is 'by_owner; failing: nothing reached it for days; gone: it answered 410.';
create index webhooks_by_owner on public.webhooks (owner_id);
-- what a message of a channel is told to
create index webhooks_by_team on public.webhooks (team_id) where team_id is not null;


create table public.webhook_conversations (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  webhook_id uuid not null references public.webhooks (id) on delete cascade,
  primary key (conversation_id, webhook_id)
);
comment on table public.webhook_conversations is 'Which conversations your webhooks are told of, as long as you are a member.';
create index webhook_conversations_by_webhook on public.webhook_conversations (webhook_id);


create table private.webhook_secrets (
  webhook_id uuid not null references public.webhooks (id) on delete cascade,
  secret text not null default 'whsec_' || encode(extensions.gen_random_bytes(32), 'base64'),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (webhook_id, secret)
);
comment on table private.webhook_secrets is 'What deliveries are signed with. After a rotation the old one signs too, until it expires.';
alter table private.webhook_secrets enable row level security;


create table public.webhook_deliveries (
  id bigint generated always as identity primary key,
  webhook_id uuid not null references public.webhooks (id) on delete cascade,
  key text not null,
  event text not null,
  conversation_id uuid not null,
  seq bigint not null,
  attempt int not null,
  at timestamptz not null default now(),
  duration_ms int not null,
  status int,
  error text,
  response text
);
comment on table public.webhook_deliveries is 'Each attempt to deliver something to a webhook of yours, for 30 days.';
comment on column public.webhook_deliveries.at is 'When it was tried.';
comment on column public.webhook_deliveries.attempt is 'Which try it was, from 1.';
comment on column public.webhook_deliveries.event is 'What it told of.';
comment on column public.webhook_deliveries.duration_ms is 'How long the receiver took, in milliseconds.';
comment on column public.webhook_deliveries.seq is 'The message that it told of.';
comment on column public.webhook_deliveries.key is 'The header webhook-id: the same in all attempts of a delivery.';
comment on column public.webhook_deliveries.status is 'The HTTP status of the answer; null if there was none.';
comment on column public.webhook_deliveries.error is 'Why it failed; null if it did not.';
comment on column public.webhook_deliveries.response is 'The beginning of the answer.';
create index webhook_deliveries_by_webhook on public.webhook_deliveries (webhook_id, id);
-- forgetting them
create index webhook_deliveries_by_time on public.webhook_deliveries (at);

insert into private.outbox_kinds (kind, function_name) values ('webhook', 'webhooks');


create function private.leads(owner_id uuid, team_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return case when team_id is null then owner_id = auth.uid() else private.may_in_team(team_id, auth.uid(), 'configure') end;
end;
$$;
comment on function private.leads is 'Whether what belongs to this person, or to this team, is the caller''s to manage.';


create function private.led_team_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select t.team_id
  from public.team_members t
  join public.team_permissions p on p.role = t.role and p.permission = 'configure'
  where t.user_id = (select auth.uid()) and t.left_at is null
$$;
comment on function private.led_team_ids is 'The teams that the caller leads: what is theirs is the caller''s to manage. Policies ask for this set, once a query.';
grant execute on function private.led_team_ids to authenticated;


alter table public.webhooks enable row level security;
revoke all on public.webhooks from anon, authenticated, service_role;
grant select on public.webhooks to authenticated, service_role;

create policy webhooks_select on public.webhooks
for select to authenticated
using ((team_id is null and owner_id = (select auth.uid())) or team_id in (select private.led_team_ids()));


alter table public.webhook_conversations enable row level security;
revoke all on public.webhook_conversations from anon, authenticated, service_role;
grant select on public.webhook_conversations to authenticated, service_role;

-- The policy of webhooks decides.
create policy webhook_conversations_select on public.webhook_conversations
for select to authenticated
using (exists (select from public.webhooks w where w.id = webhook_conversations.webhook_id));


alter table public.webhook_deliveries enable row level security;
revoke all on public.webhook_deliveries from anon, authenticated, service_role;
grant select on public.webhook_deliveries to authenticated, service_role;

create policy webhook_deliveries_select on public.webhook_deliveries
for select to authenticated
using (exists (select from public.webhooks w where w.id = webhook_deliveries.webhook_id));


create function private.tell_webhooks(message public.messages, event text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* What is sent is read when it is sent: who was removed meanwhile, or what was deleted, is not told after the fact. */
begin
  perform private.want_work(
    'webhook', w.id || ':' || message.conversation_id || ':' || message.revision, w.id,
    jsonb_build_object('event', event, 'conversation_id', message.conversation_id, 'seq', message.seq)
  )
  from (
    select l.webhook_id as id from public.webhook_conversations l where l.conversation_id = message.conversation_id
    union
    select t.id
    from public.conversations c
    join public.webhooks t on t.team_id = c.team_id
    where c.id = message.conversation_id and c.is_public
  ) l
  join public.webhooks w on w.id = l.id
  where w.disabled_at is null and event = any (w.events);
end;
$$;


create function private.tg_messages__tell_webhooks()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Few conversations are told of: this is all that a message elsewhere costs.
  if exists (select from public.webhook_conversations l where l.conversation_id = new.conversation_id)
    or exists (
      select from public.conversations c
      where c.id = new.conversation_id and c.is_public and exists (select from public.webhooks w where w.team_id = c.team_id)
    )
  then
    perform private.tell_webhooks(new, case
      when tg_op = 'INSERT' then 'message.created'
      when old.deleted_at is null and new.deleted_at is not null then 'message.deleted'
      else 'message.updated'
    end);
  end if;
  return null;
end;
$$;

create trigger _950_tell_webhooks
after insert on public.messages
for each row when (not new.is_withheld and current_setting('parley.importing', true) is distinct from 'yes')
execute function private.tg_messages__tell_webhooks();

create trigger _960_tell_webhooks_of_change
after update on public.messages
for each row when (old.revision < new.revision and not new.is_withheld)
execute function private.tg_messages__tell_webhooks();
