-- Who is there, as the database knows it: for "last seen", for the REST API, and for what must know whether somebody
-- is looking. Live changes come on the presence topics of Realtime.

create table private.heartbeats (
  user_id uuid not null references public.profiles (id) on delete cascade,
  device_id uuid not null,
  state text not null constraint heartbeats_state_form check (state in ('active', 'idle', 'offline')),
  conversation_id uuid,
  seen_at timestamptz not null,
  primary key (user_id, device_id)
)
with (fillfactor = 50);
comment on table private.heartbeats is 'The last sign of life of each device, and the conversation on its screen.';
alter table private.heartbeats enable row level security;


create function private.heartbeat(device_id uuid, state text, conversation_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_new boolean;
begin
  if state is null or state not in ('active', 'idle', 'offline') then
    perform private.refuse('state_invalid');
  end if;
  insert into private.heartbeats as h (user_id, device_id, state, conversation_id, seen_at)
  values (
    v_me, heartbeat.device_id, heartbeat.state,
    case when private.is_member(heartbeat.conversation_id, v_me) then heartbeat.conversation_id end, now()
  )
  on conflict on constraint heartbeats_pkey do update
  set state = excluded.state, conversation_id = excluded.conversation_id, seen_at = excluded.seen_at
  returning h.xmax = 0 into v_new;
  if v_new then
    perform private.tell_of_device(v_me, heartbeat.device_id);
    delete from private.heartbeats h
    where h.user_id = v_me and h.device_id in (
      select o.device_id from private.heartbeats o
      where o.user_id = v_me
      order by o.seen_at desc
      offset (select s.devices_max from private.settings s)
    );
  end if;
end;
$$;
grant execute on function private.heartbeat to authenticated;

create function public.heartbeat(device_id uuid, state text, conversation_id uuid default null)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.heartbeat(heartbeat.device_id, heartbeat.state, heartbeat.conversation_id);
end;
$$;
comment on function public.heartbeat is 'Says every 30 s that a device is there: active, idle or (when it goes) offline, and which conversation is on its screen.';
grant execute on function public.heartbeat to authenticated;


create function private.shares_conversation(one uuid, other uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return one = other or exists (
    select from public.members a
    join public.members b on b.conversation_id = a.conversation_id and b.user_id = other and b.left_at is null
    where a.user_id = one and a.left_at is null
  );
end;
$$;
comment on function private.shares_conversation is 'Whether two people are in a conversation together, now.';


create function private.presence(conversation_id uuid, user_ids uuid[])
returns table (user_id uuid, status text, last_seen_at timestamptz)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_settings private.settings;
  v_people uuid[];
  -- Between them, who has blocked and who is blocked look as if they were never there.
  v_hidden uuid[] := private.blocked_either_way(v_me);
begin
  select s.* into v_settings from private.settings s;
  if presence.conversation_id is not null then
    perform private.actor_role(presence.conversation_id, v_me);
    v_people := array(
      select m.user_id from public.members m where m.conversation_id = presence.conversation_id and m.left_at is null
    );
  else
    if cardinality(user_ids) > v_settings.batch_max then
      perform private.refuse('too_many', format('At most %s people.', v_settings.batch_max));
    end if;
    v_people := array(select u.id from unnest(user_ids) as u (id) where private.shares_conversation(v_me, u.id));
  end if;
  return query
  select
    p.id,
    case
      when bool_or(h.state = 'active' and h.seen_at > now() - v_settings.presence_ttl) then 'online'
      when bool_or(h.state = 'idle' and h.seen_at > now() - v_settings.presence_ttl) then 'away'
      else 'offline'
    end,
    max(h.seen_at)
  from unnest(v_people) as p (id)
  left join private.heartbeats h on h.user_id = p.id and h.user_id <> all (v_hidden)
    and (h.user_id = v_me or not private.hides_presence(h.user_id))
  group by p.id;
end;
$$;
grant execute on function private.presence to authenticated;

create function public.presence(conversation_id uuid default null, user_ids uuid[] default null)
returns table (user_id uuid, status text, last_seen_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query select p.* from private.presence(presence.conversation_id, presence.user_ids) p;
end;
$$;
comment on function public.presence is 'online, away or offline, and when last seen: of a conversation''s members, or of those of these people with whom you share one.';
grant execute on function public.presence to authenticated;
