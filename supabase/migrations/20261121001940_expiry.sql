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


create function private.expire_offers(most int default 100)
returns int
language plpgsql
security definer
set search_path = ''
as $$
/* All conversations are locked first, in the order of their ids, and then looked at again: an answer that came first stands.
   One that somebody holds just now is left to the next run. */
declare
  v_ids uuid[];
  v_expired int := 0;
  v_id uuid;
begin
  v_ids := array(
    select c.id
    from public.conversations c
    where c.id in (
      select o.conversation_id
      from public.offers o
      where o.status = 'open' and o.expires_at <= now()
      order by o.expires_at
      limit most
    )
    order by c.id
    for no key update skip locked
  );
  if cardinality(v_ids) = 0 then
    return 0;
  end if;
  perform private.lock_people(array(
    select p.id
    from public.negotiations n cross join lateral unnest(array[n.buyer_id, n.seller_id]) as p (id)
    where n.conversation_id = any (v_ids) and p.id is not null
  ));
  foreach v_id in array v_ids loop
    v_expired := v_expired + private.expire_offer(v_id)::int;
  end loop;
  return v_expired;
end;
$$;
comment on function private.expire_offers is 'Ends the negotiations whose offer has run out, and returns how many. Runs every minute.';

create extension if not exists pg_cron with schema pg_catalog;
select cron.schedule('expire_offers', '* * * * *', 'select private.expire_offers()');
