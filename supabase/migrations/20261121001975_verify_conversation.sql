-- Whether the hash chain of a negotiation is whole, and if not, where it breaks.

create function private.chain_faults(conversation_id uuid, known_seq bigint, known_hash bytea)
returns table (seq bigint, reason text)
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Each link is held against the hash that is stored before it, so one change shows where it was made, not in all that follows.
   Whoever can write the whole table can also make a new chain, or cut off its end with the counter: that is found by who
   kept a hash of before. */
declare
  v_conversation public.conversations;
  v_started jsonb;
begin
  select c.* into strict v_conversation from public.conversations c where c.id = chain_faults.conversation_id;
  select m.system into v_started
  from public.messages m
  where m.conversation_id = chain_faults.conversation_id and m.seq = 1;
  return query
  with links as (
    select m, lag(m.hash) over (order by m.seq) as previous
    from public.messages m
    where m.conversation_id = chain_faults.conversation_id and m.hash is not null
  )
  select (l.m).seq, 'changed'
  from links l
  where (l.m).hash <> private.link_hash(l.previous, l.m)
  union all
  select m.seq, case when m.hash is null then 'not_chained' else 'hidden' end
  from public.messages m
  where m.conversation_id = chain_faults.conversation_id and (m.hash is null) <> m.is_withheld
  union all
  select m.seq, 'sender'
  from public.messages m
  where m.conversation_id = chain_faults.conversation_id and m.sender_id is not null and not m.is_withheld
    and m.sender_id is distinct from (v_started ->> (m.party || '_id'))::uuid
  union all
  select n.seq, 'missing'
  from generate_series(1, v_conversation.last_seq) as n (seq)
  where not exists (
    select from public.messages m where m.conversation_id = chain_faults.conversation_id and m.seq = n.seq
  )
  union all
  select m.seq, 'uncounted'
  from public.messages m
  where m.conversation_id = chain_faults.conversation_id and m.seq > v_conversation.last_seq
  union all
  -- The offers are what the chain says that they are.
  select coalesce(o.seq, m.seq), 'offer'
  from public.offers o
  full join public.messages m on m.conversation_id = o.conversation_id and m.seq = o.seq
  where coalesce(o.conversation_id, m.conversation_id) = chain_faults.conversation_id
    and (o.seq is not null or m.system ->> 'code' in ('offer_made', 'offer_countered'))
    and (o.party::text, o.amount_minor, o.currency, o.answers)
      is distinct from (m.party::text, (m.system ->> 'amount_minor')::bigint, m.system ->> 'currency', (m.system ->> 'answers')::bigint)
  union all
  select known_seq, 'not_as_known'
  where known_seq is not null and not exists (
    select from public.messages m
    where m.conversation_id = chain_faults.conversation_id and m.seq = known_seq and m.hash = known_hash
  );
end;
$$;


create function private.verify_conversation(conversation_id uuid, known_seq bigint, known_hash text)
returns table (is_whole boolean, checked bigint, head_seq bigint, head_hash text, broken_at bigint, reason text)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_known bytea;
begin
  perform private.actor_role(verify_conversation.conversation_id, private.me());
  if not exists (select from public.negotiations n where n.conversation_id = verify_conversation.conversation_id) then
    perform private.refuse('not_chained');
  end if;
  if (known_seq is null) <> (known_hash is null) or known_hash !~ '^(\\x)?[0-9a-f]{64}$' then
    perform private.refuse('hash_invalid');
  end if;
  v_known := decode(right(known_hash, 64), 'hex');
  select f.seq, f.reason into broken_at, reason
  from private.chain_faults(verify_conversation.conversation_id, known_seq, v_known) f
  -- What is missing shows in the next link as well: the cause stands first.
  order by f.seq, f.reason desc
  limit 1;
  is_whole := not found;
  select m.seq, encode(m.hash, 'hex'), m.n into head_seq, head_hash, checked
  from (
    select l.seq, l.hash, count(*) over () as n
    from public.messages l
    where l.conversation_id = verify_conversation.conversation_id and l.hash is not null
  ) m
  order by m.seq desc
  limit 1;
  checked := coalesce(checked, 0);
  return next;
end;
$$;
grant execute on function private.verify_conversation to authenticated;

create function public.verify_conversation(conversation_id uuid, known_seq bigint default null, known_hash text default null)
returns table (is_whole boolean, checked bigint, head_seq bigint, head_hash text, broken_at bigint, reason text)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select v.*
  from private.verify_conversation(
    verify_conversation.conversation_id, verify_conversation.known_seq, verify_conversation.known_hash
  ) v;
end;
$$;
comment on function public.verify_conversation is 'Whether the hash chain of a negotiation is whole, and where it breaks: changed, missing, hidden, sender, offer, not_chained, uncounted or not_as_known. Keep head_seq and head_hash and give them back as known_seq and known_hash: only so can a chain that was cut off or made anew be told from the true one.';
grant execute on function public.verify_conversation to authenticated;
