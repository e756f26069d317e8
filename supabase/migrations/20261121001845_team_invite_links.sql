-- Invitations to a team by link: whoever has it joins, until it is used up, expired or revoked. Only its hash is stored,
-- so that a copy of the database lets nobody in.

create table public.team_invite_links (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  token_hash bytea not null unique,
  role public.member_role not null default 'member',
  channel_ids uuid[] not null default '{}',
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  max_uses int,
  uses int not null default 0,
  revoked_at timestamptz,
  constraint team_invite_links_role_is_low check (role in ('member', 'guest')),
  constraint team_invite_links_expire check (expires_at <= created_at + interval '366 days'),
  constraint team_invite_links_uses_form check (max_uses between 1 and 100000 and uses between 0 and max_uses)
);
comment on table public.team_invite_links is 'Links that let people into the teams to which you may invite. The secret in them is shown once, by create_invite_link().';
comment on column public.team_invite_links.created_by is 'Who made it; null once the account is deleted.';
comment on column public.team_invite_links.token_hash is 'SHA-256 of the secret in the link.';
comment on column public.team_invite_links.role is 'The role with which one joins: member or guest.';
comment on column public.team_invite_links.channel_ids is 'Channels that one is in from the start, besides the default ones; the only ones for a guest.';
comment on column public.team_invite_links.expires_at is 'Until when it lets people in.';
comment on column public.team_invite_links.max_uses is 'How many people it lets in; null for any number.';
comment on column public.team_invite_links.uses is 'How many people it has let in.';
comment on column public.team_invite_links.revoked_at is 'When it was revoked; null if it was not.';

-- the list of a team; deleting a profile
create index team_invite_links_by_team on public.team_invite_links (team_id, created_at);
create index team_invite_links_by_creator on public.team_invite_links (created_by) where created_by is not null;

alter table public.team_invite_links enable row level security;
revoke all on public.team_invite_links from anon, authenticated, service_role;
grant select (id, team_id, role, channel_ids, created_by, created_at, expires_at, max_uses, uses, revoked_at)
on public.team_invite_links to authenticated, service_role;

create policy team_invite_links_select on public.team_invite_links
for select to authenticated
using (exists (
  select from public.team_members t
  join public.team_permissions p on p.role = t.role and p.permission = 'invite'
  where t.team_id = team_invite_links.team_id and t.user_id = (select auth.uid()) and t.left_at is null
));


create function private.create_invite_link(
  team_id uuid, role public.member_role, expires_in interval, max_uses int, channel_ids uuid[]
)
returns table (id uuid, token text, expires_at timestamptz)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_channels uuid[] := private.limited(coalesce(channel_ids, '{}'));
  -- 256 bits, in letters that a URL takes as they are.
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
begin
  perform private.demand_invitable(create_invite_link.team_id, create_invite_link.role, v_channels);
  if create_invite_link.role not in ('member', 'guest') then
    perform private.refuse('setting_invalid', 'role is member or guest; admins are invited by name.');
  end if;
  if create_invite_link.expires_in not between interval '1 minute' and interval '366 days' then
    perform private.refuse('setting_invalid', 'expires_in is one minute to 366 days.');
  end if;
  if create_invite_link.max_uses not between 1 and 100000 then
    perform private.refuse('setting_invalid', 'max_uses is 1 to 100,000, or null.');
  end if;
  insert into public.team_invite_links as l (team_id, token_hash, role, channel_ids, created_by, expires_at, max_uses)
  values (
    create_invite_link.team_id, sha256(convert_to(v_token, 'utf8')), create_invite_link.role, v_channels, private.me(),
    now() + create_invite_link.expires_in, create_invite_link.max_uses
  )
  returning l.id, l.expires_at into create_invite_link.id, create_invite_link.expires_at;
  create_invite_link.token := v_token;
  perform private.audit(
    'invite_link_created', create_invite_link.team_id,
    details => jsonb_build_object('link_id', create_invite_link.id, 'role', create_invite_link.role)
  );
  return next;
end;
$$;
grant execute on function private.create_invite_link to authenticated;

create function public.create_invite_link(
  team_id uuid, role public.member_role default 'member', expires_in interval default '7 days',
  max_uses int default null, channel_ids uuid[] default '{}'
)
returns table (id uuid, token text, expires_at timestamptz)
language plpgsql
set search_path = ''
as $$
begin
  return query
  select l.* from private.create_invite_link(
    create_invite_link.team_id, coalesce(create_invite_link.role, 'member'),
    coalesce(create_invite_link.expires_in, interval '7 days'), create_invite_link.max_uses, create_invite_link.channel_ids
  ) l;
end;
$$;
comment on function public.create_invite_link is 'Makes a secret for a link that lets people into a team as member or guest, for a time of one minute to 366 days and, with max_uses, so many of them. It is shown this once. For owner and admins of the team.';
grant execute on function public.create_invite_link to authenticated;


create function private.link_is_over(link public.team_invite_links)
returns text
language sql
stable
set search_path = ''
return case
  when link.revoked_at is not null then 'revoked'
  when link.expires_at <= now() then 'expired'
  when link.uses >= link.max_uses then 'used up'
end;


create function private.look_at_invite_link(token text)
returns table (team_id uuid, name text, description text, member_count int, role public.member_role, expires_at timestamptz)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_link public.team_invite_links;
begin
  perform private.me();
  select l.* into v_link from public.team_invite_links l where l.token_hash = sha256(convert_to(look_at_invite_link.token, 'utf8'));
  if not found then
    perform private.refuse('invite_link_not_found');
  end if;
  if private.link_is_over(v_link) is not null then
    perform private.refuse('invite_link_over', private.link_is_over(v_link));
  end if;
  return query
  select t.id, t.name, t.description, t.member_count, v_link.role, v_link.expires_at from public.teams t where t.id = v_link.team_id;
end;
$$;
grant execute on function private.look_at_invite_link to authenticated;

create function public.look_at_invite_link(token text)
returns table (team_id uuid, name text, description text, member_count int, role public.member_role, expires_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query select l.* from private.look_at_invite_link(look_at_invite_link.token) l;
end;
$$;
comment on function public.look_at_invite_link is 'Which team an invitation link leads to, before one joins it.';
grant execute on function public.look_at_invite_link to authenticated;


create function private.join_team_by_link(token text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
/* Two people taking the last use at the same moment: the second waits for the link's row, and then finds it used up. */
declare
  v_me uuid := private.me();
  v_link public.team_invite_links;
  v_team public.teams;
begin
  select l.* into v_link
  from public.team_invite_links l
  where l.token_hash = sha256(convert_to(join_team_by_link.token, 'utf8'))
  for no key update;
  if not found then
    perform private.refuse('invite_link_not_found');
  end if;
  v_team := private.lock_team(v_link.team_id);
  -- Who is in it already takes no use; so can a call be repeated.
  if exists (select from public.team_members t where t.team_id = v_team.id and t.user_id = v_me and t.left_at is null) then
    return v_team.id;
  end if;
  if private.link_is_over(v_link) is not null then
    perform private.refuse('invite_link_over', private.link_is_over(v_link));
  end if;
  if exists (select from public.team_members t where t.team_id = v_team.id and t.user_id = v_me and t.was_removed) then
    perform private.refuse('was_removed');
  end if;
  update public.team_invite_links l set uses = l.uses + 1 where l.id = v_link.id;
  perform private.let_into_team(v_team, array[v_me], v_link.role, v_link.channel_ids, v_me);
  return v_team.id;
end;
$$;
grant execute on function private.join_team_by_link to authenticated;

create function public.join_team_by_link(token text)
returns setof public.teams
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_team_id uuid := private.join_team_by_link(join_team_by_link.token);
begin
  return query select t.* from public.teams t where t.id = v_team_id;
end;
$$;
comment on function public.join_team_by_link is 'Joins the team of an invitation link, with the secret that stands in it. Who is in the team already stays as they are.';
grant execute on function public.join_team_by_link to authenticated;


create function private.revoke_invite_link(id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_link public.team_invite_links;
begin
  select l.* into v_link from public.team_invite_links l where l.id = revoke_invite_link.id for no key update;
  if not found or not private.may_in_team(v_link.team_id, private.me(), 'invite') then
    perform private.refuse('invite_link_not_found');
  end if;
  if v_link.revoked_at is null then
    update public.team_invite_links l set revoked_at = now() where l.id = v_link.id;
    perform private.audit('invite_link_revoked', v_link.team_id, details => jsonb_build_object('link_id', v_link.id));
  end if;
end;
$$;
grant execute on function private.revoke_invite_link to authenticated;

create function public.revoke_invite_link(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.revoke_invite_link(revoke_invite_link.id);
end;
$$;
comment on function public.revoke_invite_link is 'Ends an invitation link: from the moment that this returns, it lets nobody in. For owner and admins of the team.';
grant execute on function public.revoke_invite_link to authenticated;
