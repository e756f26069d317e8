-- People: a profile comes with the account, is seen by everybody who is signed in, and changed only by its owner.

begin;
select plan(32);


-- Signing up

select tests.create_users('alice', 'bob');
select results_eq(
  $$ select handle, display_name, avatar_url from public.profiles where id = tests.user_id('alice') $$,
  $$ values ('test_alice', 'Alice', null::text) $$,
  'a new account has a profile with the handle and the name it asked for'
);

create function pg_temp.sign_up(name text, email text, data jsonb)
returns public.profiles
language plpgsql
as $$
declare
  v_profile public.profiles;
begin
  insert into auth.users (id, email, raw_user_meta_data, aud, role)
  values (tests.user_id(name), email, data, 'authenticated', 'authenticated');
  select p.* into strict v_profile from public.profiles p where p.id = tests.user_id(name);
  return v_profile;
end;
$$;

select is((pg_temp.sign_up('p1', 'grace.hopper@tests.example', null)).handle, 'grace_hopper', 'without data, the handle comes from the e-mail address');
select is((select display_name from public.profiles where id = tests.user_id('p1')), 'grace.hopper', 'and so does the name');
select is((pg_temp.sign_up('p2', 'x2@tests.example', '{"full_name": " Ada Lovelace "}')).display_name, 'Ada Lovelace', 'the name that an identity provider gives is taken');
select is((pg_temp.sign_up('p3', 'x3@tests.example', '{"name": "Ada"}')).display_name, 'Ada', 'by either of its names');
select is((pg_temp.sign_up('p4', 'x4@tests.example', '{"handle": "Zoë Müller!"}')).handle, 'zo_m_ller', 'an odd handle is made to fit');
select is((pg_temp.sign_up('p5', 'q@tests.example', null)).handle, 'q__', 'a short one is filled up');
select is((pg_temp.sign_up('p6', null, null)).display_name, 'Guest', 'an account with neither name nor address can be made');
select is((pg_temp.sign_up('p7', 'x7@tests.example', '{"display_name": "   "}')).display_name, 'x7', 'a blank name is no name');
select is(char_length((pg_temp.sign_up('p8', 'x8@tests.example', jsonb_build_object('display_name', repeat('n', 500)))).display_name), 80, 'a long name is cut');
select isnt((pg_temp.sign_up('p9', 'x9@tests.example', '{"handle": "test_alice"}')).handle, 'test_alice', 'a handle that is taken does not stop the sign-up');
select matches((select handle from public.profiles where id = tests.user_id('p9')), '^test_alice_[0-9a-f]{4}$', 'its newcomer gets one that is like it');
select is((pg_temp.sign_up('p10', 'x10@tests.example', '{"display_name": {"not": "text"}, "handle": ["x"]}')).id, tests.user_id('p10'), 'data of the wrong type does not stop the sign-up');


-- Alice

select tests.sign_in_as('alice');
select results_eq(
  $$ select handle from public.profiles where id in (tests.user_id('alice'), tests.user_id('bob')) order by handle $$,
  $$ values ('test_alice'), ('test_bob') $$,
  'she sees everybody''s profile'
);
select results_eq(
  $$ update public.profiles set display_name = 'Alice L.', handle = 'test_al', avatar_url = 'https://tests.example/a.png' where id = tests.user_id('alice') returning handle, display_name $$,
  $$ values ('test_al', 'Alice L.') $$,
  'she changes her own'
);
select is_empty(
  $$ update public.profiles set display_name = 'Hacked' where id = tests.user_id('bob') returning 1 $$,
  'she cannot change another''s'
);
select is((select display_name from public.profiles where id = tests.user_id('bob')), 'Bob', 'which stays as it was');
select throws_ok($$ update public.profiles set handle = 'test_bob' where id = tests.user_id('alice') $$, '23505', null, 'a handle is given once');
select throws_ok($$ update public.profiles set handle = 'Al' where id = tests.user_id('alice') $$, '23514', null, 'a handle has its form');
select throws_ok($$ update public.profiles set display_name = E' \t ' where id = tests.user_id('alice') $$, '23514', null, 'a name is not blank');
select throws_ok($$ update public.profiles set avatar_url = 'javascript:alert(1)' where id = tests.user_id('alice') $$, '23514', null, 'a picture is an http address');
select throws_ok($$ update public.profiles set id = gen_random_uuid() where id = tests.user_id('alice') $$, '42501', null, 'her id is not hers to change');
select throws_ok($$ update public.profiles set created_at = now() where id = tests.user_id('alice') $$, '42501', null, 'nor is when she joined');
select throws_ok($$ insert into public.profiles (id, handle, display_name) values (gen_random_uuid(), 'test_ghost', 'Ghost') $$, '42501', null, 'profiles are made by signing up only');
select throws_ok($$ delete from public.profiles where id = tests.user_id('alice') $$, '42501', null, 'and go with the account only');
select throws_ok($$ select email from auth.users $$, '42501', null, 'accounts themselves are not to be read');


-- Nobody in particular

select tests.sign_in_as_anon();
select throws_ok($$ select * from public.profiles $$, '42501', null, 'who is not signed in sees nobody');
select throws_ok($$ update public.profiles set display_name = 'Hacked' $$, '42501', null, 'and changes nobody');


-- The server

select tests.sign_in_as_service();
select isnt_empty($$ select 1 from public.profiles where id = tests.user_id('bob') $$, 'a server with the secret key sees profiles');
select isnt_empty($$ update public.profiles set display_name = 'Robert' where id = tests.user_id('bob') returning 1 $$, 'and changes them');


-- Leaving for good

select tests.sign_out();
delete from auth.users where id = tests.user_id('bob');
select is_empty($$ select 1 from public.profiles where id = tests.user_id('bob') $$, 'the profile goes with the account');
select tests.sign_in_as('alice');
select is_empty($$ select 1 from public.profiles where id = tests.user_id('bob') $$, 'and nobody finds it any more');

select finish();
rollback;
