-- Conversations and the two numbers of their record: last_seq counts messages, revision counts every change.

create type public.conversation_kind as enum ('direct', 'group');
comment on type public.conversation_kind is 'direct: two people, one conversation per pair. group: invited people.';

create table public.conversations (
  id uuid primary key default gen_random_uuid(),
  kind public.conversation_kind not null,
  title text,
  direct_key text unique,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  last_seq bigint not null default 0,
  revision bigint not null default 1,
  epoch int not null default 1,
  is_large boolean not null default false,
  member_count int not null default 0,
  last_message_at timestamptz,
  constraint conversations_direct_has_pair check ((kind = 'direct') = (direct_key is not null)),
  constraint conversations_group_has_title check ((kind = 'group') = (title is not null)),
  constraint conversations_title_form check (title ~ '\S' and char_length(title) <= 120)
)
-- Each message rewrites its row: room on the page keeps that off the indexes.
with (fillfactor = 70);
comment on table public.conversations is 'Conversations of which you are a member.';
comment on column public.conversations.title is 'Title of a group, 1 to 120 characters. A direct conversation has none: show the other person.';
comment on column public.conversations.direct_key is 'The two user ids of a direct conversation, smaller first: there is one per pair, whoever starts it.';
comment on column public.conversations.last_seq is 'Number of the newest message. Messages are numbered 1, 2, 3, … without gaps, in the order of their commits.';
comment on column public.conversations.revision is 'Rises by one with every change of content or membership; the changed rows keep it. The cursor of sync().';
comment on column public.conversations.epoch is 'Rises when somebody leaves or is removed. Part of the topics feed:<id>:<epoch> and room:<id>:<epoch>.';
comment on column public.conversations.is_large is 'Live events come on feed:<id>:<epoch> instead of on each member''s user:<uid>.';
comment on column public.conversations.member_count is 'How many members there are now.';

-- deleting a profile
create index conversations_by_creator on public.conversations (created_by);


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
