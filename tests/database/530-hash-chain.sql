-- The hash chain of a negotiation: what is changed afterwards, even by who may write every table, is found.

begin;
select plan(45);
select tests.create_users('sally', 'bob', 'mallory');

create function pg_temp.fault(known_seq bigint default null, known_hash text default null)
returns text
language plpgsql
as $$
/* What Bob is told: "whole", or where it breaks and why. */
declare
  v_verdict record;
begin
  perform tests.sign_in_as('bob');
  select v.* into v_verdict from public.verify_conversation(tests.kept('talk')::uuid, known_seq, known_hash) v;
  perform tests.sign_out();
  return case when v_verdict.is_whole then 'whole' else v_verdict.broken_at || ' ' || v_verdict.reason end;
end;
$$;
create function pg_temp.tampered(variadic statements text[])
returns text
language plpgsql
as $$
/* What is found when somebody with every right, whom no trigger stops, does this; then it is undone. */
declare
  v_statement text;
  v_fault text;
begin
  begin
    alter table public.messages disable trigger user;
    foreach v_statement in array statements loop
      execute replace(v_statement, ':talk', quote_literal(tests.kept('talk')));
    end loop;
    v_fault := pg_temp.fault();
    raise exception using errcode = 'ZZZZZ';
  exception when sqlstate 'ZZZZZ' then
    return v_fault;
  end;
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('sally');
insert into public.listings (id, title, price_minor, currency, status) values ('0199aaaa-0000-7000-8000-00000000b1ce', 'Red "bicycle" \ 28″', 12500, 'EUR', 'active');
select tests.sign_in_as('bob');
select tests.keep('talk', (select id from public.start_negotiation('0199aaaa-0000-7000-8000-00000000b1ce')));
select public.make_offer(tests.kept('talk')::uuid, 9000);
insert into public.messages (conversation_id, content) values (tests.kept('talk')::uuid, E'By REST: "quoted" \\ tab\there\nand 🚲 \x01');
select tests.sign_in_as('sally');
select public.send_message(tests.kept('talk')::uuid, null, 'It has new tyres', 3);
select public.counter_offer(tests.kept('talk')::uuid, 2, 11000);
select tests.keep('answer', (public.send_message(tests.kept('talk')::uuid, null, 'Deal?')).hash);
select is((select hash::text from public.messages where conversation_id = tests.kept('talk')::uuid and seq = 6), tests.kept('answer'), 'a message is answered with its link');


-- Whole

select results_eq(
  $$ select is_whole, checked, head_seq, broken_at, reason from public.verify_conversation(tests.kept('talk')::uuid) $$,
  $$ values (true, 6::bigint, 6::bigint, null::bigint, null) $$,
  'what nobody has touched is whole'
);
select tests.keep('head', (select head_hash from public.verify_conversation(tests.kept('talk')::uuid)));
select matches(tests.kept('head'), '^[0-9a-f]{64}$', 'its head is a SHA-256');
select is(
  (select count(distinct hash) from public.messages where conversation_id = tests.kept('talk')::uuid and octet_length(hash) = 32), 6::bigint,
  'every message has a link of its own'
);
select is_empty(
  $$ select 1 from public.messages where conversation_id = tests.kept('talk')::uuid and created_at <> date_trunc('milliseconds', created_at) $$,
  'times are in whole milliseconds, which JavaScript can read'
);
select is(
  (select array_agg(m.party::text order by m.seq) from public.messages m where m.conversation_id = tests.kept('talk')::uuid),
  array['buyer', 'buyer', 'buyer', 'seller', 'seller', 'seller'], 'every message says which side it is of'
);
select tests.sign_out();
select is(
  private.canonical_message(m) ,
  '{"attachments":[],"content":"It has new tyres","conversation_id":"' || m.conversation_id || '","created_at":"'
    || to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || '","forwarded":null,"id":"' || m.id || '","kind":"text","party":"seller","reply_to":3,"seq":4,"system":null,"thread_seq":null}',
  'the canonical form, character by character'
)
from public.messages m where m.conversation_id = tests.kept('talk')::uuid and m.seq = 4;
select is(
  private.canonical_json('{"b": [1, 2.50, true, null, {"z": "", "a": "é\u2028\u007f\"\\\n\u0001"}], "a": -3, "B": {}, "c": []}'),
  '{"B":{},"a":-3,"b":[1,2.5,true,null,{"a":"é' || U&'\2028' || U&'\007F' || '\"\\\n\u0001","z":""}],"c":[]}',
  'JSON by RFC 8785'
);


-- What stops everybody but who owns the tables

select tests.refused($$ update public.messages set content = 'It has old tyres' where conversation_id = tests.kept('talk')::uuid and seq = 4 $$, 403, 'message_kept', 'no function changes what was said');
select tests.refused($$ update public.messages set hash = sha256('x') where conversation_id = tests.kept('talk')::uuid and seq = 4 $$, 403, 'message_kept', 'nor its link');
select tests.refused($$ update public.messages set deleted_at = now() where conversation_id = tests.kept('talk')::uuid and seq = 4 $$, 403, 'message_kept', 'nor marks it as deleted');
select tests.refused($$ update public.messages set is_withheld = true where conversation_id = tests.kept('talk')::uuid and seq = 4 $$, 403, 'message_kept', 'nor hides it');
select tests.refused($$ update public.messages set sender_id = tests.user_id('bob') where conversation_id = tests.kept('talk')::uuid and seq = 4 $$, 403, 'message_kept', 'nor gives it to somebody else');
select tests.refused($$ delete from public.messages where conversation_id = tests.kept('talk')::uuid and seq = 4 $$, 403, 'message_kept', 'nor removes it');
select lives_ok($$ update public.messages set reactions = '{"👍": 1}', pinned_at = now() where conversation_id = tests.kept('talk')::uuid and seq = 4 $$, 'reactions and pins are no part of it');
select is(pg_temp.fault(), 'whole', 'and leave it whole');


-- Tampering by who owns them

select is(pg_temp.tampered($$ update public.messages set content = 'It has old tyres' where conversation_id = :talk and seq = 4 $$), '4 changed', 'a changed text is found');
select is(pg_temp.tampered($$ update public.messages set content = 'x' where conversation_id = :talk and seq = 2 $$), '2 changed', 'or one that is put in');
select is(pg_temp.tampered($$ update public.messages set system = system || '{"amount_minor": 9001}' where conversation_id = :talk and seq = 2 $$), '2 offer', 'a changed amount');
select is(pg_temp.tampered($$ update public.messages set created_at = created_at - interval '1 day' where conversation_id = :talk and seq = 4 $$), '4 changed', 'a changed time');
select is(pg_temp.tampered($$ update public.messages set created_at = created_at + interval '1 microsecond' where conversation_id = :talk and seq = 4 $$), '4 changed', 'by a microsecond');
select is(pg_temp.tampered($$ update public.messages set reply_to = 1 where conversation_id = :talk and seq = 4 $$), '4 changed', 'what it answers');
select is(pg_temp.tampered($$ update public.messages set kind = 'text', system = null where conversation_id = :talk and seq = 5 $$), '5 offer', 'what kind it is');
select is(pg_temp.tampered($$ update public.messages set party = 'buyer' where conversation_id = :talk and seq = 4 $$), '4 sender', 'which side it is of');
select is(pg_temp.tampered($$ update public.messages set party = 'buyer', sender_id = tests.user_id('bob') where conversation_id = :talk and seq = 4 $$), '4 changed', 'and who with it');
select is(pg_temp.tampered($$ update public.messages set sender_id = tests.user_id('mallory') where conversation_id = :talk and seq = 4 $$), '4 sender', 'a sender who is neither');
select is(pg_temp.tampered($$ update public.messages set id = gen_random_uuid() where conversation_id = :talk and seq = 4 $$), '4 changed', 'its id');
select is(pg_temp.tampered($$ update public.messages set attachments = '[{"name": "proof.pdf"}]' where conversation_id = :talk and seq = 4 $$), '4 changed', 'a file that is put with it');
select is(pg_temp.tampered($$ update public.messages set hash = sha256('x') where conversation_id = :talk and seq = 4 $$), '4 changed', 'another link');
select is(pg_temp.tampered($$ update public.messages set hash = null where conversation_id = :talk and seq = 4 $$), '4 not_chained', 'no link');
select is(pg_temp.tampered($$ update public.messages set is_withheld = true where conversation_id = :talk and seq = 4 $$), '4 hidden', 'one that is hidden');
select is(pg_temp.tampered($$ delete from public.messages where conversation_id = :talk and seq = 4 $$), '4 missing', 'one that is removed');
select is(pg_temp.tampered($$ delete from public.messages where conversation_id = :talk and seq = 1 $$), '1 missing', 'the first');
select is(pg_temp.tampered($$ delete from public.messages where conversation_id = :talk and seq = 6 $$), '6 missing', 'the last');
select is(
  pg_temp.tampered(
    $$ update public.messages set seq = 99 where conversation_id = :talk and seq = 4 $$,
    $$ update public.messages set seq = 4, thread_seq = null, reply_to = null where conversation_id = :talk and seq = 6 $$,
    $$ update public.messages set seq = 6 where conversation_id = :talk and seq = 99 $$
  ),
  '4 changed', 'two that change places'
);
select is(
  pg_temp.tampered(
    $$ delete from public.messages where conversation_id = :talk and seq = 4 $$,
    $$ delete from public.offers where conversation_id = :talk and seq = 5 $$,
    $$ delete from public.messages where conversation_id = :talk and seq = 5 $$,
    $$ update public.messages set seq = 4 where conversation_id = :talk and seq = 6 $$,
    $$ update public.conversations set last_seq = 4 where id = :talk $$
  ),
  '4 changed', 'a middle that is cut out, the numbers closed'
);
select is(pg_temp.tampered($$ update public.offers set amount_minor = 9001 where conversation_id = :talk and seq = 2 $$), '2 offer', 'an offer that is not what was said');
select is(pg_temp.tampered($$ update public.conversations set last_seq = 4 where id = :talk $$), '5 uncounted', 'a counter that is turned back');
select is(
  pg_temp.tampered(
    $$ update public.messages m set content = 'It has old tyres', hash = private.link_hash(
         (select p.hash from public.messages p where p.conversation_id = m.conversation_id and p.seq = 3),
         jsonb_populate_record(m, '{"content": "It has old tyres"}'))
       where m.conversation_id = :talk and m.seq = 4 $$
  ),
  '5 changed', 'a text with a link that fits it: the next one does not'
);


-- What only a hash that was kept finds

create function pg_temp.cut_off()
returns text
language plpgsql
as $$
declare
  v_found text;
begin
  begin
    alter table public.messages disable trigger user;
    delete from public.messages where conversation_id = tests.kept('talk')::uuid and seq = 6;
    update public.conversations set last_seq = 5 where id = tests.kept('talk')::uuid;
    v_found := pg_temp.fault() || ', with the head: ' || pg_temp.fault(6, tests.kept('head'));
    raise exception using errcode = 'ZZZZZ';
  exception when sqlstate 'ZZZZZ' then
    return v_found;
  end;
end;
$$;
select is(pg_temp.cut_off(), 'whole, with the head: 6 not_as_known', 'an end that is cut off with its counter');
select is(pg_temp.fault(6, tests.kept('head')) || pg_temp.fault(6, '\x' || tests.kept('head')), 'wholewhole', 'which the true chain still has, as REST writes it as well');


-- Who asks, and for what

select tests.sign_in_as('mallory');
select tests.refused($$ select * from public.verify_conversation(tests.kept('talk')::uuid) $$, 403, 'not_a_member', 'a stranger verifies nothing');
select tests.sign_in_as('bob');
select tests.refused($$ select * from public.verify_conversation(tests.kept('talk')::uuid, 6, null) $$, 400, 'hash_invalid', 'a number without a hash is nothing to hold it against');
select tests.refused($$ select * from public.verify_conversation(tests.kept('talk')::uuid, 6, 'abc') $$, 400, 'hash_invalid', 'nor is half a hash');
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('sally'))));
select tests.refused($$ select * from public.verify_conversation(tests.kept('direct')::uuid) $$, 400, 'not_chained', 'what two people say elsewhere is not chained');

select finish();
rollback;
