-- Beginning to negotiate.

create function private.start_negotiation(listing_id uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
/* Under the lock of the listing: two calls of the same person make one negotiation, and none slips in while the listing is
   being closed. */
declare
  v_me uuid := private.me();
  v_listing public.listings := private.listing_to_ask_about(start_negotiation.listing_id, v_me);
  v_negotiation public.negotiations;
  v_conversation public.conversations;
begin
  perform private.take_send_token(v_me);
  v_listing := private.lock_listing(v_listing.id);
  select n.* into v_negotiation
  from public.negotiations n
  where n.listing_id = v_listing.id and n.buyer_id = v_me and n.status in ('open', 'countered');
  if found then
    perform private.lock_conversation(v_negotiation.conversation_id);
    if not private.expire_offer(v_negotiation.conversation_id) then
      return v_negotiation.conversation_id;
    end if;
  end if;
  if v_listing.status <> 'active' then
    perform private.refuse('listing_closed', format('It is %s.', v_listing.status));
  end if;
  perform private.demand_welcome(v_me, v_listing.seller_id);

  insert into public.conversations (kind, listing_id, buyer_id, created_by)
  values ('negotiation', v_listing.id, v_me, v_me)
  returning * into v_conversation;
  insert into public.negotiations (conversation_id, listing_id, buyer_id, seller_id)
  values (v_conversation.id, v_listing.id, v_me, v_listing.seller_id);
  v_conversation := private.join_members(v_conversation, array[v_me, v_listing.seller_id], 'member');
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  -- The first link of the chain: what it is about, and who the two are.
  perform private.post_system(v_conversation.id, 'negotiation_started', jsonb_build_object(
    'listing_id', v_listing.id, 'title', v_listing.title, 'price_minor', v_listing.price_minor, 'currency', v_listing.currency,
    'buyer_id', v_me, 'seller_id', v_listing.seller_id
  ));
  perform private.notify(
    array[v_listing.seller_id], 'negotiation:' || v_conversation.id, 'negotiation_started',
    jsonb_build_object('listing_id', v_listing.id), v_conversation.id, 1
  );
  return v_conversation.id;
end;
$$;
grant execute on function private.start_negotiation to authenticated;

create function public.start_negotiation(listing_id uuid)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := private.start_negotiation(start_negotiation.listing_id);
begin
  return query select l.* from public.conversation_list l where l.id = v_id;
end;
$$;
comment on function public.start_negotiation is 'Begins to negotiate with the seller about a listing, or returns the negotiation that goes on already. Then make_offer() in it.';
grant execute on function public.start_negotiation to authenticated;
