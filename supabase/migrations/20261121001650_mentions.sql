-- "@handle", "@here" and "@channel" in what is said.

create function private.place_mentions(message public.messages, conversation public.conversations, member public.members)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return message;
end;
$$;
