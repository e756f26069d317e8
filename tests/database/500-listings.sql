-- Listings: who sees which, who changes them, how their status moves, and finding them by words.

begin;
select plan(69);
select tests.create_users('sally', 'bob', 'carol', 'mallory');

create function pg_temp.listing(title text, status text default 'active')
returns uuid
language sql
as $$
  insert into public.listings (title, description, price_minor, currency, status)
  values (title, 'As good as new', 12500, 'EUR', status::public.listing_status)
  returning id
$$;
create function pg_temp.status_of(name text)
returns text
language sql
as $$
  select status::text from public.listings where id = tests.kept(name)::uuid
$$;
create function pg_temp.move(name text, status text)
returns text
language sql
as $$
  select format('select public.set_listing_status(%L, %L)', tests.kept(name), status)
$$;
grant execute on all functions in schema pg_temp to anon, authenticated, service_role;


-- Sally sells

select tests.sign_in_as('sally');
select tests.keep('bike', pg_temp.listing('Red bicycle'));
select results_eq(
  $$ select seller_id, status::text, price_minor, currency, pictures, created_at = now() from public.listings where id = tests.kept('bike')::uuid $$,
  $$ values (tests.user_id('sally'), 'active', 12500::bigint, 'EUR', '{}'::text[], true) $$,
  'listings_insert allows a seller to publish at once; what she inserts is hers'
);
select tests.keep('lamp', pg_temp.listing('Floor lamp', 'draft'));
select is(pg_temp.status_of('lamp'), 'draft', 'or to begin with a draft');
select is((insert_default.status)::text, 'draft', 'which is what it is if she does not say')
from (select l.status from public.listings l where l.id = pg_temp.listing('x', 'draft')) insert_default;
select throws_ok($$ select pg_temp.listing('Sold at once', 'sold') $$, '42501', null, 'listings_insert denies member a listing that is sold from the start');
select throws_ok($$ insert into public.listings (title, price_minor, currency, seller_id) values ('x', 1, 'EUR', tests.user_id('bob')) $$, '42501', null, 'listings_insert denies stranger: nobody sells in the name of another');
select throws_ok($$ select pg_temp.listing('   ') $$, '23514', null, 'a title can be seen');
select throws_ok($$ insert into public.listings (title, price_minor, currency) values ('x', -1, 'EUR') $$, '23514', null, 'a price is not negative');
select throws_ok($$ insert into public.listings (title, price_minor, currency) values ('x', 9007199254740992, 'EUR') $$, '23514', null, 'nor more than every client can count');
select throws_ok($$ insert into public.listings (title, price_minor, currency) values ('x', 1, 'euro') $$, '23514', null, 'a currency has its three letters');
select lives_ok($$ insert into public.listings (title, price_minor, currency) values ('Free to a good home', 0, 'JPY') $$, 'nothing may be asked');

select isnt_empty(
  $$ update public.listings set price_minor = 11000, title = 'Red bicycle, 28"' where id = tests.kept('bike')::uuid returning 1 $$,
  'listings_update allows the seller to change text and price'
);
select throws_ok($$ update public.listings set status = 'sold' where id = tests.kept('bike')::uuid $$, '42501', null, 'the status moves by its function only');
select throws_ok($$ update public.listings set seller_id = tests.user_id('bob') where id = tests.kept('bike')::uuid $$, '42501', null, 'the seller does not change');
select throws_ok($$ delete from public.listings where id = tests.kept('bike')::uuid $$, '42501', null, 'a listing is withdrawn, not deleted');
select tests.refused($$ update public.listings set currency = 'USD' where id = tests.kept('bike')::uuid $$, 409, 'currency_fixed', 'what is published keeps its currency');
select lives_ok($$ update public.listings set currency = 'USD' where id = tests.kept('lamp')::uuid $$, 'a draft does not');


-- Her pictures. The Storage API is what deletes files' rows; here it is played.

select set_config('storage.allow_delete_query', 'true', true);
select is(public, true, 'the bucket of pictures is public') from storage.buckets where id = 'listings';
select lives_ok(
  $$ insert into storage.objects (bucket_id, name, owner_id) values ('listings', tests.kept('bike') || '/front.jpg', tests.user_id('sally')) $$,
  'listing_pictures_insert allows the seller to upload into the listing''s folder'
);
select isnt_empty(
  $$ select 1 from storage.objects where bucket_id = 'listings' and name = tests.kept('bike') || '/front.jpg' $$,
  'listing_pictures_select allows the seller to list them'
);
select lives_ok(
  $$ update public.listings set pictures = array[tests.kept('bike') || '/front.jpg'] where id = tests.kept('bike')::uuid $$,
  'and the listing names it'
);
select tests.refused(
  $$ update public.listings set pictures = array[tests.kept('bike') || '/back.jpg'] where id = tests.kept('bike')::uuid $$,
  400, 'picture_not_found', 'one that was not uploaded is no picture'
);
select tests.refused(
  $$ update public.listings set pictures = array[tests.kept('bike') || '/front.jpg'] where id = tests.kept('lamp')::uuid $$,
  400, 'picture_not_found', 'nor one of another listing'
);
select throws_ok(
  $$ insert into storage.objects (bucket_id, name) values ('listings', 'front.jpg') $$,
  '42501', null, 'what lies in no folder is nobody''s'
);


-- Bob buys

select tests.sign_in_as('bob');
select isnt_empty($$ select 1 from public.listings where id = tests.kept('bike')::uuid $$, 'listings_select allows a buyer to see what is on the market');
select is_empty($$ select 1 from public.listings where id = tests.kept('lamp')::uuid $$, 'listings_select denies stranger a draft');
select is_empty($$ update public.listings set price_minor = 1 where id = tests.kept('bike')::uuid returning 1 $$, 'listings_update denies stranger');
select throws_ok(
  $$ insert into storage.objects (bucket_id, name) values ('listings', tests.kept('bike') || '/mine.jpg') $$,
  '42501', null, 'listing_pictures_insert denies stranger'
);
select is_empty($$ select 1 from storage.objects where bucket_id = 'listings' $$, 'listing_pictures_select denies stranger');
select is_empty(
  $$ delete from storage.objects where bucket_id = 'listings' and name = tests.kept('bike') || '/front.jpg' returning 1 $$,
  'listing_pictures_delete denies stranger'
);
select tests.refused(pg_temp.move('bike', 'withdrawn'), 403, 'listing_not_yours', 'he cannot withdraw it');
select tests.refused(pg_temp.move('lamp', 'active'), 404, 'listing_not_found', 'nor publish what he does not see');
select tests.refused($$ select public.start_listing_conversation(tests.kept('lamp')::uuid) $$, 404, 'listing_not_found', 'nor ask about it');
select tests.keep('chat', (select id from public.start_listing_conversation(tests.kept('bike')::uuid)));
select results_eq(
  $$ select kind::text, listing_id, buyer_id, member_count, role::text, partner ->> 'handle' from public.conversation_list where id = tests.kept('chat')::uuid $$,
  $$ values ('listing', tests.kept('bike')::uuid, tests.user_id('bob'), 2, 'member', 'test_sally') $$,
  'he asks about the bicycle'
);
select is((select id from public.start_listing_conversation(tests.kept('bike')::uuid)), tests.kept('chat')::uuid, 'asking again is the same conversation');
select is((public.send_message(tests.kept('chat')::uuid, null, repeat('a', 4096))).seq, 1::bigint, '4,096 bytes are a message');
select tests.refused($$ select public.send_message(tests.kept('chat')::uuid, null, repeat('a', 4097)) $$, 400, 'message_too_long', 'one more is too long');
select tests.refused($$ select public.send_message(tests.kept('chat')::uuid, null, repeat('€', 1366)) $$, 400, 'message_too_long', 'bytes are counted, not characters');
select tests.refused($$ select public.leave_conversation(tests.kept('chat')::uuid) $$, 403, 'pair_is_fixed', 'the two stay the two');
select tests.refused(
  $$ select public.add_members(tests.kept('chat')::uuid, array[tests.user_id('carol')]) $$, 403, 'pair_is_fixed', 'and nobody joins them'
);

select tests.sign_in_as('carol');
select isnt((select id from public.start_listing_conversation(tests.kept('bike')::uuid)), tests.kept('chat')::uuid, 'another buyer has another one');
select is_empty($$ select 1 from public.messages where conversation_id = tests.kept('chat')::uuid $$, 'and does not see his');
select tests.sign_in_as('sally');
select tests.refused($$ select public.start_listing_conversation(tests.kept('bike')::uuid) $$, 400, 'own_listing', 'the seller does not write to herself');
select is((select count(*) from public.conversation_list where listing_id = tests.kept('bike')::uuid), 2::bigint, 'she has both');


-- Who is not signed in

select tests.sign_in_as_anon();
select throws_ok($$ select * from public.listings $$, '42501', null, 'listings_select denies anon');
select throws_ok($$ insert into public.listings (title, price_minor, currency) values ('x', 1, 'EUR') $$, '42501', null, 'listings_insert denies anon');
select throws_ok($$ update public.listings set title = 'x' $$, '42501', null, 'listings_update denies anon');
select throws_ok($$ select * from public.listing_steps $$, '42501', null, 'listing_steps_select denies anon');
select is_empty($$ select 1 from storage.objects where bucket_id = 'listings' $$, 'listing_pictures_select denies anon');
select throws_ok($$ insert into storage.objects (bucket_id, name) values ('listings', tests.kept('bike') || '/anon.jpg') $$, '42501', null, 'listing_pictures_insert denies anon');
select is_empty($$ delete from storage.objects where bucket_id = 'listings' returning 1 $$, 'listing_pictures_delete denies anon');


-- How its status moves

select tests.sign_in_as('sally');
select set_eq(
  $$ select from_status || ' > ' || to_status || ' by ' || actor from public.listing_steps $$,
  array[
    'draft > active by seller', 'draft > withdrawn by seller', 'active > reserved by seller', 'active > sold by seller',
    'active > withdrawn by seller', 'reserved > active by seller', 'reserved > sold by seller', 'reserved > withdrawn by seller',
    'withdrawn > active by seller', 'active > sold by deal', 'reserved > sold by deal', 'sold > active by deal'
  ],
  'listing_steps_select allows member; the machine is this'
);
select is((public.set_listing_status(tests.kept('lamp')::uuid, 'active')).status::text, 'active', 'a draft is published');
select is((public.set_listing_status(tests.kept('lamp')::uuid, 'active')).status::text, 'active', 'again changes nothing');
select tests.refused(pg_temp.move('lamp', 'draft'), 409, 'listing_step_invalid', 'it is no draft again');
select is((public.set_listing_status(tests.kept('bike')::uuid, 'reserved')).status::text, 'reserved', 'she holds the bicycle back');
select tests.sign_in_as('mallory');
select is(pg_temp.status_of('bike'), 'reserved', 'which is still seen');
select tests.sign_in_as('sally');
select is((public.set_listing_status(tests.kept('bike')::uuid, 'sold')).status::text, 'sold', 'and sells it elsewhere');
select tests.refused(pg_temp.move('bike', 'active'), 409, 'listing_step_invalid', 'what is sold is not sold twice');
select tests.refused($$ update public.listings set title = 'Blue bicycle' where id = tests.kept('bike')::uuid $$, 409, 'listing_closed', 'nor changed any more');

select tests.sign_in_as('mallory');
select is(pg_temp.status_of('bike'), null, 'listings_select denies stranger what is sold');
select tests.refused($$ select public.start_listing_conversation(tests.kept('bike')::uuid) $$, 404, 'listing_not_found', 'and nobody new asks about it');
select tests.sign_in_as('bob');
select is(pg_temp.status_of('bike'), 'sold', 'listings_select allows who has spoken about it to see what became of it');
select is((select id from public.start_listing_conversation(tests.kept('bike')::uuid)), tests.kept('chat')::uuid, 'his conversation stays');


-- By words

select tests.sign_in_as('sally');
select tests.keep('desk', pg_temp.listing('Oak writing desk')), tests.keep('chair', pg_temp.listing('Writing chair, walnut'));
select tests.sign_in_as('bob');
select results_eq(
  $$ select title from public.search_listings('writing') order by title $$,
  array['Oak writing desk', 'Writing chair, walnut'],
  'a word finds what has it'
);
select results_eq($$ select title from public.search_listings('writing OAK') $$, array['Oak writing desk'], 'two words find what has both, in whatever case');
select results_eq($$ select title from public.search_listings('waln') $$, array['Writing chair, walnut'], 'the last may be unfinished');
select results_eq($$ select title from public.search_listings('writing -oak') $$, array['Writing chair, walnut'], 'a minus leaves out');
select is_empty($$ select 1 from public.search_listings('bicycle') $$, 'what is not on the market is not found');
select tests.refused($$ select * from public.search_listings('  ') $$, 400, 'query_too_short', 'nothing is no query');
select is_empty($$ select 1 from public.search_listings($q$'); drop -- "((|&!:*$q$) $$, 'what is no query finds nothing');


-- Gone

select tests.sign_in_as('sally');
select isnt_empty(
  $$ delete from storage.objects where bucket_id = 'listings' and name = tests.kept('bike') || '/front.jpg' returning 1 $$,
  'listing_pictures_delete allows the seller'
);

select finish();
rollback;
