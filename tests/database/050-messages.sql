-- What may be said, by whom, and what a message looks like once it is stored.

begin;
select plan(57);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.insert_message(content text)
returns text
language plpgsql
as $$
/* The code of the refusal, or "stored". By REST: an insert into the table. */
declare
  v_message text;
begin
  insert into public.messages (conversation_id, content) values (tests.kept('group')::uuid, content);
  return 'stored';
exception when sqlstate 'PGRST' then
  get stacked diagnostics v_message = message_text;
  return v_message::jsonb ->> 'code';
end;
$$;
create function pg_temp.send(content text)
returns text
language plpgsql
as $$
/* The same by the function. */
declare
  v_message text;
begin
  perform public.send_message(tests.kept('group')::uuid, gen_random_uuid(), content);
  return 'stored';
exception when sqlstate 'PGRST' then
  get stacked diagnostics v_message = message_text;
  return v_message::jsonb ->> 'code';
end;
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));


-- Bob writes, by REST and by the function

select tests.sign_in_as('bob');
insert into public.messages (conversation_id, content) values (tests.kept('group')::uuid, 'Hello, Alice!');
select results_eq(
  $$ select seq, sender_id, content, revision, created_at = now() from public.messages where conversation_id = tests.kept('group')::uuid $$,
  $$ values (1::bigint, tests.user_id('bob'), 'Hello, Alice!', 2::bigint, true) $$,
  'an inserted message gets its number, sender, revision and time'
);
select results_eq(
  $$ select seq, sender_id, content, id, revision from public.send_message(tests.kept('group')::uuid, '0199aaaa-0000-7000-8000-000000000001', 'Hello again') $$,
  $$ values (2::bigint, tests.user_id('bob'), 'Hello again', '0199aaaa-0000-7000-8000-000000000001'::uuid, 3::bigint) $$,
  'send_message() gives back the row that it stored'
);
select results_eq(
  $$ select last_seq, revision, last_message_at = now() from public.conversations where id = tests.kept('group')::uuid $$,
  $$ values (2::bigint, 3::bigint, true) $$,
  'the conversation counts both'
);
select results_eq(
  $$ select sent_count, last_sent_seq from public.members where conversation_id = tests.kept('group')::uuid and user_id = tests.user_id('bob') $$,
  $$ values (2::bigint, 2::bigint) $$,
  'and so does his row'
);
select isnt((public.send_message(tests.kept('group')::uuid, null, 'No id of mine')).id, null, 'who makes no id gets one');


-- What he may not decide himself

select throws_ok($$ insert into public.messages (conversation_id, content, seq) values (tests.kept('group')::uuid, 'x', 99) $$, '42501', null, 'not the number');
select throws_ok($$ insert into public.messages (conversation_id, content, sender_id) values (tests.kept('group')::uuid, 'x', tests.user_id('alice')) $$, '42501', null, 'not the sender');
select throws_ok($$ insert into public.messages (conversation_id, content, revision) values (tests.kept('group')::uuid, 'x', 99) $$, '42501', null, 'not the revision');
select throws_ok($$ insert into public.messages (conversation_id, content, created_at) values (tests.kept('group')::uuid, 'x', '2001-01-01') $$, '42501', null, 'not the time');
select throws_ok($$ update public.messages set content = 'never said' where seq = 1 $$, '42501', null, 'nor what was said');
select throws_ok($$ delete from public.messages where seq = 1 $$, '42501', null, 'nor that it was said');
select throws_ok($$ truncate public.messages $$, '42501', null, 'by any of them');
select tests.refused($$ insert into public.messages (content) values ('x') $$, 404, 'conversation_not_found', 'a message is said somewhere');


-- Blank

select results_eq(
  $$
    select name
    from (values
      ('nothing', ''), ('a space', ' '), ('spaces', '     '), ('a tab', E'\t'), ('line breaks', E'\r\n\n'), ('form feed', E'\f\v'),
      ('no-break space', U&'\00A0'), ('ogham space', U&'\1680'), ('em space', U&'\2003'), ('thin space', U&'\2009'),
      ('line separator', U&'\2028'), ('paragraph separator', U&'\2029'), ('narrow no-break space', U&'\202F'),
      ('ideographic space', U&'\3000'), ('zero-width space', U&'\200B'), ('zero-width joiners', U&'\200C\200D'),
      ('word joiner', U&'\2060'), ('byte order mark', U&'\FEFF'), ('soft hyphen', U&'\00AD'), ('direction marks', U&'\200E\200F'),
      ('direction overrides', U&'\202A\202E\202C'), ('Hangul filler', U&'\3164'), ('Braille blank', U&'\2800'),
      ('variation selector', U&'\FE0F'), ('tag characters', U&'\+0E0020\+0E007F'), ('control characters', E'\x01\x02\x7f'),
      ('next line', U&'\0085'), ('combining grapheme joiner', U&'\034F'),
      ('a mixture', E' \t' || U&'\200B\00A0\3000' || E'\n')
    ) as blank (name, content)
    where pg_temp.insert_message(content) <> 'message_blank' or pg_temp.send(content) <> 'message_blank'
  $$,
  array[]::text[],
  'what cannot be seen is refused as blank, either way'
);
select tests.refused($$ select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), null) $$, 400, 'message_blank', 'nor is nothing at all a message');
select tests.refused($$ insert into public.messages (conversation_id, content) values (tests.kept('group')::uuid, null) $$, 400, 'message_blank', 'by REST neither');
select is(pg_temp.send('.'), 'stored', 'a dot can be seen');
select is(pg_temp.send('0'), 'stored', 'a zero too');
select is(pg_temp.send('👍🏽'), 'stored', 'and a thumb');
select is(pg_temp.send(U&'\200B.\200B'), 'stored', 'invisible characters may stand beside visible ones');


-- Length

select is(pg_temp.insert_message(repeat('a', 5000)), 'stored', '5,000 characters are a message');
select is(pg_temp.insert_message(repeat('a', 5001)), 'message_too_long', '5,001 are not');
select is(pg_temp.send(repeat('€', 5000)), 'stored', 'characters are counted, not bytes');
select is(pg_temp.send(repeat('🦜', 5000)), 'stored', 'whatever their size');
select is(pg_temp.send(repeat('🦜', 5001)), 'message_too_long', 'one more is too many');
select is(pg_temp.send(repeat(' ', 5001)), 'message_blank', 'a long nothing is nothing');
select is(pg_temp.send('a' || repeat(' ', 5000)), 'message_too_long', 'spaces count');
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), repeat(%L, 6000))', tests.kept('group'), 'x'), 400, 'message_too_long', 'the refusal is 400 message_too_long');


-- Verbatim

create function pg_temp.echo(content text)
returns text
language sql
as $$
  select (public.send_message(tests.kept('group')::uuid, gen_random_uuid(), content)).content
$$;
select is(pg_temp.echo(text), text, 'kept as it is: ' || left(text, 40))
from (values
  ('<script>alert(1)</script>'), ('<b>bold</b> &amp; "quoted"'), ('''; drop table public.messages; --'), ('$$; select 1; $$'),
  ('{"json": [1, 2]}'), ('  leading and trailing  '), (E'two\nlines\ttab'), ('%s %d \\n \x00 ${jndi:ldap://x}'), ('Ünïcødé 漢字 עברית 🏳️‍🌈')
) as said (text);
select is((select count(*) > 0 from public.messages), true, 'and the table is still there');


-- Carol was a member; Mallory never was

select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select is(pg_temp.insert_message('still here?'), 'not_a_member', 'an ex-member cannot write');
select is(pg_temp.send('still here?'), 'not_a_member', 'either way');
select is_empty($$ select 1 from public.messages where conversation_id = tests.kept('group')::uuid $$, 'nor read what is said, or was');
select is_empty($$ select 1 from public.message_statuses where conversation_id = tests.kept('group')::uuid $$, 'nor what became of it');

select tests.sign_in_as('mallory');
select is(pg_temp.insert_message('hi'), 'not_a_member', 'a stranger cannot write');
select is(pg_temp.send('hi'), 'not_a_member', 'either way');
select is_empty($$ select 1 from public.messages where conversation_id = tests.kept('group')::uuid $$, 'nor read');
select tests.refused($$ select public.send_message(gen_random_uuid(), gen_random_uuid(), 'hi') $$, 404, 'conversation_not_found', 'nor write into what does not exist');
select tests.refused($$ select public.send_message(null, gen_random_uuid(), 'hi') $$, 404, 'conversation_not_found', 'or into nothing');

select tests.sign_in_as_anon();
select throws_ok($$ insert into public.messages (conversation_id, content) values (tests.kept('group')::uuid, 'hi') $$, '42501', null, 'who is not signed in cannot write');
select throws_ok($$ select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'hi') $$, '42501', null, 'by the function neither');
select throws_ok($$ select * from public.messages $$, '42501', null, 'nor read');

select tests.sign_out();
select is_empty(
  $$ select content from public.messages where conversation_id = tests.kept('group')::uuid and sender_id <> tests.user_id('bob') and kind = 'text' $$,
  'nothing of what was refused has been stored'
);
select is(
  (select max(seq) from public.messages where conversation_id = tests.kept('group')::uuid),
  (select count(*) from public.messages where conversation_id = tests.kept('group')::uuid),
  'and no refusal has taken a number'
);


-- A token without a person

select set_config('request.jwt.claims', '{"role": "authenticated"}', true), set_config('role', 'authenticated', true);
select tests.refused(format('select public.send_message(%L, gen_random_uuid(), %L)', tests.kept('group'), 'hi'), 401, 'not_signed_in', 'cannot send');
select is(pg_temp.insert_message('hi'), 'not_signed_in', 'either way');


-- The server speaks for people

select tests.sign_in_as_service();
select lives_ok(
  $$ insert into public.messages (conversation_id, sender_id, content) values (tests.kept('group')::uuid, tests.user_id('alice'), 'From the server') $$,
  'with the secret key, in the name of a member'
);
select tests.refused(
  $$ insert into public.messages (conversation_id, sender_id, content) values (tests.kept('group')::uuid, tests.user_id('mallory'), 'x') $$,
  403, 'not_a_member', 'but not of a stranger'
);
select tests.refused($$ insert into public.messages (conversation_id, content) values (tests.kept('group')::uuid, 'x') $$, 401, 'not_signed_in', 'nor of nobody');

select finish();
rollback;
