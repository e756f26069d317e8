-- Webhooks: who may have them, what they are told of, and how deliveries go.

begin;
select plan(55);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
-- So that the ring of one send is seen; nothing is there.
update private.doorbell set functions_url = 'http://127.0.0.1:9/functions/v1';

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Harbour', array[tests.user_id('bob'), tests.user_id('carol')])));
select tests.keep('elsewhere', (select id from public.create_group('Elsewhere', array[tests.user_id('carol')])));

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
create function pg_temp.wanted()
returns table (event text, seq bigint)
language sql
as $$ select payload ->> 'event', (payload ->> 'seq')::bigint from private.outbox where kind = 'webhook' order by id $$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- Making one

select tests.sign_in_as('bob');
create temp table made as select public.create_webhook('https://bob.example/hook?x=1', array[tests.kept('group')::uuid], description => 'Mine') as hook;
select ok((select hook ->> 'secret' like 'whsec_%' from made), 'bob gets a secret');
select tests.keep('hook', (select hook ->> 'id' from made));
select tests.keep('secret', (select hook ->> 'secret' from made));
select is((select count(*) from public.webhooks), 1::bigint, 'webhooks_select allows its owner');
select is((select count(*) from public.webhook_conversations), 1::bigint, 'webhook_conversations_select allows its owner');
select tests.refused($$ select public.create_webhook('http://bob.example/') $$, 400, 'webhook_url_invalid', 'not without TLS');
select tests.refused($$ select public.create_webhook('https://user:secret@bob.example/') $$, 400, 'webhook_url_invalid', 'not with a password in it');
select tests.refused($$ select public.create_webhook('file:///etc/passwd') $$, 400, 'webhook_url_invalid', 'not to a file');
select tests.refused($$ select public.create_webhook(null) $$, 400, 'webhook_url_invalid', 'not to nowhere');
select tests.refused($$ select public.create_webhook('https://bob.example/', events => '{everything}') $$, 400, 'webhook_invalid', 'not of events that there are not');
select tests.refused(format('select public.create_webhook(%L, array[%L]::uuid[])', 'https://bob.example/', tests.kept('elsewhere')), 403, 'not_a_member', 'not of a conversation that one is not in');

select tests.sign_in_as('mallory');
select is((select count(*) from public.webhooks), 0::bigint, 'webhooks_select denies a stranger');
select is((select count(*) from public.webhook_conversations), 0::bigint, 'webhook_conversations_select denies a stranger');
select tests.refused(format('select public.update_webhook(%L, url => %L)', tests.kept('hook'), 'https://mallory.example/'), 404, 'webhook_not_found', 'a stranger cannot point it elsewhere');
select tests.refused(format('select public.rotate_webhook_secret(%L)', tests.kept('hook')), 404, 'webhook_not_found', 'nor get its secret');
select tests.refused(format('select public.delete_webhook(%L)', tests.kept('hook')), 404, 'webhook_not_found', 'nor delete it');
select tests.sign_in_as('alice');
select is((select count(*) from public.webhooks), 0::bigint, 'webhooks_select denies other members of the conversation');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.webhooks $$, '42501', null, 'webhooks_select denies anon');
select throws_ok($$ select * from public.webhook_conversations $$, '42501', null, 'webhook_conversations_select denies anon');
select throws_ok($$ select * from public.webhook_deliveries $$, '42501', null, 'webhook_deliveries_select denies anon');
select throws_ok($$ select public.create_webhook('https://x.example/') $$, '42501', null, 'who is not signed in has none');
select tests.sign_in_as('bob');
select throws_ok($$ select public.claim_webhooks() $$, '42501', null, 'only the function claims deliveries');
select tests.sign_out();


-- What it is told of

select is_empty($$ select * from pg_temp.wanted() $$, 'nothing yet');
select tests.keep('seq', pg_temp.say('alice', 'group', 'hello'));
select pg_temp.say('carol', 'elsewhere', 'not this');
select results_eq($$ select * from pg_temp.wanted() $$, $$ values ('message.created', tests.kept('seq')::bigint) $$, 'a message of its conversation, and of no other');
select is((select count(*) from net.http_request_queue where url like '%/webhooks'), 1::bigint, 'rings at the function once');
delete from private.outbox;
select tests.sign_in_as('alice');
select public.edit_message(tests.kept('group')::uuid, tests.kept('seq')::bigint, 'hello all');
select tests.sign_out();
select results_eq($$ select * from pg_temp.wanted() $$, $$ values ('message.updated', tests.kept('seq')::bigint) $$, 'an edit');
delete from private.outbox;
select tests.sign_in_as('alice');
select public.delete_message(tests.kept('group')::uuid, tests.kept('seq')::bigint);
select tests.sign_out();
select results_eq($$ select * from pg_temp.wanted() $$, $$ values ('message.deleted', tests.kept('seq')::bigint) $$, 'a deletion');
delete from private.outbox;

select tests.sign_in_as('bob');
select public.update_webhook(tests.kept('hook')::uuid, events => '{message.deleted}');
select pg_temp.say('alice', 'group', 'quiet');
select is_empty($$ select * from pg_temp.wanted() $$, 'not of events that were not chosen');
select tests.sign_in_as('bob');
select public.update_webhook(tests.kept('hook')::uuid, events => '{message.created}', enabled => false);
select pg_temp.say('alice', 'group', 'quieter');
select is_empty($$ select * from pg_temp.wanted() $$, 'of nothing while it is disabled');
select tests.sign_in_as('bob');
select is((public.update_webhook(tests.kept('hook')::uuid, enabled => true)).disabled_at, null, 'until it is enabled again');
select tests.sign_out();


-- Deliveries

select tests.keep('seq', pg_temp.say('alice', 'group', 'to be delivered'));
select tests.sign_in_as_service();
create temp table claimed as select * from public.claim_webhooks();
grant all on claimed to public;
select is((select body -> 'data' -> 'message' ->> 'content' from claimed), 'to be delivered', 'what is claimed says what was said');
select is((select url from claimed), 'https://bob.example/hook?x=1', 'and where it goes');
select is((select secrets from claimed), array[tests.kept('secret')], 'and what it is signed with');
select is((select may_be_inside from claimed), false, 'which may not lie inside a network');
select is_empty($$ select * from public.claim_webhooks() $$, 'a second worker gets nothing');
select public.webhook_tried(id, attempt, 12, 500, 'answered 500', 'oops') from claimed;
select tests.sign_in_as('bob');
select is((select status || ' ' || error from public.webhook_deliveries), '500 answered 500', 'webhook_deliveries_select allows its owner');
select isnt((select failing_since from public.webhooks), null, 'it fails since then');
select tests.sign_in_as('mallory');
select is((select count(*) from public.webhook_deliveries), 0::bigint, 'webhook_deliveries_select denies a stranger');
select tests.refused(format('select public.redeliver_webhook(%s)', (select max(id) from claimed)), 404, 'webhook_not_found', 'who can redeliver nothing');
select tests.sign_out();
update private.outbox set next_at = now();
select tests.sign_in_as_service();
delete from claimed;
insert into claimed select * from public.claim_webhooks();
select is((select attempt from claimed), 2, 'it is tried again');
select public.webhook_tried(id, attempt, 12, 204) from claimed;
select tests.sign_out();
select is_empty($$ select * from pg_temp.wanted() $$, 'until it is delivered');
select is((select failing_since from public.webhooks where id = tests.kept('hook')::uuid), null, 'and fails no more');
select tests.sign_in_as('bob');
select is((select count(distinct key) from public.webhook_deliveries), 1::bigint, 'both attempts are of one delivery');
select public.redeliver_webhook((select max(id) from public.webhook_deliveries));
select tests.sign_out();
select is((select count(*) from pg_temp.wanted()), 1::bigint, 'which its owner can have repeated');

select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('bob'));
select tests.sign_in_as_service();
select is_empty($$ select * from public.claim_webhooks() $$, 'who was removed is told nothing, not even of before');
select tests.sign_out();
select is_empty($$ select * from pg_temp.wanted() $$, 'and nothing waits');
select pg_temp.say('alice', 'group', 'without bob');
select tests.sign_in_as_service();
select is_empty($$ select * from public.claim_webhooks() $$, 'of what is said afterwards neither');
select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.user_id('bob')]);
select tests.sign_out();
delete from private.outbox;

select pg_temp.say('alice', 'group', 'for who is gone');
select tests.sign_in_as_service();
select public.webhook_tried(id, attempt, 12, 410, 'answered 410') from public.claim_webhooks();
select tests.sign_in_as('bob');
select is((select disabled_reason from public.webhooks), 'gone', 'an answer of 410 disables it');
select is((select event from public.notifications where event = 'webhook_disabled'), 'webhook_disabled', 'and its owner is told');
select public.update_webhook(tests.kept('hook')::uuid, enabled => true);
select tests.sign_out();
update public.webhooks set failing_since = now() - interval '6 days';
select pg_temp.say('alice', 'group', 'for who sleeps');
select tests.sign_in_as_service();
select public.webhook_tried(id, attempt, 12, null, 'no answer') from public.claim_webhooks();
select tests.sign_in_as('bob');
select is((select disabled_reason from public.webhooks), 'failing', 'so does failing for days');


-- Secrets

select tests.keep('new', public.rotate_webhook_secret(tests.kept('hook')::uuid));
select isnt(tests.kept('new'), tests.kept('secret'), 'a new secret');
select public.update_webhook(tests.kept('hook')::uuid, enabled => true);
select pg_temp.say('alice', 'group', 'signed twice');
select tests.sign_in_as_service();
select is((select cardinality(secrets) from public.claim_webhooks()), 2, 'signs together with the old one');
select tests.sign_out();
update private.webhook_secrets set expires_at = now() where expires_at is not null;
update private.outbox set next_at = now();
select tests.sign_in_as_service();
select is((select secrets from public.claim_webhooks()), array[tests.kept('new')], 'until that expires');


-- Of a team

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Crew')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'general')));
select tests.keep('secret_channel', (select id from public.create_channel(tests.kept('team')::uuid, 'quiet', is_public => false)));
select public.create_webhook('https://team.example/', team_id => tests.kept('team')::uuid);
select tests.sign_out();
delete from private.outbox;
select pg_temp.say('alice', 'channel', 'public');
select pg_temp.say('alice', 'secret_channel', 'not public');
select is((select count(*) from pg_temp.wanted()), 1::bigint, 'a team''s webhook is told of its public channels');
select tests.sign_in_as('alice');
select is((select count(*) from public.webhooks where team_id = tests.kept('team')::uuid), 1::bigint, 'webhooks_select allows who leads the team');
select tests.sign_in_as('bob');
select tests.refused(format('select public.create_webhook(%L, team_id => %L)', 'https://x.example/', tests.kept('team')), 403, 'not_allowed', 'and made by those who lead it');
select is((select count(*) from public.webhooks where team_id is not null), 0::bigint, 'webhooks_select denies who does not lead the team');

select finish();
rollback;
