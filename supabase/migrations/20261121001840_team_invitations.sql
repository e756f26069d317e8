-- Invitations to a team by name: who is invited is told, and says yes or no. Nobody is put into a team unasked.

create type public.invitation_status as enum ('open', 'accepted', 'declined', 'revoked');
comment on type public.invitation_status is 'What became of an invitation. One that is open may be over all the same: see expires_at.';

create table public.team_invitations (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.member_role not null default 'member',
  channel_ids uuid[] not null default '{}',
  status public.invitation_status not null default 'open',
  invited_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '14 days',
  answered_at timestamptz,
  constraint team_invitations_not_as_owner check (role <> 'owner')
);
comment on table public.team_invitations is 'Your invitations to teams, and those of the teams to which you may invite.';
comment on column public.team_invitations.invited_by is 'Who invites; null once the account is deleted.';
comment on column public.team_invitations.status is 'Whether it was answered, and how.';
comment on column public.team_invitations.user_id is 'Who is invited.';
comment on column public.team_invitations.role is 'The role with which one joins: admin, member or guest.';
comment on column public.team_invitations.channel_ids is 'Channels that one is in from the start, besides the default ones; the only ones for a guest.';
comment on column public.team_invitations.expires_at is 'Until when it can be accepted.';
comment on column public.team_invitations.answered_at is 'When it was accepted, declined or revoked; null while it is open.';

-- one open invitation per person and team; the list of a team
create unique index team_invitations_open on public.team_invitations (team_id, user_id) where status = 'open';
create index team_invitations_by_team on public.team_invitations (team_id, created_at);
-- one's own invitations
create index team_invitations_by_user on public.team_invitations (user_id, created_at);
-- deleting a profile
create index team_invitations_by_inviter on public.team_invitations (invited_by) where invited_by is not null;

alter table public.team_invitations enable row level security;
revoke all on public.team_invitations from anon, authenticated, service_role;
grant select on public.team_invitations to authenticated, service_role;

create policy team_invitations_select on public.team_invitations
for select to authenticated
using (user_id = (select auth.uid()) or exists (
  select from public.team_members t
  join public.team_permissions p on p.role = t.role and p.permission = 'invite'
  where t.team_id = team_invitations.team_id and t.user_id = (select auth.uid()) and t.left_at is null
));


create function private.demand_invitable(team_id uuid, role public.member_role, channel_ids uuid[])
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Nobody gives more than they have: the role admin takes who gives roles, a private channel who may add to it. */
declare
  v_id uuid;
begin
  perform private.demand_in_team(demand_invitable.team_id, 'invite');
  if demand_invitable.role in ('owner', 'admin') then
    perform private.demand_in_team(demand_invitable.team_id, 'set_roles');
  end if;
  foreach v_id in array demand_invitable.channel_ids loop
    if not exists (select from public.conversations c where c.id = v_id and c.team_id = demand_invitable.team_id)
      or not exists (select from public.conversations c where c.id = v_id and c.is_public) and not private.is_member(v_id, private.me()) then
      perform private.refuse('conversation_not_found', v_id::text);
    end if;
    if not exists (select from public.conversations c where c.id = v_id and c.is_public) then
      perform private.demand(v_id, 'invite');
    end if;
  end loop;
end;
$$;
comment on function private.demand_invitable is 'Returns if the caller may invite to a team with this role and into these of its channels, else refuses.';


create function private.invite_to_team(team_id uuid, user_ids uuid[], role public.member_role, channel_ids uuid[])
returns setof public.team_invitations
language plpgsql
security definer
set search_path = ''
as $$
/* Who is in the team, or has an open invitation, is passed over. One that has expired makes room for the new one. A call
   costs a token, as a message does: who is suspended invites nobody, and who is withheld is not heard of. */
declare
  v_me uuid := private.me();
  v_people uuid[] := private.existing_people(coalesce(user_ids, '{}'));
  v_channels uuid[] := private.limited(coalesce(channel_ids, '{}'));
  v_team public.teams;
  v_sender private.senders;
  v_invitation public.team_invitations;
begin
  perform private.demand_invitable(invite_to_team.team_id, invite_to_team.role, v_channels);
  if invite_to_team.role = 'owner' then
    perform private.refuse('not_allowed_in_team', 'set_team_role() hands a team over.');
  end if;
  v_sender := private.take_send_token(v_me);
  v_team := private.lock_team_for(invite_to_team.team_id, 'invite');
  update public.team_invitations i
  set status = 'revoked', answered_at = now()
  where i.team_id = v_team.id and i.user_id = any (v_people) and i.status = 'open' and i.expires_at <= now();
  for v_invitation in
    insert into public.team_invitations (team_id, user_id, role, channel_ids, invited_by)
    select v_team.id, u.id, invite_to_team.role, v_channels, v_me
    from unnest(v_people) as u (id)
    where not exists (
      select from public.team_members t where t.team_id = v_team.id and t.user_id = u.id and t.left_at is null
    )
    order by u.id
    on conflict do nothing
    returning *
  loop
    if not v_sender.is_withheld then
      perform private.notify(
        array[v_invitation.user_id], 'team_invitation:' || v_invitation.id, 'team_invitation',
        jsonb_build_object('invitation_id', v_invitation.id, 'team_id', v_team.id, 'team_name', v_team.name)
      );
    end if;
    perform private.audit('team_invited', v_team.id, null, v_invitation.user_id, jsonb_build_object('role', v_invitation.role));
    return next v_invitation;
  end loop;
end;
$$;
grant execute on function private.invite_to_team to authenticated;

create function public.invite_to_team(
  team_id uuid, user_ids uuid[], role public.member_role default 'member', channel_ids uuid[] default '{}'
)
returns setof public.team_invitations
language plpgsql
set search_path = ''
as $$
begin
  return query
  select i.* from private.invite_to_team(
    invite_to_team.team_id, invite_to_team.user_ids, coalesce(invite_to_team.role, 'member'), invite_to_team.channel_ids
  ) i;
end;
$$;
comment on function public.invite_to_team is 'Invites people to a team as member, guest or (by its owner) admin, into its default channels and these; returns the new invitations. Who is in it or invited already is passed over. At most 500. For owner and admins of the team.';
grant execute on function public.invite_to_team to authenticated;


create function private.open_invitation(id uuid)
returns public.team_invitations
language plpgsql
security definer
set search_path = ''
as $$
/* The team is locked first: whoever invites, accepts or revokes at the same moment waits, and then sees the outcome. */
declare
  v_team_id uuid := (select i.team_id from public.team_invitations i where i.id = open_invitation.id);
  v_invitation public.team_invitations;
begin
  if v_team_id is not null then
    perform private.lock_team(v_team_id);
  end if;
  select i.* into v_invitation from public.team_invitations i where i.id = open_invitation.id for no key update;
  if not found or v_invitation.user_id <> private.me() and not private.may_in_team(v_team_id, private.me(), 'invite') then
    perform private.refuse('invitation_not_found');
  end if;
  return v_invitation;
end;
$$;


create function private.answer_team_invitation(id uuid, accept boolean)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_invitation public.team_invitations := private.open_invitation(answer_team_invitation.id);
  v_wish public.invitation_status := case when accept then 'accepted' else 'declined' end;
begin
  if v_invitation.user_id <> private.me() then
    perform private.refuse('invitation_not_found');
  end if;
  -- Repeating an answer is harmless.
  if v_invitation.status = v_wish then
    return v_invitation.team_id;
  end if;
  if v_invitation.status <> 'open' or v_invitation.expires_at <= now() then
    perform private.refuse('invitation_over', case when v_invitation.status = 'open' then 'expired' else v_invitation.status::text end);
  end if;
  update public.team_invitations i set status = v_wish, answered_at = now() where i.id = v_invitation.id;
  if accept then
    -- Said by who invited, in the channels.
    perform private.let_into_team(
      private.lock_team(v_invitation.team_id), array[v_invitation.user_id], v_invitation.role, v_invitation.channel_ids,
      coalesce(v_invitation.invited_by, v_invitation.user_id)
    );
  end if;
  perform private.notify(
    array[v_invitation.invited_by], 'team_invitation_answered:' || v_invitation.id, 'team_invitation_answered',
    jsonb_build_object('invitation_id', v_invitation.id, 'team_id', v_invitation.team_id, 'status', v_wish)
  );
  return v_invitation.team_id;
end;
$$;
grant execute on function private.answer_team_invitation to authenticated;

create function public.accept_team_invitation(id uuid)
returns setof public.teams
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_team_id uuid := private.answer_team_invitation(accept_team_invitation.id, true);
begin
  return query select t.* from public.teams t where t.id = v_team_id;
end;
$$;
comment on function public.accept_team_invitation is 'Accepts an invitation: you are in the team, in its default channels and in those that you were invited to.';
grant execute on function public.accept_team_invitation to authenticated;

create function public.decline_team_invitation(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.answer_team_invitation(decline_team_invitation.id, false);
end;
$$;
comment on function public.decline_team_invitation is 'Declines an invitation to a team.';
grant execute on function public.decline_team_invitation to authenticated;


create function private.revoke_team_invitation(id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_invitation public.team_invitations := private.open_invitation(revoke_team_invitation.id);
begin
  perform private.demand_in_team(v_invitation.team_id, 'invite');
  if v_invitation.status = 'revoked' then
    return;
  elsif v_invitation.status <> 'open' then
    perform private.refuse('invitation_over', v_invitation.status::text);
  end if;
  update public.team_invitations i set status = 'revoked', answered_at = now() where i.id = v_invitation.id;
  perform private.audit('team_invitation_revoked', v_invitation.team_id, null, v_invitation.user_id);
end;
$$;
grant execute on function private.revoke_team_invitation to authenticated;

create function public.revoke_team_invitation(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.revoke_team_invitation(revoke_team_invitation.id);
end;
$$;
comment on function public.revoke_team_invitation is 'Takes back an invitation that is not answered yet. For owner and admins of the team.';
grant execute on function public.revoke_team_invitation to authenticated;
