-- A small believable world for local use: five people who run a harbour café, and what they have been writing.
-- Everybody's password is parley-demo.

create function pg_temp.person(handle text, display_name text)
returns uuid
language plpgsql
as $$
declare
  v_id uuid := gen_random_uuid();
  v_email text := handle || '@parley.test';
begin
  insert into auth.users (
    instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
    created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new,
    email_change_token_current, phone_change, phone_change_token, reauthentication_token
  ) values (
    '00000000-0000-0000-0000-000000000000', v_id, 'authenticated', 'authenticated', v_email,
    extensions.crypt('parley-demo', extensions.gen_salt('bf', 6)), now(), '{"provider": "email", "providers": ["email"]}',
    jsonb_build_object('handle', handle, 'display_name', display_name, 'email', v_email, 'email_verified', true),
    now() - interval '20 days', now(), '', '', '', '', '', '', '', ''
  );
  insert into auth.identities (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
  values (
    gen_random_uuid(), v_id, v_id::text, 'email', jsonb_build_object('sub', v_id::text, 'email', v_email, 'email_verified', true),
    now(), now(), now()
  );
  return v_id;
end;
$$;

-- What follows is done through the functions that the app calls, as the person who does it.
create function pg_temp.act_as(user_id uuid)
returns void
language sql
as $$
  select set_config('request.jwt.claims', jsonb_build_object('sub', user_id, 'role', 'authenticated')::text, true)
$$;

create function pg_temp.say(user_id uuid, conversation_id uuid, ago interval, content text)
returns void
language plpgsql
as $$
declare
  v_message public.messages;
begin
  perform pg_temp.act_as(user_id);
  v_message := public.send_message(say.conversation_id, gen_random_uuid(), say.content);
  update public.messages m set created_at = now() - ago where m.conversation_id = v_message.conversation_id and m.seq = v_message.seq;
  update public.conversations c set last_message_at = now() - ago where c.id = v_message.conversation_id;
  -- Who writes in a conversation has read what stands above.
  perform public.mark_read(jsonb_build_object(v_message.conversation_id::text, v_message.seq));
end;
$$;

create function pg_temp.has_read(user_id uuid, conversation_id uuid, seq bigint)
returns void
language plpgsql
as $$
begin
  perform pg_temp.act_as(user_id);
  perform public.mark_read(jsonb_build_object(conversation_id::text, seq));
end;
$$;

do $$
declare
  alice uuid := pg_temp.person('alice', 'Alice Moreau');
  bob uuid := pg_temp.person('bob', 'Bob Lindqvist');
  carol uuid := pg_temp.person('carol', 'Carol Okafor');
  dan uuid := pg_temp.person('dan', 'Dan Reyes');
  erin uuid := pg_temp.person('erin', 'Erin Walsh');
  c uuid;
begin
  -- Alice and Bob
  perform pg_temp.act_as(alice);
  c := (select d.id from public.start_direct_conversation(bob) d);
  perform pg_temp.say(alice, c, '2 days 3 hours', 'Hi Bob! Did the new espresso machine arrive?');
  perform pg_temp.say(bob, c, '2 days 2 hours 52 minutes', 'This morning. It is the size of a small car.');
  perform pg_temp.say(bob, c, '2 days 2 hours 51 minutes', 'But what a crema ☕');
  perform pg_temp.say(alice, c, '2 days 2 hours 40 minutes', 'I want to see it. Can I come by before we open on Thursday?');
  perform pg_temp.say(bob, c, '2 days 2 hours 38 minutes', 'Sure, I am there from six. Bring the invoices too, please.');
  perform pg_temp.say(alice, c, '26 hours', 'They are in the folder. The one from the roaster is still missing, I asked them again.');
  perform pg_temp.say(bob, c, '25 hours 30 minutes', 'Thanks. See you tomorrow then.');
  perform pg_temp.say(bob, c, '18 minutes', 'By the way: the health inspector is coming at ten, not at eleven.');
  perform pg_temp.say(bob, c, '17 minutes', 'Could you tell Carol?');

  -- Alice and Carol
  perform pg_temp.act_as(carol);
  c := (select d.id from public.start_direct_conversation(alice) d);
  perform pg_temp.say(carol, c, '5 hours', 'I have a first draft of the autumn menu: https://parley.test/menu');
  perform pg_temp.say(alice, c, '4 hours 48 minutes', 'The pumpkin soup sounds wonderful. Is 9.50 enough for it?');
  perform pg_temp.say(carol, c, '4 hours 45 minutes', 'It is if we get the pumpkins from the market. I will ask on Saturday.');
  perform pg_temp.has_read(alice, c, 3);

  -- Bob and Dan
  perform pg_temp.act_as(dan);
  c := (select d.id from public.start_direct_conversation(bob) d);
  perform pg_temp.say(dan, c, '3 days', 'Could somebody take my shift on Sunday? My sister is visiting.');
  perform pg_temp.say(bob, c, '2 days 23 hours', 'I will ask Erin.');

  -- The team
  perform pg_temp.act_as(alice);
  c := (select g.id from public.create_group('Harbour Café', array[bob, carol, dan, erin]) g);
  perform pg_temp.say(alice, c, '6 days', 'Welcome, everybody. This is where we plan the week.');
  perform pg_temp.say(erin, c, '5 days 23 hours', 'Hello! 👋');
  perform pg_temp.say(dan, c, '5 days 22 hours', 'Morning all');
  perform pg_temp.say(carol, c, '30 hours', 'We are down to two bags of flour.');
  perform pg_temp.say(bob, c, '29 hours 50 minutes', 'Ordered. It comes with the milk tomorrow.');
  perform pg_temp.say(erin, c, '28 hours', 'I can take Dan''s shift on Sunday, if somebody closes on Friday.');
  perform pg_temp.say(dan, c, '27 hours 58 minutes', 'Erin, you are the best. Friday is mine.');
  perform pg_temp.say(alice, c, '27 hours', 'Perfect, I have changed the plan.');
  perform pg_temp.say(carol, c, '42 minutes', 'The flour is here. So is the milk. So is a crate of lemons that nobody ordered?');
  perform pg_temp.say(dan, c, '40 minutes', 'Lemonade day 🍋');

  -- A smaller one
  perform pg_temp.act_as(carol);
  c := (select g.id from public.create_group('Kitchen', array[alice, dan]) g);
  perform pg_temp.say(carol, c, '8 days', 'New knives are in the left drawer. They are sharp, mind your fingers.');
  perform pg_temp.say(dan, c, '7 days 20 hours', 'Found out the hard way.');
  perform pg_temp.has_read(alice, c, 2);

  -- The receipts happened a little after the messages, not all at once just now.
  update public.receipts r
  set at = least(now(), m.created_at + interval '40 seconds')
  from public.messages m
  where m.conversation_id = r.conversation_id and m.seq = r.seq;
  update public.conversations c
  set created_at = m.created_at - interval '1 minute'
  from public.messages m
  where m.conversation_id = c.id and m.seq = 1;
  update public.members m
  set joined_at = c.created_at
  from public.conversations c
  where c.id = m.conversation_id;
  perform set_config('request.jwt.claims', '', true);
end;
$$;
