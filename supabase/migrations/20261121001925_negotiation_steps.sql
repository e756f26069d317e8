-- How a negotiation moves: under the lock of its conversation, by a row of negotiation_steps, saying so among its messages.

create function private.my_negotiation(conversation_id uuid)
returns public.negotiations
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_negotiation public.negotiations;
begin
  perform private.actor_role(my_negotiation.conversation_id, private.me());
  select n.* into v_negotiation from public.negotiations n where n.conversation_id = my_negotiation.conversation_id;
  if not found then
    perform private.refuse('negotiation_not_found');
  end if;
  return v_negotiation;
end;
$$;
comment on function private.my_negotiation is 'A negotiation of the caller, or a refusal: not_a_member, conversation_not_found, negotiation_not_found.';


create function private.lock_negotiation(conversation_id uuid)
returns public.negotiations
language plpgsql
security definer
set search_path = ''
as $$
/* Looked at before, so that a stranger cannot hold the lock, and again under it. */
begin
  perform private.my_negotiation(lock_negotiation.conversation_id);
  perform private.lock_conversation(lock_negotiation.conversation_id);
  return private.my_negotiation(lock_negotiation.conversation_id);
end;
$$;
comment on function private.lock_negotiation is 'Locks a negotiation of the caller, with its offers, to look before moving it.';


create function private.party_of(negotiation public.negotiations, user_id uuid)
returns public.trade_party
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case user_id when negotiation.buyer_id then 'buyer' when negotiation.seller_id then 'seller' end;
end;
$$;


create function private.standing_offer(conversation_id uuid)
returns public.offers
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_offer public.offers;
begin
  select o.* into v_offer
  from public.offers o
  where o.conversation_id = standing_offer.conversation_id and o.status = 'open';
  return v_offer;
end;
$$;
comment on function private.standing_offer is 'The offer on the table, or null.';


create function private.offer_to_answer(conversation_id uuid, seq bigint)
returns public.offers
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The clock of the statement: whoever has waited for the lock must not answer an offer that ran out meanwhile. */
declare
  v_offer public.offers;
begin
  select o.* into v_offer
  from public.offers o
  where o.conversation_id = offer_to_answer.conversation_id and o.seq = offer_to_answer.seq;
  if not found then
    perform private.refuse('offer_not_found');
  elsif v_offer.status = 'expired' or (v_offer.status = 'open' and v_offer.expires_at <= clock_timestamp()) then
    perform private.refuse('offer_expired', format('It stood until %s.', v_offer.expires_at));
  elsif v_offer.status <> 'open' then
    perform private.refuse('offer_not_standing', format('It is %s.', v_offer.status));
  end if;
  return v_offer;
end;
$$;
comment on function private.offer_to_answer is 'This offer, if it stands, or a refusal: offer_not_found, offer_not_standing, offer_expired.';


create function private.next_status(
  negotiation public.negotiations, action public.negotiation_action, offer public.offers, party public.trade_party
)
returns public.negotiation_status
language plpgsql
stable
security definer
set search_path = ''
as $$
/* `party` is null for what neither of the two does. */
declare
  v_step public.negotiation_steps;
begin
  select s.* into v_step
  from public.negotiation_steps s
  where s.from_status = negotiation.status and s.action = next_status.action;
  if not found then
    perform private.refuse('negotiation_over', format('It is %s.', negotiation.status));
  end if;
  if (v_step.actor = 'offerer' and party is distinct from offer.party)
    or (v_step.actor = 'answerer' and party is not distinct from offer.party)
  then
    perform private.refuse('not_your_turn', format('To %s it is for the %s.', action, case v_step.actor when 'offerer' then 'one who made it' else 'other side' end));
  end if;
  return v_step.to_status;
end;
$$;
comment on function private.next_status is 'What becomes of a negotiation by an action, or a refusal: negotiation_over, not_your_turn.';


create function private.end_negotiation(
  negotiation public.negotiations, action public.negotiation_action, actor_id uuid, code text, args jsonb default '{}'
)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* For the steps that end it: the offer on the table ends in the same way. */
declare
  v_offer public.offers := private.standing_offer(negotiation.conversation_id);
  v_status public.negotiation_status :=
    private.next_status(negotiation, action, v_offer, private.party_of(negotiation, actor_id));
begin
  update public.offers o
  set status = v_status, ended_at = now()
  where o.conversation_id = v_offer.conversation_id and o.seq = v_offer.seq;
  update public.negotiations n
  set status = v_status, ended_at = now()
  where n.conversation_id = negotiation.conversation_id;
  return private.post_system(
    negotiation.conversation_id, code,
    args || jsonb_strip_nulls(jsonb_build_object('offer', v_offer.seq)),
    actor_id
  );
end;
$$;
comment on function private.end_negotiation is 'Ends a locked negotiation, with the offer on the table, and says so in it.';


create function private.demand_welcome(user_id uuid, other_id uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Who is blocked, or withheld by a moderator, is told no more than that it is not possible: the words are those of a listing
   that is closed. */
begin
  if exists (select from private.senders s where s.user_id = demand_welcome.user_id and s.is_withheld) then
    perform private.refuse('listing_closed');
  end if;
  if private.has_blocked(demand_welcome.user_id, other_id) then
    perform private.refuse('you_blocked');
  end if;
  if private.has_blocked(other_id, demand_welcome.user_id) then
    perform private.refuse('listing_closed');
  end if;
end;
$$;
comment on function private.demand_welcome is 'Returns if somebody may make offers to another, else refuses: you_blocked, or listing_closed.';
