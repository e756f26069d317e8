-- Telling people of an event by hand: moderators, and servers with the secret key. To people, to a role, to the members of
-- something, or to all for whom a condition holds; and first, if wanted, who would get it, and why not.

create table private.announcements (
  key text primary key,
  event text not null references public.notification_events (event),
  args jsonb not null,
  actor_id uuid,
  user_ids uuid[] not null,
  told int not null default 0,
  created_at timestamptz not null default now()
);
comment on table private.announcements is 'Announcements to many that are being told, a number of people at a time. A row is gone when everybody is.';
create index announcements_by_event on private.announcements (event);
alter table private.announcements enable row level security;


create function private.target_people(target jsonb)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
/* What is given narrows: a role is one in the conversation or team that is named with it, else that of moderators. */
declare
  v_conversation uuid := case when pg_input_is_valid(target ->> 'conversation', 'uuid') then (target ->> 'conversation')::uuid end;
  v_team uuid := case when pg_input_is_valid(target ->> 'team', 'uuid') then (target ->> 'team')::uuid end;
  v_role text := target ->> 'role';
begin
  if jsonb_typeof(target) is distinct from 'object' or target = '{}' or target - array['users', 'conversation', 'team', 'role'] <> '{}' then
    perform private.refuse('target_invalid', 'It is an object with one of users, conversation, team, role, or where.');
  end if;
  if target ? 'users' then
    if jsonb_typeof(target -> 'users') <> 'array' or exists (
      select from jsonb_array_elements(target -> 'users') u where jsonb_typeof(u) <> 'string' or not pg_input_is_valid(u #>> '{}', 'uuid')
    ) then
      perform private.refuse('target_invalid', 'users is a list of ids.');
    end if;
    return private.limited(array(select u.id::uuid from jsonb_array_elements_text(target -> 'users') as u (id)));
  elsif target ? 'conversation' then
    return array(
      select m.user_id from public.members m
      where m.conversation_id = v_conversation and m.left_at is null and (v_role is null or m.role::text = v_role)
      order by m.user_id
    );
  elsif target ? 'team' then
    return array(
      select t.user_id from public.team_members t
      where t.team_id = v_team and t.left_at is null and (v_role is null or t.role::text = v_role)
      order by t.user_id
    );
  elsif v_role = 'moderator' then
    return array(select m.user_id from private.moderators m order by m.user_id);
  end if;
  perform private.refuse('target_invalid', 'Of the platform there is the role moderator only.');
  return null;
end;
$$;
grant execute on function private.target_people to authenticated, service_role;


create function private.people_where(condition text)
returns uuid[]
language plpgsql
-- Not volatile, so that a condition can read and do nothing else; not definer: it has the rights of who gives it.
stable
set search_path = ''
as $$
declare
  v_people uuid[];
begin
  execute format('select array(select p.id from public.profiles p where (%s) order by p.id)', condition) into v_people;
  return v_people;
end;
$$;
comment on function private.people_where is 'The people for whom a condition on profiles p holds. With the secret key only.';
grant execute on function private.people_where to service_role;


create function private.demand_announcer(event text, target jsonb)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Moderators announce; what looks as if the system had said it is for a server with the secret key, as is a condition. */
declare
  v_event public.notification_events;
begin
  if auth.role() is distinct from 'service_role' then
    perform private.me();
    if not private.is_moderator() then
      perform private.refuse('not_a_moderator');
    end if;
  end if;
  select e.* into v_event from public.notification_events e where e.event = demand_announcer.event;
  if not found then
    perform private.refuse('event_not_found', left(demand_announcer.event, 100));
  end if;
  if auth.role() is distinct from 'service_role' and (v_event.category <> 'announcement' or target ? 'where') then
    perform private.refuse('target_invalid', 'With the secret key only: a condition, and events of another category than announcement.');
  end if;
end;
$$;
grant execute on function private.demand_announcer to authenticated, service_role;


create function private.announce_next(most int default 200)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* The next people of the oldest announcement, in a transaction of their own. */
declare
  v_announcement private.announcements;
begin
  select a.* into v_announcement from private.announcements a order by a.created_at limit 1 for update skip locked;
  if not found then
    return false;
  end if;
  perform private.notify(
    v_announcement.user_ids[v_announcement.told + 1:v_announcement.told + most], v_announcement.key, v_announcement.event,
    v_announcement.args, actor_id => null
  );
  if v_announcement.told + most >= cardinality(v_announcement.user_ids) then
    delete from private.announcements a where a.key = v_announcement.key;
  else
    update private.announcements a set told = a.told + most where a.key = v_announcement.key;
  end if;
  return true;
end;
$$;
comment on function private.announce_next is 'Tells the next people of an announcement; false when there is none.';

select cron.schedule('announcements', '5 seconds', $job$
  do $$
  begin
    while private.announce_next() loop
      commit;
    end loop;
  end
  $$
$job$);


create function private.send_notification(event text, args jsonb, user_ids uuid[], key text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
/* Few are told at once, many by the job: no transaction holds the counters of thousands. */
declare
  v_event public.notification_events;
  v_key text := 'sent:' || coalesce(send_notification.key, gen_random_uuid()::text);
  v_max int := (select s.batch_max from private.settings s);
begin
  if v_key !~ '^[[:graph:]]{1,200}$' then
    perform private.refuse('target_invalid', 'The key is up to 200 characters without spaces.');
  end if;
  select e.* into strict v_event from public.notification_events e where e.event = send_notification.event;
  perform private.check_args(v_event, send_notification.args);
  if cardinality(user_ids) <= v_max then
    perform private.notify(user_ids, v_key, send_notification.event, send_notification.args, actor_id => null);
  else
    insert into private.announcements (key, event, args, actor_id, user_ids)
    values (v_key, send_notification.event, send_notification.args, auth.uid(), user_ids)
    on conflict on constraint announcements_pkey do nothing;
  end if;
  if auth.uid() is not null then
    perform private.audit(
      'notification_sent', details => jsonb_build_object('event', send_notification.event, 'key', v_key, 'people', cardinality(user_ids))
    );
  end if;
  return jsonb_build_object('key', v_key, 'people', cardinality(user_ids));
end;
$$;
grant execute on function private.send_notification to authenticated, service_role;

create function public.send_notification(event text, args jsonb, target jsonb, key text default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_people uuid[];
begin
  perform private.demand_announcer(send_notification.event, target);
  -- Two statements: the right to a function is asked for with the expression that names it, whichever branch is taken.
  if target ? 'where' then
    v_people := private.people_where(target ->> 'where');
  else
    v_people := private.target_people(target);
  end if;
  return private.send_notification(send_notification.event, send_notification.args, v_people, send_notification.key);
end;
$$;
comment on function public.send_notification is 'Tells people of an event: target is {"users": [ids]}, {"role": "moderator"}, {"conversation": id} or {"team": id}, each with {"role": …} if wanted, or, with the secret key, {"where": "a condition on profiles p"}. Each is told once per key, whatever is repeated. For moderators (events of the category announcement), and with the secret key. Returns {key, people}.';
grant execute on function public.send_notification to authenticated, service_role;


create function private.would_get(
  user_id uuid, event public.notification_events, key text, conversation_id uuid, seq bigint, at timestamptz
)
returns table (channel text, verdict text, rule text, until timestamptz)
language plpgsql
stable
security definer
set search_path = ''
as $$
/* By the same decisions as those of the real thing. */
declare
  v_delivery public.notification_deliveries;
  v_decision private.decision;
  v_digest_after interval := (private.notification_settings_of(would_get.user_id)).digest_after;
begin
  v_delivery.user_id := would_get.user_id;
  v_delivery.key := would_get.key;
  -- Of no notification that there is: none of the rules about reading applies.
  v_delivery.notification_id := gen_random_uuid();
  v_delivery.category := event.category;
  v_delivery.priority := event.priority;
  v_delivery.conversation_id := would_get.conversation_id;
  v_delivery.seq := would_get.seq;
  return query
  select
    'in_app', case when c.in_app then 'send' else 'cancel' end, case when c.in_app then 'listed' else 'preference' end, null::timestamptz
  from private.channels_of(would_get.user_id, event.category) c;
  foreach channel in array array['push', 'email'] loop
    v_delivery.channel := channel;
    if event.priority = 'low' then
      v_decision := private.verdict('cancel', 'priority');
    else
      v_decision := private.decide(v_delivery, would_get.at);
    end if;
    if channel = 'email' and v_decision.verdict = 'send' and event.priority <> 'urgent' then
      v_decision := case
        when v_digest_after is null then private.verdict('cancel', 'no_digest')
        else private.verdict('hold', 'digest', would_get.at + v_digest_after)
      end;
    end if;
    verdict := v_decision.verdict;
    rule := v_decision.rule;
    until := v_decision.until;
    return next;
  end loop;
end;
$$;
comment on function private.would_get is 'What would become of an event for somebody, per channel.';


create function private.preview_notification(event text, args jsonb, user_ids uuid[], key text, most int)
returns table (user_id uuid, in_app text, push text, email text, would_get boolean)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_event public.notification_events;
begin
  select e.* into strict v_event from public.notification_events e where e.event = preview_notification.event;
  perform private.check_args(v_event, preview_notification.args);
  return query
  select
    u.id,
    case when d.id is not null then 'once' else max(g.rule) filter (where g.channel = 'in_app') end,
    case when d.id is not null then 'once' else max(g.rule) filter (where g.channel = 'push') end,
    case when d.id is not null then 'once' else max(g.rule) filter (where g.channel = 'email') end,
    d.id is null and bool_or(g.verdict <> 'cancel')
  from (
    select p.id from unnest(user_ids) as p (id) where exists (select from public.profiles o where o.id = p.id) order by p.id limit most
  ) u
  left join public.notifications d on d.user_id = u.id and d.key = 'sent:' || preview_notification.key
  cross join lateral private.would_get(u.id, v_event, preview_notification.key, null, null, now()) g
  group by u.id, d.id
  order by u.id;
end;
$$;
grant execute on function private.preview_notification to authenticated, service_role;

create function public.preview_notification(event text, args jsonb, target jsonb, key text default null, most int default 1000)
returns table (user_id uuid, in_app text, push text, email text, would_get boolean)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_people uuid[];
begin
  perform private.demand_announcer(preview_notification.event, target);
  if target ? 'where' then
    v_people := private.people_where(target ->> 'where');
  else
    v_people := private.target_people(target);
  end if;
  return query
  select p.*
  from private.preview_notification(
    preview_notification.event, preview_notification.args, v_people, preview_notification.key, least(preview_notification.most, 10000)
  ) p;
end;
$$;
comment on function public.preview_notification is 'The dry run of send_notification(): who would get it, by which rule of notification_rules on each channel, and who would not. Nothing is sent.';
grant execute on function public.preview_notification to authenticated, service_role;
