-- What is said in an encrypted conversation: envelopes of the newest epoch, by a device of their sender, in the order in which it
-- made them. Edits, reactions and titles alike.

begin;
select plan(94);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.send(envelope jsonb, id uuid default gen_random_uuid())
returns text
language sql
as $$
  select format('select public.send_envelope(%L, %L, %L)', tests.kept('group'), id, envelope)
$$;
create function pg_temp.edit(seq bigint, envelope jsonb, id uuid default null)
returns text
language sql
as $$
  select format('select public.edit_envelope(%L, %s, %L, %L)', tests.kept('group'), seq, envelope, id)
$$;
create function pg_temp.react(seq bigint, id uuid, envelope jsonb)
returns text
language sql
as $$
  select format('select public.add_sealed_reaction(%L, %s, %L, %L)', tests.kept('group'), seq, id, envelope)
$$;
create function pg_temp.message(seq bigint)
returns public.messages
language sql
as $$
  select m from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.seq = message.seq
$$;
create function pg_temp.newest()
returns bigint
language sql
as $$
  select c.last_seq from public.conversations c where c.id = tests.kept('group')::uuid
$$;
create function pg_temp.details(statement text)
returns text
language plpgsql
as $$
begin
  execute statement;
  return null;
exception when others then
  return sqlerrm::jsonb ->> 'details';
end;
$$;
create function pg_temp.hand(number int, device text)
returns text
language sql
as $$
  select format('select public.hand_over_keys(%L, %L)', tests.kept('group'), jsonb_build_object(number, jsonb_build_object(tests.device(device), tests.sealed('B'))))
$$;
create function pg_temp.key_of(device text)
returns jsonb
language sql
security definer
as $$
  select k.sealed from public.epoch_keys k where k.number = 1 and k.device_id = tests.device(device) and k.conversation_id = tests.kept('group')::uuid
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.add_device('bob', 'bob phone');
select tests.add_device('carol', 'carol phone');
select tests.add_device('alice', 'alice phone');
select tests.add_device('alice', 'alice laptop');
select tests.keep('group', (select id from public.create_group('Plans', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.keep('plain', (select id from public.create_group('Open', array[tests.user_id('bob')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'said in the open');
select public.send_message(tests.kept('plain')::uuid, gen_random_uuid(), 'said in the open');
select tests.keep('old', pg_temp.newest());
select tests.turn_on(tests.kept('group')::uuid, 'alice', 'alice phone', 1);


-- Sending

select tests.keep('id', gen_random_uuid());
select lives_ok(pg_temp.send(tests.envelope('alice phone', 2), tests.kept('id')::uuid), 'an envelope');
select tests.keep('seq', pg_temp.newest());
select results_eq(
  $$ select kind::text, content, envelope, (pg_temp.message(seq)).sender_id from public.messages where conversation_id = tests.kept('group')::uuid and seq = tests.kept('seq')::bigint $$,
  $$ values ('text', '', tests.envelope('alice phone', 2), tests.user_id('alice')) $$,
  'is stored as it was sent'
);
select lives_ok(pg_temp.send(tests.envelope('alice phone', 2), tests.kept('id')::uuid), 'the same id again');
select is(pg_temp.newest(), tests.kept('seq')::bigint, 'sends nothing');
select tests.refused(pg_temp.send(given.envelope), given.status, given.code, 'refused: ' || given.why)
from (values
  (tests.envelope('alice phone', 2), 409, 'counter_behind', 'a counter that was used'),
  (tests.envelope('alice phone', 1), 409, 'counter_behind', 'a lower one'),
  (tests.envelope('alice phone', 3, 2), 400, 'envelope_invalid', 'an epoch that is not there'),
  (tests.envelope('alice phone', 3, 0), 400, 'envelope_invalid', 'no epoch'),
  (tests.envelope('alice phone', 0), 400, 'envelope_invalid', 'no counter'),
  (tests.envelope('alice phone', 3, after_seq => 99), 400, 'envelope_invalid', 'one that answers the future'),
  (tests.envelope('bob phone', 3), 404, 'device_not_found', 'a device of somebody else'),
  (tests.envelope('no phone', 3), 404, 'device_not_found', 'a device that is not there'),
  (tests.envelope('alice phone', 3) || '{"scheme": 2}', 400, 'envelope_invalid', 'another scheme'),
  (tests.envelope('alice phone', 3) || '{"text": "hello"}', 400, 'envelope_invalid', 'more than belongs there'),
  (tests.envelope('alice phone', 3) - 'signature', 400, 'envelope_invalid', 'no signature'),
  (tests.envelope('alice phone', 3, ciphertext => 'hello world, this is no ciphertext!'), 400, 'envelope_invalid', 'what is no ciphertext'),
  (tests.envelope('alice phone', 3, ciphertext => repeat('A', 48001)), 400, 'envelope_invalid', 'what is too long'),
  (tests.envelope('alice phone', 3) || '{"counter": "3"}', 400, 'envelope_invalid', 'a counter that is a text'),
  (tests.envelope('alice phone', 3) || '{"counter": 3.5}', 400, 'envelope_invalid', 'a counter in parts'),
  ('[]'::jsonb, 400, 'envelope_invalid', 'a list'),
  (null, 400, 'plaintext_refused', 'nothing')
) as given (envelope, status, code, why);
select is(pg_temp.details(pg_temp.send(tests.envelope('alice phone', 1))), '2', 'it says the last counter');
select is(pg_temp.newest(), tests.kept('seq')::bigint, 'none of them takes a number');
select lives_ok(pg_temp.send(tests.envelope('alice laptop', 1)), 'each device has its own counter');
select lives_ok(pg_temp.send(tests.envelope('alice phone', 7, after_seq => pg_temp.newest()::int, ciphertext => repeat('A', 48000))), 'it may leave some out, after what was last, as long as may be');
select tests.refused(format('select public.send_envelope(%L, gen_random_uuid(), %L)', tests.kept('plain'), tests.envelope('alice phone', 1)), 400, 'not_encrypted', 'no envelope where it is not encrypted');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.send(tests.envelope('alice phone', 8)), 403, 'not_a_member', 'nor by a stranger');
select throws_ok(format('insert into public.messages (conversation_id, content, envelope) values (%L, %L, %L)', tests.kept('group'), '', tests.envelope('alice phone', 9)), '42501', null, 'nobody writes past the functions');


-- Who is named, what is answered

select tests.sign_in_as('alice');
select public.send_envelope(
  tests.kept('group')::uuid, gen_random_uuid(), tests.envelope('alice phone', 10), reply_to => tests.kept('seq')::bigint,
  mentioned_ids => array[tests.user_id('mallory'), tests.user_id('bob'), tests.user_id('bob')], mention_scope => 'channel'
);
select results_eq(
  $$ select reply_to, mentions, mention_scope from public.messages where conversation_id = tests.kept('group')::uuid and seq = pg_temp.newest() $$,
  $$ values (tests.kept('seq')::bigint, array[tests.user_id('bob')], 'channel') $$,
  'members are named by id, each once'
);
select tests.sign_in_as('bob');
select results_eq(
  $$ select event, title, body from public.notifications where user_id = tests.user_id('bob') and conversation_id = tests.kept('group')::uuid and seq = pg_temp.newest() $$,
  $$ values ('mention', 'Alice mentioned you in Encrypted group', '') $$,
  'and told, of nothing that was written'
);
select tests.sign_in_as('alice');
select public.send_envelope(tests.kept('group')::uuid, gen_random_uuid(), tests.envelope('alice phone', 11), thread_seq => tests.kept('seq')::bigint, mention_scope => 'party');
select results_eq(
  $$ select thread_seq, mention_scope from public.messages where conversation_id = tests.kept('group')::uuid and seq = (select max(seq) from public.messages where conversation_id = tests.kept('group')::uuid) $$,
  $$ values (tests.kept('seq')::bigint, null::text) $$, 'it may stand in a thread; a call that is none calls nobody'
);


-- Editing

select tests.keep('edit', gen_random_uuid());
select lives_ok(pg_temp.edit(tests.kept('seq')::bigint, tests.envelope('alice phone', 12), tests.kept('edit')::uuid), 'an edit');
select results_eq(
  $$ select content, envelope, edit_envelope, edited_at is not null from public.messages where conversation_id = tests.kept('group')::uuid and seq = tests.kept('seq')::bigint $$,
  $$ values ('', tests.envelope('alice phone', 2), tests.envelope('alice phone', 12), true) $$,
  'stands beside what was sent'
);
select lives_ok(pg_temp.edit(tests.kept('seq')::bigint, tests.envelope('alice phone', 13)), 'another one');
select lives_ok(pg_temp.edit(tests.kept('seq')::bigint, tests.envelope('alice phone', 12), tests.kept('edit')::uuid), 'the first one again');
select lives_ok(pg_temp.edit(tests.kept('seq')::bigint, tests.envelope('alice phone', 13)), 'and the second one');
select is((pg_temp.message(tests.kept('seq')::bigint)).edit_envelope, tests.envelope('alice phone', 13), 'change nothing');
select results_eq(
  $$ select version, content, envelope from public.message_edits where conversation_id = tests.kept('group')::uuid and seq = tests.kept('seq')::bigint order by version $$,
  $$ values (1, '', tests.envelope('alice phone', 2)), (2, '', tests.envelope('alice phone', 12)) $$,
  'what it was before is kept'
);
select tests.refused(pg_temp.edit(tests.kept('seq')::bigint, tests.envelope('alice phone', 13) || '{"afterSeq": 1}'), 409, 'counter_behind', 'an edit has a new counter too');
select tests.refused(format('select public.edit_message(%L, %s, %L)', tests.kept('group'), tests.kept('seq'), 'in the open'), 400, 'plaintext_refused', 'no edit in the open');
select tests.refused(format('select public.edit_message(%L, %s, %L)', tests.kept('group'), tests.kept('seq'), ''), 400, 'plaintext_refused', 'not even an empty one');
select lives_ok(pg_temp.edit(tests.kept('old')::bigint, tests.envelope('alice phone', 14)), 'what was said before can be edited');
select results_eq(
  $$ select content, envelope, edit_envelope from public.messages where conversation_id = tests.kept('group')::uuid and seq = tests.kept('old')::bigint $$,
  $$ values ('', null::jsonb, tests.envelope('alice phone', 14)) $$, 'and is sealed then'
);
select tests.sign_in_as('bob');
select tests.refused(pg_temp.edit(tests.kept('seq')::bigint, tests.envelope('bob phone', 1)), 403, 'not_allowed', 'nobody edits what others said');


-- Reactions

select tests.keep('like', gen_random_uuid());
select tests.keep('love', gen_random_uuid());
select lives_ok(pg_temp.react(tests.kept('seq')::bigint, tests.kept('like')::uuid, tests.envelope('bob phone', 2)), 'a reaction');
select results_eq(
  $$ select r ->> 'id', r ->> 'user_id', r -> 'envelope', r ? 'at' from jsonb_array_elements((pg_temp.message(tests.kept('seq')::bigint)).sealed_reactions) r $$,
  $$ values (tests.kept('like'), tests.user_id('bob')::text, tests.envelope('bob phone', 2), true) $$,
  'stands with whose it is, sealed'
);
select is((pg_temp.message(tests.kept('seq')::bigint)).reactions, '{}'::jsonb, 'and nowhere else');
select lives_ok(pg_temp.react(tests.kept('seq')::bigint, tests.kept('like')::uuid, tests.envelope('bob phone', 2)), 'the same again');
select lives_ok(pg_temp.react(tests.kept('seq')::bigint, tests.kept('love')::uuid, tests.envelope('bob phone', 3)), 'and another');
select is(jsonb_array_length((pg_temp.message(tests.kept('seq')::bigint)).sealed_reactions), 2, 'are two');
select tests.refused(pg_temp.react(tests.kept('seq')::bigint, gen_random_uuid(), tests.envelope('bob phone', 3)), 409, 'counter_behind', 'a reaction has a new counter too');
select tests.refused(pg_temp.react(tests.kept('seq')::bigint, gen_random_uuid(), tests.envelope('bob phone', 4, ciphertext => repeat('A', 401))), 400, 'envelope_invalid', 'and is short');
select tests.refused(pg_temp.react(tests.kept('seq')::bigint, gen_random_uuid(), null), 400, 'envelope_invalid', 'and is there');
select tests.refused(format('select public.add_reaction(%L, %s, %L)', tests.kept('group'), tests.kept('seq'), '👍'), 400, 'plaintext_refused', 'none in the open');
select tests.sign_in_as('alice');
select is((select title from public.notifications where event = 'sealed_reaction' and conversation_id = tests.kept('group')::uuid), 'Bob reacted to your message', 'the writer is told, not of what');
select lives_ok(format('select public.remove_sealed_reaction(%L, %s, %L)', tests.kept('group'), tests.kept('seq'), tests.kept('like')), 'who takes away another''s');
select is(jsonb_array_length((pg_temp.message(tests.kept('seq')::bigint)).sealed_reactions), 2, 'changes nothing');
select tests.sign_in_as('bob');
select public.remove_sealed_reaction(tests.kept('group')::uuid, tests.kept('seq')::bigint, tests.kept('like')::uuid);
select lives_ok(pg_temp.react(tests.kept('seq')::bigint, tests.kept('like')::uuid, tests.envelope('bob phone', 5)), 'what was taken back and comes late');
select is((pg_temp.message(tests.kept('seq')::bigint)).sealed_reactions #>> '{0,id}', tests.kept('love'), 'does not come again');
select public.remove_sealed_reaction(tests.kept('group')::uuid, tests.kept('seq')::bigint, tests.kept('love')::uuid);
select is((pg_temp.message(tests.kept('seq')::bigint)).sealed_reactions, null, 'of none nothing is left');
select tests.sign_out();
update private.settings set sealed_reactions_max = 1;
select tests.sign_in_as('bob');
select public.add_sealed_reaction(tests.kept('group')::uuid, tests.kept('seq')::bigint, gen_random_uuid(), tests.envelope('bob phone', 6));
select tests.refused(pg_temp.react(tests.kept('seq')::bigint, gen_random_uuid(), tests.envelope('bob phone', 7)), 400, 'reactions_full', 'there is a most');
select tests.refused(format('select public.add_sealed_reaction(%L, 1, gen_random_uuid(), %L)', tests.kept('plain'), tests.envelope('bob phone', 7)), 400, 'not_encrypted', 'none where it is not encrypted');


-- Title and description

select tests.sign_in_as('alice');
select lives_ok(format('select public.set_about(%L, %L)', tests.kept('group'), tests.envelope('alice phone', 15)), 'another title');
select results_eq(
  $$ select about, title from public.conversation_list where id = tests.kept('group')::uuid $$,
  $$ values (tests.envelope('alice phone', 15) || jsonb_build_object('senderId', tests.user_id('alice')), null::text) $$,
  'stands there sealed, with whose it is'
);
select is((select system from public.messages where conversation_id = tests.kept('group')::uuid order by seq desc limit 1), '{"code": "about_changed"}'::jsonb, 'the conversation says that, not which');
select tests.refused(format('select public.set_about(%L, null)', tests.kept('group')), 400, 'envelope_invalid', 'it is not taken away');
select tests.sign_in_as('bob');
select tests.refused(format('select public.set_about(%L, %L)', tests.kept('group'), tests.envelope('bob phone', 8)), 403, 'not_allowed', 'not by a mere member');
select lives_ok(format('select public.reseal_about(%L, %L)', tests.kept('group'), tests.envelope('bob phone', 8)), 'who seals it again in the same epoch');
select is((select about ->> 'senderId' from public.conversation_list where id = tests.kept('group')::uuid), tests.user_id('alice')::text, 'changes nothing');


-- A new epoch

select tests.remove_device('alice', 'alice laptop');
select tests.refused(pg_temp.send(tests.envelope('alice phone', 20)), 409, 'epoch_needed', 'while the epoch is outdated, nothing is sent');
select tests.refused(pg_temp.edit(tests.kept('seq')::bigint, tests.envelope('alice phone', 20)), 409, 'epoch_needed', 'nor edited');
select tests.sign_in_as('bob');
select tests.rotate(tests.kept('group')::uuid, 'bob', 'bob phone');
select tests.refused(pg_temp.send(tests.envelope('bob phone', 20)), 409, 'epoch_outdated', 'after it, nothing is sent in the old one');
select is(pg_temp.details(pg_temp.send(tests.envelope('bob phone', 20))), '2', 'it says the newest');
select lives_ok(pg_temp.send(tests.envelope('bob phone', 20, 2)), 'but in the new one');
select tests.sign_in_as('alice');
select tests.refused(pg_temp.send(tests.envelope('alice laptop', 20, 2)), 404, 'device_not_found', 'not by the device that is gone');
select tests.sign_in_as('bob');
select lives_ok(format('select public.reseal_about(%L, %L)', tests.kept('group'), tests.envelope('bob phone', 21, 2)), 'the title is sealed again by any member');
select results_eq(
  $$ select about ->> 'senderId', (about -> 'epoch')::int from public.conversation_list where id = tests.kept('group')::uuid $$,
  $$ values (tests.user_id('bob')::text, 2) $$, 'who signs it'
);
select tests.sign_out();
update private.settings set epoch_messages_max = 1;
select tests.sign_in_as('bob');
select tests.refused(pg_temp.send(tests.envelope('bob phone', 22, 2)), 409, 'epoch_needed', 'an epoch that is full is over');
select tests.sign_out();
update private.settings set epoch_messages_max = 10000;


-- Handing over earlier keys

select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('mallory')]);
select tests.add_device('mallory', 'mallory phone');
select tests.sign_in_as('alice');
select tests.refused(pg_temp.hand(1, 'mallory phone'), 403, 'not_allowed', 'who is new is given no key of before');
select lives_ok(format('select public.set_history(%L, true)', tests.kept('group')), 'unless the group says so');
select is((select system - 'code' from public.messages where conversation_id = tests.kept('group')::uuid order by seq desc limit 1), '{"hands_history": true}'::jsonb, 'in the conversation');
select results_eq(pg_temp.hand(1, 'mallory phone'), 'values (1)', 'then they are');
select results_eq(pg_temp.hand(1, 'mallory phone'), 'values (0)', 'once: a second one is told that it was there');
select tests.refused(pg_temp.hand(9, 'mallory phone'), 403, 'not_allowed', 'a key that one has not had');
select tests.refused(pg_temp.hand(1, 'alice laptop'), 404, 'device_not_found', 'a device that is gone');
select tests.refused(format('select public.hand_over_keys(%L, %L)', tests.kept('group'), '{"1": {"x": {}}}'), 400, 'keys_invalid', 'what is no key');
select lives_ok(pg_temp.hand(1, 'bob phone'), 'what came to others with the epoch');
select is(pg_temp.key_of('bob phone'), tests.sealed('A'), 'stays');
select lives_ok(pg_temp.hand(1, 'alice phone'), 'what came to oneself');
select is(pg_temp.key_of('alice phone'), tests.sealed('B'), 'one can mend');
select tests.sign_in_as('mallory');
select results_eq(
  $$ select number, sealed, handed_by from public.epoch_keys where conversation_id = tests.kept('group')::uuid $$,
  $$ values (1, tests.sealed('B'), tests.user_id('alice')) $$, 'who gets it sees by whom'
);
select tests.refused(format('select public.set_history(%L, false)', tests.kept('group')), 403, 'not_allowed', 'a mere member does not change that');


-- Deleting

select tests.sign_in_as('alice');
select public.delete_message(tests.kept('group')::uuid, tests.kept('seq')::bigint);
select results_eq(
  $$ select envelope, edit_envelope, sealed_reactions, deleted_at is not null from public.messages where conversation_id = tests.kept('group')::uuid and seq = tests.kept('seq')::bigint $$,
  $$ values (null::jsonb, null::jsonb, null::jsonb, true) $$, 'what is deleted leaves no envelope'
);
select is_empty($$ select 1 from public.message_edits where conversation_id = tests.kept('group')::uuid and seq = tests.kept('seq')::bigint $$, 'nor what it was before');

select * from finish();
rollback;
