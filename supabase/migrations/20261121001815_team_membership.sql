-- Joining a team and its default channels, leaving it and all of its channels at once, and the roles.

create function private.channel_role(team_role public.member_role, is_public boolean)
returns public.member_role
language sql
immutable
set search_path = ''
return case
  when team_role = 'guest' then 'guest'
  when is_public and team_role in ('owner', 'admin') then 'admin'
  else 'member'
end::public.member_role;
comment on function private.channel_role is 'With which role somebody joins a channel of their team: team_role is theirs there.';


create function private.let_into_channels(
  team_id uuid, user_ids uuid[], team_role public.member_role, channel_ids uuid[], actor_id uuid default auth.uid()
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_channel public.conversations;
  v_joining uuid[];
begin
  for v_channel in
    select c.* from public.conversations c
    where c.team_id = let_into_channels.team_id and c.closed_at is null
      and (c.id = any (channel_ids) or c.is_default and let_into_channels.team_role <> 'guest')
    order by c.id
    for no key update
  loop
    v_joining := array(
      select u.id from unnest(user_ids) as u (id)
      where not exists (
        select from public.members m where m.conversation_id = v_channel.id and m.user_id = u.id and m.left_at is null
      )
    );
    if cardinality(v_joining) > 0 then
      perform private.let_in(
        v_channel, v_joining, private.channel_role(let_into_channels.team_role, v_channel.is_public), 'members_added', actor_id
      );
    end if;
  end loop;
end;
$$;
comment on function private.let_into_channels is 'Puts members of a locked team into its default channels, unless they are guests, and into these.';


create function private.let_into_team(
  team public.teams, user_ids uuid[], role public.member_role, channel_ids uuid[] default '{}', actor_id uuid default auth.uid()
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The team is locked by this transaction. Who joins is in its default channels from the start, a guest in those named. */
declare
  v_max int := (select s.team_max_members from private.settings s);
  v_joining uuid[] := array(
    select distinct u.id from unnest(user_ids) as u (id)
    where not exists (
      select from public.team_members t where t.team_id = team.id and t.user_id = u.id and t.left_at is null
    )
  );
begin
  if cardinality(v_joining) = 0 then
    return;
  end if;
  if team.member_count + cardinality(v_joining) > v_max then
    perform private.refuse('team_full', format('At most %s.', v_max));
  end if;
  perform private.let_into_channels(team.id, v_joining, let_into_team.role, channel_ids, actor_id);
  update public.teams t set member_count = t.member_count + cardinality(v_joining) where t.id = team.id;
  -- Last: the personal counter of each is locked by it, in the order of the ids.
  insert into private.personal (user_id, revision)
  select u.id, 0 from unnest(v_joining) as u (id) order by u.id
  on conflict on constraint personal_pkey do nothing;
  perform from private.personal p where p.user_id = any (v_joining) order by p.user_id for no key update;
  update public.team_members t
  set role = let_into_team.role, joined_at = now(), left_at = null, was_removed = false
  where t.team_id = team.id and t.user_id = any (v_joining);
  insert into public.team_members (team_id, user_id, role)
  select team.id, u.id, let_into_team.role
  from unnest(v_joining) as u (id)
  where not exists (select from public.team_members t where t.team_id = team.id and t.user_id = u.id)
  order by u.id;
  if team.member_count = 0 and let_into_team.role not in ('owner', 'guest') then
    -- Everybody had left: who comes first looks after it.
    perform private.take_team_role(team.id, v_joining[1], 'owner');
  end if;
end;
$$;
comment on function private.let_into_team is 'Adds people to a locked team, and to its default channels or these.';


create function private.end_team_membership(team public.teams, user_id uuid, actor_id uuid default auth.uid())
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The team is locked by this transaction, so nobody puts this person into another of its channels meanwhile. Each channel
   gets a new epoch: from this commit on, nothing of the team is addressed to who has left. */
declare
  v_id uuid;
  v_heir uuid;
begin
  for v_id in
    select c.id
    from public.conversations c
    where c.team_id = team.id and c.id in (
      select m.conversation_id from public.members m where m.user_id = end_team_membership.user_id and m.left_at is null
    )
    order by c.id
    for no key update
  loop
    -- They may have left this one while it was waited for.
    if private.is_member(v_id, end_team_membership.user_id) then
      perform private.end_membership(private.bump_revision(v_id), end_team_membership.user_id, actor_id);
    end if;
  end loop;
  update public.teams t set member_count = t.member_count - 1 where t.id = team.id;
  if private.team_role(team.id, end_team_membership.user_id) = 'owner' then
    -- A team is never without an owner: an admin, or else the longest-standing member, follows.
    select t.user_id into v_heir
    from public.team_members t
    where t.team_id = team.id and t.left_at is null and t.user_id <> end_team_membership.user_id
    order by t.role, t.joined_at, t.user_id
    limit 1;
    if found then
      perform private.take_team_role(team.id, v_heir, 'owner');
    end if;
  end if;
  update public.team_members t
  set left_at = now(), role = 'member', was_removed = actor_id is distinct from t.user_id
  where t.team_id = team.id and t.user_id = end_team_membership.user_id;
end;
$$;
comment on function private.end_team_membership is 'Takes somebody out of a locked team and out of all of its channels.';


create function private.take_team_role(team_id uuid, user_id uuid, role public.member_role)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The team is locked by this transaction. Who owns a channel keeps it, and what a private channel gave stays. */
declare
  v_before public.member_role := private.team_role(take_team_role.team_id, take_team_role.user_id);
  v_channel public.conversations;
begin
  for v_channel in
    select c.* from public.conversations c
    where c.team_id = take_team_role.team_id and c.id in (
      select m.conversation_id from public.members m where m.user_id = take_team_role.user_id and m.left_at is null
    )
    order by c.id
    for no key update
  loop
    perform private.take_channel_role(
      v_channel, take_team_role.user_id,
      private.channel_role(v_before, v_channel.is_public), private.channel_role(take_team_role.role, v_channel.is_public)
    );
  end loop;
  update public.team_members t
  set role = take_team_role.role
  where t.team_id = take_team_role.team_id and t.user_id = take_team_role.user_id and t.role <> take_team_role.role;
end;
$$;
comment on function private.take_team_role is 'Gives a member of a locked team a role, and the role in its channels that follows from it.';


create function private.take_channel_role(
  conversation public.conversations, user_id uuid, was public.member_role, becomes public.member_role
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations;
begin
  -- Only a role that came from the team goes with it; rising above what one has always does.
  if was = becomes or not exists (
    select from public.members m
    where m.conversation_id = conversation.id and m.user_id = take_channel_role.user_id and m.left_at is null
      and (m.role = was or m.role > becomes)
  ) then
    return;
  end if;
  v_conversation := private.bump_revision(conversation.id);
  update public.members m
  set role = becomes, revision = v_conversation.revision
  where m.conversation_id = conversation.id and m.user_id = take_channel_role.user_id;
  perform private.announce(v_conversation, 'member', private.members_event(v_conversation, array[take_channel_role.user_id]));
end;
$$;


create function private.set_team_role(team_id uuid, user_id uuid, role public.member_role)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_team public.teams := private.lock_team_for(set_team_role.team_id, 'set_roles');
  v_before public.member_role;
begin
  if set_team_role.user_id = private.me() then
    perform private.refuse('not_allowed_in_team', 'Make somebody else the owner instead.');
  end if;
  select t.role into v_before
  from public.team_members t
  where t.team_id = v_team.id and t.user_id = set_team_role.user_id and t.left_at is null;
  if not found then
    perform private.refuse('team_member_not_found', set_team_role.user_id::text);
  end if;
  if v_before = set_team_role.role then
    return;
  end if;
  -- They may own channels, and know all of them.
  if set_team_role.role = 'guest' then
    perform private.refuse('not_allowed_in_team', 'Remove them, and invite them as a guest.');
  end if;
  perform private.take_team_role(v_team.id, set_team_role.user_id, set_team_role.role);
  if v_before = 'guest' then
    perform private.let_into_channels(v_team.id, array[set_team_role.user_id], set_team_role.role, '{}');
  end if;
  -- There is one owner: making another one means handing over.
  if set_team_role.role = 'owner' then
    perform private.take_team_role(v_team.id, private.me(), 'admin');
  end if;
  perform private.notify(
    array[set_team_role.user_id], format('team_role:%s:%s:%s', v_team.id, set_team_role.user_id, gen_random_uuid()), 'team_role_changed',
    jsonb_build_object('team_id', v_team.id, 'team_name', v_team.name, 'role', set_team_role.role)
  );
  perform private.audit('team_role_changed', v_team.id, null, set_team_role.user_id, jsonb_build_object('from', v_before, 'to', set_team_role.role));
end;
$$;
grant execute on function private.set_team_role to authenticated;

create function public.set_team_role(team_id uuid, user_id uuid, role public.member_role)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.set_team_role(set_team_role.team_id, set_team_role.user_id, set_team_role.role);
end;
$$;
comment on function public.set_team_role is 'Gives a member of the team the role owner, admin or member: a guest becomes a member, nobody becomes a guest. For the owner; making somebody else the owner hands the team over. An admin of the team is one of the public channels that they are in.';
grant execute on function public.set_team_role to authenticated;


create function private.remove_from_team(team_id uuid, user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_leaving boolean := remove_from_team.user_id = private.me();
  v_team public.teams;
  v_role public.member_role;
begin
  if v_leaving then
    perform private.team_role(remove_from_team.team_id, private.me());
    v_team := private.lock_team(remove_from_team.team_id);
    perform private.team_role(v_team.id, private.me());
  else
    v_team := private.lock_team_for(remove_from_team.team_id, 'remove');
    select t.role into v_role
    from public.team_members t
    where t.team_id = v_team.id and t.user_id = remove_from_team.user_id and t.left_at is null;
    if not found then
      perform private.refuse('team_member_not_found', remove_from_team.user_id::text);
    end if;
    -- Roles are ordered owner < admin < member < guest: nobody removes their equal or better.
    if v_role <= private.team_role(v_team.id, private.me()) then
      perform private.refuse('not_allowed_in_team', 'They are your equal or better.');
    end if;
    perform private.audit('team_member_removed', v_team.id, null, remove_from_team.user_id);
  end if;
  perform private.end_team_membership(v_team, remove_from_team.user_id);
end;
$$;
grant execute on function private.remove_from_team to authenticated;

create function public.remove_from_team(team_id uuid, user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.remove_from_team(remove_from_team.team_id, remove_from_team.user_id);
end;
$$;
comment on function public.remove_from_team is 'Removes somebody of a lower role from the team and from all of its channels at once. They receive nothing that is said afterwards, and no link lets them in again.';
grant execute on function public.remove_from_team to authenticated;

create function public.leave_team(team_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.remove_from_team(leave_team.team_id, private.me());
end;
$$;
comment on function public.leave_team is 'Leaves a team and all of its channels. An owner is followed by an admin, or else by the longest-standing member.';
grant execute on function public.leave_team to authenticated;


create function private.tg_profiles__leave_teams()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* Deleting an account leaves its teams properly, each with its channels; the trigger after this one leaves what remains. */
declare
  v_id uuid;
begin
  for v_id in
    select t.team_id from public.team_members t where t.user_id = old.id and t.left_at is null order by t.team_id
  loop
    perform private.end_team_membership(private.lock_team(v_id), old.id, old.id);
  end loop;
  return old;
end;
$$;

create trigger _050_leave_teams
before delete on public.profiles
for each row execute function private.tg_profiles__leave_teams();
