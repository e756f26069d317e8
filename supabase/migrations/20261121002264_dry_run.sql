-- Who would get it, and why not: the decisions of the real thing, without the thing.

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
