-- Who is in a conversation, with which role, and how far each has got.

create table public.members (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.member_role not null default 'member',
  joined_at timestamptz not null default now(),
  joined_seq bigint not null default 0,
  left_at timestamptz,
  delivered_seq bigint not null default 0,
  delivered_at timestamptz,
  read_seq bigint not null default 0,
  read_at timestamptz,
  sent_count bigint not null default 0,
  sent_count_at_read bigint not null default 0,
  last_sent_seq bigint not null default 0,
  quiet_count_at_read bigint not null default 0,
  revision bigint not null,
  primary key (conversation_id, user_id),
  constraint members_read_is_delivered check (read_seq <= delivered_seq),
  constraint members_sent_counts_agree check (sent_count_at_read between 0 and sent_count)
)
with (fillfactor = 80);
comment on table public.members is 'Members of your conversations, former ones included.';
comment on column public.members.role is 'What this person may do: see role_permissions.';
comment on column public.members.joined_at is 'When this person joined last.';
comment on column public.members.delivered_at is 'When delivered_seq last rose.';
comment on column public.members.read_at is 'When read_seq last rose.';
comment on column public.members.joined_seq is 'Newest message when this person joined: up to it, the conversation is history to them and they are no recipient.';
comment on column public.members.left_at is 'When this person left or was removed; null for a member of now.';
comment on column public.members.delivered_seq is 'All messages up to this one have reached a device of this person. Only rises.';
comment on column public.members.read_seq is 'All messages up to this one have been read by this person. Only rises.';
comment on column public.members.sent_count is 'How many messages this person has sent here.';
comment on column public.members.sent_count_at_read is 'How many of them lie at or before read_seq. unread = (last_seq - read_seq) - (sent_count - sent_count_at_read) - (quiet_count - quiet_count_at_read).';
comment on column public.members.last_sent_seq is 'Number of the newest message that this person has sent here.';
comment on column public.members.quiet_count_at_read is 'How many messages that count for nobody lie at or before read_seq.';
comment on column public.members.revision is 'Revision at which this person''s membership last changed.';

-- one's own conversations
create index members_by_user on public.members (user_id, conversation_id) where left_at is null;
-- deleting a profile
create index members_by_profile on public.members (user_id);
-- sync(): who changed since
create index members_by_revision on public.members (conversation_id, revision);


create function private.my_conversation_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select m.conversation_id from public.members m where m.user_id = (select auth.uid()) and m.left_at is null
$$;
comment on function private.my_conversation_ids is 'The conversations of which the caller is a member. The policy of members asks for this set, once a query.';
grant execute on function private.my_conversation_ids to authenticated;


create function private.is_member(conversation_id uuid, user_id uuid)
returns boolean
-- Not SQL: with a fixed search_path that would be planned at each call.
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.members m
    where m.conversation_id = is_member.conversation_id and m.user_id = is_member.user_id and m.left_at is null
  );
end;
$$;


alter table public.conversations enable row level security;
revoke all on public.conversations from anon, authenticated, service_role;
grant select on public.conversations to authenticated, service_role;

-- A plain subquery, which the planner probes by index for a page and hashes for a list.
create policy conversations_select on public.conversations
for select to authenticated
using (exists (
  select from public.members m
  where m.conversation_id = conversations.id and m.user_id = (select auth.uid()) and m.left_at is null
));


alter table public.members enable row level security;
revoke all on public.members from anon, authenticated, service_role;
grant select on public.members to authenticated, service_role;

create policy members_select on public.members
for select to authenticated
using (
  (user_id = (select auth.uid()) and left_at is null)
  or conversation_id in (select private.my_conversation_ids())
);
