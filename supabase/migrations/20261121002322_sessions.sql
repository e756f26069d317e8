-- Where somebody is signed in: the sessions of Auth, shown to whose they are. A session that is ended gets no other access
-- token; the one that it has lasts until it expires, an hour at most.

create function private.my_sessions()
returns table (id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text, ip text, is_current boolean)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_current uuid := (auth.jwt() ->> 'session_id')::uuid;
begin
  return query
  select
    s.id, s.created_at, coalesce(s.refreshed_at at time zone 'utc', s.created_at), s.user_agent, host(s.ip),
    coalesce(s.id = v_current, false)
  from auth.sessions s
  where s.user_id = v_me and (s.not_after is null or s.not_after > now())
  order by coalesce(s.id = v_current, false) desc, coalesce(s.refreshed_at at time zone 'utc', s.created_at) desc, s.id;
end;
$$;
grant execute on function private.my_sessions to authenticated;

create function public.my_sessions()
returns table (id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text, ip text, is_current boolean)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query select s.* from private.my_sessions() s;
end;
$$;
comment on function public.my_sessions is 'Where you are signed in: since when, when its token was last renewed, from which browser and address. This one first, then the most recently used.';
grant execute on function public.my_sessions to authenticated;


create function private.end_session(id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from auth.sessions s where s.id = end_session.id and s.user_id = private.me();
end;
$$;
grant execute on function private.end_session to authenticated;

create function public.end_session(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.end_session(end_session.id);
end;
$$;
comment on function public.end_session is 'Signs you out elsewhere: this session of yours gets no other access token. The one that it has lasts until it expires.';
grant execute on function public.end_session to authenticated;
