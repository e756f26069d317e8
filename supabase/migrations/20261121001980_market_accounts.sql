-- What becomes of listings, negotiations and deals when an account is deleted.

create function private.tg_users__leave_market()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* Before the account's own row is deleted, and with it the profile: so all locks are taken in the order that negotiations.sql
   fixes, and the profile, which every message refers to, comes after them. */
declare
  v_listing public.listings;
  v_negotiation public.negotiations;
  v_message public.messages;
  v_deal public.deals;
begin
  perform from private.senders s where s.user_id = old.id for update;
  perform from public.listings l
  where l.id in (
    select o.id from public.listings o where o.seller_id = old.id
    -- What goes on may have become a deal by the time that its conversation is locked.
    union select n.listing_id from public.negotiations n
    where old.id in (n.buyer_id, n.seller_id) and n.status in ('open', 'countered')
    union select d.listing_id from public.deals d where old.id in (d.buyer_id, d.seller_id) and d.status = 'created'
  )
  order by l.id
  for no key update;
  perform from public.conversations c
  where c.id in (select m.conversation_id from public.members m where m.user_id = old.id and m.left_at is null)
  order by c.id
  for no key update;
  perform private.lock_people(array(
    select p.id
    from public.negotiations n cross join lateral unnest(array[n.buyer_id, n.seller_id]) as p (id)
    where old.id in (n.buyer_id, n.seller_id) and p.id is not null
  ));

  for v_negotiation in
    select n.* from public.negotiations n
    where old.id in (n.buyer_id, n.seller_id) and n.status in ('open', 'countered')
    order by n.conversation_id
  loop
    v_message := private.end_negotiation(
      v_negotiation, 'leave', old.id, 'negotiation_closed', jsonb_build_object('reason', 'account_deleted')
    );
    perform private.notify(
      array_remove(array[v_negotiation.buyer_id, v_negotiation.seller_id], null),
      'negotiation:' || v_negotiation.conversation_id || ':ended', 'negotiation_closed',
      jsonb_build_object('listing_id', v_negotiation.listing_id, 'reason', 'account_deleted'),
      v_negotiation.conversation_id, v_message.seq, old.id
    );
  end loop;
  -- Nothing has been paid yet: there is nobody any more to pay, or to be paid.
  for v_deal in
    select d.* from public.deals d where old.id in (d.buyer_id, d.seller_id) and d.status = 'created' order by d.id
  loop
    select l.* into strict v_listing from public.listings l where l.id = v_deal.listing_id;
    perform private.apply_deal_step(v_deal, 'cancelled', v_listing);
  end loop;
  update public.listings l
  set status = 'withdrawn'
  where l.seller_id = old.id and l.status in ('draft', 'active', 'reserved');
  return old;
end;
$$;

create trigger _100_leave_market
before delete on auth.users
for each row execute function private.tg_users__leave_market();
