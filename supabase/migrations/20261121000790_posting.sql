-- Whether what somebody wants to post may be posted. Each rule looks only where it can apply, because every send comes by here.

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
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  -- Roles are ordered owner < admin < member < guest.
  if member.role > conversation.post_role then
    perform private.refuse('posting_restricted', format('It takes the role %s.', conversation.post_role));
  end if;
end;
$$;
comment on function private.check_post is 'Returns if this member may post this content in this conversation now, else refuses.';
