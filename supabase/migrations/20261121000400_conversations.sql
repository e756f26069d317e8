-- Conversations and the two numbers of their record: last_seq counts messages, revision counts every change.

create type public.conversation_kind as enum ('direct', 'group', 'channel', 'listing', 'negotiation');
comment on type public.conversation_kind is 'direct: two people, one conversation per pair. group: invited people. channel: of a team, found and joined by its members. listing: a buyer writes to a seller. negotiation: the two of them make offers.';

create type public.member_role as enum ('owner', 'admin', 'member', 'guest');
comment on type public.member_role is 'owner: everything. admin: adds and removes members, renames. member: reads and writes. guest: reads and writes where invited. role_permissions has the details.';


create table public.conversation_kinds (
  kind public.conversation_kind primary key,
  has_title boolean not null,
  is_pair boolean not null,
  is_immutable boolean not null,
  max_characters int not null,
  max_bytes int
);
comment on table public.conversation_kinds is 'The rules of each kind of conversation, and the limits of what is said in it.';
comment on column public.conversation_kinds.kind is 'Which conversations the rules are for.';
comment on column public.conversation_kinds.has_title is 'It has a title, and any number of members.';
comment on column public.conversation_kinds.is_pair is 'Always the same two people: nobody is added, removed or given another role.';
comment on column public.conversation_kinds.is_immutable is 'What was said stays: no edits, no deletions, nothing disappears. The messages are hash-chained.';
comment on column public.conversation_kinds.max_characters is 'Longest message, in characters.';
comment on column public.conversation_kinds.max_bytes is 'Longest message in bytes of UTF-8; null for no such limit.';

insert into public.conversation_kinds (kind, has_title, is_pair, is_immutable, max_characters, max_bytes) values
  ('direct', false, true, false, 5000, null),
  ('group', true, false, false, 5000, null),
  ('channel', true, false, false, 5000, null),
  ('listing', false, true, false, 4096, 4096),
  ('negotiation', false, true, true, 5000, null);

alter table public.conversation_kinds enable row level security;
revoke all on public.conversation_kinds from anon, authenticated, service_role;
grant select on public.conversation_kinds to authenticated, service_role;

create policy conversation_kinds_select on public.conversation_kinds
for select to authenticated
using ((select auth.uid()) is not null);


create table public.conversations (
  id uuid primary key default gen_random_uuid(),
  kind public.conversation_kind not null,
  title text,
  description text,
  direct_key text unique,
  team_id uuid,
  project_id uuid,
  is_public boolean not null default false,
  is_default boolean not null default false,
  listing_id uuid,
  buyer_id uuid references public.profiles (id) on delete set null,
  post_role public.member_role not null default 'guest',
  slow_mode_seconds int not null default 0,
  disappear_after_seconds int,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  last_seq bigint not null default 0,
  quiet_count bigint not null default 0,
  revision bigint not null default 1,
  epoch int not null default 1,
  is_encrypted boolean not null default false,
  key_epoch int not null default 0,
  key_epoch_seq bigint not null default 0,
  needs_epoch boolean not null default false,
  hands_history boolean not null default false,
  about jsonb,
  is_large boolean not null default false,
  member_count int not null default 0,
  last_message_at timestamptz,
  closed_at timestamptz,
  constraint conversations_direct_has_pair check ((kind = 'direct') = (direct_key is not null)),
  constraint conversations_group_has_title check ((kind in ('group', 'channel')) = (coalesce(title, about ->> 'ciphertext') is not null)),
  constraint conversations_encrypted_say_nothing check (case when is_encrypted then title is null and description is null else about is null end),
  constraint conversations_only_people_among_themselves_encrypt check (not is_encrypted or kind in ('direct', 'group')),
  constraint conversations_channel_has_team check ((kind = 'channel') = (team_id is not null)),
  constraint conversations_only_channels_are_found check (kind = 'channel' or not (is_public or is_default)),
  constraint conversations_trade_has_listing check ((kind in ('listing', 'negotiation')) = (listing_id is not null)),
  constraint conversations_description_form check (char_length(description) <= 1000),
  constraint conversations_slow_mode_form check (slow_mode_seconds between 0 and 21600),
  constraint conversations_disappear_form check (disappear_after_seconds between 5 and 31536000),
  constraint conversations_title_form check (title ~ '\S' and char_length(title) <= 120)
)
-- Each message rewrites its row: room on the page keeps that off the indexes.
with (fillfactor = 70);
comment on table public.conversations is 'Conversations of which you are a member.';
comment on column public.conversations.kind is 'Which rules it has: see conversation_kinds.';
comment on column public.conversations.created_by is 'Who began it; null once the account is deleted.';
comment on column public.conversations.last_message_at is 'When the newest message was sent; null before the first.';
comment on column public.conversations.title is 'Title of a group or channel, 1 to 120 characters. Two people have none: show the other person. Nor has an encrypted group: see about.';
comment on column public.conversations.description is 'What it is for, up to 1,000 characters.';
comment on column public.conversations.team_id is 'The team of a channel.';
comment on column public.conversations.project_id is 'The project of a channel within its team, or null.';
comment on column public.conversations.is_public is 'Members of the team find this channel and join it. Else they are invited.';
comment on column public.conversations.is_default is 'Who joins the team is in this channel from the start.';
comment on column public.conversations.listing_id is 'The listing that a listing conversation or negotiation is about.';
comment on column public.conversations.buyer_id is 'Who wants what is listed.';
comment on column public.conversations.post_role is 'The least role that may post: guest for everybody, admin for announcements.';
comment on column public.conversations.slow_mode_seconds is 'How long a member waits between two messages; 0 for not at all. Owner and admins do not wait.';
comment on column public.conversations.disappear_after_seconds is 'What is said from now on goes after this time; null for never.';
comment on column public.conversations.closed_at is 'When it was closed: it can be read, but nobody posts. Null if it is open.';
comment on column public.conversations.quiet_count is 'How many messages do not count as unread for anybody: system messages.';
comment on column public.conversations.direct_key is 'The two user ids of a direct conversation, smaller first: there is one per pair, whoever starts it.';
comment on column public.conversations.last_seq is 'Number of the newest message. Messages are numbered 1, 2, 3, … without gaps, in the order of their commits.';
comment on column public.conversations.revision is 'Rises by one with every change of content or membership; the changed rows keep it. The cursor of sync().';
comment on column public.conversations.epoch is 'Rises when somebody leaves or is removed. Part of the topics feed:<id>:<epoch> and room:<id>:<epoch>.';
comment on column public.conversations.is_encrypted is 'What is said is sealed on the devices of the members: the server keeps envelopes that it cannot open. Once on, it stays on. See docs/encryption.md.';
comment on column public.conversations.key_epoch is 'Number of the newest epoch of its keys; 0 if it is not encrypted.';
comment on column public.conversations.key_epoch_seq is 'Newest message when that epoch began.';
comment on column public.conversations.needs_epoch is 'Members or their devices have changed since that epoch was made: nobody says anything before start_epoch().';
comment on column public.conversations.hands_history is 'Who joins an encrypted conversation is given the keys of what was said before.';
comment on column public.conversations.about is 'Title and description of an encrypted group: an envelope of kind "about", and the senderId of who sealed it. Null elsewhere.';
comment on column public.conversations.is_large is 'Live events come on feed:<id>:<epoch> instead of on each member''s user:<uid>.';
comment on column public.conversations.member_count is 'How many members there are now.';

-- deleting a profile
create index conversations_by_creator on public.conversations (created_by);
create index conversations_by_buyer on public.conversations (buyer_id) where buyer_id is not null;


create function private.lock_conversation(conversation_id uuid)
returns public.conversations
language plpgsql
set search_path = ''
as $$
declare
  v_conversation public.conversations;
begin
  select c.* into v_conversation from public.conversations c where c.id = lock_conversation.conversation_id for no key update;
  if not found then
    perform private.refuse('conversation_not_found');
  end if;
  return v_conversation;
end;
$$;
comment on function private.lock_conversation is 'Locks a conversation to look before changing something. bump_revision() follows once it is known that something changes.';


create function private.bump_revision(conversation_id uuid)
returns public.conversations
language plpgsql
set search_path = ''
as $$
/* The row lock is held to commit, which is what makes revisions dense and in commit order. */
declare
  v_conversation public.conversations;
begin
  update public.conversations c
  set revision = c.revision + 1
  where c.id = bump_revision.conversation_id
  returning c.* into v_conversation;
  if not found then
    perform private.refuse('conversation_not_found');
  end if;
  return v_conversation;
end;
$$;
comment on function private.bump_revision is 'Locks a conversation, gives it its next revision, and returns it.';


create function private.is_encrypted(conversation_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return coalesce((select c.is_encrypted from public.conversations c where c.id = is_encrypted.conversation_id), false);
end;
$$;

create function private.refuse_plaintext(conversation_id uuid, instead text default null)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
/* For what is no message: place_message() looks at the row that it has locked. */
begin
  if private.is_encrypted(refuse_plaintext.conversation_id) then
    perform private.refuse('plaintext_refused', instead);
  end if;
end;
$$;
comment on function private.refuse_plaintext is 'Returns unless the conversation is encrypted.';
