-- What becomes of an encrypted conversation when an account goes, and what somebody takes along of it.

begin;
select plan(12);
select tests.create_users('alice', 'bob', 'carol');

create function pg_temp.delete_account(name text, removes boolean)
returns void
language plpgsql
as $$
begin
  perform private.close_account(tests.user_id(name), removes);
  for n in 1 .. 50 loop
    exit when private.delete_account_step(tests.user_id(name), 50);
  end loop;
end;
$$;
create function pg_temp.envelopes(counter int)
returns table (envelope jsonb, edit_envelope jsonb, reactions int, is_deleted boolean)
language sql
as $$
  select m.envelope, m.edit_envelope, jsonb_array_length(m.sealed_reactions), m.deleted_at is not null
  from public.messages m
  where m.conversation_id = tests.kept('group')::uuid and m.seq = tests.kept('seq_' || envelopes.counter)::bigint
$$;

select tests.add_device('bob', 'bob phone');
select tests.add_device('carol', 'carol phone');
select tests.add_device('alice', 'alice phone');
select tests.keep('group', (select id from public.create_group('Plans', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.turn_on(tests.kept('group')::uuid, 'alice', 'alice phone', 1);
select tests.keep('seq_1', tests.say_sealed(tests.kept('group')::uuid, 'alice phone', 2));
select tests.sign_in_as('bob');
select tests.keep('seq_2', tests.say_sealed(tests.kept('group')::uuid, 'bob phone', 1));
select public.edit_envelope(tests.kept('group')::uuid, tests.kept('seq_2')::bigint, tests.envelope('bob phone', 2));
select public.add_sealed_reaction(tests.kept('group')::uuid, tests.kept('seq_1')::bigint, tests.user_id('a reaction'), tests.envelope('bob phone', 3));


-- Taken along

select set_eq(
  $$ select r ->> 'conversation_id' as a, r ->> 'number' as b, r ->> 'device_id' as c from jsonb_array_elements(public.export_account('epoch_keys') #> '{rows}') r $$,
  $$ values (tests.kept('group'), '1', tests.device('bob phone')::text) $$, 'somebody takes along their keys'
);
select set_eq(
  $$ select r -> 'envelope' as a, r -> 'edit_envelope' as b from jsonb_array_elements(public.export_account('messages') #> '{rows}') r $$,
  $$ values (tests.envelope('bob phone', 1), tests.envelope('bob phone', 2)) $$, 'and what they said, sealed'
);


-- Gone, with what was said

select tests.sign_out();
select pg_temp.delete_account('bob', true);
select results_eq('select * from pg_temp.envelopes(2)', $$ values (null::jsonb, null::jsonb, null::int, true) $$, 'what is removed leaves no envelope');
select is_empty('select 1 from public.message_edits', 'nor what it was before');
select is_empty($$ select 1 from public.epoch_keys where user_id = tests.user_id('bob') $$, 'no key is left');
select is_empty($$ select 1 from private.device_counters where device_id = tests.device('bob phone') $$, 'and no counter');
select is((select needs_epoch from public.conversations where id = tests.kept('group')::uuid), true, 'the epoch is outdated');


-- Gone, with what was said left behind

select tests.sign_in_as('alice');
select lives_ok($$ select tests.rotate(tests.kept('group')::uuid, 'alice', 'alice phone') $$, 'the next one is for who is left');
select tests.sign_out();
select pg_temp.delete_account('alice', false);
select results_eq('select * from pg_temp.envelopes(1)', $$ values (tests.envelope('alice phone', 2), null::jsonb, 1, false) $$, 'what stays, stays sealed');
select is((select count(*)::int from public.epochs where conversation_id = tests.kept('group')::uuid), 2, 'the epochs stay for the others');
select tests.sign_in_as('carol');
select lives_ok($$ select tests.rotate(tests.kept('group')::uuid, 'carol', 'carol phone') $$, 'who goes on');
select is((select role from public.members where conversation_id = tests.kept('group')::uuid and left_at is null), 'owner', 'alone');

select * from finish();
rollback;
