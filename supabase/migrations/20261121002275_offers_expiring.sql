-- An offer that nobody has answered and that ends soon: who is to answer it is told, once.

alter table private.settings add column offer_expiring_before interval not null default '6 hours';
comment on column private.settings.offer_expiring_before is 'How long before an offer ends its reader is told. One that stands for less than twice as long is not told of.';

create table private.offers_told_expiring (
  conversation_id uuid not null,
  seq bigint not null,
  primary key (conversation_id, seq),
  foreign key (conversation_id, seq) references public.offers (conversation_id, seq) on delete cascade
);
comment on table private.offers_told_expiring is 'Offers of whose end their reader was told. Not read from the notification, which not everybody wants.';
alter table private.offers_told_expiring enable row level security;


create function private.tell_of_expiring_offer()
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* One, in a transaction of its own that locks no conversation. Of two jobs at once the second finds it told. */
declare
  v_offer public.offers;
  v_negotiation public.negotiations;
begin
  select o.* into v_offer
  from public.offers o
  cross join private.settings s
  where o.status = 'open' and o.expires_at > now() and o.expires_at <= now() + s.offer_expiring_before
    and o.created_at <= o.expires_at - 2 * s.offer_expiring_before
    and not exists (select from private.offers_told_expiring t where t.conversation_id = o.conversation_id and t.seq = o.seq)
  order by o.expires_at
  limit 1;
  if not found then
    return false;
  end if;
  insert into private.offers_told_expiring (conversation_id, seq) values (v_offer.conversation_id, v_offer.seq) on conflict do nothing;
  if found then
    select n.* into strict v_negotiation from public.negotiations n where n.conversation_id = v_offer.conversation_id;
    perform private.notify(
      array_remove(array[case v_offer.party when 'buyer' then v_negotiation.seller_id else v_negotiation.buyer_id end], null),
      'offer_expiring:' || v_offer.conversation_id || ':' || v_offer.seq, 'offer_expiring',
      jsonb_build_object(
        'listing_id', v_negotiation.listing_id, 'offer', v_offer.seq, 'amount_minor', v_offer.amount_minor, 'currency', v_offer.currency,
        'expires_at', v_offer.expires_at
      ),
      v_offer.conversation_id, v_offer.seq, null
    );
  end if;
  return true;
end;
$$;
comment on function private.tell_of_expiring_offer is 'Tells who is to answer an offer that it ends soon; false when there is none.';

select cron.schedule('offers-expiring', '* * * * *', $job$
  do $$
  begin
    for n in 1 .. 10000 loop
      exit when not private.tell_of_expiring_offer();
      commit;
    end loop;
  end;
  $$
$job$);
