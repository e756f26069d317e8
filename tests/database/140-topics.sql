-- Who may listen and speak on which Realtime topic: the policies on realtime.messages, asked as Realtime asks them.

begin;
select plan(55);
select tests.create_users('alice', 'bob', 'carol', 'mallory');

create function pg_temp.can_hear(topic text, extension text default 'broadcast')
returns boolean
language plpgsql
as $$
declare
  v_person text := current_setting('request.jwt.claims');
  v_role text := current_user;
  v_heard boolean;
begin
  -- A row is put there by the database, and looked for as the person.
  perform set_config('role', 'none', true);
  insert into realtime.messages (topic, extension, event, payload, private) values (topic, extension, 'probe', '{}', true);
  perform set_config('role', v_role, true), set_config('request.jwt.claims', v_person, true), set_config('realtime.topic', topic, true);
  select exists (select from realtime.messages m where m.topic = can_hear.topic and m.extension = can_hear.extension and m.event = 'probe') into v_heard;
  return v_heard;
end;
$$;
create function pg_temp.can_speak(topic text, extension text default 'broadcast')
returns boolean
language plpgsql
as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (topic, extension, event, payload, private) values (topic, extension, 'probe', '{}', true);
  return true;
exception when insufficient_privilege then
  return false;
end;
$$;
create function pg_temp.topic(kind text, conversation text, epoch int)
returns text
language sql
as $$
  select kind || ':' || tests.kept(conversation) || ':' || epoch
$$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select tests.sign_in_as('alice');
select tests.keep('group', (select id from public.create_group('Group', array[tests.user_id('bob'), tests.user_id('carol')])));


-- Bob is a member

select tests.sign_in_as('bob');
select is(pg_temp.can_hear('user:' || tests.user_id('bob')), true, 'he hears what is said to him');
select is(pg_temp.can_hear('user:' || tests.user_id('alice')), false, 'not what is said to another');
select is(pg_temp.can_speak('user:' || tests.user_id('bob')), false, 'he cannot speak on his own topic: only the database does');
select is(pg_temp.can_speak('user:' || tests.user_id('alice')), false, 'nor on another''s, where he could forge events');
select is(pg_temp.can_speak('user:' || tests.user_id('alice'), 'presence'), false, 'in any way');
select is(pg_temp.can_hear(pg_temp.topic('feed', 'group', 1)), true, 'he hears the feed of his conversation');
select is(pg_temp.can_speak(pg_temp.topic('feed', 'group', 1)), false, 'and does not speak on it');
select is(pg_temp.can_speak(pg_temp.topic('feed', 'group', 1), 'presence'), false, 'in any way');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 1)), true, 'in the room he hears');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 1), 'presence'), true, 'sees who is there');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 1)), true, 'speaks');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 1), 'presence'), true, 'and is seen');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 2)), false, 'not in a room to come');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 2)), false, 'in any way');
select is(pg_temp.can_hear(pg_temp.topic('feed', 'group', 2)), false, 'nor does he hear a feed to come');
select is(pg_temp.can_hear('room:' || tests.kept('group')), false, 'a room without an epoch is none');
select is(pg_temp.can_hear('presence:' || tests.user_id('alice'), 'presence'), true, 'he sees whether Alice is there, with whom he shares a conversation');
select is(pg_temp.can_speak('presence:' || tests.user_id('alice'), 'presence'), false, 'he cannot be there in her name');
select is(pg_temp.can_speak('presence:' || tests.user_id('bob'), 'presence'), true, 'but in his own');
select is(pg_temp.can_speak('presence:' || tests.user_id('bob')), false, 'by presence only, not by messages');
select is(pg_temp.can_hear('presence:' || tests.user_id('bob'), 'presence'), true, 'and sees himself');


-- Topics that are none

select is(pg_temp.can_hear(topic), false, 'nobody hears ' || topic)
from (values
  ('everything'), ('user:'), ('user:*'), ('user:%'), ('room:not-an-id:1'), ('presence:not-an-id'), ('feed:::'), (':'),
  ('room:' || tests.kept('group') || ':1:1'), ('room:' || tests.kept('group') || ':01'), ('room:' || tests.kept('group') || ':99999999999999999999')
) as odd (topic);
select is(pg_temp.can_speak('everything'), false, 'nor speaks on what is no topic');
select is(pg_temp.can_speak('room:not-an-id:1'), false, 'which is no error, but no');
select is(pg_temp.can_hear('presence:' || gen_random_uuid(), 'presence'), false, 'of a person who does not exist, nothing is seen');


-- Mallory is a stranger

select tests.sign_in_as('mallory');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 1)), false, 'a stranger does not hear the room');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 1)), false, 'nor speaks in it');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 1), 'presence'), false, 'nor is seen in it');
select is(pg_temp.can_hear(pg_temp.topic('feed', 'group', 1)), false, 'nor hears the feed');
select is(pg_temp.can_hear('user:' || tests.user_id('alice')), false, 'nor what is said to a person');
select is(pg_temp.can_hear('presence:' || tests.user_id('alice'), 'presence'), false, 'nor sees whether they are there');


-- Carol goes

select tests.sign_in_as('carol');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 1)), true, 'while a member, Carol hears the room');
select tests.sign_in_as('alice');
select public.remove_member(tests.kept('group')::uuid, tests.user_id('carol'));
select tests.sign_in_as('carol');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 1)), false, 'removed, she hears it no more');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 2)), false, 'under its new name neither');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 1)), false, 'nor speaks');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 2)), false, 'under either name');
select is(pg_temp.can_hear(pg_temp.topic('feed', 'group', 2)), false, 'nor hears the feed');
select is(pg_temp.can_hear('presence:' || tests.user_id('alice'), 'presence'), false, 'nor sees who is there');
select is(pg_temp.can_hear('user:' || tests.user_id('carol')), true, 'her own topic stays hers');
select tests.sign_in_as('bob');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 1)), false, 'who stayed does not hear the old room either');
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 2)), true, 'but the new one');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 2)), true, 'and speaks in it');


-- Nobody in particular

select tests.sign_in_as_anon();
select is(pg_temp.can_hear(pg_temp.topic('room', 'group', 2)), false, 'who is not signed in hears no room');
select is(pg_temp.can_hear('user:' || tests.user_id('alice')), false, 'and nobody''s topic');
select is(pg_temp.can_speak(pg_temp.topic('room', 'group', 2)), false, 'and speaks nowhere');

select finish();
rollback;
