-- Whether what somebody wants to post may be posted. Each rule looks only where it can apply, because every send comes by here.

create table private.slow_mode_marks (
  conversation_id uuid not null,
  user_id uuid not null,
  posted_at timestamptz not null,
  primary key (conversation_id, user_id),
  foreign key (conversation_id, user_id) references public.members (conversation_id, user_id) on delete cascade
)
with (fillfactor = 50);
comment on table private.slow_mode_marks is 'When each member last posted, where there is a slow mode. Not read from their last message: that may be deleted, or gone.';
alter table private.slow_mode_marks enable row level security;


create function private.check_slow_mode(conversation public.conversations, member public.members)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Two messages of one person at once: the conversation is locked, so the second sees the mark of the first. */
declare
  v_wait numeric;
begin
  -- Who sets the pace is not held to it.
  if private.may(conversation.id, member.user_id, 'configure') then
    return;
  end if;
  select extract(epoch from s.posted_at - clock_timestamp()) + conversation.slow_mode_seconds into v_wait
  from private.slow_mode_marks s
  where s.conversation_id = conversation.id and s.user_id = member.user_id;
  if v_wait > 0 then
    perform private.refuse('slow_mode', format('Try again in %s seconds.', ceil(v_wait)), ceil(v_wait)::int);
  end if;
  insert into private.slow_mode_marks (conversation_id, user_id, posted_at)
  values (conversation.id, member.user_id, clock_timestamp())
  on conflict on constraint slow_mode_marks_pkey do update set posted_at = excluded.posted_at;
end;
$$;

create function private.check_content(kind public.conversation_kinds, content text, may_be_blank boolean)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The content rules of a message, in one place; the numbers are those of its kind of conversation. */
begin
  -- Spaces, and characters that show nothing: control, soft hyphen, joiners, fillers, directional and tag marks.
  if content is null or not may_be_blank and content ~ '^[\s\u0001-\u001F\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U0001D159\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]*$' then
    perform private.refuse('message_blank');
  end if;
  if char_length(content) > kind.max_characters then
    perform private.refuse('message_too_long', format('It has %s characters; %s are allowed.', char_length(content), kind.max_characters));
  end if;
  if octet_length(content) > kind.max_bytes then
    perform private.refuse('message_too_long', format('It has %s bytes; %s are allowed.', octet_length(content), kind.max_bytes));
  end if;
end;
$$;


create function private.check_post(conversation public.conversations, member public.members, content text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
begin
  if conversation.closed_at is not null then
    perform private.refuse('conversation_closed');
  end if;
  -- Roles are ordered owner < admin < member < guest.
  if member.role > conversation.post_role then
    perform private.refuse('posting_restricted', format('It takes the role %s.', conversation.post_role));
  end if;
  if conversation.slow_mode_seconds > 0 then
    perform private.check_slow_mode(conversation, member);
  end if;
  if conversation.team_id is not null then
    return private.check_words(conversation.team_id, content);
  end if;
  return content;
end;
$$;
comment on function private.check_post is 'Returns the content as it may be posted, if this member may post it in this conversation now; else refuses.';
