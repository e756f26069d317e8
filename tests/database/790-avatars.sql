-- Pictures of people: who writes to which folder, and that a picture which is shown no more goes.

begin;
select plan(16);
select tests.create_users('alice', 'bob');
-- The Storage API is what deletes files' rows; here it is played.
select set_config('storage.allow_delete_query', 'true', true);

create function pg_temp.queued()
returns text[]
language sql
security definer
as $$
  select array_agg(split_part(f.path, '/', 2) order by f.path) from private.files_to_delete f where f.bucket_id = 'avatars'
$$;
create function pg_temp.put(name text, file text)
returns text
language sql
as $$
  select format('insert into storage.objects (bucket_id, name) values (%L, %L)', 'avatars', tests.user_id(name) || '/' || file)
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select is(public, true, 'the bucket is public') from storage.buckets where id = 'avatars';

select tests.sign_in_as('alice');
select lives_ok(pg_temp.put('alice', 'one.webp'), 'avatars_insert allows a person to upload into their folder');
select lives_ok(pg_temp.put('alice', 'two.webp'), 'and another one');
select is((select count(*) from storage.objects where bucket_id = 'avatars'), 2::bigint, 'avatars_select allows them to list it');
select throws_ok(pg_temp.put('alice', 'deep/er.webp'), '42501', null, 'a folder has no folders');
select throws_ok($$ insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('alice')::text) $$, '42501', null, 'what lies in no folder is nobody''s');
update public.profiles set avatar_url = 'https://example.org/storage/v1/object/public/avatars/' || tests.user_id('alice') || '/two.webp' where id = tests.user_id('alice');
select is(pg_temp.queued(), '{one.webp}', 'what the profile does not show goes');

select tests.sign_in_as('bob');
select throws_ok(pg_temp.put('alice', 'forged.webp'), '42501', null, 'avatars_insert denies stranger');
select is_empty($$ select 1 from storage.objects where bucket_id = 'avatars' $$, 'avatars_select denies stranger');
select is_empty($$ delete from storage.objects where bucket_id = 'avatars' returning 1 $$, 'avatars_delete denies stranger');

select tests.sign_in_as_anon();
select throws_ok(pg_temp.put('alice', 'anon.webp'), '42501', null, 'avatars_insert denies anon');
select is_empty($$ select 1 from storage.objects where bucket_id = 'avatars' $$, 'avatars_select denies anon');
select is_empty($$ delete from storage.objects where bucket_id = 'avatars' returning 1 $$, 'avatars_delete denies anon');

select tests.sign_in_as('alice');
select isnt_empty(
  $$ delete from storage.objects where bucket_id = 'avatars' and name like '%/one.webp' returning 1 $$, 'avatars_delete allows a person in their folder'
);
update public.profiles set avatar_url = null where id = tests.user_id('alice');
select is(pg_temp.queued(), '{one.webp,two.webp}', 'a profile without a picture keeps none');
select tests.sign_out();
delete from private.files_to_delete where bucket_id = 'avatars';
delete from auth.users where id = tests.user_id('alice');
select is(pg_temp.queued(), '{two.webp}', 'with the account goes what is left');

select * from finish();
rollback;
