-- What others learn of somebody: whether they are there, and whether they are found.

begin;
select plan(23);
select tests.create_users('alice', 'bob', 'mallory');

create function pg_temp.found(query text)
returns boolean
language sql
as $$
  select exists (select from public.search_users(query) p where p.id = tests.user_id('alice'))
$$;
create function pg_temp.status_of_alice()
returns text
language sql
as $$
  select status from public.presence(user_ids => array[tests.user_id('alice')])
$$;
create function pg_temp.listens()
returns boolean
language sql
as $$
  select private.can_hear('presence:' || tests.user_id('alice'))
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
select public.start_direct_conversation(tests.user_id('bob'));
select public.heartbeat('00000000-0000-4000-8000-000000000001', 'active');
select is_empty($$ select 1 from public.privacy_settings $$, 'who never changed it has no row');
select results_eq($$ select shares_presence, is_found from public.set_privacy() $$, $$ values (true, true) $$, 'by default others learn both');

select tests.sign_in_as('bob');
select is(pg_temp.status_of_alice(), 'online', 'Bob sees that she is there');
select ok(pg_temp.listens(), 'and hears when she goes');
select ok(pg_temp.found('test_ali'), 'he finds her by the beginning of her handle');

select tests.sign_in_as('alice');
select results_eq(
  $$ select shares_presence, is_found from public.set_privacy(shares_presence => false) $$, $$ values (false, true) $$, 'she changes one, the other stays'
);
select is(pg_temp.status_of_alice(), 'online', 'she sees herself');
select ok(pg_temp.listens(), 'and hears her other devices');
select tests.sign_in_as('bob');
select is(pg_temp.status_of_alice(), 'offline', 'Bob sees her no more');
select is((select last_seen_at from public.presence(user_ids => array[tests.user_id('alice')])), null, 'nor when she was there last');
select ok(not pg_temp.listens(), 'nor may he listen');
select ok(pg_temp.found('test_ali'), 'he finds her still');

select tests.sign_in_as('alice');
select results_eq($$ select shares_presence, is_found from public.set_privacy(true, false) $$, $$ values (true, false) $$, 'now the other way round');
select isnt_empty($$ select 1 from public.privacy_settings $$, 'privacy_settings_select allows their owner');
select tests.sign_in_as('bob');
select is(pg_temp.status_of_alice(), 'online', 'he sees her again');
select ok(not pg_temp.found('test_ali'), 'and does not find her by a part of her handle');
select ok(not pg_temp.found('Alice'), 'nor by her name');
select ok(not pg_temp.found('alice@tests.example'), 'nor by her address');
select ok(pg_temp.found('@test_alice'), 'but by the whole handle, which she gives to whom she likes');
select is_empty($$ select 1 from public.privacy_settings $$, 'privacy_settings_select denies stranger');

select tests.sign_in_as_anon();
select throws_ok($$ select 1 from public.privacy_settings $$, '42501', null, 'privacy_settings_select denies anon');
select throws_ok($$ select public.set_privacy(false, false) $$, '42501', null, 'who is not signed in changes nothing');
select tests.sign_in_as('mallory');
select is(public.am_i_moderator(), false, 'am_i_moderator: not everybody is one');

select * from finish();
rollback;
