-- Bots, their keys, and the addresses at which they are given something to say.

begin;
select plan(45);
select tests.create_users('alice', 'bob', 'mallory');

create function pg_temp.as_bot()
returns void
language plpgsql
as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', tests.kept('bot'), 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
end;
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
create temp table made as select public.create_bot('test_helper', 'Helper') as bot;
select tests.keep('bot', (select bot ->> 'id' from made));
select tests.keep('key', (select bot ->> 'key' from made));
select matches(tests.kept('key'), '^pbk_[0-9a-f]{64}$', 'a bot is made with a key');
select is((select is_bot from public.profiles where id = tests.kept('bot')::uuid), true, 'and says that it is a bot');
select is((select is_bot from public.profiles where id = tests.user_id('alice')), false, 'which alice is not');
select throws_ok($$ update public.profiles set is_bot = true where id = tests.user_id('alice') $$, '42501', null, 'nor can make herself');
select is((select count(*) from public.bots), 1::bigint, 'bots_select allows its owner');
select tests.sign_in_as('mallory');
select is((select count(*) from public.bots), 0::bigint, 'bots_select denies a stranger');
select tests.refused(format('select public.rotate_bot_key(%L)', tests.kept('bot')), 404, 'bot_not_found', 'a stranger gets no key');
select tests.refused(format('select public.delete_bot(%L)', tests.kept('bot')), 404, 'bot_not_found', 'and deletes nothing');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.bots $$, '42501', null, 'bots_select denies anon');
select throws_ok($$ select * from public.incoming_webhooks $$, '42501', null, 'incoming_webhooks_select denies anon');
select throws_ok($$ select public.create_bot('x', 'X') $$, '42501', null, 'who is not signed in has no bots');
select tests.sign_in_as('alice');
select throws_ok(format('select public.bot_of_key(%L)', tests.kept('key')), '42501', null, 'only the function asks whose key it is');


-- Its key

select tests.sign_in_as_service();
select is((select id from public.bot_of_key(tests.kept('key'))), tests.kept('bot')::uuid, 'a key is known');
select tests.refused($$ select public.bot_of_key('pbk_00') $$, 401, 'bot_key_invalid', 'another is not');
select tests.refused($$ select public.bot_of_key(null) $$, 401, 'bot_key_invalid', 'nor is none');
select tests.sign_out();
select is((select count(*) from private.bot_keys where position(convert_to(tests.kept('key'), 'UTF8') in digest) > 0), 0::bigint, 'it is not stored');
select tests.sign_in_as('alice');
select isnt((select last_used_at from public.bots), null, 'its owner sees that it was used');
select tests.keep('new', public.rotate_bot_key(tests.kept('bot')::uuid));
select tests.sign_in_as_service();
select tests.refused(format('select public.bot_of_key(%L)', tests.kept('key')), 401, 'bot_key_invalid', 'after a rotation the old one is none');
select is((select id from public.bot_of_key(tests.kept('new'))), tests.kept('bot')::uuid, 'and the new one is');


-- Where it is

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Harbour', array[tests.user_id('bob')])));
select pg_temp.as_bot();
select is((select count(*) from public.messages), 0::bigint, 'a bot reads nothing where it was not added');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('group'), 'hi'), 403, 'not_a_member', 'and says nothing');
select tests.refused($$ select public.create_group('Mine') $$, 403, 'not_for_bots', 'it makes no groups');
select tests.refused(format('select public.start_direct_conversation(%L)', tests.user_id('bob')), 403, 'not_for_bots', 'writes to nobody first');
select tests.refused($$ select public.create_team('Mine') $$, 403, 'not_for_bots', 'makes no teams');
select tests.refused($$ select public.create_bot('child', 'Child') $$, 403, 'not_for_bots', 'and no bots');
select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array[tests.kept('bot')::uuid]);
select pg_temp.as_bot();
select is((public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'hello')).sender_id, tests.kept('bot')::uuid, 'added, it speaks as itself');
select tests.sign_in_as('bob');
select lives_ok(format('select public.start_direct_conversation(%L)', tests.kept('bot')), 'people write to it');


-- An address of its own

select tests.refused(format('select public.create_incoming_webhook(%L, %L)', tests.kept('bot'), tests.kept('group')), 404, 'bot_not_found', 'not for a bot of somebody else');
select tests.sign_in_as('alice');
select tests.keep('elsewhere', (select id from public.create_group('Elsewhere')));
select tests.refused(format('select public.create_incoming_webhook(%L, %L)', tests.kept('bot'), tests.kept('elsewhere')), 404, 'member_not_found', 'not where the bot is not');
create temp table incoming as select public.create_incoming_webhook(tests.kept('bot')::uuid, tests.kept('group')::uuid) as hook;
select tests.keep('hook', (select hook ->> 'id' from incoming));
select tests.keep('hook_secret', (select split_part(hook ->> 'path', '/', 6) from incoming));
select matches((select hook ->> 'path' from incoming), '^/functions/v1/incoming/[0-9a-f-]{36}/[0-9a-f]{48}$', 'an address with a secret in it');
select is((select count(*) from public.incoming_webhooks), 1::bigint, 'incoming_webhooks_select allows the owner of its bot');
select tests.sign_in_as('bob');
select is((select count(*) from public.incoming_webhooks), 0::bigint, 'incoming_webhooks_select denies a stranger');
select throws_ok(format('select public.post_incoming(%L, %L, %L)', tests.kept('hook'), tests.kept('hook_secret'), 'x'), '42501', null, 'only the function posts');

select tests.sign_in_as_service();
select tests.keep('seq', public.post_incoming(tests.kept('hook')::uuid, tests.kept('hook_secret'), 'the build is green', '0199bbbb-0000-7000-8000-000000000001'));
select results_eq(
  $$ select content, sender_id from public.messages where conversation_id = tests.kept('group')::uuid and seq = tests.kept('seq')::bigint $$,
  $$ values ('the build is green', tests.kept('bot')::uuid) $$, 'what is posted there, the bot says'
);
select is(public.post_incoming(tests.kept('hook')::uuid, tests.kept('hook_secret'), 'the build is green', '0199bbbb-0000-7000-8000-000000000001'), tests.kept('seq')::bigint, 'once for each id');
select tests.refused(format('select public.post_incoming(%L, %L, %L)', tests.kept('hook'), 'guessed', 'x'), 404, 'webhook_not_found', 'not with another secret');
select tests.refused(format('select public.post_incoming(%L, %L, %L)', tests.kept('hook'), tests.kept('hook_secret'), ' '), 400, 'message_blank', 'by the rules of messages');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.kept('bot')::uuid);
select tests.sign_in_as_service();
select tests.refused(format('select public.post_incoming(%L, %L, %L)', tests.kept('hook'), tests.kept('hook_secret'), 'x'), 403, 'not_a_member', 'not once the bot was removed');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.delete_incoming_webhook(%L)', tests.kept('hook')), 404, 'webhook_not_found', 'a stranger does not end it');
select tests.sign_in_as('alice');
select lives_ok(format('select public.delete_incoming_webhook(%L)', tests.kept('hook')), 'its owner does');


-- Its end

select public.delete_bot(tests.kept('bot')::uuid);
select tests.sign_out();
select is((select count(*) from auth.users where id = tests.kept('bot')::uuid), 0::bigint, 'deleted, a bot has no account');
select is((select count(*) from public.messages where conversation_id = tests.kept('group')::uuid and content = 'the build is green'), 1::bigint, 'and what it said stays');


-- One of a team

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Quay')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'Builds')));
select tests.keep('of_team', public.create_bot('test_builds', 'Builds', tests.kept('team')::uuid) ->> 'id');
select is(
  (select role::text from public.team_members where team_id = tests.kept('team')::uuid and user_id = tests.kept('of_team')::uuid), 'guest',
  'the bot of a team is a guest of it'
);
select lives_ok(
  format('select public.add_members(%L, array[%L]::uuid[])', tests.kept('channel'), tests.kept('of_team')), 'and is added to its channels'
);
select public.delete_bot(tests.kept('of_team')::uuid);
select is((select member_count from public.teams where id = tests.kept('team')::uuid), 1, 'with its account goes its place in the team');

select finish();
rollback;
