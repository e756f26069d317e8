-- Jumping to a message: the page around it.

create function public.messages_around(conversation_id uuid, seq bigint, before int default 25, after int default 25)
returns setof public.messages
language plpgsql
stable
set search_path = ''
as $$
/* With the caller's rights: the policy of messages decides. Two probes of the primary key, however long the conversation is. */
begin
  return query
  (
    select m.* from public.messages m
    where m.conversation_id = messages_around.conversation_id and m.seq < messages_around.seq
    order by m.seq desc
    limit least(greatest(before, 0), 200)
  )
  union all
  (
    select m.* from public.messages m
    where m.conversation_id = messages_around.conversation_id and m.seq >= messages_around.seq
    order by m.seq
    limit least(greatest(after, 0), 200) + 1
  )
  order by seq;
end;
$$;
comment on function public.messages_around is 'The message with this seq, so many before it and so many after it (at most 200 each), oldest first. Empty for who is no member.';
grant execute on function public.messages_around to authenticated;
