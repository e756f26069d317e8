-- Previews of links: what a message may carry, what becomes of it, and what the function that finds them may ask.

begin;
select plan(38);
select tests.create_users('alice', 'bob', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Team', array[tests.user_id('bob')])));
create function pg_temp.say(content text, preview jsonb)
returns public.messages
language sql
as $$ select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), content, preview => preview) $$;
grant execute on all functions in schema pg_temp to authenticated;


-- What a message may carry

select is(
  (pg_temp.say('Look: https://example.com/a', '{"url": "https://example.com/a", "title": "A", "description": "Of a", "site_name": "Example"}')).preview,
  '{"url": "https://example.com/a", "title": "A", "description": "Of a", "site_name": "Example"}', 'a message carries a preview of its link'
);
select is((pg_temp.say('No link', null)).preview, null, 'or none');
select is((pg_temp.say('No link', 'null')).preview, null, 'said either way');
select tests.refused($$ select pg_temp.say('https://example.com', '{"url": "https://evil.example", "title": "A"}') $$, 400, 'preview_invalid', 'of a link that the text has not');
select tests.refused($$ select pg_temp.say('javascript:alert(1)', '{"url": "javascript:alert(1)", "title": "A"}') $$, 400, 'preview_invalid', 'of what is no link');
select tests.refused($$ select pg_temp.say('https://example.com', '{"url": "https://example.com"}') $$, 400, 'preview_invalid', 'without a title');
select tests.refused($$ select pg_temp.say('https://example.com', '{"url": "https://example.com", "title": " "}') $$, 400, 'preview_invalid', 'with one that says nothing');
select tests.refused($$ select pg_temp.say('https://example.com', '{"url": "https://example.com", "title": {"a": 1}}') $$, 400, 'preview_invalid', 'with one that is no text');
select tests.refused($$ select pg_temp.say('https://example.com', '{"url": "https://example.com", "title": "A", "image": "https://tracker.example"}') $$, 400, 'preview_invalid', 'with more than there may be');
select tests.refused($$ select pg_temp.say('https://example.com', jsonb_build_object('url', 'https://example.com', 'title', repeat('x', 201))) $$, 400, 'preview_invalid', 'with a title that is too long');
select tests.refused($$ select pg_temp.say('https://example.com', jsonb_build_object('url', 'https://example.com', 'title', 'A', 'description', repeat('x', 301))) $$, 400, 'preview_invalid', 'or a description');
select tests.refused($$ select pg_temp.say('https://example.com', '["https://example.com"]') $$, 400, 'preview_invalid', 'or in another form');
select throws_ok($$ insert into public.messages (conversation_id, content, preview) values (tests.kept('group')::uuid, 'x', '{}') $$, '42501', null, 'past send_message() there is none');
select is((select last_seq from public.conversations where id = tests.kept('group')::uuid), 3::bigint, 'what is refused is not sent');


-- What becomes of it

select tests.sign_in_as('bob');
select is((select preview ->> 'title' from public.messages where seq = 1), 'A', 'who reads the message has its preview');
select is(
  (public.sync(jsonb_build_object(tests.kept('group'), 0))) #>> '{conversations,0,messages,0,preview,title}', 'A', 'sync() brings it along'
);
select is(
  (select preview ->> 'title' from public.forward_message(tests.kept('group')::uuid, 1, array[tests.kept('group')::uuid])), 'A',
  'it is forwarded with it'
);
select tests.sign_in_as('alice');
select is((public.edit_message(tests.kept('group')::uuid, 1, 'See https://example.com/a')).preview ->> 'title', 'A', 'it stays while the link does');
select is((public.edit_message(tests.kept('group')::uuid, 1, 'See nothing')).preview, null, 'and goes with it');
select tests.keep('seq', (pg_temp.say('https://example.com', '{"url": "https://example.com", "title": "A"}')).seq);
select public.delete_message(tests.kept('group')::uuid, tests.kept('seq')::bigint);
select is((select preview from public.messages where seq = tests.kept('seq')::bigint), null, 'with the message, too');
select tests.sign_in_as('mallory');
select is_empty($$ select preview from public.messages $$, 'a stranger sees none');


-- What is not wanted

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Boats')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'general')));
select public.set_team_words(tests.kept('team')::uuid, array['darn'], 'refuse');
select public.set_team_words(tests.kept('team')::uuid, array['heck'], 'mask');
select is(
  (public.send_message(tests.kept('channel')::uuid, gen_random_uuid(), 'https://example.com', preview => '{"url": "https://example.com", "title": "Darn"}')).preview, null,
  'a word that a team refuses is not said by a preview'
);
select is(
  (public.send_message(tests.kept('channel')::uuid, gen_random_uuid(), 'https://example.com', preview => '{"url": "https://example.com", "title": "A", "description": "heck"}')).preview, null,
  'nor one that it masks'
);
select is(
  (public.send_message(tests.kept('channel')::uuid, gen_random_uuid(), 'https://example.com', preview => '{"url": "https://example.com", "title": "A"}')).preview ->> 'title', 'A',
  'another is'
);
select tests.keep('seq', (pg_temp.say('https://example.com/x', '{"url": "https://example.com/x", "title": "Something bad"}')).seq);
select tests.sign_in_as('bob');
select public.report_message(tests.kept('group')::uuid, tests.kept('seq')::bigint, 'spam');
select tests.sign_out();
select is((select said from public.reports), E'https://example.com/x\nSomething bad', 'who looks at a report reads what the preview said');


-- Asking

select tests.sign_in_as('alice');
select lives_ok($$ select public.take_link_preview() from generate_series(1, 15) $$, 'some may be asked for at once');
select tests.refused($$ select public.take_link_preview() $$, 429, 'preview_rate_limited', 'then it takes a while');
select tests.sign_in_as('bob');
select lives_ok($$ select public.take_link_preview() $$, 'for each of them');
select throws_ok($$ select public.known_link_preview('https://example.com') $$, '42501', null, 'what is kept is for the function to ask');
select throws_ok($$ select public.keep_link_preview('https://example.com', '{"url": "https://example.com", "title": "Lie"}') $$, '42501', null, 'and to say');
select throws_ok($$ select 1 from private.link_previews $$, '42501', null, 'nobody reads it');
select tests.sign_out();
select tests.refused($$ select public.take_link_preview() $$, 401, 'not_signed_in', 'who is not signed in asks for nothing');

select tests.sign_in_as_service();
select is(public.known_link_preview('https://example.com'), null, 'of a page that was not asked, nothing is known');
select public.keep_link_preview('https://example.com', '{"url": "https://example.com", "title": "A"}');
select public.keep_link_preview('https://example.com/none', null);
select is(public.known_link_preview('https://example.com'), '{"preview": {"url": "https://example.com", "title": "A"}}', 'then it is');
select is(public.known_link_preview('https://example.com/none'), '{"preview": null}', 'also that it says nothing');
select tests.sign_out();
update private.link_previews set expires_at = now() - interval '1 second';
select is(private.known_link_preview('https://example.com'), null, 'for a while');
select private.forget_link_previews();
select is_empty($$ select 1 from private.link_previews $$, 'then it is forgotten');


-- A choice

select tests.sign_in_as('alice');
select is((public.set_privacy(previews_links := false)).previews_links, false, 'who wants none says so');

select finish();
rollback;
