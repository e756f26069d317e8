-- Teams: who is in one, with which role, and what each role may do in it.
--
-- A team's roles and those in its channels are two things. What somebody may do in a channel is their role there alone,
-- which follows from the team's when they join: its owner and admins are admins of the public channels that they are in,
-- a guest is a guest, everybody else a member. A private channel knows its own roles only, so that it stays private: the
-- owner of a team who was not added neither sees nor governs it. Being made an admin of the team, or not one any more,
-- changes the roles in the channels with it.

create table public.teams (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  member_count int not null default 0,
  constraint teams_name_form check (name ~ '\S' and char_length(name) <= 120),
  constraint teams_description_form check (char_length(description) <= 1000)
);
comment on table public.teams is 'Teams of which you are a member or guest.';
comment on column public.teams.created_by is 'Who made it; null once the account is deleted.';
comment on column public.teams.name is 'Name of the team, 1 to 120 characters.';
comment on column public.teams.description is 'What it is for, up to 1,000 characters.';
comment on column public.teams.member_count is 'How many members and guests there are now.';

-- deleting a profile
create index teams_by_creator on public.teams (created_by);


create table public.team_members (
  team_id uuid not null references public.teams (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.member_role not null default 'member',
  joined_at timestamptz not null default now(),
  left_at timestamptz,
  was_removed boolean not null default false,
  revision bigint not null default 0,
  primary key (team_id, user_id)
);
comment on table public.team_members is 'Members of your teams. A guest sees only themselves. Your own come with the personal part of sync(), so that all devices learn of a team.';
comment on column public.team_members.joined_at is 'When this person joined.';
comment on column public.team_members.role is 'owner: everything, one per team. admin: invites, removes, configures. member: finds and makes channels. guest: is in the channels that they were added to. team_permissions has the details.';
comment on column public.team_members.left_at is 'When this person left or was removed; null for a member of now.';
comment on column public.team_members.was_removed is 'Left because an admin removed them: no link lets them in again, an invitation by name does.';
comment on column public.team_members.revision is 'This person''s personal revision at which it last changed.';

-- one's own teams
create index team_members_by_user on public.team_members (user_id, team_id) where left_at is null;
-- sync(): what changed since
create index team_members_by_revision on public.team_members (user_id, revision);

create trigger _100_revise
before insert or update on public.team_members
for each row execute function private.tg_personal__revise();

create trigger _900_announce
after insert or update on public.team_members
for each row execute function private.tg_personal__announce();


create type public.team_permission as enum (
  'find_channels', 'create_channel', 'create_project', 'invite', 'remove', 'set_roles', 'configure', 'moderate', 'see_audit_log'
);
comment on type public.team_permission is 'What a role may do in a team: "configure" is its name, its word list and its default channels, "moderate" the reports from its channels.';

create table public.team_permissions (
  role public.member_role not null,
  permission public.team_permission not null,
  primary key (role, permission)
);
comment on table public.team_permissions is 'What each role may do in a team. What it may do in a channel is in role_permissions.';
comment on column public.team_permissions.role is 'Who.';
comment on column public.team_permissions.permission is 'May do what.';

insert into public.team_permissions (role, permission)
select r.role, p.permission
from unnest(enum_range(null::public.member_role)) as r (role)
cross join unnest(enum_range(null::public.team_permission)) as p (permission)
where case
  when p.permission = 'set_roles' then r.role = 'owner'
  when p.permission in ('find_channels', 'create_channel', 'create_project') then r.role <> 'guest'
  else r.role in ('owner', 'admin')
end;


create function private.my_team_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select t.team_id
  from public.team_members t
  where t.user_id = (select auth.uid()) and t.left_at is null and exists (
    select from public.team_permissions p where p.role = t.role and p.permission = 'find_channels'
  )
$$;
comment on function private.my_team_ids is 'The teams whose members and channels the caller may see: those in which they are not a guest. Policies ask for this set, once a query.';
grant execute on function private.my_team_ids to authenticated;


create function private.may_in_team(team_id uuid, user_id uuid, permission public.team_permission)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.team_members t
    join public.team_permissions p on p.role = t.role
    where t.team_id = may_in_team.team_id and t.user_id = may_in_team.user_id and t.left_at is null
      and p.permission = may_in_team.permission
  );
end;
$$;
comment on function private.may_in_team is 'Whether somebody holds a permission in a team, now.';


create function private.team_role(team_id uuid, user_id uuid)
returns public.member_role
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_role public.member_role;
begin
  select t.role into v_role
  from public.team_members t
  where t.team_id = team_role.team_id and t.user_id = team_role.user_id and t.left_at is null;
  if v_role is null then
    perform private.refuse(case
      when exists (select from public.teams t where t.id = team_role.team_id) then 'not_in_team'
      else 'team_not_found'
    end);
  end if;
  return v_role;
end;
$$;
comment on function private.team_role is 'The role of somebody in a team, or the refusal not_in_team or team_not_found.';


create function private.demand_in_team(team_id uuid, permission public.team_permission)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not private.may_in_team(demand_in_team.team_id, private.me(), demand_in_team.permission) then
    perform private.team_role(demand_in_team.team_id, private.me());
    perform private.refuse('not_allowed_in_team', format('It takes the permission "%s".', demand_in_team.permission));
  end if;
end;
$$;
comment on function private.demand_in_team is 'Returns if the caller holds a permission in a team, else refuses: not_in_team, team_not_found or not_allowed_in_team.';


-- The order of locks is always: team, then its conversations by their ids, then personal counters.

create function private.lock_team(team_id uuid)
returns public.teams
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_team public.teams;
begin
  select t.* into v_team from public.teams t where t.id = lock_team.team_id for no key update;
  if not found then
    perform private.refuse('team_not_found');
  end if;
  return v_team;
end;
$$;
comment on function private.lock_team is 'Locks a team for a change of who is in it. It waits for whoever is just joining one of its channels.';


create function private.hold_team(team_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from public.teams t where t.id = hold_team.team_id for share;
  if not found then
    perform private.refuse('team_not_found');
  end if;
end;
$$;
comment on function private.hold_team is 'Keeps everybody in a team who is in it, until this transaction has put them into a channel. Many may do this at once.';


create function private.lock_team_for(team_id uuid, permission public.team_permission)
returns public.teams
language plpgsql
security definer
set search_path = ''
as $$
/* The permission is looked at twice: before, so that a stranger cannot hold the lock; after, because it may have changed. */
declare
  v_team public.teams;
begin
  perform private.demand_in_team(lock_team_for.team_id, lock_team_for.permission);
  v_team := private.lock_team(lock_team_for.team_id);
  perform private.demand_in_team(lock_team_for.team_id, lock_team_for.permission);
  return v_team;
end;
$$;


alter table public.teams enable row level security;
revoke all on public.teams from anon, authenticated, service_role;
grant select on public.teams to authenticated, service_role;

create policy teams_select on public.teams
for select to authenticated
using (exists (
  select from public.team_members t
  where t.team_id = teams.id and t.user_id = (select auth.uid()) and t.left_at is null
));


alter table public.team_members enable row level security;
revoke all on public.team_members from anon, authenticated, service_role;
grant select on public.team_members to authenticated, service_role;

create policy team_members_select on public.team_members
for select to authenticated
using (left_at is null and (user_id = (select auth.uid()) or team_id in (select private.my_team_ids())));


alter table public.team_permissions enable row level security;
revoke all on public.team_permissions from anon, authenticated, service_role;
grant select on public.team_permissions to authenticated, service_role;

create policy team_permissions_select on public.team_permissions
for select to authenticated
using ((select auth.uid()) is not null);


create policy audit_log_select on public.audit_log
for select to authenticated
using ((select private.is_moderator()) or exists (
  select from public.team_members t
  join public.team_permissions p on p.role = t.role and p.permission = 'see_audit_log'
  where t.team_id = audit_log.team_id and t.user_id = (select auth.uid()) and t.left_at is null
));
