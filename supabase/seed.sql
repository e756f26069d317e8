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

-- The old espresso machine is for sale, and Dan, who wants to open a coffee cart, negotiates about it with Alice.
do $$
declare
  alice uuid := (select p.id from public.profiles p where p.handle = 'alice');
  dan uuid := (select p.id from public.profiles p where p.handle = 'dan');
  machine uuid;
  chat uuid;
  talk uuid;
begin
  perform pg_temp.act_as(alice);
  insert into public.listings (title, description, price_minor, currency, status)
  values (
    'Two-group espresso machine',
    E'Eleven years old, serviced every spring, new seals in May. Runs on 400 V.\nTo be collected at the Harbour Café; it takes two people and a van.',
    90000, 'EUR', 'active'
  )
  returning id into machine;

  perform pg_temp.act_as(dan);
  chat := (select s.id from public.start_listing_conversation(machine) s);
  perform pg_temp.say(dan, chat, '7 hours', 'Is that the machine I have been cleaning for two years?');
  perform pg_temp.say(alice, chat, '6 hours 50 minutes', 'The very same. Nobody knows it better than you do.');
  perform pg_temp.say(dan, chat, '6 hours 45 minutes', 'For my coffee cart it would be perfect. Let us talk about the price.');

  perform pg_temp.act_as(dan);
  talk := (select s.id from public.start_negotiation(machine) s);
  perform public.make_offer(talk, 70000);
  perform public.send_message(talk, gen_random_uuid(), 'I would fetch it on Sunday, and bring the van.');
  perform pg_temp.act_as(alice);
  perform public.send_message(talk, gen_random_uuid(), 'The seals alone were 120. But you do get the tamper and the knock box with it.');
  perform public.counter_offer(talk, 2, 82000);
  perform pg_temp.has_read(dan, talk, 4);
  perform pg_temp.has_read(alice, talk, 5);
  perform set_config('request.jwt.claims', '', true);
end;
$$;

-- It did not happen all at once just now, so its times are set back. They are part of the hash chain, which is therefore made
-- anew: only who owns the tables can do that, and only because nobody has kept a hash yet.
alter table public.messages disable trigger _150_keep_chained;
do $$
declare
  v_talk public.conversations := (select c from public.conversations c where c.kind = 'negotiation');
  v_message public.messages;
  v_previous bytea;
begin
  for v_message in select m.* from public.messages m where m.conversation_id = v_talk.id order by m.seq loop
    v_message.created_at := date_trunc('milliseconds', now()) - (interval '6 hours 44 minutes' - v_message.seq * interval '31 minutes');
    v_previous := private.link_hash(v_previous, v_message);
    update public.messages m
    set created_at = v_message.created_at, hash = v_previous
    where m.conversation_id = v_message.conversation_id and m.seq = v_message.seq;
    update public.offers o
    set created_at = v_message.created_at
    where o.conversation_id = v_message.conversation_id and o.seq = v_message.seq;
  end loop;
  update public.conversations c set last_message_at = v_message.created_at where c.id = v_talk.id;
  update public.negotiations n
  set started_at = m.created_at
  from public.messages m
  where n.conversation_id = v_talk.id and m.conversation_id = v_talk.id and m.seq = 1;
  update public.receipts r
  set at = least(now(), m.created_at + interval '40 seconds')
  from public.messages m
  join public.conversations c on c.id = m.conversation_id and c.listing_id is not null
  where m.conversation_id = r.conversation_id and m.seq = r.seq;
  update public.conversations c
  set created_at = m.created_at - interval '1 minute'
  from public.messages m
  where c.listing_id is not null and m.conversation_id = c.id and m.seq = 1;
  update public.members m
  set joined_at = c.created_at
  from public.conversations c
  where c.id = m.conversation_id and c.listing_id is not null;
  update public.listings l set created_at = now() - interval '9 hours';
end;
$$;
alter table public.messages enable trigger _150_keep_chained;

-- The café is also a team, with a project and three channels. Erin, who helps out at weekends, is a guest in one of them.
do $$
declare
  alice uuid := (select p.id from public.profiles p where p.handle = 'alice');
  bob uuid := (select p.id from public.profiles p where p.handle = 'bob');
  carol uuid := (select p.id from public.profiles p where p.handle = 'carol');
  dan uuid := (select p.id from public.profiles p where p.handle = 'dan');
  erin uuid := (select p.id from public.profiles p where p.handle = 'erin');
  team uuid;
  menu uuid;
  notices uuid;
  counter uuid;
  autumn uuid;
  invited public.team_invitations;
begin
  perform pg_temp.act_as(alice);
  team := (select t.id from public.create_team('Harbour Café', 'Coffee, cake and soup by the water') t);
  notices := (select c.id from public.create_channel(
    team, 'Notices', 'What everybody has to know. Alice and Bob write here.', is_default => true, post_role => 'admin'
  ) c);
  counter := (select c.id from public.create_channel(team, 'Counter', 'Who is on, and what has run out', is_default => true) c);
  for invited in
    select i.* from public.invite_to_team(team, array[bob, carol, dan]) i
    union all
    select i.* from public.invite_to_team(team, array[erin], 'guest', array[counter]) i
  loop
    perform pg_temp.act_as(invited.user_id);
    perform public.accept_team_invitation(invited.id);
    perform pg_temp.act_as(alice);
  end loop;
  perform public.set_team_role(team, bob, 'admin');

  perform pg_temp.act_as(carol);
  menu := (select p.id from public.create_project(team, 'Autumn menu', 'On the board by the first of October') p);
  autumn := (select c.id from public.create_channel(
    team, 'Autumn dishes', 'Recipes, prices, tastings', menu, member_ids => array[alice]
  ) c);
  perform pg_temp.act_as(dan);
  perform public.join_channel(autumn);

  perform pg_temp.say(alice, notices, '12 days', 'From Monday we open at seven. The plan for the week is on the door of the cold store.');
  perform pg_temp.say(bob, notices, '9 days 4 hours', 'The health inspector comes on the 21st. Please sign the cleaning list every evening until then.');
  perform pg_temp.say(dan, counter, '10 days 2 hours', 'Oat milk is down to four cartons.');
  perform pg_temp.say(erin, counter, '10 days 1 hour', 'And the till needs paper. I have put my last roll in.');
  perform pg_temp.say(bob, counter, '10 days', 'Both on the list for tomorrow.');
  perform pg_temp.say(carol, autumn, '9 days 8 hours', 'Pumpkin soup, leek tart, pear crumble. What is missing?');
  perform pg_temp.say(dan, autumn, '9 days 7 hours', 'Something without butter for the table by the window.');
  perform pg_temp.say(carol, autumn, '9 days 6 hours', 'Then the crumble gets oats and oil. Tasting on Friday after closing, who comes?');
  perform pg_temp.has_read(alice, autumn, 9);
  perform pg_temp.has_read(alice, notices, 99);
  perform pg_temp.has_read(alice, counter, 99);
  perform pg_temp.has_read(carol, notices, 99);
  perform pg_temp.has_read(dan, notices, 99);

  -- None of it happened just now.
  update public.messages m set created_at = now() - interval '13 days'
  where m.kind = 'system' and m.conversation_id in (notices, counter, autumn);
  update public.receipts r
  set at = m.created_at + interval '40 seconds'
  from public.messages m
  where m.conversation_id = r.conversation_id and m.seq = r.seq and r.conversation_id in (notices, counter, autumn);
  update public.conversations c set created_at = now() - interval '14 days' where c.id in (notices, counter, autumn);
  update public.members m set joined_at = now() - interval '13 days' where m.conversation_id in (notices, counter, autumn);
  update public.teams t set created_at = now() - interval '15 days' where t.id = team;
  update public.projects p set created_at = now() - interval '13 days' where p.id = menu;
  update public.team_members t set joined_at = now() - interval '13 days' where t.team_id = team;
  update public.team_invitations i
  set created_at = now() - interval '14 days', answered_at = now() - interval '13 days', expires_at = now()
  where i.team_id = team;
  update public.notifications n
  set created_at = now() - interval '14 days', read_at = now() - interval '13 days'
  where n.event in ('team_invitation', 'team_invitation_answered');
  perform set_config('request.jwt.claims', '', true);
end;
$$;
