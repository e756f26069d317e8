-- Offers that nobody answered in time. An answer is refused from that moment on; that it expired is said within a minute.

create function private.expire_offer(conversation_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* In a locked conversation: whether its offer was due. */
declare
  v_negotiation public.negotiations;
  v_offer public.offers := private.standing_offer(expire_offer.conversation_id);
  v_message public.messages;
begin
  if v_offer.seq is null or v_offer.expires_at > clock_timestamp() then
    return false;
  end if;
  select n.* into strict v_negotiation from public.negotiations n where n.conversation_id = expire_offer.conversation_id;
  v_message := private.end_negotiation(v_negotiation, 'expire', null, 'offer_expired');
  perform private.notify(
    array[v_negotiation.buyer_id, v_negotiation.seller_id],
    'negotiation:' || v_negotiation.conversation_id || ':ended', 'offer_expired',
    jsonb_build_object('listing_id', v_negotiation.listing_id, 'offer', v_offer.seq),
    v_negotiation.conversation_id, v_message.seq, null
  );
  return true;
end;
$$;


create function private.expire_due_offer()
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* One negotiation, so that no two conversations are locked; looked at again under the lock, where an answer that came first
   stands. One that somebody holds just now is left to the next run. */
declare
  v_conversation_id uuid;
begin
  select c.id into v_conversation_id
  from public.offers o
  join public.conversations c on c.id = o.conversation_id
  where o.status = 'open' and o.expires_at <= now()
  order by o.expires_at
  limit 1
  for no key update of c skip locked;
  if not found then
    return false;
  end if;
  perform private.expire_offer(v_conversation_id);
  return true;
end;
$$;
comment on function private.expire_due_offer is 'Ends a negotiation whose offer has run out, and returns whether there was one.';

select cron.schedule('expire-offers', '* * * * *', $job$
  do $$
  begin
    for n in 1 .. 10000 loop
      exit when not private.expire_due_offer();
      commit;
    end loop;
  end;
  $$
$job$);
