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
  v_address text := lower(btrim(left(query, 321)));
  v_text text := ltrim(v_address, '@');
  -- "%", "_" and "\" are meant literally.
  v_pattern text := regexp_replace(v_text, '([\\%_])', '\\\1', 'g');
  v_max int := least(greatest(max_results, 1), 50);
begin
  if v_text is null or char_length(v_text) < 2 then
    perform private.refuse('query_too_short');
  end if;
  -- Each way of being found reads a few entries of one index, however many people there are; what is found is then sorted.
  return query
  with found as (
    (
      select p.id from public.profiles p
      where p.handle ~>=~ v_text and p.handle ~<~ (v_text || '{') and p.id <> v_me
      order by p.handle using ~<~
      limit v_max
    )
    union
    (
      select p.id from public.profiles p
      where lower(p.display_name) ~>=~ v_text and lower(p.display_name) ~<~ (v_text || chr(1114111)) and p.id <> v_me
      order by lower(p.display_name) using ~<~
      limit v_max
    )
    union
    (
      -- Two letters make no trigram.
      select p.id from public.profiles p
      where char_length(v_text) > 2 and p.display_name ilike '%' || v_pattern || '%' and p.id <> v_me
      limit 10 * v_max
    )
    union
    -- Whoever knows the whole address may find its owner; nobody learns an address here. Auth keeps them in lower case.
    select u.id from auth.users u where v_address like '%_@_%' and u.email = v_address and u.is_sso_user = false and u.id <> v_me
  )
  select p.*
  from found f
  join public.profiles p on p.id = f.id
  -- Who is blocked does not find who has blocked them; the other way round they are found, to be unblocked.
  where not exists (
    select from public.blocks b where b.user_id = p.id and b.blocked_id = v_me and b.lifted_at is null
  ) and (p.handle = v_text or not private.is_hard_to_find(p.id))
  order by
    p.handle = v_text desc,
    p.handle like v_pattern || '%' desc,
    p.display_name ilike v_pattern || '%' desc,
    p.display_name,
    p.handle
  limit v_max;
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
comment on function public.search_users is 'People by the beginning of their handle, by a part of their name (two characters at its beginning, three anywhere), or by their whole e-mail address; who does not want that, by their whole handle only. At most 50.';
grant execute on function public.search_users to authenticated;
