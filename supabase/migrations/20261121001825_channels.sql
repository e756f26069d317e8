-- Channels: made by members of a team, found and joined by them, or added to. Members of a channel are in its team.

create function private.add_to_channel(conversation public.conversations, user_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The team is held and the channel locked by this transaction. Each joins with the role that follows from the team's. */
declare
  v_stranger uuid;
  v_role public.member_role;
  v_joining uuid[];
begin
  select u.id into v_stranger
  from unnest(user_ids) as u (id)
  where not exists (
    select from public.team_members t where t.team_id = conversation.team_id and t.user_id = u.id and t.left_at is null
  )
  limit 1;
  if found then
    perform private.refuse('team_member_not_found', v_stranger::text);
  end if;
  foreach v_role in array enum_range(null::public.member_role) loop
    v_joining := array(
      select u.id
      from unnest(user_ids) as u (id)
      join public.team_members t on t.team_id = conversation.team_id and t.user_id = u.id
      where private.channel_role(t.role, conversation.is_public) = v_role and not exists (
        select from public.members m where m.conversation_id = conversation.id and m.user_id = u.id and m.left_at is null
      )
    );
    if cardinality(v_joining) > 0 then
      perform private.let_in(private.lock_conversation(conversation.id), v_joining, v_role, 'members_added');
    end if;
  end loop;
end;
$$;
comment on function private.add_to_channel is 'Adds members of the team to a channel, or refuses team_member_not_found.';


create function private.create_channel(
  team_id uuid, title text, description text, project_id uuid, is_public boolean, is_default boolean,
  post_role public.member_role, member_ids uuid[]
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_channel public.conversations;
begin
  perform private.hold_team(create_channel.team_id);
  perform private.demand_in_team(create_channel.team_id, 'create_channel');
  if create_channel.is_default then
    perform private.demand_in_team(create_channel.team_id, 'configure');
    if not create_channel.is_public then
      perform private.refuse('channel_invalid', 'A default channel is public.');
    end if;
  end if;
  if create_channel.project_id is not null and not exists (
    select from public.projects p
    where p.team_id = create_channel.team_id and p.id = create_channel.project_id and p.archived_at is null
  ) then
    perform private.refuse('project_not_found');
  end if;
  insert into public.conversations (kind, team_id, project_id, title, description, is_public, is_default, post_role, created_by)
  values (
    'channel', create_channel.team_id, create_channel.project_id, private.valid_title(create_channel.title),
    private.valid_description(create_channel.description), create_channel.is_public, create_channel.is_default,
    create_channel.post_role, v_me
  )
  returning * into v_channel;
  v_channel := private.join_members(v_channel, array[v_me], 'owner');
  perform private.announce_to(array[v_me], 'conversation', private.conversation_event(v_channel));
  if cardinality(member_ids) > 0 then
    perform private.add_to_channel(v_channel, private.limited(member_ids));
  end if;
  return v_channel.id;
end;
$$;
grant execute on function private.create_channel to authenticated;

create function public.create_channel(
  team_id uuid, title text, description text default null, project_id uuid default null,
  is_public boolean default true, is_default boolean default false,
  post_role public.member_role default 'guest', member_ids uuid[] default '{}'
)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := private.create_channel(
    create_channel.team_id, create_channel.title, create_channel.description, create_channel.project_id,
    coalesce(create_channel.is_public, true), coalesce(create_channel.is_default, false),
    coalesce(create_channel.post_role, 'guest'), create_channel.member_ids
  );
begin
  return query select l.* from public.conversation_list l where l.id = v_id;
end;
$$;
comment on function public.create_channel is 'Makes a channel of a team, of which you are the owner. Public: members of the team find and join it; else they are added. Default: who joins the team from now on is in it (for owner and admins of the team). post_role: the least role that may post, admin for announcements. member_ids: members of the team, at most 500; add_members() adds more.';
grant execute on function public.create_channel to authenticated;


create function private.browse_channels(team_id uuid, query text)
returns table (
  id uuid, title text, description text, project_id uuid, is_default boolean, member_count int, is_member boolean,
  created_at timestamptz, last_message_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  -- "%", "_" and "\" are meant literally.
  v_pattern text := '%' || regexp_replace(coalesce(btrim(left(query, 120)), ''), '([\\%_])', '\\\1', 'g') || '%';
begin
  perform private.demand_in_team(browse_channels.team_id, 'find_channels');
  return query
  select
    c.id, c.title, c.description, c.project_id, c.is_default, c.member_count, private.is_member(c.id, v_me),
    c.created_at, c.last_message_at
  from public.conversations c
  where c.team_id = browse_channels.team_id and c.is_public and c.closed_at is null
    and (c.title ilike v_pattern or c.description ilike v_pattern)
  order by lower(c.title), c.id;
end;
$$;
grant execute on function private.browse_channels to authenticated;

create function public.browse_channels(team_id uuid, query text default null)
returns table (
  id uuid, title text, description text, project_id uuid, is_default boolean, member_count int, is_member boolean,
  created_at timestamptz, last_message_at timestamptz
)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query select b.* from private.browse_channels(browse_channels.team_id, browse_channels.query) b;
end;
$$;
comment on function public.browse_channels is 'The public channels of a team, by title: all of them, or those with this text in title or description. For members of the team, not for guests. Page with limit and offset.';
grant execute on function public.browse_channels to authenticated;


create function private.join_channel(conversation_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* To who may not find it, the channel does not exist. */
declare
  v_me uuid := private.me();
  v_channel public.conversations;
begin
  if private.is_member(join_channel.conversation_id, v_me) then
    return;
  end if;
  select c.* into v_channel from public.conversations c where c.id = join_channel.conversation_id and c.kind = 'channel';
  if not found then
    perform private.refuse('conversation_not_found');
  end if;
  -- Who is just being removed from the team is waited for, and then refused.
  perform private.hold_team(v_channel.team_id);
  v_channel := private.lock_conversation(v_channel.id);
  if not v_channel.is_public or not private.may_in_team(v_channel.team_id, v_me, 'find_channels') then
    perform private.refuse('conversation_not_found');
  end if;
  if v_channel.closed_at is not null then
    perform private.refuse('conversation_closed');
  end if;
  -- On another device, this moment.
  if private.is_member(v_channel.id, v_me) then
    return;
  end if;
  perform private.let_in(
    v_channel, array[v_me], private.channel_role(private.team_role(v_channel.team_id, v_me), true), 'member_joined'
  );
end;
$$;
grant execute on function private.join_channel to authenticated;

create function public.join_channel(conversation_id uuid)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.join_channel(join_channel.conversation_id);
  return query select l.* from public.conversation_list l where l.id = join_channel.conversation_id;
end;
$$;
comment on function public.join_channel is 'Joins a public channel of your team; browse_channels() finds them. leave_conversation() leaves it.';
grant execute on function public.join_channel to authenticated;
