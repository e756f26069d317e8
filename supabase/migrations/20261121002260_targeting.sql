-- Telling people of an event by hand: moderators, and servers with the secret key. To people, to a role, to the members of
-- something, or to all for whom a condition holds; and first, if wanted, who would get it, and why not.

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
