-- A listing that is closed takes all negotiations about it with it, in the same transaction.

create function private.lock_negotiations(listing_id uuid, conversation_id uuid default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Under the lock of the listing no further one can begin; one that ends meanwhile is seen when it is looked at again. */
begin
  perform from public.conversations c
  where c.id in (
    select n.conversation_id
    from public.negotiations n
    where n.listing_id = lock_negotiations.listing_id
      and (n.status in ('open', 'countered') or n.conversation_id = lock_negotiations.conversation_id)
  )
  order by c.id
  for no key update;
  perform private.lock_people(array(
    select p.id
    from public.negotiations n cross join lateral unnest(array[n.buyer_id, n.seller_id]) as p (id)
    where n.listing_id = lock_negotiations.listing_id and p.id is not null
      and (n.status in ('open', 'countered') or n.conversation_id = lock_negotiations.conversation_id)
  ));
end;
$$;
comment on function private.lock_negotiations is 'Locks the negotiations about a locked listing that go on, and this one, with the people in them.';


create function private.close_negotiations(listing_id uuid, reason text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Says that it is over and why, not by whose doing: one buyer is not told of another. */
declare
  v_negotiation public.negotiations;
  v_message public.messages;
begin
  for v_negotiation in
    select n.*
    from public.negotiations n
    where n.listing_id = close_negotiations.listing_id and n.status in ('open', 'countered')
    order by n.conversation_id
  loop
    v_message := private.end_negotiation(
      v_negotiation, 'close', null, 'negotiation_closed', jsonb_build_object('reason', close_negotiations.reason)
    );
    perform private.notify(
      array_remove(array[v_negotiation.buyer_id], null),
      'negotiation:' || v_negotiation.conversation_id || ':ended', 'negotiation_closed',
      jsonb_build_object('listing_id', v_negotiation.listing_id, 'reason', close_negotiations.reason),
      v_negotiation.conversation_id, v_message.seq, null
    );
  end loop;
end;
$$;
comment on function private.close_negotiations is 'Ends the locked negotiations about a listing: listing_sold or listing_withdrawn is the reason that is given.';


create function private.accept_offer(conversation_id uuid, seq bigint)
returns public.deals
language plpgsql
security definer
set search_path = ''
as $$
/* Everything that follows from it, in one transaction. Of two that accept about the same listing, the second waits for the
   lock of the listing and finds it sold. */
declare
  v_me uuid := private.me();
  v_negotiation public.negotiations := private.my_negotiation(accept_offer.conversation_id);
  v_listing public.listings;
  v_offer public.offers;
  v_deal public.deals;
begin
  v_listing := private.lock_listing(v_negotiation.listing_id);
  perform private.lock_negotiations(v_listing.id, v_negotiation.conversation_id);
  v_negotiation := private.my_negotiation(accept_offer.conversation_id);

  -- The same call again finds what the first one made.
  select d.* into v_deal
  from public.deals d
  join public.offers o on o.conversation_id = d.conversation_id and o.seq = d.seq
  where d.conversation_id = accept_offer.conversation_id and d.seq = accept_offer.seq
    and o.party <> private.party_of(v_negotiation, v_me);
  if found then
    return v_deal;
  end if;
  if v_listing.status in ('sold', 'withdrawn') then
    perform private.refuse('listing_closed', format('It is %s.', v_listing.status));
  end if;
  v_offer := private.offer_to_answer(accept_offer.conversation_id, accept_offer.seq);
  perform private.next_status(v_negotiation, 'accept', v_offer, private.party_of(v_negotiation, v_me));

  v_deal.id := gen_random_uuid();
  perform private.end_negotiation(v_negotiation, 'accept', v_me, 'offer_accepted', jsonb_build_object('deal_id', v_deal.id));
  perform private.move_listing(v_listing, 'sold', 'deal');
  insert into public.deals (id, conversation_id, seq, listing_id, buyer_id, seller_id, amount_minor, currency)
  values (
    v_deal.id, v_offer.conversation_id, v_offer.seq, v_listing.id, v_negotiation.buyer_id, v_negotiation.seller_id,
    v_offer.amount_minor, v_offer.currency
  )
  returning * into v_deal;
  perform private.notify(
    array_remove(array[v_negotiation.buyer_id, v_negotiation.seller_id], v_me),
    format('offer:%s:%s:accepted', v_offer.conversation_id, v_offer.seq), 'offer_accepted',
    jsonb_build_object(
      'listing_id', v_listing.id, 'offer', v_offer.seq, 'amount_minor', v_offer.amount_minor, 'currency', v_offer.currency
    ),
    v_offer.conversation_id, v_offer.seq
  );
  perform private.close_negotiations(v_listing.id, 'listing_sold');
  return v_deal;
end;
$$;
grant execute on function private.accept_offer to authenticated;

create function public.accept_offer(conversation_id uuid, seq bigint)
returns public.deals
language plpgsql
set search_path = ''
as $$
begin
  return private.accept_offer(accept_offer.conversation_id, accept_offer.seq);
end;
$$;
comment on function public.accept_offer is 'Accepts the other side''s offer, named by its seq: makes the deal, closes the listing, and ends all other negotiations about it.';
grant execute on function public.accept_offer to authenticated;


create function private.set_listing_status(listing_id uuid, status public.listing_status)
returns public.listings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_listing public.listings;
begin
  if not exists (select from public.listings l where l.id = set_listing_status.listing_id and l.seller_id = v_me) then
    perform private.refuse(case
      when exists (
        select from public.listings l where l.id = set_listing_status.listing_id and l.status in ('active', 'reserved')
      ) then 'listing_not_yours'
      else 'listing_not_found'
    end);
  end if;
  v_listing := private.lock_listing(set_listing_status.listing_id);
  -- The account may have been deleted meanwhile: nobody could answer for a listing without a seller.
  if v_listing.seller_id is distinct from v_me then
    perform private.refuse('listing_not_found');
  end if;
  if v_listing.status = set_listing_status.status then
    return v_listing;
  end if;
  if status in ('sold', 'withdrawn') then
    perform private.lock_negotiations(v_listing.id);
  end if;
  v_listing := private.move_listing(v_listing, status, 'seller');
  if status in ('sold', 'withdrawn') then
    perform private.close_negotiations(v_listing.id, 'listing_' || status);
  end if;
  return v_listing;
end;
$$;
grant execute on function private.set_listing_status to authenticated;

create function public.set_listing_status(listing_id uuid, status public.listing_status)
returns public.listings
language plpgsql
set search_path = ''
as $$
begin
  return private.set_listing_status(set_listing_status.listing_id, set_listing_status.status);
end;
$$;
comment on function public.set_listing_status is 'Publishes (active), holds back (reserved), closes (sold, elsewhere) or withdraws a listing of yours. Closing and withdrawing end the negotiations about it.';
grant execute on function public.set_listing_status to authenticated;
