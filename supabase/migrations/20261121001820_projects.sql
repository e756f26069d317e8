-- Projects of a team: what some of its channels have in common.

create table public.projects (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  name text not null,
  description text,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  constraint projects_of_team unique (team_id, id),
  constraint projects_name_form check (name ~ '\S' and char_length(name) <= 120),
  constraint projects_description_form check (char_length(description) <= 1000)
);
comment on table public.projects is 'Projects of your teams; as a guest, those with a channel that you are in.';
comment on column public.projects.team_id is 'The team that it belongs to.';
comment on column public.projects.created_by is 'Who made it; null once the account is deleted.';
comment on column public.projects.name is 'Name of the project, 1 to 120 characters.';
comment on column public.projects.description is 'What it is for, up to 1,000 characters.';
comment on column public.projects.archived_at is 'When it was put away; null while it goes on. Its channels stay as they are.';

-- deleting a profile
create index projects_by_creator on public.projects (created_by);

alter table public.conversations
  add constraint conversations_team_id_fkey foreign key (team_id) references public.teams (id),
  -- A project of the same team.
  add constraint conversations_project_fkey foreign key (team_id, project_id) references public.projects (team_id, id),
  add constraint conversations_default_is_public check (is_public or not is_default);

-- the channels of a team, of a project
create index conversations_by_team on public.conversations (team_id, project_id) where team_id is not null;


alter table public.projects enable row level security;
revoke all on public.projects from anon, authenticated, service_role;
grant select on public.projects to authenticated, service_role;

create policy projects_select on public.projects
for select to authenticated
using (team_id in (select private.my_team_ids()) or exists (
  select from public.conversations c
  join public.members m on m.conversation_id = c.id and m.user_id = (select auth.uid()) and m.left_at is null
  where c.team_id = projects.team_id and c.project_id = projects.id
));


create function private.create_project(team_id uuid, name text, description text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  perform private.demand_in_team(create_project.team_id, 'create_project');
  insert into public.projects (team_id, name, description, created_by)
  values (
    create_project.team_id, private.valid_title(create_project.name), private.valid_description(create_project.description), private.me()
  )
  returning id into v_id;
  return v_id;
end;
$$;
grant execute on function private.create_project to authenticated;

create function public.create_project(team_id uuid, name text, description text default null)
returns setof public.projects
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := private.create_project(create_project.team_id, create_project.name, create_project.description);
begin
  return query select p.* from public.projects p where p.id = v_id;
end;
$$;
comment on function public.create_project is 'Makes a project of a team. For its members, not for guests.';
grant execute on function public.create_project to authenticated;


create function private.update_project(project_id uuid, name text, description text, is_archived boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects;
begin
  select p.* into v_project from public.projects p where p.id = update_project.project_id for no key update;
  if not found or not private.may_in_team(v_project.team_id, private.me(), 'find_channels') then
    perform private.refuse('project_not_found');
  end if;
  -- Who has made it, and who configures the team.
  if v_project.created_by is distinct from private.me() then
    perform private.demand_in_team(v_project.team_id, 'configure');
  end if;
  update public.projects p
  set
    name = case when update_project.name is null then p.name else private.valid_title(update_project.name) end,
    description = case
      when update_project.description is null then p.description else private.valid_description(update_project.description)
    end,
    archived_at = case update_project.is_archived when true then coalesce(p.archived_at, now()) when false then null else p.archived_at end
  where p.id = v_project.id;
end;
$$;
grant execute on function private.update_project to authenticated;

create function public.update_project(
  project_id uuid, name text default null, description text default null, is_archived boolean default null
)
returns setof public.projects
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.update_project(
    update_project.project_id, update_project.name, update_project.description, update_project.is_archived
  );
  return query select p.* from public.projects p where p.id = update_project.project_id;
end;
$$;
comment on function public.update_project is 'Changes what a project is called and for, puts it away or takes it out again; what is null stays. For who has made it, and owner and admins of the team.';
grant execute on function public.update_project to authenticated;
