-- What keeps a message out of a channel: slow mode, and the word list of the team.

begin;
select plan(41);
select tests.create_users('alice', 'bob', 'gus', 'mallory');

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Team')));
select tests.keep('channel', (select id from public.create_channel(tests.kept('team')::uuid, 'Channel', is_default => true)));
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob')])));
select tests.sign_out();
select private.let_into_team(private.lock_team(tests.kept('team')::uuid), array[tests.user_id('bob')], 'member');

create function pg_temp.send(content text, conversation text default 'channel', id uuid default gen_random_uuid())
returns text
language sql
as $$
  select format('select (public.send_message(%L, %L, %L)).content', tests.kept(conversation), id, content)
$$;
create function pg_temp.retry_after(statement text)
returns int
language plpgsql
as $$
declare
  v_detail text;
begin
  execute statement;
  return null;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb -> 'headers' ->> 'Retry-After';
end;
$$;
create function pg_temp.make_old(by interval)
returns void
language sql
security definer
as $$
  update private.slow_mode_marks set posted_at = posted_at - by
$$;
grant execute on all functions in schema pg_temp to authenticated;


-- Slow mode

select tests.sign_in_as('alice');
select public.configure_conversation(tests.kept('channel')::uuid, slow_mode_seconds => 60);
select tests.sign_in_as('bob');
select lives_ok(pg_temp.send('one', id => '0199aaaa-0000-7000-8000-000000000001'), 'Bob posts');
select tests.refused(pg_temp.send('two'), 429, 'slow_mode', 'and not again so soon');
select tests.refused(format('insert into public.messages (conversation_id, content) values (%L, %L)', tests.kept('channel'), 'two'), 429, 'slow_mode', 'by REST neither');
select ok(pg_temp.retry_after(pg_temp.send('two')) between 58 and 60, 'he is told how many seconds to wait');
select lives_ok(pg_temp.send('one', id => '0199aaaa-0000-7000-8000-000000000001'), 'repeating what is sent is no new post');
select lives_ok(pg_temp.send('elsewhere', 'group'), 'elsewhere he is not slowed');
select pg_temp.make_old('59 seconds');
select tests.refused(pg_temp.send('two'), 429, 'slow_mode', 'a second too early is too early');
select pg_temp.make_old('2 seconds');
select lives_ok(pg_temp.send('two'), 'after a minute he may');
select tests.sign_in_as('alice');
select lives_ok(pg_temp.send('a'), 'who sets the pace is not held to it');
select lives_ok(pg_temp.send('b'), 'however much she says');
select public.configure_conversation(tests.kept('channel')::uuid, slow_mode_seconds => 0);
select tests.sign_in_as('bob');
select lives_ok(pg_temp.send('three'), 'without slow mode nobody waits');


-- The word list

select tests.refused(format('select public.set_team_words(%L, array[%L], %L)', tests.kept('team'), 'darn', 'refuse'), 403, 'not_allowed_in_team', 'a member does not make it');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.set_team_words(%L, array[%L], %L)', tests.kept('team'), 'darn', 'refuse'), 403, 'not_in_team', 'a stranger neither');
select tests.sign_in_as('alice');
select public.set_team_words(tests.kept('team')::uuid, array['Darn', 'Übel', 'big secret', '*傻瓜*', '💩', 'c++', 'a.b'], 'refuse');
select public.set_team_words(tests.kept('team')::uuid, array['heck*'], 'mask');
select set_eq('select word, action::text from public.team_words', $$ values ('darn', 'refuse'), ('übel', 'refuse'), ('big secret', 'refuse'), ('*傻瓜*', 'refuse'), ('💩', 'refuse'), ('c++', 'refuse'), ('a.b', 'refuse'), ('heck*', 'mask') $$, 'Alice makes it');
select tests.sign_in_as('bob');
select tests.refused(pg_temp.send('Oh DARN!'), 400, 'word_refused', 'a word is refused whatever its case');
select tests.refused(pg_temp.send('oh da' || U&'\200B' || 'rn'), 400, 'word_refused', 'or with something invisible in it');
select tests.refused(pg_temp.send('ｄａｒｎ it'), 400, 'word_refused', 'or in letters of full width');
select lives_ok(pg_temp.send('darning socks'), 'but not as a part of another');
select tests.refused(pg_temp.send('wie ÜBEL'), 400, 'word_refused', 'letters of every script count');
select tests.refused(pg_temp.send('wie U' || U&'\0308' || 'bel'), 400, 'word_refused', 'however they are put together');
select tests.refused(pg_temp.send('你是傻瓜吗'), 400, 'word_refused', 'with stars it is found within a text without spaces');
select tests.refused(pg_temp.send('a Big  secret'), 400, 'word_refused', 'so are two words');
select tests.refused(pg_temp.send('nice💩'), 400, 'word_refused', 'and a drawing');
select tests.refused(pg_temp.send('I write C++'), 400, 'word_refused', 'signs are meant literally');
select tests.refused(pg_temp.send('a.b'), 400, 'word_refused', 'each of them');
select lives_ok(pg_temp.send('axb'), 'a dot is a dot');
select lives_ok(pg_temp.send('I write ccc'), 'and a plus a plus');
select results_eq(pg_temp.send('What the Heckling, HECK?'), $$ values ('What the •••, •••?') $$, 'what is masked is sent with dots in its place');
select results_eq(pg_temp.send('what the ' || 'ｈｅｃｋ'), $$ values ('what the •••') $$, 'however it was written');
select results_eq('select content from public.messages where conversation_id = tests.kept(''channel'')::uuid order by seq desc limit 1', $$ values ('what the •••') $$, 'that is what stands in the channel');
select results_eq(pg_temp.send('darn heck', 'group'), $$ values ('darn heck') $$, 'the list is the team''s: elsewhere it does not apply');
select tests.sign_in_as('alice');
select tests.refused(pg_temp.send('darn'), 400, 'word_refused', 'it applies to who has made it');

select tests.refused(format('select public.set_team_words(%L, array[%L], %L)', tests.kept('team'), '  ', 'refuse'), 400, 'word_invalid', 'nothing is no word');
select tests.refused(format('select public.set_team_words(%L, array[%L], %L)', tests.kept('team'), '**', 'refuse'), 400, 'word_invalid', 'nor is anything');
select tests.refused(format('select public.set_team_words(%L, array[%L], %L)', tests.kept('team'), 'a*b', 'refuse'), 400, 'word_invalid', 'nor has one a star inside');
select tests.refused(format('select public.set_team_words(%L, array[%L], %L)', tests.kept('team'), repeat('x', 65), 'refuse'), 400, 'word_invalid', 'nor more than 64 characters');
select tests.refused(format('select public.set_team_words(%L, array(select ''w'' || n from generate_series(1, 501) n), %L)', tests.kept('team'), 'refuse'), 400, 'too_many', 'a list has so many words at most');
select public.set_team_words(tests.kept('team')::uuid, array['darn'], null);
select lives_ok(pg_temp.send('darn'), 'a word can be taken off it');
select public.set_team_words(tests.kept('team')::uuid, array['(a+)+$', '(x|xx)*', '[', '\y'], 'refuse');
select lives_ok(pg_temp.send(repeat('a', 4999) || '!'), 'what looks like an expression is a text like any other, and costs no more');
select tests.refused(pg_temp.send('so (a+)+$ it is'), 400, 'word_refused', 'it is found as it stands');
select public.set_team_words(tests.kept('team')::uuid, array(select word from public.team_words), null);
select tests.sign_out();
select is_empty('select 1 from private.team_patterns', 'a team whose list is empty costs what one without a list does');

select finish();
rollback;
