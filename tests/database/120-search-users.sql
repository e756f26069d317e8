-- Finding people: by the beginning of the handle, by a part of the name, by the whole e-mail address.

begin;
select plan(29);
select tests.create_users('zelda', 'zeldina', 'zorro', 'seeker');
select tests.sign_out();
update public.profiles set display_name = 'Quentin Quux' where id = tests.user_id('zorro');
update public.profiles set display_name = '100% Quux' where id = tests.user_id('zeldina');

create function pg_temp.found(query text)
returns text[]
language sql
as $$
  select array(select handle from public.search_users(query) where handle like 'test\_%')
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('seeker');
select is(pg_temp.found('test_zel'), array['test_zeldina', 'test_zelda'], 'by the beginning of a handle, in the order of the names');
select is(pg_temp.found('test_zelda'), array['test_zelda'], 'a whole handle');
select is(pg_temp.found('@test_zelda'), array['test_zelda'], 'with the sign before it');
select is(pg_temp.found('TEST_Zelda'), array['test_zelda'], 'in any case');
select is(pg_temp.found('  test_zelda '), array['test_zelda'], 'with spaces around it');
select is(pg_temp.found('quux'), array['test_zeldina', 'test_zorro'], 'by a part of the name');
select is(pg_temp.found('entin q'), array['test_zorro'], 'from its middle');
select is(pg_temp.found('qu'), array['test_zorro'], 'two letters, from the beginning of the name');
select is(pg_temp.found('ux'), array[]::text[], 'and not from elsewhere');
select is(pg_temp.found('Quent'), array['test_zorro'], 'three and more, from there too');
select is(pg_temp.found('zorro@tests.example'), array['test_zorro'], 'by the whole address');
select is(pg_temp.found('Zorro@Tests.Example'), array['test_zorro'], 'in any case');
select is(pg_temp.found('zorro@tests'), array[]::text[], 'not by a part of an address');
select is(pg_temp.found('@tests.example'), array[]::text[], 'nor by its end, which would list people');
select is(pg_temp.found('%@tests.example'), array[]::text[], 'nor by a pattern');
select is(pg_temp.found('test_seeker'), array[]::text[], 'one does not find oneself');
select is(pg_temp.found('nobody_has_this'), array[]::text[], 'nor who is not there');
select is(pg_temp.found('100%'), array['test_zeldina'], 'a percent sign is a percent sign');
select is(pg_temp.found('test%'), array[]::text[], 'and no pattern');
select is(pg_temp.found('te_t'), array[]::text[], 'nor is an underscore');
select is(pg_temp.found('\\'), array[]::text[], 'nor a backslash');
select is(pg_temp.found('''; drop table profiles; --'), array[]::text[], 'nor SQL anything but text');
select is((select count(*) from public.search_users('test_z', 1)), 1::bigint, 'as many come as are asked for');
select is((select count(*) from public.search_users('test_z', -1)), 1::bigint, 'at least one');
select tests.refused($$ select public.search_users('z') $$, 400, 'query_too_short', 'one character is not enough');
select tests.refused($$ select public.search_users('  @z  ') $$, 400, 'query_too_short', 'however it is dressed');
select tests.refused($$ select public.search_users(null) $$, 400, 'query_too_short', 'nor is nothing');
select lives_ok($$ select public.search_users(repeat('x', 100000)) $$, 'a very long text finds nobody and harms nobody');

select tests.sign_in_as_anon();
select throws_ok($$ select public.search_users('test_zelda') $$, '42501', null, 'who is not signed in finds nobody');

select finish();
rollback;
