-- Reactions: given and taken back, counted exactly, shown in a summary that does not grow with the crowd.

begin;
select plan(79);
select tests.create_users('alice', 'bob', 'carol', 'mallory');
select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));
select public.send_message(tests.kept('group')::uuid, gen_random_uuid(), 'Hello');

create function pg_temp.adding(emoji text, seq bigint default 1)
returns text
language sql
as $$
  select format('select public.add_reaction(%L, %s, %L)', tests.kept('group'), seq, emoji)
$$;
create function pg_temp.removing(emoji text, seq bigint default 1)
returns text
language sql
as $$
  select format('select public.remove_reaction(%L, %s, %L)', tests.kept('group'), seq, emoji)
$$;
create function pg_temp.add(emoji text)
returns jsonb
language sql
as $$
  select (public.add_reaction(tests.kept('group')::uuid, 1, emoji)).reactions
$$;
create function pg_temp.remove(emoji text)
returns jsonb
language sql
as $$
  select (public.remove_reaction(tests.kept('group')::uuid, 1, emoji)).reactions
$$;
create function pg_temp.revision()
returns bigint
language sql
as $$
  select revision from public.conversations where id = tests.kept('group')::uuid
$$;
create function pg_temp.mine()
returns text[]
language sql
as $$
  select public.my_reactions(m) from public.messages m where m.conversation_id = tests.kept('group')::uuid and m.seq = 1
$$;
create function pg_temp.synced()
returns jsonb
language sql
as $$
  select public.sync(jsonb_build_object(tests.kept('group'), pg_temp.revision() - 1)) #> '{conversations,0,messages,0}'
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;


-- One, two, none

select tests.sign_in_as('bob');
select is(
  (pg_temp.add('👍') -> '👍') - 'since',
  jsonb_build_object('count', 1, 'user_ids', jsonb_build_array(tests.user_id('bob')), 'last', jsonb_build_object('user_id', tests.user_id('bob'), 'added', true)),
  'Bob reacts: how many, who, and what has just happened'
);
select is(pg_temp.revision(), 3::bigint, 'which is a change of the conversation');
select is((select revision from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1), 3::bigint, 'of that message');
select is(pg_temp.mine(), array['👍'], 'his own are a column to ask for');
select is(pg_temp.synced() -> 'my_reactions', '["👍"]', 'and come with sync()');
select tests.sign_in_as('carol');
select is(pg_temp.synced() -> 'my_reactions', '[]', 'each gets their own');
select is(pg_temp.synced() #>> '{reactions,👍,count}', '1', 'and what all see');
select is(pg_temp.add('👍') #>> '{👍,count}', '2', 'Carol agrees');
select is(pg_temp.add('🎉') #>> '{🎉,count}', '1', 'and adds another');
select is(pg_temp.mine(), array['👍', '🎉'], 'one may react with several');
select is((select edited_at from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1), null, 'a reaction is no edit');

select tests.keep('revision', pg_temp.revision());
select is(pg_temp.add('🎉') #>> '{🎉,count}', '1', 'repeating it changes nothing');
select is(pg_temp.revision()::text, tests.kept('revision'), 'and takes no revision');
select is(pg_temp.remove('🤷') #>> '{👍,count}', '2', 'nor does taking back what was not given');
select is(pg_temp.revision()::text, tests.kept('revision'), 'take one');
select is(pg_temp.remove('👍') -> '👍' -> 'last', jsonb_build_object('user_id', tests.user_id('carol'), 'added', false), 'taking one back says so');
select is(pg_temp.remove('🎉') ? '🎉', false, 'the last one takes the emoji away');
select is(pg_temp.remove('🎉') ? '👍', true, 'the others stay');
select is(pg_temp.mine(), '{}', 'she has none left');


-- Live and told

select tests.sign_out();
select is((select count(*) from realtime.messages where event = 'message' and payload ->> 'revision' = '3'), 3::bigint, 'a reaction is announced to each member');
select is((select count(*) from realtime.messages where event = 'message'), (select (last_seq + 5) * 3 from public.conversations where id = tests.kept('group')::uuid), 'each change once');
select set_eq(
  $$ select user_id, event, args ->> 'emoji', actor_id from public.notifications $$,
  $$ values (tests.user_id('alice'), 'reaction', '👍', tests.user_id('bob')), (tests.user_id('alice'), 'reaction', '👍', tests.user_id('carol')) $$,
  'its writer is told, of each person once'
);


-- What is an emoji

select ok(private.is_emoji(e), e || ' is one')
from unnest(array['👍', '👍🏽', '❤️', '❤', '🇩🇪', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '3️⃣', '#⃣', '👩🏿‍❤️‍💋‍👨🏾', '🏳️‍🌈', '☺️', '©️', '🫠']) as e;
select ok(not private.is_emoji(e), coalesce(nullif(e, ''), 'nothing') || ' is none')
from unnest(array['', 'a', 'ok', '1', '👍👍', '👍 ', ' 👍', ':tada:', '<b>', '👍‍', '‍', U&'\FE0F', 'é', '🇩', repeat('👨‍', 20) || '👨', E'👍\n']) as e;
select tests.sign_in_as('bob');
select tests.refused(pg_temp.adding('hello'), 400, 'emoji_invalid', 'a word is refused');
select tests.refused($$ select public.add_reaction(tests.kept('group')::uuid, 1, null) $$, 400, 'emoji_invalid', 'as is nothing');
select is((select count(*) from jsonb_object_keys(pg_temp.add('❤️'))), 2::bigint, 'a heart with a variation selector');
select tests.sign_in_as('carol');
select is(pg_temp.add('❤') #>> '{❤️,count}', '2', 'is the same as one without');
select is(pg_temp.remove('❤') #>> '{❤️,count}', '1', 'given and taken back');


-- At most twenty different ones

select public.add_reaction(tests.kept('group')::uuid, 1, chr(128512 + n)) from generate_series(1, 18) as n;
select tests.refused(pg_temp.adding('🍰'), 400, 'reactions_full', 'another one is refused');
select lives_ok(pg_temp.adding('👍'), 'what is there already is not');


-- Where it cannot be

select tests.refused(pg_temp.adding('👍', 9), 404, 'message_not_found', 'there is nothing to react to');
select tests.sign_in_as('alice');
select public.rename_conversation(tests.kept('group')::uuid, 'Renamed');
select tests.refused(pg_temp.adding('👍', 2), 400, 'message_is_system', 'what the system says is left alone');
select tests.sign_in_as('mallory');
select tests.refused(pg_temp.adding('👍'), 403, 'not_a_member', 'a stranger does not react');
select tests.refused(pg_temp.removing('👍'), 403, 'not_a_member', 'nor take back');


-- A crowd

select tests.sign_out();
select tests.create_user('r' || n) from generate_series(1, 30) as n;
select tests.sign_in_as('alice');
select public.add_members(tests.kept('group')::uuid, array(select tests.user_id('r' || n) from generate_series(1, 30) as n));
do $$
begin
  for v_n in 1 .. 30 loop
    perform tests.sign_in_as('r' || v_n);
    perform public.add_reaction(tests.kept('group')::uuid, 1, '👍');
  end loop;
end;
$$;
select tests.sign_in_as('bob');
select is((select reactions #>> '{👍,count}' from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1), '32', 'of thirty-two');
select is(
  (select reactions #> '{👍,user_ids}' from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1),
  to_jsonb(array[tests.user_id('bob'), tests.user_id('carol'), tests.user_id('r1'), tests.user_id('r2'), tests.user_id('r3')]),
  'the summary names the first five'
);
select results_eq(
  $$ select user_id from public.reactions where conversation_id = tests.kept('group')::uuid and seq = 1 and emoji = '👍' order by id limit 2 $$,
  $$ values (tests.user_id('bob')), (tests.user_id('carol')) $$,
  'the table has all of them in their order, in pages'
);
select is(pg_temp.remove('👍') #>> '{👍,user_ids,0}', tests.user_id('carol')::text, 'when the first goes, the next come forward');
select is(jsonb_array_length((select reactions #> '{👍,user_ids}' from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1)), 5, 'to five again');


select tests.sign_out();
select tests.keep('announced', (select count(*) from realtime.messages));
select tests.sign_in_as('r30');
select pg_temp.add(chr(128513));
select tests.sign_out();
select is((select count(*) - tests.kept('announced')::bigint from realtime.messages), 1::bigint, 'in a large conversation a reaction is announced once, whatever its size');
select ok((select octet_length(reactions::text) < 8000 from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1), 'and twenty emoji by thirty people leave a summary of a few kilobytes');


-- Who may read them

select tests.sign_in_as('bob');

select is((select count(*) > 0 from public.reactions), true, 'reactions_select allows a member');
select throws_ok($$ delete from public.reactions $$, '42501', null, 'nobody writes past the functions');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select is_empty($$ select 1 from public.reactions $$, 'reactions_select denies an ex-member');
select tests.refused(pg_temp.adding('👍'), 403, 'not_a_member', 'who reacts no more');
select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.reactions $$, 'reactions_select denies a stranger');
select tests.sign_in_as_anon();
select throws_ok($$ select 1 from public.reactions $$, '42501', null, 'reactions_select denies anon');


-- Who is withheld, and whose account is deleted

select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('r1');
select tests.sign_in_as('r1');
select tests.keep('revision', pg_temp.revision());
select lives_ok(pg_temp.adding('❤️'), 'who is withheld gets no error');
select is(pg_temp.revision()::text, tests.kept('revision'), 'and changes nothing');
select tests.sign_out();
select tests.keep('count', (select reactions #>> '{👍,count}' from public.messages where conversation_id = tests.kept('group')::uuid and seq = 1));
delete from auth.users where id = tests.user_id('r2');
select is(
  (select count(*)::text from public.reactions where conversation_id = tests.kept('group')::uuid and seq = 1 and emoji = '👍'), tests.kept('count'),
  'when an account is deleted, the count stays'
);

select finish();
rollback;
