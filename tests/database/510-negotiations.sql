-- Negotiations: offers go to and fro until one is accepted, or none is; each step by who may take it.

begin;
select plan(106);
select tests.create_users('sally', 'bob', 'carol', 'dave', 'mallory');

create function pg_temp.listing(title text)
returns uuid
language sql
as $$
  insert into public.listings (title, price_minor, currency, status) values (title, 12500, 'EUR', 'active') returning id
$$;
create function pg_temp.begins(name text, listing text)
returns uuid
language plpgsql
as $$
/* Somebody begins to negotiate; the id is kept under their name. */
begin
  perform tests.sign_in_as(name);
  perform tests.keep(name, (select s.id from public.start_negotiation(tests.kept(listing)::uuid) s));
  return tests.kept(name)::uuid;
end;
$$;
create function pg_temp.call(function text, negotiation text, variadic arguments bigint[] default '{}')
returns text
language sql
as $$
  select format('select public.%I(%L%s)', function, tests.kept(negotiation), (select string_agg(', ' || a, '' order by n) from unnest(arguments) with ordinality as u (a, n)));
$$;
create function pg_temp.said(negotiation text)
returns text[]
language sql
as $$
  select array_agg(concat_ws(' ', m.party, m.system ->> 'code', m.system ->> 'amount_minor') order by m.seq)
  from public.messages m
  where m.conversation_id = tests.kept(negotiation)::uuid
$$;
create function pg_temp.told()
returns text[]
language sql
as $$
  select array_agg(n.event order by n.revision) from public.notifications n
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('sally');
select tests.keep('bike', pg_temp.listing('Red bicycle'));
select tests.refused($$ select public.start_negotiation(tests.kept('bike')::uuid) $$, 400, 'own_listing', 'nobody negotiates with themselves');


-- Bob begins

select tests.sign_in_as('bob');
select tests.keep('bob', (select id from public.start_negotiation(tests.kept('bike')::uuid)));
select results_eq(
  $$ select kind::text, member_count, partner ->> 'handle', last_seq, unread from public.conversation_list where id = tests.kept('bob')::uuid $$,
  $$ values ('negotiation', 2, 'test_sally', 1::bigint, 0::bigint) $$,
  'a negotiation is a conversation of the two'
);
select is((select id from public.start_negotiation(tests.kept('bike')::uuid)), tests.kept('bob')::uuid, 'beginning again is the same one');
select results_eq(
  $$ select listing_id, buyer_id, seller_id, status::text, ended_at from public.negotiations $$,
  $$ values (tests.kept('bike')::uuid, tests.user_id('bob'), tests.user_id('sally'), 'open', null::timestamptz) $$,
  'negotiations_select allows member'
);
select is(
  (select system - 'listing_id' from public.messages where conversation_id = tests.kept('bob')::uuid and seq = 1),
  jsonb_build_object(
    'code', 'negotiation_started', 'title', 'Red bicycle', 'price_minor', 12500, 'currency', 'EUR',
    'buyer_id', tests.user_id('bob'), 'seller_id', tests.user_id('sally')
  ),
  'it begins with what it is about, and who the two are'
);
select tests.refused($$ select public.start_negotiation(gen_random_uuid()) $$, 404, 'listing_not_found', 'about nothing there is none');

select tests.refused(pg_temp.call('make_offer', 'bob', 0), 400, 'amount_invalid', 'an offer is above zero');
select tests.refused(pg_temp.call('make_offer', 'bob', 9007199254740992), 400, 'amount_invalid', 'and below what every client can count');
select tests.refused($$ select public.make_offer(tests.kept('bob')::uuid, null) $$, 400, 'amount_invalid', 'and of some amount');
select tests.refused($$ select public.make_offer(tests.kept('bob')::uuid, 1, now() - interval '1 second') $$, 400, 'expiry_invalid', 'it stands for some time');
select tests.refused($$ select public.make_offer(tests.kept('bob')::uuid, 1, now() + interval '31 days') $$, 400, 'expiry_invalid', 'but not for ever');
select tests.refused($$ select public.make_offer(tests.kept('bob')::uuid, 1, 'infinity') $$, 400, 'expiry_invalid', 'indeed not');
select results_eq(
  $$ select seq, party::text, amount_minor, currency, answers, status::text, expires_at = now() + interval '3 days' from public.make_offer(tests.kept('bob')::uuid, 9000) $$,
  $$ values (2::bigint, 'buyer', 9000::bigint, 'EUR', null::bigint, 'open', true) $$,
  'he offers 90 euros, for three days as he says nothing else'
);
select results_eq(
  $$ select seq, (select count(*) from public.offers) from public.make_offer(tests.kept('bob')::uuid, 9000) $$,
  $$ values (2::bigint, 1::bigint) $$,
  'the same call again finds it'
);
select tests.refused(pg_temp.call('make_offer', 'bob', 9500), 409, 'offer_stands', 'he cannot make a second one beside it');
select tests.refused(pg_temp.call('counter_offer', 'bob', 2, 9500), 403, 'not_your_turn', 'nor counter his own');
select tests.refused(pg_temp.call('accept_offer', 'bob', 2), 403, 'not_your_turn', 'nor accept it');
select tests.refused(pg_temp.call('reject_offer', 'bob', 2), 403, 'not_your_turn', 'nor reject it');
select tests.refused(pg_temp.call('counter_offer', 'bob', 1, 9500), 404, 'offer_not_found', 'what is no offer is not answered');
select is(pg_temp.told(), null, 'he is not told of what he does himself');


-- Sally answers

select tests.sign_in_as('sally');
select is(pg_temp.told(), array['negotiation_started', 'offer_made'], 'she is told of both');
select results_eq(
  $$ select args - 'expires_at', conversation_id, seq, actor_id from public.notifications where event = 'offer_made' $$,
  $$ values (jsonb_build_object('listing_id', tests.kept('bike'), 'amount_minor', 9000, 'currency', 'EUR'), tests.kept('bob')::uuid, 2::bigint, tests.user_id('bob')) $$,
  'with what it is about'
);
select tests.refused(pg_temp.call('withdraw_offer', 'bob', 2), 403, 'not_your_turn', 'she cannot take back his offer');
select tests.refused(pg_temp.call('make_offer', 'bob', 12000), 409, 'offer_stands', 'nor make one beside it');
select results_eq(
  $$ select seq, party::text, amount_minor, answers from public.counter_offer(tests.kept('bob')::uuid, 2, 12000, now() + interval '1 hour') $$,
  $$ values (3::bigint, 'seller', 12000::bigint, 2::bigint) $$,
  'she counters with 120'
);
select is((public.counter_offer(tests.kept('bob')::uuid, 2, 12000)).seq, 3::bigint, 'the same call again finds it');
select results_eq(
  $$ select seq, status::text, ended_at is null from public.offers order by seq $$,
  $$ values (2::bigint, 'countered', false), (3::bigint, 'open', true) $$,
  'offers_select allows member; one stands at a time'
);
select is((select status::text from public.negotiations), 'countered', 'the negotiation is countered');
select tests.refused(pg_temp.call('accept_offer', 'bob', 2), 409, 'offer_not_standing', 'his first offer cannot be accepted any more');

select tests.sign_in_as('bob');
select tests.refused(pg_temp.call('withdraw_offer', 'bob', 2), 409, 'offer_not_standing', 'nor withdrawn');
select is((public.counter_offer(tests.kept('bob')::uuid, 3, 10500)).seq, 4::bigint, 'he counters in turn');
select is((public.send_message(tests.kept('bob')::uuid, null, 'I can come today')).party::text, 'buyer', 'and says something, as the buyer');
select is(pg_temp.told(), array['offer_countered'], 'he has been told of hers');


-- Nobody else

select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.negotiations $$, 'negotiations_select denies stranger');
select is_empty($$ select 1 from public.offers $$, 'offers_select denies stranger');
select tests.refused(pg_temp.call('make_offer', 'bob', 9000), 403, 'not_a_member', 'a stranger makes no offer');
select tests.refused(pg_temp.call('counter_offer', 'bob', 4, 9000), 403, 'not_a_member', 'counters none');
select tests.refused(pg_temp.call('accept_offer', 'bob', 4), 403, 'not_a_member', 'accepts none');
select tests.refused(pg_temp.call('reject_offer', 'bob', 4), 403, 'not_a_member', 'rejects none');
select tests.refused(pg_temp.call('withdraw_offer', 'bob', 4), 403, 'not_a_member', 'withdraws none');
select tests.refused($$ select public.accept_offer(gen_random_uuid(), 4) $$, 404, 'conversation_not_found', 'nor where there is nothing');
select throws_ok($$ insert into public.offers (conversation_id, seq, party, amount_minor, currency, expires_at) values (tests.kept('bob')::uuid, 9, 'buyer', 1, 'EUR', now()) $$, '42501', null, 'the tables are read-only');
select throws_ok($$ update public.negotiations set status = 'accepted' $$, '42501', null, 'for everybody');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.negotiations $$, '42501', null, 'negotiations_select denies anon');
select throws_ok($$ select * from public.offers $$, '42501', null, 'offers_select denies anon');
select throws_ok($$ select * from public.negotiation_steps $$, '42501', null, 'negotiation_steps_select denies anon');
select throws_ok($$ select public.start_negotiation(tests.kept('bike')::uuid) $$, '42501', null, 'who is not signed in negotiates nothing');


-- Accepting ends all others

select pg_temp.begins('carol', 'bike');
select public.make_offer(tests.kept('carol')::uuid, 11000);
select pg_temp.begins('dave', 'bike');
select tests.refused(pg_temp.call('reject_offer', 'dave', 1), 404, 'offer_not_found', 'an empty table has nothing to reject');
select tests.sign_in_as('sally');
select tests.keep('deal', (public.accept_offer(tests.kept('bob')::uuid, 4)).id);
select results_eq(
  $$ select conversation_id, seq, listing_id, buyer_id, seller_id, amount_minor, currency, status::text from public.deals $$,
  $$ values (tests.kept('bob')::uuid, 4::bigint, tests.kept('bike')::uuid, tests.user_id('bob'), tests.user_id('sally'), 10500::bigint, 'EUR', 'created') $$,
  'Sally accepts: there is a deal of what was offered'
);
select is((public.accept_offer(tests.kept('bob')::uuid, 4)).id::text, tests.kept('deal'), 'accepting again finds the same deal');
select is((select status::text from public.listings where id = tests.kept('bike')::uuid), 'sold', 'the listing is closed');
select results_eq(
  $$ select conversation_id, status::text, ended_at is not null from public.negotiations order by conversation_id = tests.kept('bob')::uuid desc, conversation_id = tests.kept('carol')::uuid desc $$,
  $$ values (tests.kept('bob')::uuid, 'accepted', true), (tests.kept('carol')::uuid, 'rejected', true), (tests.kept('dave')::uuid, 'rejected', true) $$,
  'the other negotiations are over'
);
select is((select status::text from public.offers where conversation_id = tests.kept('carol')::uuid), 'rejected', 'and the offers in them refused');
select is(
  pg_temp.said('bob'),
  array['buyer negotiation_started', 'buyer offer_made 9000', 'seller offer_countered 12000', 'buyer offer_countered 10500', 'buyer', 'seller offer_accepted'],
  'all of it stands in the conversation'
);
select is(pg_temp.said('carol'), array['buyer negotiation_started', 'buyer offer_made 11000', 'negotiation_closed'], 'in the others, that it is over');
select is(
  (select system from public.messages where conversation_id = tests.kept('carol')::uuid and seq = 3),
  '{"code": "negotiation_closed", "reason": "listing_sold", "offer": 2}', 'and why'
);
select is((select sender_id from public.messages where conversation_id = tests.kept('carol')::uuid and seq = 3), null, 'but not by whom');
select tests.refused(pg_temp.call('accept_offer', 'carol', 2), 409, 'listing_closed', 'she cannot sell it twice');
select tests.refused(pg_temp.call('counter_offer', 'carol', 2, 12000), 409, 'offer_not_standing', 'nor go on with Carol');
select tests.refused(pg_temp.call('make_offer', 'bob', 1), 409, 'negotiation_over', 'nor with Bob');

select tests.sign_in_as('bob');
select is(pg_temp.told(), array['offer_countered', 'deal_created', 'offer_accepted'], 'Bob is told that it is his');
select tests.refused(pg_temp.call('withdraw_offer', 'bob', 4), 409, 'offer_not_standing', 'he cannot take it back');
select tests.refused(pg_temp.call('accept_offer', 'bob', 4), 409, 'listing_closed', 'nor accept what he offered himself');
select isnt((public.send_message(tests.kept('bob')::uuid, null, 'See you at five')).seq, null, 'they go on talking');
select tests.sign_in_as('carol');
select is(pg_temp.told(), array['negotiation_closed'], 'Carol is told that it is not hers');
select tests.refused($$ select public.start_negotiation(tests.kept('bike')::uuid) $$, 409, 'listing_closed', 'nobody begins anew about what is sold');
select tests.sign_in_as('dave');
select is(pg_temp.told(), array['negotiation_closed'], 'Dave, who had not offered anything yet, as well');


-- Rejecting and withdrawing

select tests.sign_in_as('sally');
select tests.keep('lamp', pg_temp.listing('Floor lamp'));
select pg_temp.begins('bob', 'lamp');
select public.make_offer(tests.kept('bob')::uuid, 100);
select tests.sign_in_as('sally');
select is((public.reject_offer(tests.kept('bob')::uuid, 2)).status::text, 'rejected', 'Sally rejects');
select is((public.reject_offer(tests.kept('bob')::uuid, 2)).status::text, 'rejected', 'again changes nothing');
select is(pg_temp.said('bob'), array['buyer negotiation_started', 'buyer offer_made 100', 'seller offer_rejected'], 'and is said once');
select tests.sign_in_as('bob');
select is((pg_temp.told())[4:], array['offer_rejected'], 'he is told');
select tests.refused(pg_temp.call('make_offer', 'bob', 200), 409, 'negotiation_over', 'this one is over');
select tests.keep('bob_again', (select id from public.start_negotiation(tests.kept('lamp')::uuid)));
select isnt(tests.kept('bob_again'), tests.kept('bob'), 'but he begins another');
select public.make_offer(tests.kept('bob_again')::uuid, 5000);
select is((public.withdraw_offer(tests.kept('bob_again')::uuid, 2)).status::text, 'withdrawn', 'and withdraws it');
select is((public.withdraw_offer(tests.kept('bob_again')::uuid, 2)).status::text, 'withdrawn', 'again changes nothing');
select tests.sign_in_as('sally');
select tests.refused(pg_temp.call('accept_offer', 'bob_again', 2), 409, 'offer_not_standing', 'what was withdrawn cannot be accepted');
select is((pg_temp.told())[array_length(pg_temp.told(), 1)], 'offer_withdrawn', 'she is told');


-- Time passes

select pg_temp.begins('carol', 'lamp');
select public.make_offer(tests.kept('carol')::uuid, 8000, now() + interval '1 hour');
select tests.sign_out();
select is(private.expire_due_offer(), false, 'nothing is due yet');
update public.offers set expires_at = now() - interval '1 second' where conversation_id = tests.kept('carol')::uuid;
select tests.sign_in_as('sally');
select tests.refused(pg_temp.call('accept_offer', 'carol', 2), 409, 'offer_expired', 'an offer that has run out is refused at once');
select tests.refused(pg_temp.call('counter_offer', 'carol', 2, 9000), 409, 'offer_expired', 'to counter as well');
select tests.sign_out();
select is(private.expire_due_offer(), true, 'the sweep ends it');
select is(private.expire_due_offer(), false, 'once');
select tests.sign_in_as('carol');
select results_eq(
  $$ select n.status::text, o.status::text from public.negotiations n join public.offers o using (conversation_id) where conversation_id = tests.kept('carol')::uuid $$,
  $$ values ('expired', 'expired') $$,
  'the negotiation has expired with its offer'
);
select is((pg_temp.told())[2:], array['offer_expired'], 'both are told');
select tests.refused(pg_temp.call('withdraw_offer', 'carol', 2), 409, 'offer_expired', 'that is final');
select pg_temp.begins('carol', 'lamp');
select public.make_offer(tests.kept('carol')::uuid, 8100);
select tests.keep('carol_before', tests.kept('carol'));
select tests.sign_out();
update public.offers set expires_at = now() - interval '1 second' where conversation_id = tests.kept('carol')::uuid;
select isnt(pg_temp.begins('carol', 'lamp')::text, tests.kept('carol_before'), 'beginning anew does not wait for the sweep');
select tests.sign_out();
select is(
  (select count(*) from cron.job where jobname = 'expire-offers' and schedule = '* * * * *' and active), 1::bigint,
  'the sweep runs every minute'
);


-- The listing goes

select public.make_offer(tests.kept('carol')::uuid, 8200) from tests.sign_in_as('carol');
select tests.sign_in_as('sally');
select public.set_listing_status(tests.kept('lamp')::uuid, 'reserved');
select tests.refused($$ select public.start_negotiation(tests.kept('lamp')::uuid) from tests.sign_in_as('dave') $$, 409, 'listing_closed', 'nobody begins about what is held back');
select tests.sign_in_as('sally');
select is((public.counter_offer(tests.kept('carol')::uuid, 2, 9000)).seq, 3::bigint, 'what goes on goes on');
select public.set_listing_status(tests.kept('lamp')::uuid, 'withdrawn');
select is((select status::text from public.negotiations where conversation_id = tests.kept('carol')::uuid), 'rejected', 'until it is withdrawn');
select is(
  (select system ->> 'reason' from public.messages where conversation_id = tests.kept('carol')::uuid order by seq desc limit 1),
  'listing_withdrawn', 'which is said'
);


-- Blocked

select tests.sign_in_as('sally');
select tests.keep('sofa', pg_temp.listing('Sofa')), tests.keep('stove', pg_temp.listing('Stove'));
select pg_temp.begins('dave', 'sofa');
select public.make_offer(tests.kept('dave')::uuid, 1000);
select tests.sign_in_as('sally');
select public.block_user(tests.user_id('dave'));
select tests.refused(pg_temp.call('counter_offer', 'dave', 2, 2000), 403, 'you_blocked', 'who has blocked the other offers nothing');
select is((public.reject_offer(tests.kept('dave')::uuid, 2)).status::text, 'rejected', 'but ends what was on the table');
select tests.sign_in_as('dave');
select tests.refused($$ select public.start_negotiation(tests.kept('stove')::uuid) $$, 409, 'listing_closed', 'who is blocked begins nothing, and is not told why');
select tests.refused($$ select public.start_listing_conversation(tests.kept('stove')::uuid) $$, 409, 'listing_closed', 'nor asks about it');
select public.block_user(tests.user_id('sally'));
select tests.refused($$ select public.start_negotiation(tests.kept('stove')::uuid) $$, 403, 'you_blocked', 'who blocks knows');
select tests.refused($$ select public.start_listing_conversation(tests.kept('stove')::uuid) $$, 403, 'you_blocked', 'here as well');


-- Withheld or suspended by a moderator

select tests.sign_in_as('mallory');
select tests.keep('talk', (select id from public.start_negotiation(tests.kept('sofa')::uuid)));
select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('mallory');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.call('make_offer', 'talk', 2000), 409, 'listing_closed', 'offers that nobody would be shown are not made');
select is((public.send_message(tests.kept('talk')::uuid, null, 'Hello?')).hash, null, 'what is withheld is not in the chain');
select tests.sign_in_as('sally');
insert into public.messages (conversation_id, content) values (tests.kept('talk')::uuid, 'Anybody there?');
select results_eq(
  $$ select is_whole, checked, head_seq from public.verify_conversation(tests.kept('talk')::uuid) $$,
  $$ values (true, 2::bigint, 3::bigint) $$,
  'which is whole without it'
);
select tests.sign_out();
update private.senders set is_withheld = false, suspended_until = now() + interval '1 hour' where user_id = tests.user_id('mallory');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.call('make_offer', 'talk', 2000), 403, 'suspended', 'who is suspended makes none');
select tests.refused($$ select pg_temp.listing('Anything') $$, 403, 'suspended', 'and puts nothing up');


-- Who is not in it any more: the two stay, so this is played

select tests.sign_in_as('dave');
select isnt_empty($$ select 1 from public.offers where conversation_id = tests.kept('dave')::uuid $$, 'as long as he is in it, he sees its offers');
select tests.sign_out();
update public.members set left_at = now() where conversation_id = tests.kept('dave')::uuid and user_id = tests.user_id('dave');
select tests.sign_in_as('dave');
select is_empty($$ select 1 from public.negotiations where conversation_id = tests.kept('dave')::uuid $$, 'negotiations_select denies ex-member');
select is_empty($$ select 1 from public.offers where conversation_id = tests.kept('dave')::uuid $$, 'offers_select denies ex-member');


-- The machine

select set_eq(
  $$ select from_status || ': ' || action || ' by ' || actor || ' > ' || to_status from public.negotiation_steps $$,
  array[
    'open: make by either > open', 'open: counter by answerer > countered', 'countered: counter by answerer > countered',
    'open: accept by answerer > accepted', 'countered: accept by answerer > accepted',
    'open: reject by answerer > rejected', 'countered: reject by answerer > rejected',
    'open: withdraw by offerer > withdrawn', 'countered: withdraw by offerer > withdrawn',
    'open: expire by time > expired', 'countered: expire by time > expired',
    'open: close by listing > rejected', 'countered: close by listing > rejected',
    'open: leave by either > withdrawn', 'countered: leave by either > withdrawn'
  ],
  'negotiation_steps_select allows member; the machine is this'
);

select finish();
rollback;
