-- Deals: paid and completed by who has received something, or cancelled; each step is told to the other side.

begin;
select plan(46);
select tests.create_users('sally', 'bob', 'carol', 'mallory');

create function pg_temp.deal(title text)
returns uuid
language plpgsql
as $$
/* Bob buys something of Sally's. */
declare
  v_listing uuid;
  v_conversation uuid;
begin
  perform tests.sign_in_as('sally');
  insert into public.listings (title, price_minor, currency, status) values (title, 5000, 'EUR', 'active') returning id into v_listing;
  perform tests.sign_in_as('bob');
  v_conversation := (select s.id from public.start_negotiation(v_listing) s);
  perform public.make_offer(v_conversation, 4500);
  perform tests.sign_in_as('sally');
  return (public.accept_offer(v_conversation, 2)).id;
end;
$$;
create function pg_temp.call(function text)
returns text
language sql
as $$
  select format('select public.%I(%L)', function, tests.kept('deal'))
$$;
create function pg_temp.listing_status()
returns text
language sql
as $$
  select l.status::text from public.listings l join public.deals d on d.listing_id = l.id where d.id = tests.kept('deal')::uuid
$$;
create function pg_temp.told()
returns text[]
language sql
as $$
  select array_agg(n.event order by n.revision) from public.notifications n where n.event like 'deal%'
$$;
grant execute on all functions in schema pg_temp to anon, authenticated, service_role;


-- Paid by the seller's word, completed by the buyer's

select tests.keep('deal', pg_temp.deal('Lamp'));
select tests.sign_in_as('bob');
select isnt_empty($$ select 1 from public.deals $$, 'deals_select allows member: the buyer');
select tests.refused(pg_temp.call('mark_deal_paid'), 403, 'deal_not_yours_to_move', 'the buyer does not say that it is paid');
select tests.refused(pg_temp.call('complete_deal'), 409, 'deal_step_invalid', 'nor has anything arrived yet');
select tests.sign_in_as('sally');
select isnt_empty($$ select 1 from public.deals $$, 'deals_select allows member: the seller');
select results_eq(
  format('select status::text, paid_at = now() from public.mark_deal_paid(%L)', tests.kept('deal')),
  $$ values ('paid', true) $$,
  'the seller has the money'
);
select is((public.mark_deal_paid(tests.kept('deal')::uuid)).status::text, 'paid', 'again changes nothing');
select tests.refused(pg_temp.call('complete_deal'), 403, 'deal_not_yours_to_move', 'the seller does not say that it has arrived');
select tests.sign_in_as('bob');
select is(pg_temp.told(), array['deal_created', 'deal_paid'], 'the buyer is told of each');
select tests.refused(pg_temp.call('cancel_deal'), 403, 'deal_not_yours_to_move', 'what is paid only the seller cancels');
select is((public.complete_deal(tests.kept('deal')::uuid)).status::text, 'completed', 'it has arrived');
select tests.sign_in_as('sally');
select is(pg_temp.told(), array['deal_completed'], 'the seller is told');
select tests.refused(pg_temp.call('cancel_deal'), 409, 'deal_step_invalid', 'what is completed is not cancelled');
select is(pg_temp.listing_status(), 'sold', 'the listing stays sold');
select is(
  (
    select array_agg(concat_ws(' ', m.party, m.system ->> 'code') order by m.seq)
    from public.messages m join public.deals d using (conversation_id)
    where d.id = tests.kept('deal')::uuid and m.system ->> 'code' like 'deal%'
  ),
  array['seller deal_paid', 'buyer deal_completed'],
  'the negotiation tells both'
);
select results_eq(
  $$ select args ->> 'deal_id', (args ->> 'amount_minor')::int, conversation_id is not null, actor_id from public.notifications where event = 'deal_completed' $$,
  $$ values (tests.kept('deal'), 4500, true, tests.user_id('bob')) $$,
  'a notification says what it is about'
);


-- Strangers

select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.deals $$, 'deals_select denies stranger');
select tests.refused(pg_temp.call('mark_deal_paid'), 404, 'deal_not_found', 'a stranger pays nothing');
select tests.refused(pg_temp.call('complete_deal'), 404, 'deal_not_found', 'completes nothing');
select tests.refused(pg_temp.call('cancel_deal'), 404, 'deal_not_found', 'cancels nothing');
select throws_ok($$ update public.deals set status = 'paid' $$, '42501', null, 'the table is read-only');
select throws_ok($$ insert into public.deals (conversation_id, seq, listing_id, amount_minor, currency) values (gen_random_uuid(), 1, gen_random_uuid(), 1, 'EUR') $$, '42501', null, 'for everybody');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.deals $$, '42501', null, 'deals_select denies anon');
select throws_ok($$ select * from public.deal_steps $$, '42501', null, 'deal_steps_select denies anon');
select throws_ok(pg_temp.call('cancel_deal'), '42501', null, 'who is not signed in moves nothing');
select set_config('request.jwt.claims', '{"role": "authenticated"}', true), set_config('role', 'authenticated', true);
select tests.refused(pg_temp.call('cancel_deal'), 401, 'not_signed_in', 'nor does a token without a person');


-- Cancelled: the listing is on the market again

select tests.keep('deal', pg_temp.deal('Chair'));
select is(pg_temp.listing_status(), 'sold', 'a listing is sold');
select tests.sign_in_as('bob');
select is((public.cancel_deal(tests.kept('deal')::uuid)).status::text, 'cancelled', 'until it is paid, the buyer cancels');
select is(pg_temp.listing_status(), 'active', 'it is on the market again');
select tests.refused(pg_temp.call('mark_deal_paid'), 409, 'deal_step_invalid', 'what is cancelled is not paid');
select isnt((select s.id from public.start_negotiation((select d.listing_id from public.deals d where d.id = tests.kept('deal')::uuid)) s), null, 'and negotiated anew');
select is((public.cancel_deal(tests.kept('deal')::uuid)).status::text, 'cancelled', 'cancelling again changes nothing');
select is(pg_temp.listing_status(), 'active', 'nor does it touch the listing');
select tests.sign_in_as('sally');
select is((pg_temp.told())[2:], array['deal_cancelled'], 'the seller is told');


-- The server, for a payment provider

select tests.keep('deal', pg_temp.deal('Desk'));
select tests.sign_in_as_service();
select is((public.mark_deal_paid(tests.kept('deal')::uuid)).status::text, 'paid', 'it says that the money is there');
select tests.refused($$ select public.cancel_deal(gen_random_uuid()) $$, 404, 'deal_not_found', 'of a deal that there is');
select tests.sign_in_as('sally');
select is((pg_temp.told())[3:], array['deal_paid'], 'which the seller is told');
select tests.sign_in_as('bob');
select is((pg_temp.told())[array_length(pg_temp.told(), 1)], 'deal_paid', 'and the buyer');
select results_eq(
  $$ select m.sender_id, m.party::text from public.messages m join public.deals d using (conversation_id) where d.id = tests.kept('deal')::uuid and m.system ->> 'code' = 'deal_paid' $$,
  $$ values (null::uuid, null) $$,
  'as nobody''s doing'
);
select tests.sign_in_as('sally');
select is((public.cancel_deal(tests.kept('deal')::uuid)).status::text, 'cancelled', 'the seller cancels, and gives it back');


-- An account is deleted

select tests.keep('deal', pg_temp.deal('Shelf'));
select tests.sign_in_as('sally');
insert into public.listings (id, title, price_minor, currency, status) values ('0199aaaa-0000-7000-8000-00000000beef', 'Mirror', 5000, 'EUR', 'active');
select tests.sign_in_as('carol');
select tests.keep('mirror', (select id from public.start_negotiation('0199aaaa-0000-7000-8000-00000000beef')));
select public.make_offer(tests.kept('mirror')::uuid, 4000);
select tests.sign_out();
delete from auth.users where id = tests.user_id('sally');
select results_eq(
  format('select status::text, seller_id from public.deals where id = %L', tests.kept('deal')),
  $$ values ('cancelled', null::uuid) $$,
  'a deal that was not paid is cancelled with it'
);
select is_empty($$ select 1 from public.listings where status in ('draft', 'active', 'reserved') and seller_id is null $$, 'nothing of it is left on the market');
select tests.sign_in_as('carol');
select results_eq(
  $$ select n.status::text, o.status::text, n.seller_id from public.negotiations n join public.offers o using (conversation_id) $$,
  $$ values ('withdrawn', 'withdrawn', null::uuid) $$,
  'a negotiation is over'
);
select is((select event from public.notifications), 'negotiation_closed', 'the other side is told');
select results_eq(
  $$ select is_whole, checked from public.verify_conversation(tests.kept('mirror')::uuid) $$,
  $$ values (true, 4::bigint) $$,
  'and the chain is whole, though it has lost a sender'
);
select is(
  (select array_agg(concat_ws(' ', m.party, m.system ->> 'code') order by m.seq) from public.messages m where m.conversation_id = tests.kept('mirror')::uuid),
  array['buyer negotiation_started', 'buyer offer_made', 'seller negotiation_closed', 'seller member_left'],
  'which still says which side said what'
);

select set_eq(
  $$ select from_status || ' > ' || to_status || ' by ' || actor from public.deal_steps $$,
  array[
    'created > paid by seller', 'created > paid by service', 'paid > completed by buyer', 'paid > completed by service',
    'created > cancelled by buyer', 'created > cancelled by seller', 'created > cancelled by service',
    'paid > cancelled by seller', 'paid > cancelled by service'
  ],
  'deal_steps_select allows member; the machine is this'
);

select finish();
rollback;
