-- Finding people.

create function private.search_users(query text, max_results int)
returns setof public.profiles
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  -- No handle, name or address is longer, and matching a text of megabytes would take seconds.
  v_query text := lower(btrim(left(query, 321)));
  -- "%", "_" and "\" are meant literally.
  v_pattern text := regexp_replace(ltrim(v_query, '@'), '([\\%_])', '\\\1', 'g');
begin
  if v_query is null or char_length(ltrim(v_query, '@')) < 2 then
    perform private.refuse('query_too_short');
  end if;
  return query
  select p.*
  from public.profiles p
  where p.id <> v_me
    and (
      p.handle like v_pattern || '%'
      or p.display_name ilike '%' || v_pattern || '%'
      -- Whoever knows the whole address may find its owner; nobody learns an address here. Auth keeps them in lower case.
      or (v_query like '%_@_%' and p.id = (select u.id from auth.users u where u.email = v_query and u.is_sso_user = false))
    )
  order by
    p.handle = v_pattern desc,
    p.handle like v_pattern || '%' desc,
    p.display_name ilike v_pattern || '%' desc,
    p.display_name,
    p.handle
  limit least(greatest(max_results, 1), 50);
end;
$$;
grant execute on function private.search_users to authenticated;

create function public.search_users(query text, max_results int default 20)
returns setof public.profiles
language plpgsql
stable
set search_path = ''
as $$
begin
  return query select p.* from private.search_users(search_users.query, search_users.max_results) p;
end;
$$;
comment on function public.search_users is 'People by the beginning of their handle, by a part of their name (two characters or more), or by their whole e-mail address. At most 50.';
grant execute on function public.search_users to authenticated;
