-- Whether an app has to show the queue of reports at all.

create function public.am_i_moderator()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.is_moderator();
end;
$$;
comment on function public.am_i_moderator is 'Whether you are a moderator of the platform.';
grant execute on function public.am_i_moderator to authenticated;
