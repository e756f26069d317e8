-- What is announced live, to whom, in the transaction that makes it happen.

begin;
select plan(40);
select tests.create_users('alice', 'bob', 'carol', 'dave');

create function pg_temp.announced()
returns table (topic text, event text, revision text)
language plpgsql
as $$
/* What has been announced since the last look; topics and people by their names. */
declare
  v_row record;
  v_person text;
begin
  for v_row in delete from realtime.messages m returning m.topic, m.event, m.payload, m.private, m.extension loop
    if not v_row.private or v_row.extension <> 'broadcast' then
      raise exception 'announced in public: %', v_row;
    end if;
    topic := v_row.topic;
    foreach v_person in array array['alice', 'bob', 'carol', 'dave'] loop
      topic := replace(topic, tests.user_id(v_person)::text, v_person);
    end loop;
    topic := replace(topic, tests.kept('group'), 'group');
    -- What happened stands in the conversation as well, as a message of the system.
    event := case when v_row.payload #>> '{message,kind}' = 'system' then 'system' else v_row.event end;
    revision := coalesce(v_row.payload ->> 'revision', '');
    return next;
  end loop;
end;
$$;
create function pg_temp.payload(event text)
returns jsonb
language sql
as $$
  select m.payload - 'id' from realtime.messages m where m.event = payload.event limit 1
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;
delete from realtime.messages;


-- A small conversation: everybody on their own topic

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.sign_out();
select is(pg_temp.payload('conversation') -> 'conversation', (select to_jsonb(c) - 'direct_key' from public.conversations c where c.id = tests.kept('group')::uuid), 'a new group is announced as it is');
select set_eq('select * from pg_temp.announced()', $$ values ('user:alice', 'conversation', '1'), ('user:bob', 'conversation', '1'), ('user:carol', 'conversation', '1') $$, 'to each of its members');

select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'hello');
select tests.sign_out();
select is(
  pg_temp.payload('message'),
  (select jsonb_build_object('conversation_id', m.conversation_id, 'revision', m.revision, 'message', jsonb_strip_nulls(to_jsonb(m) - 'is_withheld')) from public.messages m where m.conversation_id = tests.kept('group')::uuid),
  'a message is announced as REST shows it, without what is null'
);
select set_eq('select * from pg_temp.announced()', $$ values ('user:alice', 'message', '2'), ('user:bob', 'message', '2'), ('user:carol', 'message', '2') $$, 'to each member, its sender included: he has other devices');

select tests.sign_in_as('bob');
insert into public.messages (conversation_id, content) values (tests.kept('group')::uuid, 'by REST');
select tests.sign_out();
select is((select count(*) from pg_temp.announced()), 3::bigint, 'one that was inserted by REST is announced in the same way');

select tests.sign_in_as('alice');
select public.rename_conversation(tests.kept('group')::uuid, 'Renamed');
select tests.sign_out();
select is(pg_temp.payload('conversation') #>> '{conversation,title}', 'Renamed', 'a new name is announced');
select set_eq('select * from pg_temp.announced()', $$ values ('user:alice', 'conversation', '4'), ('user:bob', 'conversation', '4'), ('user:carol', 'conversation', '4'), ('user:alice', 'system', '5'), ('user:bob', 'system', '5'), ('user:carol', 'system', '5') $$, 'to each member');

select tests.sign_in_as('alice');
select public.set_member_role(tests.kept('group')::uuid, tests.user_id('bob'), 'admin');
select tests.sign_out();
select is(pg_temp.payload('member') #>> '{members,0,role}', 'admin', 'a new role is announced');
select set_eq('select * from pg_temp.announced()', $$ values ('user:alice', 'member', '6'), ('user:bob', 'member', '6'), ('user:carol', 'member', '6'), ('user:alice', 'system', '7'), ('user:bob', 'system', '7'), ('user:carol', 'system', '7'), ('user:bob', 'personal', '1') $$, 'to each member, and whose it is is notified');


-- Receipts: to whom they tell something

select tests.sign_in_as('carol');
select public.mark_delivered(jsonb_build_object(tests.kept('group'), 1));
select tests.sign_out();
select is(
  pg_temp.payload('receipt'),
  (select jsonb_build_object('conversation_id', conversation_id, 'user_id', user_id, 'delivered_seq', 1, 'delivered_at', now(), 'read_seq', 0, 'read_at', null) from public.members where conversation_id = tests.kept('group')::uuid and user_id = tests.user_id('carol')),
  'a receipt says how far its reader has got, and since when'
);
select set_eq('select * from pg_temp.announced()', $$ values ('user:bob', 'receipt', ''), ('user:carol', 'receipt', '') $$, 'to Bob, whose message it covers, and to Carol''s other devices');
select tests.sign_in_as('carol');
select public.mark_delivered(jsonb_build_object(tests.kept('group'), 1));
select tests.sign_out();
select is_empty('select * from pg_temp.announced()', 'what changes nothing is not announced');
select tests.sign_in_as('carol');
select public.mark_read(jsonb_build_object(tests.kept('group'), 2));
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('user:bob', 'receipt', ''), ('user:carol', 'receipt', '') $$, 'reading is announced in the same way');
select tests.sign_in_as('bob');
select public.mark_read(jsonb_build_object(tests.kept('group'), 2));
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('user:bob', 'receipt', '') $$, 'who reads only what they said themselves tells nobody but their own devices');


-- Somebody comes, somebody goes

select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('dave')]);
select tests.sign_out();
select is(pg_temp.payload('member') #>> '{members,0,user_id}', tests.user_id('dave')::text, 'who comes is named to the others');
select set_eq(
  'select * from pg_temp.announced()',
  $$ values ('user:alice', 'member', '8'), ('user:bob', 'member', '8'), ('user:carol', 'member', '8'), ('user:dave', 'conversation', '8'), ('user:alice', 'system', '9'), ('user:bob', 'system', '9'), ('user:carol', 'system', '9'), ('user:dave', 'system', '9') $$,
  'and gets the conversation'
);
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_out();
select is(pg_temp.payload('removed'), jsonb_build_object('conversation_id', tests.kept('group')), 'who is removed is told that much');
select is((pg_temp.payload('member') ->> 'epoch')::int, 2, 'the others learn the new epoch');
select set_eq(
  'select * from pg_temp.announced()',
  $$ values ('user:alice', 'member', '10'), ('user:bob', 'member', '10'), ('user:dave', 'member', '10'), ('user:carol', 'removed', ''), ('user:alice', 'system', '11'), ('user:bob', 'system', '11'), ('user:dave', 'system', '11') $$,
  'and who went'
);
select tests.sign_in_as('alice');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'is she gone?');
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('user:alice', 'message', '12'), ('user:bob', 'message', '12'), ('user:dave', 'message', '12') $$, 'what is said afterwards is not addressed to her');
select tests.sign_in_as('dave');
select public.leave_conversation(tests.kept('group')::uuid);
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('user:alice', 'member', '13'), ('user:bob', 'member', '13'), ('user:dave', 'removed', ''), ('user:alice', 'system', '14'), ('user:bob', 'system', '14') $$, 'who leaves learns it on all devices');


-- It becomes large

update private.settings set small_conversation_max = 3;
select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('carol'), tests.user_id('dave')]);
select tests.sign_out();
select is(pg_temp.payload('conversation') #>> '{conversation,is_large}', 'true', 'that a conversation has become large is announced');
select set_eq(
  'select * from pg_temp.announced()',
  $$ values ('user:alice', 'conversation', '15'), ('user:bob', 'conversation', '15'), ('user:carol', 'conversation', '15'), ('user:dave', 'conversation', '15'), ('feed:group:3', 'system', '16') $$,
  'to everybody, where they still listen'
);
select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'hello, all');
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('feed:group:3', 'message', '17') $$, 'from then on a message is announced once, on the feed');
select tests.sign_in_as('alice');
select public.rename_conversation(tests.kept('group')::uuid, 'Large');
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('feed:group:3', 'conversation', '18'), ('feed:group:3', 'system', '19') $$, 'and so is a new name');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_out();
select is(pg_temp.payload('moved') , jsonb_build_object('conversation_id', tests.kept('group'), 'epoch', 4), 'when somebody goes, the old feed says where the new one is, and nothing else');
select set_eq(
  'select * from pg_temp.announced()',
  $$ values ('feed:group:3', 'moved', ''), ('feed:group:4', 'member', '20'), ('user:carol', 'removed', ''), ('feed:group:4', 'system', '21') $$,
  'which Carol cannot join: all that comes after is there'
);
select tests.sign_in_as('bob');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'later');
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('feed:group:4', 'message', '22') $$, 'on the new one only');
select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('carol')]);
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('feed:group:4', 'member', '23'), ('user:carol', 'conversation', '23'), ('feed:group:4', 'system', '24') $$, 'who comes gets the conversation on their own topic');
select tests.sign_in_as('alice');
select public.leave_conversation(tests.kept('group')::uuid);
select tests.sign_out();
select is((select is_large from public.conversations where id = tests.kept('group')::uuid), true, 'a conversation that has been large stays so');
select set_eq('select * from pg_temp.announced()', $$ values ('feed:group:4', 'moved', ''), ('feed:group:5', 'member', '25'), ('user:alice', 'removed', ''), ('feed:group:5', 'system', '26') $$, 'leaving moves the feed as well');


-- Receipts in company

update private.settings set receipts_announced_max = 2;
select tests.sign_in_as('dave');
select public.mark_read(jsonb_build_object(tests.kept('group'), 1000));
select tests.sign_out();
select set_eq('select * from pg_temp.announced()', $$ values ('user:dave', 'receipt', '') $$, 'above a size, receipts are announced to nobody but the reader''s own devices');


-- Refusals and repetitions

select tests.sign_in_as('dave');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('group'), ' '), 400, 'message_blank', 'what is refused');
select tests.refused(format('select public.rename_conversation(%L, %L)', tests.kept('group'), 'x'), 403, 'not_allowed', 'for whatever reason');
select tests.sign_out();
select is_empty('select * from pg_temp.announced()', 'is not announced');


-- An account is deleted

select tests.sign_in_as('alice');
select tests.keep('direct', (select id from public.start_direct_conversation(tests.user_id('bob'))));
select tests.sign_out();
select set_eq('select topic, event from pg_temp.announced()', $$ values ('user:alice', 'conversation'), ('user:bob', 'conversation') $$, 'a new direct conversation is announced to both');
delete from auth.users where id = tests.user_id('bob');
select isnt_empty($$ select 1 from realtime.messages where topic = 'user:' || tests.user_id('alice') and event = 'member' $$, 'when an account is deleted, the other person of a direct conversation is told');
select isnt_empty($$ select 1 from realtime.messages where topic = 'feed:' || tests.kept('group') || ':6' and event = 'member' $$, 'and so are the groups');

-- Every announcement of this file was private: pg_temp.announced() would have raised.
select tests.sign_in_as('carol');
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'last');
select tests.sign_out();
select is((select count(*) from realtime.messages where not private), 0::bigint, 'nothing is announced on a public topic');
select is((select count(*) from realtime.messages where topic !~ '^(user:[0-9a-f-]{36}|feed:[0-9a-f-]{36}:\d+)$'), 0::bigint, 'nor on a topic of another kind');

select finish();
rollback;
