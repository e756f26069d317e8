-- Making, countering, rejecting and withdrawing offers. Each is decided under the lock of the one conversation.

create function private.place_offer(
  negotiation public.negotiations, code text, amount_minor bigint, expires_at timestamptz, answers bigint
)
returns public.offers
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings private.settings;
  v_me uuid := private.me();
  v_party public.trade_party := private.party_of(negotiation, v_me);
  v_currency text := (select l.currency from public.listings l where l.id = negotiation.listing_id);
  v_message public.messages;
  v_offer public.offers;
begin
  select s.* into v_settings from private.settings s;
  perform private.demand_welcome(v_me, case v_party when 'buyer' then negotiation.seller_id else negotiation.buyer_id end);
  if amount_minor is null or amount_minor not between 1 and 9007199254740991 then
    perform private.refuse('amount_invalid');
  end if;
  expires_at := coalesce(place_offer.expires_at, now() + v_settings.offer_lifetime);
  if expires_at <= clock_timestamp() or expires_at > clock_timestamp() + v_settings.offer_lifetime_max then
    perform private.refuse('expiry_invalid', format('At most %s from now.', v_settings.offer_lifetime_max));
  end if;
  v_message := private.post_system(
    negotiation.conversation_id, code,
    jsonb_strip_nulls(jsonb_build_object(
      'party', v_party, 'amount_minor', place_offer.amount_minor, 'currency', v_currency,
      'expires_at', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'answers', place_offer.answers
    ))
  );
  insert into public.offers (conversation_id, seq, party, amount_minor, currency, answers, expires_at)
  values (
    negotiation.conversation_id, v_message.seq, v_party, place_offer.amount_minor, v_currency, place_offer.answers,
    place_offer.expires_at
  )
  returning * into v_offer;
  perform private.notify(
    array_remove(array[negotiation.buyer_id, negotiation.seller_id], v_me),
    'offer:' || v_offer.conversation_id || ':' || v_offer.seq, code,
    jsonb_build_object(
      'listing_id', negotiation.listing_id, 'amount_minor', v_offer.amount_minor, 'currency', v_offer.currency,
      'expires_at', v_offer.expires_at
    ),
    v_offer.conversation_id, v_offer.seq
  );
  return v_offer;
end;
$$;
comment on function private.place_offer is 'Puts an offer of the caller on the table of a locked negotiation, and tells the other side.';


create function private.make_offer(conversation_id uuid, amount_minor bigint, expires_at timestamptz)
returns public.offers
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_negotiation public.negotiations := private.my_negotiation(make_offer.conversation_id);
  v_offer public.offers;
begin
  perform private.take_send_token(private.me());
  v_negotiation := private.lock_negotiation(make_offer.conversation_id);
  v_offer := private.standing_offer(v_negotiation.conversation_id);
  perform private.next_status(v_negotiation, 'make', v_offer, private.party_of(v_negotiation, private.me()));
  if v_offer.seq is null then
    return private.place_offer(v_negotiation, 'offer_made', make_offer.amount_minor, make_offer.expires_at, null);
  end if;
  if v_offer.expires_at <= clock_timestamp() then
    perform private.refuse('offer_expired', 'start_negotiation() begins another.');
  end if;
  -- The same call again, because its answer was lost, finds what the first one made.
  if v_offer.party = private.party_of(v_negotiation, private.me()) and v_offer.amount_minor = make_offer.amount_minor
    and v_offer.expires_at = coalesce(make_offer.expires_at, v_offer.expires_at)
  then
    return v_offer;
  end if;
  perform private.refuse('offer_stands', format('It is number %s.', v_offer.seq));
end;
$$;
grant execute on function private.make_offer to authenticated;


create function private.counter_offer(conversation_id uuid, seq bigint, amount_minor bigint, expires_at timestamptz)
returns public.offers
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_negotiation public.negotiations := private.my_negotiation(counter_offer.conversation_id);
  v_party public.trade_party;
  v_offer public.offers;
begin
  perform private.take_send_token(private.me());
  v_negotiation := private.lock_negotiation(counter_offer.conversation_id);
  v_party := private.party_of(v_negotiation, private.me());
  -- The same call again finds what the first one made.
  select o.* into v_offer
  from public.offers o
  where o.conversation_id = counter_offer.conversation_id and o.answers = counter_offer.seq and o.status = 'open'
    and o.party = v_party and o.amount_minor = counter_offer.amount_minor
    and o.expires_at = coalesce(counter_offer.expires_at, o.expires_at);
  if found then
    return v_offer;
  end if;
  v_offer := private.offer_to_answer(counter_offer.conversation_id, counter_offer.seq);
  update public.negotiations n
  set status = private.next_status(v_negotiation, 'counter', v_offer, v_party)
  where n.conversation_id = v_negotiation.conversation_id;
  update public.offers o
  set status = 'countered', ended_at = now()
  where o.conversation_id = v_offer.conversation_id and o.seq = v_offer.seq;
  return private.place_offer(v_negotiation, 'offer_countered', counter_offer.amount_minor, counter_offer.expires_at, v_offer.seq);
end;
$$;
grant execute on function private.counter_offer to authenticated;


create function private.end_offer(conversation_id uuid, seq bigint, action public.negotiation_action, code text)
returns public.negotiations
language plpgsql
security definer
set search_path = ''
as $$
/* Rejects or withdraws the offer that stands. Doing it again changes nothing. */
declare
  v_me uuid := private.me();
  v_negotiation public.negotiations := private.lock_negotiation(end_offer.conversation_id);
  v_offer public.offers;
  v_message public.messages;
begin
  select o.* into v_offer
  from public.offers o
  where o.conversation_id = end_offer.conversation_id and o.seq = end_offer.seq;
  if v_offer.status = (case action when 'reject' then 'rejected' else 'withdrawn' end)::public.negotiation_status
    and (v_offer.party = private.party_of(v_negotiation, v_me)) = (action = 'withdraw')
  then
    return v_negotiation;
  end if;
  perform private.offer_to_answer(end_offer.conversation_id, end_offer.seq);
  v_message := private.end_negotiation(v_negotiation, action, v_me, code);
  perform private.notify(
    array_remove(array[v_negotiation.buyer_id, v_negotiation.seller_id], v_me),
    'negotiation:' || v_negotiation.conversation_id || ':ended', code,
    jsonb_build_object('listing_id', v_negotiation.listing_id, 'offer', end_offer.seq),
    v_negotiation.conversation_id, v_message.seq
  );
  return private.my_negotiation(v_negotiation.conversation_id);
end;
$$;

create function private.reject_offer(conversation_id uuid, seq bigint)
returns public.negotiations
language plpgsql
security definer
set search_path = ''
as $$
begin
  return private.end_offer(reject_offer.conversation_id, reject_offer.seq, 'reject', 'offer_rejected');
end;
$$;
grant execute on function private.reject_offer to authenticated;

create function private.withdraw_offer(conversation_id uuid, seq bigint)
returns public.negotiations
language plpgsql
security definer
set search_path = ''
as $$
begin
  return private.end_offer(withdraw_offer.conversation_id, withdraw_offer.seq, 'withdraw', 'offer_withdrawn');
end;
$$;
grant execute on function private.withdraw_offer to authenticated;


create function public.make_offer(conversation_id uuid, amount_minor bigint, expires_at timestamptz default null)
returns public.offers
language plpgsql
set search_path = ''
as $$
begin
  return private.make_offer(make_offer.conversation_id, make_offer.amount_minor, make_offer.expires_at);
end;
$$;
comment on function public.make_offer is 'Makes the first offer of a negotiation: amount_minor in the smallest unit of the listing''s currency; expires_at in three days if you do not say, in thirty at most. Answer one that stands with counter_offer().';
grant execute on function public.make_offer to authenticated;

create function public.counter_offer(conversation_id uuid, seq bigint, amount_minor bigint, expires_at timestamptz default null)
returns public.offers
language plpgsql
set search_path = ''
as $$
begin
  return private.counter_offer(
    counter_offer.conversation_id, counter_offer.seq, counter_offer.amount_minor, counter_offer.expires_at
  );
end;
$$;
comment on function public.counter_offer is 'Answers the other side''s offer, named by its seq, with another amount.';
grant execute on function public.counter_offer to authenticated;

create function public.reject_offer(conversation_id uuid, seq bigint)
returns public.negotiations
language plpgsql
set search_path = ''
as $$
begin
  return private.reject_offer(reject_offer.conversation_id, reject_offer.seq);
end;
$$;
comment on function public.reject_offer is 'Rejects the other side''s offer, named by its seq. The negotiation is over.';
grant execute on function public.reject_offer to authenticated;

create function public.withdraw_offer(conversation_id uuid, seq bigint)
returns public.negotiations
language plpgsql
set search_path = ''
as $$
begin
  return private.withdraw_offer(withdraw_offer.conversation_id, withdraw_offer.seq);
end;
$$;
comment on function public.withdraw_offer is 'Takes back your own offer, named by its seq, while nobody has answered it. The negotiation is over.';
grant execute on function public.withdraw_offer to authenticated;
