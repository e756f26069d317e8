-- Unread is a subtraction, and equals a recount at any time: random things happen, and it is compared after each.

begin;
select plan(6);
select tests.create_users('p1', 'p2', 'p3', 'p4');
update private.settings set send_burst = 100000, send_rate = 100000;
-- Nothing here listens.
alter table public.messages disable trigger _900_announce;
select setseed(0.20261121);

create temporary table happenings (what text, outcome text);
create temporary table discrepancies (step int, person text, conversation uuid, unread bigint, recount bigint);
create temporary table rooms (id uuid, n int);
grant all on happenings, discrepancies, rooms to authenticated;

create function pg_temp.recount(conversation uuid, person uuid)
returns bigint
language sql
as $$
  select count(*)
  from public.messages m
  join public.members me on me.conversation_id = m.conversation_id and me.user_id = person
  where m.conversation_id = conversation and m.seq > me.read_seq and m.sender_id is distinct from person
    and m.kind <> 'system'
$$;

create function pg_temp.compare(step int)
returns void
language plpgsql
as $$
declare
  v_name text;
  v_unread jsonb;
begin
  foreach v_name in array array['p1', 'p2', 'p3', 'p4'] loop
    perform tests.sign_in_as(v_name);
    v_unread := (select jsonb_object_agg(l.id, l.unread) from public.conversation_list l);
    perform tests.sign_out();
    insert into discrepancies
    select step, v_name, u.key::uuid, u.value::bigint, pg_temp.recount(u.key::uuid, tests.user_id(v_name))
    from jsonb_each_text(v_unread) as u
    where u.value::bigint <> pg_temp.recount(u.key::uuid, tests.user_id(v_name));
  end loop;
end;
$$;

create function pg_temp.happen(step int)
returns void
language plpgsql
as $$
/* One random thing done by one random person; refusals are part of the game. */
declare
  v_name text := 'p' || (1 + floor(random() * 4));
  v_other uuid := tests.user_id('p' || (1 + floor(random() * 4)));
  v_room uuid := (select id from rooms order by random() limit 1);
  v_seq bigint := (select floor(random() * (last_seq + 2)) from public.conversations where id = v_room);
  v_what text := (array['send', 'send', 'send', 'send', 'send', 'send', 'read', 'read', 'read all', 'delivered', 'remove', 'add', 'add', 'leave'])[1 + floor(random() * 14)];
begin
  perform tests.sign_in_as(v_name);
  begin
    case v_what
      when 'send' then perform public.send_message(v_room, gen_random_uuid(), 'step ' || step);
      when 'read' then perform public.mark_read(jsonb_build_object(v_room, v_seq));
      when 'read all' then perform public.mark_read(jsonb_build_object(v_room, 1000000));
      when 'delivered' then perform public.mark_delivered(jsonb_build_object(v_room, v_seq));
      when 'remove' then perform public.remove_member(v_room, v_other);
      when 'add' then perform public.add_members(v_room, array[v_other]);
      when 'leave' then if random() < 0.3 then perform public.leave_conversation(v_room); end if;
    end case;
    perform tests.sign_out();
    insert into happenings values (v_what, 'done');
  exception when sqlstate 'PGRST' then
    perform tests.sign_out();
    insert into happenings values (v_what, 'refused');
  end;
  perform pg_temp.compare(step);
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('p1');
insert into rooms select id, 1 from public.create_group('One', array[tests.user_id('p2'), tests.user_id('p3'), tests.user_id('p4')]);
insert into rooms select id, 2 from public.create_group('Two', array[tests.user_id('p2'), tests.user_id('p3')]);
insert into rooms select id, 3 from public.start_direct_conversation(tests.user_id('p2'));
select tests.sign_out();

select count(pg_temp.happen(step)) from generate_series(1, 600) as step;

select is_empty($$ select * from discrepancies $$, 'after each of 600 steps, everybody''s unread counts are a recount''s');
select cmp_ok((select count(*) from happenings where what = 'send' and outcome = 'done'), '>', 150::bigint, 'many messages were sent');
select cmp_ok((select count(*) from happenings where what in ('read', 'read all') and outcome = 'done'), '>', 50::bigint, 'many were read');
select cmp_ok((select count(*) from happenings where what in ('remove', 'leave', 'add') and outcome = 'done'), '>', 20::bigint, 'people came and went');
select is(
  (select count(*) from rooms r join public.conversations c on c.id = r.id where c.last_seq <> (select count(*) from public.messages m where m.conversation_id = c.id)),
  0::bigint, 'the numbers of the messages are dense'
);
-- The comparison itself: had a count been wrong, it would have been seen.
update public.members set sent_count = sent_count + 1 where (conversation_id, user_id) = (select conversation_id, user_id from public.members where left_at is null limit 1);
select pg_temp.compare(601);
select isnt_empty($$ select * from discrepancies $$, 'a count that is wrong by one is noticed');

select finish();
rollback;
