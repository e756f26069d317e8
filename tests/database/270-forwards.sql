-- Forwarding: who may read may pass on, to where they may post, and it says where it comes from.

begin;
select plan(30);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select tests.keep('there', (select id from public.create_group('There', array[tests.user_id('carol')])));
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('carol'))));
select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Good news, @test_alice and @test_carol');

create function pg_temp.forward(seq bigint, targets text[], id uuid default null)
returns setof public.messages
language sql
as $$
  select * from public.forward_message(tests.kept('group')::uuid, forward.seq, array(select tests.kept(t)::uuid from unnest(targets) as t), forward.id)
$$;
create function pg_temp.forwarding(seq bigint, variadic targets text[])
returns text
language sql
as $$
  select format('select pg_temp.forward(%s, %L)', seq, targets)
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- To two places

select tests.sign_in_as('alice');
select set_eq(
  $$ select conversation_id::text, seq, sender_id, content from pg_temp.forward(1, array['there', 'direct', 'there'], '0199aaaa-0000-7000-8000-0000000000f1') $$,
  $$ select tests.kept(t), 1::bigint, tests.user_id('alice'), 'Good news, @test_alice and @test_carol' from unnest(array['there', 'direct']) as t $$,
  'a copy for each, sent by who forwards it'
);
select is(
  (select forwarded from public.messages where conversation_id = tests.kept('there')::uuid and seq = 1),
  (select jsonb_build_object('sender_id', tests.user_id('bob'), 'conversation_id', conversation_id, 'seq', seq, 'sent_at', created_at) from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1),
  'says where it was first said'
);
select is((select mentions from public.messages where conversation_id = tests.kept('there')::uuid and seq = 1), '{}', 'its names call nobody');
select set_eq(
  $$ select conversation_id::text, seq from pg_temp.forward(1, array['there', 'direct'], '0199aaaa-0000-7000-8000-0000000000f1') $$,
  $$ select tests.kept(t), 1::bigint from unnest(array['there', 'direct']) as t $$,
  'repeating it gives the same ones'
);
select is((select last_seq from public.conversations where id = tests.kept('there')::uuid), 1::bigint, 'and sends nothing');
select is((select count(*) from pg_temp.forward(1, array['there'])), 1::bigint, 'without an id it is another one');
select is((select last_seq from public.conversations where id = tests.kept('there')::uuid), 2::bigint, 'each time');
select is_empty($$ select * from pg_temp.forward(1, '{}') $$, 'to nowhere is nothing');
select tests.sign_in_as('carol');
select is((select unread from public.conversation_list where id = tests.kept('there')::uuid), 2::bigint, 'it is unread for the others');
select is_empty($$ select 1 from public.messages where conversation_id = tests.kept('group')::uuid $$, 'who may read the copy may not read where it comes from');
select tests.keep('elsewhere', (select id from public.create_group('Elsewhere')));
select results_eq(
  $$ select forwarded ->> 'sender_id', sender_id from public.forward_message(tests.kept('there')::uuid, 1, array[tests.kept('elsewhere')]::uuid[]) $$,
  $$ values (tests.user_id('bob')::text, tests.user_id('carol')) $$,
  'forwarded again, it still says who said it first'
);
select tests.sign_in_as('alice');
select tests.refused(
  format('select public.edit_message(%L, 1, %L)', tests.kept('there'), 'Bad news'), 403, 'not_allowed',
  'nobody puts other words into the mouth of who said it'
);


-- Later

select tests.sign_in_as('bob');
select public.edit_message(tests.kept('group')::uuid, 1, 'Bad news');
select public.delete_message(tests.kept('group')::uuid, 1);
select tests.sign_in_as('carol');
select is((select content from public.messages where conversation_id = tests.kept('there')::uuid and seq = 1), 'Good news, @test_alice and @test_carol', 'a copy stays as it is when the first is edited or deleted');
select tests.sign_in_as('alice');
select is((select count(*) from pg_temp.forward(1, array['there', 'direct'], '0199aaaa-0000-7000-8000-0000000000f1')), 2::bigint, 'repeating it also then says that it was sent');


-- What is not passed on

select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'More news');
select tests.refused(pg_temp.forwarding(2, 'group', 'there'), 403, 'not_a_member', 'to where one does not post');
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 2::bigint, 'all or nothing');
select tests.refused(pg_temp.forwarding(99, 'group'), 404, 'message_not_found', 'what is not there');
select public.create_poll(tests.kept('group')::uuid, gen_random_uuid(), 'Tea?', array['yes', 'no']);
select tests.refused(pg_temp.forwarding(3, 'group'), 403, 'forward_not_allowed', 'a poll');
select tests.sign_in_as('alice');
select public.rename_conversation(tests.kept('group')::uuid, 'Renamed');
select tests.refused(pg_temp.forwarding(4, 'group'), 400, 'message_is_system', 'what the system says');
select tests.refused(format('select public.forward_message(%L, 2, array(select gen_random_uuid() from generate_series(1, 21)))', tests.kept('group')), 400, 'too_many', 'to too many');
select tests.refused(format('select public.forward_message(%L, 2, array[gen_random_uuid()])', tests.kept('group')), 404, 'conversation_not_found', 'to nowhere that exists');
select tests.sign_in_as('mallory');
select tests.keep('own', (select id from public.create_group('Own')));
select tests.refused(pg_temp.forwarding(2, 'own'), 403, 'not_a_member', 'what one may not read');
select tests.sign_out();
update public.messages set expires_at = now() + interval '1 day' where conversation_id = tests.kept('group')::uuid and seq = 2;
select tests.sign_in_as('alice');
select tests.refused(pg_temp.forwarding(2, 'there'), 403, 'forward_not_allowed', 'what is to disappear');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('bob'));
select tests.sign_in_as('bob');
select tests.keep('his', (select id from public.create_group('His')));
select tests.refused(pg_temp.forwarding(2, 'his'), 403, 'not_a_member', 'what one may read no more');

select tests.sign_out();
insert into public.listings (id, seller_id, title, price_minor, currency) values (tests.user_id('deal'), tests.user_id('alice'), 'Bicycle', 1, 'EUR');
insert into public.conversations (id, kind, listing_id) values (tests.user_id('deal'), 'negotiation', tests.user_id('deal'));
insert into public.members (conversation_id, user_id, revision) select tests.user_id('deal'), tests.user_id(n), 1 from unnest(array['alice', 'bob']) as n;
insert into public.messages (conversation_id, seq, sender_id, content, revision) values (tests.user_id('deal'), 1, tests.user_id('alice'), 'My last word', 1);
select tests.sign_in_as('alice');
select tests.refused(format('select public.forward_message(tests.user_id(%L), 1, array[%L]::uuid[])', 'deal', tests.kept('there')), 403, 'forward_not_allowed', 'what is said in a negotiation');

select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('carol');
select tests.sign_in_as('carol');
select public.send_message(tests.kept('there')::uuid, gen_random_uuid(), 'Buy cake');
select is(
  (select is_withheld from public.forward_message(tests.kept('there')::uuid, 3, array[tests.kept('elsewhere')]::uuid[])), false,
  'who is withheld is not told so'
);
select tests.sign_in_as('alice');
select tests.refused(format('select public.forward_message(%L, 3, array[%L]::uuid[])', tests.kept('there'), tests.kept('there')), 404, 'message_not_found', 'what others do not see');
select tests.sign_in_as('carol');
select is((select bool_or(is_withheld) from public.messages where conversation_id = tests.kept('elsewhere')::uuid), true, 'but forwards to nobody');
select tests.sign_in_as_anon();
select throws_ok(pg_temp.forwarding(1, 'there'), '42501', null, 'who is not signed in forwards nothing');
select tests.sign_in_as('alice');
select ok((select bool_and(forwarded is null) from public.messages where conversation_id = tests.kept('group')::uuid), 'what was said here was forwarded from nowhere');

select finish();
rollback;
