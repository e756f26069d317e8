-- Telling them: few at once, many by a job, so that no transaction holds the counters of thousands.

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
