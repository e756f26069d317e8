-- What others learn of somebody without being told: whether they are there, that they have an account, and what they link to.
--
-- As with blocks, Realtime asks when a channel is joined and when a token is renewed: who is listening already may hear
-- until then who is there.

create table public.privacy_settings (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  shares_presence boolean not null default true,
  is_found boolean not null default true,
  previews_links boolean not null default true
);
comment on table public.privacy_settings is 'What others learn of you, or through you. Who never changed it has no row, and the defaults.';
comment on column public.privacy_settings.shares_presence is 'Others see whether you are there, and when you were last. Default: true.';
comment on column public.privacy_settings.is_found is 'Others find you by a part of your name or handle, or by your e-mail address. Else by your whole handle only. Default: true.';
comment on column public.privacy_settings.previews_links is 'Your app asks what a page says of itself when you write a link to it, and sends that along. The page is asked by the server, not by your device. Default: true.';

alter table public.privacy_settings enable row level security;
revoke all on public.privacy_settings from anon, authenticated, service_role;
grant select on public.privacy_settings to authenticated, service_role;

create policy privacy_settings_select on public.privacy_settings
for select to authenticated
using (user_id = (select auth.uid()));


create function private.hides_presence(user_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (select from public.privacy_settings s where s.user_id = hides_presence.user_id and not s.shares_presence);
end;
$$;
comment on function private.hides_presence is 'Whether somebody does not want others to see whether they are there.';

create function private.is_hard_to_find(user_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (select from public.privacy_settings s where s.user_id = is_hard_to_find.user_id and not s.is_found);
end;
$$;
comment on function private.is_hard_to_find is 'Whether somebody wants to be found by their whole handle only.';


create function private.set_privacy(shares_presence boolean, is_found boolean, previews_links boolean)
returns public.privacy_settings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings public.privacy_settings;
begin
  insert into public.privacy_settings as s (user_id, shares_presence, is_found, previews_links)
  values (
    private.me(), coalesce(set_privacy.shares_presence, true), coalesce(set_privacy.is_found, true),
    coalesce(set_privacy.previews_links, true)
  )
  on conflict on constraint privacy_settings_pkey do update
  set
    shares_presence = coalesce(set_privacy.shares_presence, s.shares_presence),
    is_found = coalesce(set_privacy.is_found, s.is_found),
    previews_links = coalesce(set_privacy.previews_links, s.previews_links)
  returning s.* into v_settings;
  return v_settings;
end;
$$;
grant execute on function private.set_privacy to authenticated;

create function public.set_privacy(
  shares_presence boolean default null, is_found boolean default null, previews_links boolean default null
)
returns public.privacy_settings
language plpgsql
set search_path = ''
as $$
begin
  return private.set_privacy(set_privacy.shares_presence, set_privacy.is_found, set_privacy.previews_links);
end;
$$;
comment on function public.set_privacy is 'Changes what others learn of you; what is left out stays.';
grant execute on function public.set_privacy to authenticated;


insert into private.account_sections (section, of_table, user_column, key_columns)
values ('privacy_settings', 'public.privacy_settings', 'user_id', '{user_id}');
