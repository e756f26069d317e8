-- Who looks after the whole platform. The operator says who, with the secret key.

create table private.moderators (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  granted_at timestamptz not null default now()
);
comment on table private.moderators is 'People who handle reports from everywhere, and may suspend and withhold.';
alter table private.moderators enable row level security;


create function private.is_moderator()
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (select from private.moderators m where m.user_id = auth.uid());
end;
$$;
comment on function private.is_moderator is 'Whether the caller is a moderator of the platform. Policies ask once a query.';
grant execute on function private.is_moderator to authenticated;


create function private.set_moderator(user_id uuid, is_moderator boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.profiles p where p.id = set_moderator.user_id) then
    perform private.refuse('user_not_found');
  end if;
  if set_moderator.is_moderator then
    insert into private.moderators (user_id) values (set_moderator.user_id) on conflict do nothing;
  else
    delete from private.moderators m where m.user_id = set_moderator.user_id;
  end if;
  if found then
    perform private.audit(
      case when set_moderator.is_moderator then 'moderator_granted' else 'moderator_revoked' end, subject_id => set_moderator.user_id
    );
  end if;
end;
$$;
grant execute on function private.set_moderator to service_role;

create function public.set_moderator(user_id uuid, is_moderator boolean)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.set_moderator(set_moderator.user_id, set_moderator.is_moderator);
end;
$$;
comment on function public.set_moderator is 'Makes somebody a moderator of the platform, or not one any more. With the secret key only.';
grant execute on function public.set_moderator to service_role;
