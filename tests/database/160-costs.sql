-- What a send and a receipt cost, in rows written, as a conversation grows from 2 members to 2,000.

begin;
select plan(22);
select tests.create_user('m' || n) from generate_series(1, 2000) as n;
update private.settings set send_burst = 100000;

create function pg_temp.locks(statement text)
returns bigint
language plpgsql
as $$
/* Locks that this transaction takes with it, beyond those it had and those of its own numbers. Row locks are not among
   them: see tests/record. */
declare
  v_before bigint := (select count(*) from pg_locks where pid = pg_backend_pid() and locktype not in ('virtualxid', 'transactionid'));
begin
  execute statement;
  return (select count(*) from pg_locks where pid = pg_backend_pid() and locktype not in ('virtualxid', 'transactionid')) - v_before;
end;
$$;
create function pg_temp.group_of(size int)
returns text
language plpgsql
as $$
declare
  v_id uuid := (select g.id from public.create_group('Of ' || size) as g);
begin
  for v_first in 2 .. size by 400 loop
    perform public.add_members(v_id, array(select tests.user_id('m' || n) from generate_series(v_first, least(v_first + 399, size)) as n));
  end loop;
  perform tests.keep('of_' || size, v_id);
  return v_id;
end;
$$;
create function pg_temp.send(size int)
returns text
language sql
as $$
  select format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('of_' || size), 'hello')
$$;
create function pg_temp.mark(function text, size int, seq bigint)
returns text
language sql
as $$
  select format('select public.%I(%L)', function, jsonb_build_object(tests.kept('of_' || size), seq))
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('m1');
select pg_temp.group_of(size) from unnest(array[2, 8, 9, 20, 200, 2000]) as size;
select results_eq(
  $$ select member_count, is_large from public.conversations order by member_count $$,
  $$ values (2, false), (8, false), (9, false), (20, false), (200, true), (2000, true) $$,
  'there are conversations of 2 to 2,000 members'
);
-- The first send fills caches and makes the bucket's row.
select tests.cost(pg_temp.send(2));


-- A send

select is(tests.cost(pg_temp.send(2)), '{"messages": 1, "conversations": 1, "members": 1, "senders": 1, "push_jobs": 1, "announced": 2}', 'among 2, a send writes four rows and announces itself to 2');
select is(tests.cost(pg_temp.send(20)), '{"messages": 1, "conversations": 1, "members": 1, "senders": 1, "push_jobs": 1, "announced": 20}', 'among 20, it writes the same and announces itself to 20');
select is(tests.cost(pg_temp.send(200)), '{"messages": 1, "conversations": 1, "members": 1, "senders": 1, "push_jobs": 1, "announced": 1}', 'among 200, it announces itself once');
select is(tests.cost(pg_temp.send(2000)), '{"messages": 1, "conversations": 1, "members": 1, "senders": 1, "push_jobs": 1, "announced": 1}', 'among 2,000, once');
select is(pg_temp.locks(pg_temp.send(2000)), pg_temp.locks(pg_temp.send(2)), 'among 2,000, it takes no more locks than among 2');
select is(tests.cost(format('insert into public.messages (conversation_id, content) values (%L, %L)', tests.kept('of_2000'), 'hi')), '{"messages": 1, "conversations": 1, "members": 1, "senders": 1, "push_jobs": 1, "announced": 1}', 'by REST, it costs the same');


-- A repeated send

select tests.keep('again', format('select public.send_message(%L, %L, %L)', tests.kept('of_2000'), '0199aaaa-0000-7000-8000-0000000000dd', 'once'));
select tests.cost(tests.kept('again'));
select is(tests.cost(tests.kept('again')), null, 'repeated, it writes nothing at all');


-- A receipt

select tests.sign_in_as('m2');
select is(tests.cost(pg_temp.mark('mark_delivered', 2, 1)), '{"members": 1, "receipts": 1, "announced": 2}', 'among 2, a receipt writes two rows and tells its reader and the sender');
select is(tests.cost(pg_temp.mark('mark_delivered', 20, 1)), '{"members": 1, "receipts": 1, "announced": 1}', 'among 20, it tells its reader''s devices only');
select is(tests.cost(pg_temp.mark('mark_delivered', 200, 1)), '{"members": 1, "receipts": 1, "announced": 1}', 'among 200, the same');
select is(tests.cost(pg_temp.mark('mark_delivered', 2000, 1)), '{"members": 1, "receipts": 1, "announced": 1}', 'among 2,000, the same');
select is(pg_temp.locks(pg_temp.mark('mark_delivered', 2000, 2)), 0::bigint, 'and no lock that it did not take among 2');
select ok(not tests.cost(pg_temp.mark('mark_read', 2000, 1)) ? 'conversations', 'the conversation''s row is not written by reading');
select is(tests.cost(pg_temp.mark('mark_read', 2000, 3)), '{"members": 1, "receipts": 2, "announced": 1}', 'what is read without having been delivered is both, in four rows');
select is(tests.cost(pg_temp.mark('mark_read', 2000, 3)), null, 'reading what is read writes nothing');
select is(tests.cost(pg_temp.mark('mark_delivered', 2000, 1)), null, 'nor does a lower mark');


-- A receipt among talkers: those whose messages it covers, in a circle of eight

select tests.sign_out();
create function pg_temp.everybody_speaks(size int)
returns void
language plpgsql
as $$
begin
  for v_n in 2 .. size loop
    perform tests.sign_in_as('m' || v_n);
    perform public.send_message(tests.kept('of_' || size)::uuid, gen_random_uuid(), 'hello');
  end loop;
  perform tests.sign_out();
end;
$$;
select pg_temp.everybody_speaks(8);
select pg_temp.everybody_speaks(9);
select tests.sign_in_as('m1');
select is(tests.cost(pg_temp.mark('mark_delivered', 8, 100)) -> 'announced', '8', 'among 8 who all spoke, a receipt tells each of them');
select is(tests.cost(pg_temp.mark('mark_delivered', 9, 100)) -> 'announced', '1', 'among 9, nobody: who looks at a message asks');


-- Somebody leaves

select is(
  (tests.cost(format('select public.remove_member(%L, tests.user_id(%L))', tests.kept('of_2000'), 'm2')) -> 'announced')::int, 4,
  'removing somebody among 2,000 is announced four times: to the old feed, to them, and to the new one who went and that it was said'
);
select is(
  (select sum(value::int) from jsonb_each_text(tests.cost(format('select public.remove_member(%L, tests.user_id(%L))', tests.kept('of_2000'), 'm3'))) where key <> 'announced')::int, 6,
  'and writes six rows: theirs, the conversation''s three times, what is said of it, and the audit log''s'
);

-- A heartbeat
select is(tests.cost('select public.heartbeat(''00000000-0000-4000-8000-000000000001'', ''active'')'), '{"heartbeats": 1}', 'a sign of life writes one row, and announces nothing');

select finish();
rollback;
