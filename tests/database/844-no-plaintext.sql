-- No call of the API puts plaintext into an encrypted conversation. Every function that changes something is in one of the two
-- lists below, with a call that must be refused or with why it may: a new one that is in none of them fails here.

begin;
select plan(51);
select tests.create_users('alice', 'bob');
select tests.add_device('bob', 'bob phone');
select tests.add_device('alice', 'alice phone');
select tests.keep('group', (select id from public.create_group('Plans', array[tests.user_id('bob')])));
select tests.keep('open', (select id from public.create_group('Open', array[tests.user_id('bob')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'said in the open');
select tests.keep('old', (select last_seq from public.conversations where id = tests.kept('group')::uuid));
select public.create_poll(tests.kept('group')::uuid, gen_random_uuid(), 'Tea?', array['Yes', 'No']);
select tests.keep('poll', (select last_seq from public.conversations where id = tests.kept('group')::uuid));
select public.add_reaction(tests.kept('group')::uuid, tests.kept('old')::bigint, '👍');
select public.send_message(tests.kept('open')::uuid, gen_random_uuid(), 'elsewhere');
select tests.keep('elsewhere', (select last_seq from public.conversations where id = tests.kept('open')::uuid));
select tests.keep('scheduled', gen_random_uuid());
select public.schedule_message(tests.kept('group')::uuid, tests.kept('scheduled')::uuid, 'later', now() + interval '1 day');
select tests.keep('file', (public.create_attachment(tests.kept('group')::uuid, 'plan.pdf', 'application/pdf', 10)).id);
select tests.turn_on(tests.kept('group')::uuid, 'alice', 'alice phone', 1);
select public.send_envelope(tests.kept('group')::uuid, gen_random_uuid(), tests.envelope('alice phone', 2));
select tests.keep('sealed', (select last_seq from public.conversations where id = tests.kept('group')::uuid));
select tests.sign_out();

create temporary table refusing (function text, call text);
insert into refusing (function, call) values
  ('send_message', format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('group'), 'plain')),
  ('send_message', format('select public.send_message(%L, gen_random_uuid(), %L, preview => %L)', tests.kept('group'), 'https://plain.example', '{"url": "https://plain.example", "title": "plain"}')),
  ('edit_message', format('select public.edit_message(%L, %s, %L)', tests.kept('group'), tests.kept('sealed'), 'plain')),
  ('edit_message', format('select public.edit_message(%L, %s, %L)', tests.kept('group'), tests.kept('old'), 'plain')),
  ('add_reaction', format('select public.add_reaction(%L, %s, %L)', tests.kept('group'), tests.kept('sealed'), '🎉')),
  ('add_reaction', format('select public.add_reaction(%L, %s, %L)', tests.kept('group'), tests.kept('old'), '🎉')),
  ('create_poll', format('select public.create_poll(%L, gen_random_uuid(), %L, %L)', tests.kept('group'), 'plain?', array['Yes', 'No'])),
  ('vote', format('select public.vote(%L, %s, %L)', tests.kept('group'), tests.kept('poll'), array[0])),
  ('save_draft', format('select public.save_draft(%L, gen_random_uuid(), %L)', tests.kept('group'), 'plain')),
  ('schedule_message', format('select public.schedule_message(%L, gen_random_uuid(), %L, %L)', tests.kept('group'), 'plain', now() + interval '1 day')),
  ('edit_scheduled_message', format('select public.edit_scheduled_message(%L, %L)', tests.kept('scheduled'), 'plain')),
  ('send_scheduled_message', format('select public.send_scheduled_message(%L)', tests.kept('scheduled'))),
  ('forward_message', format('select public.forward_message(%L, %s, %L)', tests.kept('open'), tests.kept('elsewhere'), array[tests.kept('group')::uuid])),
  ('rename_conversation', format('select public.rename_conversation(%L, %L)', tests.kept('group'), 'plain')),
  ('configure_conversation', format('select public.configure_conversation(%L, description := %L)', tests.kept('group'), 'plain')),
  ('import_messages', format('select public.import_messages(%L, %L)', tests.kept('group'), '')),
  ('create_attachment', format('select public.create_attachment(%L, %L, %L, 10)', tests.kept('group'), 'plan.pdf', 'application/octet-stream')),
  ('create_attachment', format('select public.create_attachment(%L, %L, %L, 10)', tests.kept('group'), 'encrypted', 'application/pdf')),
  ('create_attachment', format('select public.create_attachment(%L, %L, %L, 10, width := 5, height := 5)', tests.kept('group'), 'encrypted', 'application/octet-stream')),
  ('create_attachment', format('select public.create_attachment(%L, %L, %L, 10, blurhash := %L)', tests.kept('group'), 'encrypted', 'application/octet-stream', 'LEHV6nWB2yk8')),
  ('send_envelope', format('select public.send_envelope(%L, gen_random_uuid(), null)', tests.kept('group'))),
  ('messages', format('insert into public.messages (conversation_id, content) values (%L, %L)', tests.kept('group'), 'plain'));

create temporary table harmless (why text, functions text[]);
insert into harmless (why, functions) values
  ('takes envelopes, whose form is checked (842)', '{send_envelope,edit_envelope,add_sealed_reaction,set_about,reseal_about}'),
  ('takes keys, whose form is checked (800 to 840)', '{turn_on_encryption,start_epoch,hand_over_keys,append_key_log,request_device,hand_over,end_device_request,set_key_backup,save_key_backup_parts}'),
  ('takes away', '{delete_message,remove_reaction,remove_sealed_reaction,retract_vote,close_poll,discard_attachment,cancel_scheduled_message,unpin_message}'),
  ('takes numbers, ids and settings out of short lists', '{mark_read,mark_delivered,mark_unread,pin_message,hide_messages,set_conversation_settings,set_disappearing,set_history,set_member_role,add_members,remove_member,leave_conversation,heartbeat}'),
  ('begins another conversation', '{start_direct_conversation,create_group,create_channel,start_listing_conversation,start_negotiation}'),
  ('is for negotiations, which are never encrypted', '{make_offer,counter_offer,accept_offer,reject_offer,withdraw_offer,mark_deal_paid,complete_deal,cancel_deal}'),
  ('is for teams and their channels, which are never encrypted', '{create_team,update_team,leave_team,invite_to_team,accept_team_invitation,decline_team_invitation,revoke_team_invitation,create_invite_link,revoke_invite_link,join_team_by_link,remove_from_team,set_team_role,set_team_words,create_project,update_project,join_channel}'),
  ('is for bots and webhooks, which are in no encrypted conversation (840)', '{create_bot,delete_bot,rotate_bot_key,bot_of_key,create_webhook,update_webhook,delete_webhook,rotate_webhook_secret,redeliver_webhook,create_incoming_webhook,delete_incoming_webhook,post_incoming,claim_webhooks,webhook_tried}'),
  ('goes to the moderators, not into the conversation', '{report_message,report_user,handle_report,moderate_user,set_moderator}'),
  ('is about a person or a listing', '{block_user,unblock_user,delete_account,end_session,set_listing_status,set_privacy}'),
  ('is for notifications', '{acknowledge_notification,archive_notifications,unarchive_notifications,mark_all_notifications_read,mark_notifications_read,mark_notifications_unread,set_notification_preference,set_notification_settings,send_notification,save_push_subscription,remove_push_subscription,test_push,claim_pushes,pushes_sent,push_failed,push_released,push_sent,snooze_notifications,claim_digests,digest_sent,digest_failed,unsubscribe_digest}'),
  ('is for Edge Functions', '{ring_again,claim_files_to_delete,files_deleted,take_link_preview,keep_link_preview}');

create function pg_temp.changing()
returns setof text
language sql
as $$
  select distinct p.proname::text
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.provolatile = 'v'
    and (has_function_privilege('authenticated', p.oid, 'execute') or has_function_privilege('service_role', p.oid, 'execute'))
$$;

select set_eq('select pg_temp.changing()', 'select function from refusing where function <> ''messages'' union select unnest(functions) from harmless', 'every function that changes something is known here');
grant select on refusing to authenticated, service_role;


-- Refused

select tests.sign_in_as('alice');
select tests.refused(r.call, 400, 'plaintext_refused', r.function || ' refuses it') from refusing r;
select tests.sign_in_as_service();
select tests.refused(format('insert into public.messages (conversation_id, sender_id, content) values (%L, %L, %L)', tests.kept('group'), tests.user_id('alice'), 'plain'), 400, 'plaintext_refused', 'the secret key as well');
select tests.refused(format('select public.import_messages(%L, %L)', tests.kept('group'), ''), 400, 'plaintext_refused', 'also of an import');
select tests.sign_in_as('alice');
select tests.refused(format('select public.forward_message(%L, %s, %L)', tests.kept('group'), tests.kept('sealed'), array[tests.kept('open')::uuid]), 403, 'forward_not_allowed', 'what is sealed here would be nothing elsewhere');
select tests.refused(format('select public.create_incoming_webhook(%L, %L)', public.create_bot('sealed_bot', 'Bot') ->> 'id', tests.kept('group')), 404, 'member_not_found', 'no bot is there to post');
select is_empty($$ select 1 from public.conversations c join public.messages m on m.conversation_id = c.id where c.id = tests.kept('group')::uuid and to_jsonb(m)::text like '%plain%' $$, 'nothing of it is kept');
select is_empty('select 1 from public.drafts', 'not as a draft either');


-- Still possible with what was said before

select lives_ok(format('select public.remove_reaction(%L, %s, %L)', tests.kept('group'), tests.kept('old'), '👍'), 'a reaction is taken back');
select lives_ok(format('select public.retract_vote(%L, %s)', tests.kept('group'), tests.kept('poll')), 'a vote too');
select lives_ok(format('select public.close_poll(%L, %s)', tests.kept('group'), tests.kept('poll')), 'a poll is closed');
select lives_ok(format('select public.save_draft(%L, gen_random_uuid(), %L)', tests.kept('group'), ''), 'a draft is emptied');
select lives_ok(format('select public.configure_conversation(%L, slow_mode_seconds := 5)', tests.kept('group')), 'settings are changed');
select public.configure_conversation(tests.kept('group')::uuid, slow_mode_seconds := 0);


-- Files

select lives_ok(format('select public.create_attachment(%L, %L, %L, 100, id := %L)', tests.kept('group'), 'encrypted', 'application/octet-stream', tests.user_id('a file')), 'a file that says nothing of itself');
select tests.sign_out();
insert into storage.objects (bucket_id, name, owner, metadata)
select 'attachments', a.path, tests.user_id('alice'), jsonb_build_object('size', 100, 'mimetype', a.mime_type)
from public.attachments a
where a.conversation_id = tests.kept('group')::uuid;
select tests.sign_in_as('alice');
select tests.refused(
  format('select public.send_envelope(%L, gen_random_uuid(), %L, attachment_ids := %L)', tests.kept('group'), tests.envelope('alice phone', 3), array[tests.kept('file')]),
  400, 'plaintext_refused', 'one that was announced in the open is not sent'
);
select lives_ok(format('select public.send_envelope(%L, gen_random_uuid(), %L, attachment_ids := %L)', tests.kept('group'), tests.envelope('alice phone', 3), array[tests.user_id('a file')]), 'the other is');
select results_eq(
  $$ select f - '{id,path}'::text[] from public.messages m, jsonb_array_elements(m.attachments) f where m.conversation_id = tests.kept('group')::uuid $$,
  $$ values ('{"name": "encrypted", "mime_type": "application/octet-stream", "size": 100}'::jsonb) $$, 'of which there is a size'
);


-- What the server makes of it

select results_eq($$ select seq from public.search_messages('encrypted') $$, $$ select null::bigint where false $$, 'the search knows nothing of it');
select results_eq($$ select seq from public.search_messages(has_attachment := true, conversation_id := tests.kept('group')::uuid) $$, $$ select null::bigint where false $$, 'nor of its files');
select results_eq($$ select seq from public.search_messages('open', conversation_id := tests.kept('group')::uuid) $$, $$ values (tests.kept('old')::bigint) $$, 'but what was said before');
select ok(
  (select l::jsonb -> 'envelope' = tests.envelope('alice phone', 2) and l::jsonb ->> 'content' = '' from string_to_table(public.export_messages(tests.kept('group')::uuid), E'\n') l where l like '{%' and (l::jsonb ->> 'seq') = tests.kept('sealed')),
  'an export has the envelope'
);
select results_eq(
  $$ select last_message ->> 'content', last_message -> 'is_encrypted', last_message -> 'envelope' from public.conversation_list where id = tests.kept('group')::uuid $$,
  $$ values ('', 'true'::jsonb, tests.envelope('alice phone', 3)) $$, 'the list too'
);
select public.send_envelope(tests.kept('group')::uuid, gen_random_uuid(), tests.envelope('alice phone', 4, ciphertext => repeat('A', 2001)));
select is((select last_message -> 'envelope' from public.conversation_list where id = tests.kept('group')::uuid), null, 'but not of a long one');
select results_eq(
  $$ select m ->> 'content', m -> 'envelope' from jsonb_array_elements(public.sync(jsonb_build_object(tests.kept('group'), 0)) #> '{conversations,0,messages}') m where (m ->> 'seq') = tests.kept('sealed') $$,
  $$ values ('', tests.envelope('alice phone', 2)) $$, 'sync() brings it'
);
select tests.sign_in_as('bob');
select lives_ok(format('select public.report_message(%L, %s, %L, %L)', tests.kept('group'), tests.kept('sealed'), 'spam', 'Alice sells things'), 'it can be reported');
select tests.sign_out();
select results_eq('select said, note from public.reports', $$ values (null::text, 'Alice sells things') $$, 'with what the reporter says of it');

-- The words of a push, and what is in it for the device to open
update private.settings set push_delay = '-1 hour';
insert into auth.sessions (id, user_id, created_at, updated_at) values (md5('session:bob')::uuid, tests.user_id('bob'), now(), now());
select tests.sign_in_as('bob');
select public.save_push_subscription('https://push.example/1', repeat('A', 87), repeat('B', 22), md5('d')::uuid, 'd');
select public.mark_read(jsonb_build_object(tests.kept('group'), 1000));
create function pg_temp.payload(envelope jsonb, id uuid)
returns jsonb
language plpgsql
as $$
declare
  v_claims jsonb;
begin
  perform tests.sign_in_as('alice');
  perform public.send_envelope(tests.kept('group')::uuid, payload.id, payload.envelope);
  perform tests.sign_out();
  v_claims := private.claim_pushes(10, '{}');
  perform tests.sign_in_as('bob');
  perform public.mark_read(jsonb_build_object(tests.kept('group'), 1000));
  perform tests.sign_out();
  return v_claims #> '{0,payload}';
end;
$$;
select tests.sign_out();
select tests.keep('payload', pg_temp.payload(tests.envelope('alice phone', 5), tests.user_id('pushed')));
select results_eq(
  $$ select tests.kept('payload')::jsonb ->> 'title', tests.kept('payload')::jsonb ->> 'body', tests.kept('payload')::jsonb -> 'encrypted' $$,
  $$ values ('Encrypted group', 'New message', jsonb_build_object('message_id', tests.user_id('pushed'), 'sender_id', tests.user_id('alice'), 'envelope', tests.envelope('alice phone', 5))) $$,
  'a push says that something came, and brings the envelope'
);
select is(pg_temp.payload(tests.envelope('alice phone', 6, ciphertext => repeat('A', 1201)), tests.user_id('long')) -> 'encrypted' -> 'envelope', null, 'a long one is asked for');
select cmp_ok(octet_length(pg_temp.payload(tests.envelope('alice phone', 7, ciphertext => repeat('A', 1200)), tests.user_id('longest'))::text), '<', 3000, 'so that it is small enough for every push service');
select tests.sign_in_as('bob');
select public.set_notification_settings(shows_content := false);
select tests.sign_out();
select is(pg_temp.payload(tests.envelope('alice phone', 8), tests.user_id('hidden')) -> 'encrypted', null, 'who wants nothing shown is sent nothing');

select * from finish();
rollback;
