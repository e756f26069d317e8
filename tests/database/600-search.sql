-- Finding what was said: what is found, by whom, in which order, and what the highlight looks like.

begin;
select plan(54);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
update private.settings set send_burst = 1000000;

create function pg_temp.say(who text, place text, content text)
returns bigint
language plpgsql
as $$
declare
  v_seq bigint;
begin
  perform tests.sign_in_as(who);
  v_seq := (public.send_message(tests.kept(place)::uuid, gen_random_uuid(), content)).seq;
  perform tests.sign_out();
  return v_seq;
end;
$$;
create function pg_temp.found(query text)
returns text[]
language sql
as $$
  select array(
    select m.content from public.search_messages(query) with ordinality s
    join public.messages m on m.conversation_id = s.conversation_id and m.seq = s.seq
    order by s.ordinality
  )
$$;
create function pg_temp.marked(query text)
returns text
language sql
as $$
  select translate(s.highlight, E'\x02\x03', '[]') from public.search_messages(query) s limit 1
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
select tests.keep('pair', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.keep('group', (select id from public.create_group('Harbour', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.sign_in_as('mallory');
select tests.keep('other', (select id from public.create_group('Elsewhere', array[tests.user_id('carol')])));
select tests.sign_out();

select pg_temp.say('alice', 'pair', 'The espresso machine has arrived');
select pg_temp.say('bob', 'pair', 'Which machine? The grinder or the espresso one?');
select pg_temp.say('bob', 'group', 'A café without a machine is a room');
select pg_temp.say('carol', 'group', 'Machines break. Order two of them, and keep the invoice number 4711-B.');
select pg_temp.say('mallory', 'other', 'My own espresso machine');


-- What is found

select tests.sign_in_as('alice');
select set_eq($$ select unnest(pg_temp.found('espresso')) $$, array['The espresso machine has arrived', 'Which machine? The grinder or the espresso one?'], 'a word, in what one may read');
select set_eq($$ select unnest(pg_temp.found('espresso arrived')) $$, array['The espresso machine has arrived'], 'both of two words');
select is(cardinality(pg_temp.found('arrived or grinder')), 2, 'one or the other');
select is(pg_temp.found('espresso -grinder'), array['The espresso machine has arrived'], 'one without the other');
select is(pg_temp.found('"espresso machine"'), array['The espresso machine has arrived'], 'a phrase');
select is(pg_temp.found('"machine espresso"'), array[]::text[], 'not its words in another order');
select is(cardinality(pg_temp.found('mach')), 4, 'words by their beginning');
select is(pg_temp.found('machin -machine'), array['Machines break. Order two of them, and keep the invoice number 4711-B.'], 'what is left out is a whole word');
select is(pg_temp.found('"machine" "room"'), array['A café without a machine is a room'], 'two phrases');
select is(pg_temp.found('achine'), array[]::text[], 'not by their middle');
select is(pg_temp.found('CAFE'), array['A café without a machine is a room'], 'without accents, in any case');
select is(pg_temp.found('Café'), array['A café without a machine is a room'], 'and with them');
select is(cardinality(pg_temp.found('4711')), 1, 'numbers');
select is(pg_temp.found('nobody said this'), array[]::text[], 'nothing, where there is nothing');
select is(pg_temp.found('''; drop table messages; -- espresso'), array[]::text[], 'a query is text and not SQL');
select lives_ok($$ select public.search_messages('a''b <-> \ ) & | ! : * "espresso') $$, 'odd characters harm nobody');
select lives_ok(format('select public.search_messages(%L)', repeat('word ', 100000)), 'nor does a very long query');
select lives_ok($$ select public.send_message(tests.kept('pair')::uuid, gen_random_uuid(), repeat('x', 5000)) $$, 'a word of 5,000 letters is sent all the same');

select tests.refused($$ select public.search_messages('') $$, 400, 'query_empty', 'nothing to search for');
select tests.refused($$ select public.search_messages(null) $$, 400, 'query_empty', 'no query');
select tests.refused($$ select public.search_messages('-espresso') $$, 400, 'query_empty', 'only words to leave out');
select tests.refused($$ select public.search_messages('espresso or -machine') $$, 400, 'query_empty', 'a choice of which one leaves out');


-- In which order

select is((pg_temp.found('machine'))[1], 'The espresso machine has arrived', 'the best match is a short text with the whole word');
select is((pg_temp.found('machine'))[4], 'Machines break. Order two of them, and keep the invoice number 4711-B.', 'the last one only begins so');
select tests.sign_out();
update public.messages set created_at = '2026-01-01'::timestamptz + seq * interval '1 day' where conversation_id in (tests.kept('pair')::uuid, tests.kept('group')::uuid);
select tests.sign_in_as('alice');
select is(
  array(select s.created_at from public.search_messages('machine', newest_first => true) s),
  array(select s.created_at from public.search_messages('machine') s order by 1 desc),
  'the newest first, when asked for'
);


-- Narrowed down

select is((select count(*) from public.search_messages('machine', conversation_id => tests.kept('pair')::uuid)), 2::bigint, 'in one conversation');
select is((select count(*) from public.search_messages('machine', sender_id => tests.user_id('bob'))), 2::bigint, 'by one person');
select is((select count(*) from public.search_messages('machine', sent_after => '2026-01-03')), 2::bigint, 'from a time on');
select is((select count(*) from public.search_messages('machine', sent_before => '2026-01-03')), 2::bigint, 'up to a time');
select is((select count(*) from public.search_messages('machine', has_attachment => true)), 0::bigint, 'with files');
select tests.sign_out();
update public.messages set attachments = '[{"name": "Invoice March.pdf"}]' where conversation_id = tests.kept('pair')::uuid and seq = 1;
select tests.sign_in_as('alice');
select is(array(select s.seq from public.search_messages('machine', has_attachment => true) s), array[1::bigint], 'finds the one that has a file');
select is(array(select s.seq from public.search_messages(has_attachment => true) s), array[1::bigint], 'without any word');
select is(array(select s.conversation_id from public.search_messages('invoice march') s), array[tests.kept('pair')::uuid], 'and files by their names');


-- In pages

select tests.sign_out();
select pg_temp.say('bob', 'group', 'page ' || n || repeat(' filler', n % 3)) from generate_series(1, 25) n;
select tests.sign_in_as('alice');
create temp table pages as
with recursive page as (
  select 1 as n, array(select s from public.search_messages('page', max_results => 10) s) as rows
  union all
  select p.n + 1, array(select s from public.search_messages('page', max_results => 10, cursor => (p.rows[cardinality(p.rows)]).cursor) s)
  from page p
  where cardinality(p.rows) > 0
)
select p.n, r.conversation_id, r.seq, r.rank from page p cross join unnest(p.rows) r;
select is(array(select count(*) from pages group by n order by n), array[10, 10, 5]::bigint[], 'come all, in as many as it takes');
select is((select count(distinct seq) from pages), 25::bigint, 'each once');
select ok((select bool_and(a.rank >= b.rank) from pages a join pages b on b.n > a.n), 'the best on the first');
select tests.refused($$ select public.search_messages('page', cursor => 'x') $$, 400, 'cursor_invalid', 'a cursor is one that was given');
select tests.refused($$ select public.search_messages('page', cursor => '1~2~x~3') $$, 400, 'cursor_invalid', 'and not made up');


-- The highlight

select is(pg_temp.marked('espresso arrived'), 'The [espresso] machine has [arrived] Invoice March.pdf', 'what was found is marked');
select is(pg_temp.marked('arr'), 'The espresso machine has [arrived] Invoice March.pdf', 'as a whole word');
select tests.sign_out();
select pg_temp.say('bob', 'pair', E'forged \x02mark\x03 <b>bold</b> trumpet');
select tests.sign_in_as('alice');
select ok(pg_temp.marked('trumpet') like '%forged mark%[trumpet]%', 'marks that somebody wrote are not there');


-- What is not found

select tests.sign_in_as('mallory');
select is(pg_temp.found('espresso'), array['My own espresso machine'], 'a stranger finds nothing of others');
select tests.refused(format('select public.search_messages(%L, conversation_id => %L)', 'espresso', tests.kept('pair')), 403, 'not_a_member', 'not even by asking for their conversation');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select is(pg_temp.found('machine'), array['My own espresso machine'], 'who was removed finds no more, not even of their own');
select tests.sign_in_as_anon();
select throws_ok($$ select public.search_messages('espresso') $$, '42501', null, 'who is not signed in may not search');
select tests.sign_out();

update public.messages set content = 'The tea machine has arrived', edited_at = now() where conversation_id = tests.kept('pair')::uuid and seq = 1;
select tests.sign_in_as('alice');
select is(pg_temp.found('"tea machine"'), array['The tea machine has arrived'], 'an edited message is found by what it says now');
select is(pg_temp.found('"espresso machine"'), array[]::text[], 'and not by what it said');
select tests.sign_out();
update public.messages set deleted_at = now() where conversation_id = tests.kept('pair')::uuid and seq = 1;
select tests.sign_in_as('alice');
select is(pg_temp.found('tea'), array[]::text[], 'a deleted one is not');
select tests.sign_out();
update public.messages set expires_at = now() - interval '1 second' where conversation_id = tests.kept('pair')::uuid and seq = 2;
update public.messages set is_withheld = true where content = 'A café without a machine is a room';
select tests.sign_in_as('alice');
select is(pg_temp.found('grinder'), array[]::text[], 'nor one whose time is over, even before it is swept');
select is(pg_temp.found('cafe'), array[]::text[], 'nor one that is withheld');
select tests.sign_in_as('bob');
select is(cardinality(pg_temp.found('cafe')), 1, 'which its sender finds');
select is(cardinality(pg_temp.found('"two of them"')), 1, 'what others said is found');
select public.hide_messages(tests.kept('group')::uuid, array(select m.seq from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.content like 'Machines%'));
select is(pg_temp.found('"two of them"'), array[]::text[], 'until one hides it from oneself');
select is(pg_temp.found('harbour'), array[]::text[], 'what happened, which is no text, is not searched');


select finish();
rollback;
