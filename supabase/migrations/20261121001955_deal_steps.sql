-- How a deal moves.

create function private.deal_actor(deal public.deals)
returns public.deal_actor
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Null for a stranger. */
begin
  return case
    when auth.uid() is null and auth.role() = 'service_role' then 'service'
    when deal.buyer_id = auth.uid() then 'buyer'
    when deal.seller_id = auth.uid() then 'seller'
  end;
end;
$$;


create function private.move_deal(deal_id uuid, to_status public.deal_status)
returns public.deals
language plpgsql
security definer
set search_path = ''
as $$
/* Doing again what was done changes nothing. Locks in the order that negotiations.sql fixes: a cancelled deal puts its listing on the market. */
declare
  v_deal public.deals;
  v_actor public.deal_actor;
  v_listing public.listings;
begin
  if auth.role() is distinct from 'service_role' then
    perform private.me();
  end if;
  select d.* into v_deal from public.deals d where d.id = move_deal.deal_id;
  v_actor := private.deal_actor(v_deal);
  if v_deal.id is null or v_actor is null then
    perform private.refuse('deal_not_found');
  end if;
  if to_status = 'cancelled' then
    v_listing := private.lock_listing(v_deal.listing_id);
  end if;
  perform private.lock_conversation(v_deal.conversation_id);
  select d.* into strict v_deal from public.deals d where d.id = move_deal.deal_id;
  -- The account may have been deleted meanwhile.
  v_actor := private.deal_actor(v_deal);
  if v_actor is null then
    perform private.refuse('deal_not_found');
  end if;
  if v_deal.status = to_status then
    return v_deal;
  end if;
  if not exists (
    select from public.deal_steps s
    where s.from_status = v_deal.status and s.to_status = move_deal.to_status and s.actor = v_actor
  ) then
    perform private.refuse(
      case
        when exists (select from public.deal_steps s where s.from_status = v_deal.status and s.to_status = move_deal.to_status)
        then 'deal_not_yours_to_move'
        else 'deal_step_invalid'
      end,
      format('It is %s.', v_deal.status)
    );
  end if;
  return private.apply_deal_step(v_deal, to_status, v_listing);
end;
$$;
grant execute on function private.move_deal to authenticated, service_role;


create function private.apply_deal_step(deal public.deals, to_status public.deal_status, listing public.listings)
returns public.deals
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_deal public.deals;
begin
  update public.deals d
  set
    status = apply_deal_step.to_status,
    paid_at = case to_status when 'paid' then now() else d.paid_at end,
    completed_at = case to_status when 'completed' then now() end,
    cancelled_at = case to_status when 'cancelled' then now() end
  where d.id = deal.id
  returning d.* into v_deal;
  perform private.post_system(v_deal.conversation_id, 'deal_' || to_status, jsonb_build_object('deal_id', v_deal.id));
  if to_status = 'cancelled' and listing.status = 'sold' and listing.seller_id is not null then
    perform private.move_listing(listing, 'active', 'deal');
  end if;
  return v_deal;
end;
$$;
comment on function private.apply_deal_step is 'Moves a deal whose step was found right, under the locks of its conversation and, if it is cancelled, of its listing.';


create function public.mark_deal_paid(deal_id uuid)
returns public.deals
language plpgsql
set search_path = ''
as $$
begin
  return private.move_deal(mark_deal_paid.deal_id, 'paid');
end;
$$;
comment on function public.mark_deal_paid is 'Says that the money is there. For the seller, and for the server in the name of a payment provider.';
grant execute on function public.mark_deal_paid to authenticated, service_role;

create function public.complete_deal(deal_id uuid)
returns public.deals
language plpgsql
set search_path = ''
as $$
begin
  return private.move_deal(complete_deal.deal_id, 'completed');
end;
$$;
comment on function public.complete_deal is 'Says that what was bought has arrived. For the buyer of a paid deal.';
grant execute on function public.complete_deal to authenticated, service_role;

create function public.cancel_deal(deal_id uuid)
returns public.deals
language plpgsql
set search_path = ''
as $$
begin
  return private.move_deal(cancel_deal.deal_id, 'cancelled');
end;
$$;
comment on function public.cancel_deal is 'Cancels a deal; its listing is on the market again. For both sides until it is paid, then for the seller, who gives the money back.';
grant execute on function public.cancel_deal to authenticated, service_role;
