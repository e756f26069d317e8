-- Who is invited has to know to what: the team itself is shown to those who are in it only.

create function private.my_team_invitations()
returns table (
  id uuid, team_id uuid, name text, description text, member_count int, role public.member_role, invited_by uuid, expires_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
begin
  return query
  select i.id, t.id, t.name, t.description, t.member_count, i.role, i.invited_by, i.expires_at
  from public.team_invitations i
  join public.teams t on t.id = i.team_id
  where i.user_id = v_me and i.status = 'open' and i.expires_at > now()
  order by i.created_at desc, i.id;
end;
$$;
grant execute on function private.my_team_invitations to authenticated;

create function public.my_team_invitations()
returns table (
  id uuid, team_id uuid, name text, description text, member_count int, role public.member_role, invited_by uuid, expires_at timestamptz
)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query select i.* from private.my_team_invitations() i;
end;
$$;
comment on function public.my_team_invitations is 'The teams that you are invited to and have not answered: what each is called and for, with which role, and by whom.';
grant execute on function public.my_team_invitations to authenticated;
