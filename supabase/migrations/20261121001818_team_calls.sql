-- Making a team, and what it is called.

create function private.valid_description(description text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if char_length(description) > 1000 then
    perform private.refuse('description_too_long', format('It has %s characters.', char_length(description)));
  end if;
  return nullif(btrim(description), '');
end;
$$;
comment on function private.valid_description is 'The description without what surrounds it, null for an empty one; or the refusal description_too_long.';


create function private.create_team(name text, description text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_team public.teams;
begin
  insert into public.teams (name, description, created_by)
  values (private.valid_title(create_team.name), private.valid_description(create_team.description), v_me)
  returning * into v_team;
  perform private.let_into_team(v_team, array[v_me], 'owner');
  return v_team.id;
end;
$$;
grant execute on function private.create_team to authenticated;

create function public.create_team(name text, description text default null)
returns setof public.teams
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := private.create_team(create_team.name, create_team.description);
begin
  return query select t.* from public.teams t where t.id = v_id;
end;
$$;
comment on function public.create_team is 'Makes a team of which you are the owner. It has no channels yet.';
grant execute on function public.create_team to authenticated;


create function private.update_team(team_id uuid, name text, description text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_team public.teams := private.lock_team_for(update_team.team_id, 'configure');
  v_name text := case when update_team.name is null then v_team.name else private.valid_title(update_team.name) end;
  v_description text := case
    when update_team.description is null then v_team.description else private.valid_description(update_team.description)
  end;
begin
  if (v_name, v_description) is not distinct from (v_team.name, v_team.description) then
    return;
  end if;
  update public.teams t set name = v_name, description = v_description where t.id = v_team.id;
  perform private.audit('team_configured', v_team.id, details => jsonb_build_object('name', v_name));
end;
$$;
grant execute on function private.update_team to authenticated;

create function public.update_team(team_id uuid, name text default null, description text default null)
returns setof public.teams
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.update_team(update_team.team_id, update_team.name, update_team.description);
  return query select t.* from public.teams t where t.id = update_team.team_id;
end;
$$;
comment on function public.update_team is 'Changes what a team is called and what it is for; what is null stays, an empty description is taken away. For its owner and admins.';
grant execute on function public.update_team to authenticated;
