-- How each person wants to be told: per category and channel, at which hours, in which language. Who never changed anything
-- has no rows.

alter table private.settings
  add column digest_after interval not null default '1 day';
comment on column private.settings.digest_after is 'How long a notification stays unread before it comes by mail, for who has not said otherwise.';

create table public.notification_preferences (
  user_id uuid not null references public.profiles (id) on delete cascade,
  category text not null references public.notification_categories (category),
  in_app boolean not null,
  push boolean not null,
  email boolean not null,
  revision bigint not null default 0,
  primary key (user_id, category)
);
comment on table public.notification_preferences is 'Which channels you want for which category; where there is no row, those of notification_categories.';
comment on column public.notification_preferences.category is 'Which notifications.';
comment on column public.notification_preferences.in_app is 'In the list in the app.';
comment on column public.notification_preferences.push is 'On your devices.';
comment on column public.notification_preferences.email is 'By mail, if they stay unread.';
comment on column public.notification_preferences.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';
-- sync(): what changed since
create index notification_preferences_by_revision on public.notification_preferences (user_id, revision);
-- taking a category away
create index notification_preferences_by_category on public.notification_preferences (category);

create table public.notification_settings (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  time_zone text not null default 'UTC',
  quiet_from time,
  quiet_to time,
  quiet_days int[] not null default '{1,2,3,4,5,6,7}',
  snoozed_until timestamptz,
  digest_after interval,
  language text not null default 'en',
  plays_sound boolean not null default true,
  shows_content boolean not null default true,
  revision bigint not null default 0,
  constraint notification_settings_quiet_hours_are_whole check ((quiet_from is null) = (quiet_to is null) and quiet_from <> quiet_to),
  constraint notification_settings_days_form check (quiet_days <@ '{1,2,3,4,5,6,7}'),
  constraint notification_settings_digest_form check (digest_after between '5 minutes' and '30 days'),
  constraint notification_settings_language_form check (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$')
);
comment on table public.notification_settings is 'When and how you want to be told.';
comment on column public.notification_settings.time_zone is 'Where your hours are those of: a name of the IANA database, such as "Europe/Berlin".';
comment on column public.notification_settings.quiet_from is 'Pushes wait from this time of the day on; null for no quiet hours.';
comment on column public.notification_settings.quiet_to is 'Until this one, of the next day if it is not later than quiet_from.';
comment on column public.notification_settings.quiet_days is 'On which days the quiet hours begin: 1 is Monday, 7 Sunday.';
comment on column public.notification_settings.snoozed_until is 'Pushes wait until then; null or past: they do not.';
comment on column public.notification_settings.digest_after is 'How long something stays unread before it comes by mail; null for never.';
comment on column public.notification_settings.language is 'In which language you are told, if there are words in it: ISO 639, such as "en" or "pt-BR".';
comment on column public.notification_settings.plays_sound is 'Whether the app makes a sound.';
comment on column public.notification_settings.shows_content is 'Whether a push shows what was written, for whoever sees the lock screen.';
comment on column public.notification_settings.revision is 'Your personal revision at which it last changed: the cursor of the personal part of sync().';
-- sync(): what changed since
create index notification_settings_by_revision on public.notification_settings (user_id, revision);

create trigger _100_revise
before insert or update on public.notification_preferences
for each row execute function private.tg_personal__revise();
create trigger _900_announce
after insert or update on public.notification_preferences
for each row execute function private.tg_personal__announce();

create trigger _100_revise
before insert or update on public.notification_settings
for each row execute function private.tg_personal__revise();
create trigger _900_announce
after insert or update on public.notification_settings
for each row execute function private.tg_personal__announce();

alter table public.notification_preferences enable row level security;
revoke all on public.notification_preferences from anon, authenticated, service_role;
grant select on public.notification_preferences to authenticated, service_role;

create policy notification_preferences_select on public.notification_preferences
for select to authenticated
using (user_id = (select auth.uid()));

alter table public.notification_settings enable row level security;
revoke all on public.notification_settings from anon, authenticated, service_role;
grant select on public.notification_settings to authenticated, service_role;

create policy notification_settings_select on public.notification_settings
for select to authenticated
using (user_id = (select auth.uid()));


create function private.notification_settings_of(user_id uuid)
returns public.notification_settings
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_settings public.notification_settings;
begin
  select s.* into v_settings from public.notification_settings s where s.user_id = notification_settings_of.user_id;
  if not found then
    v_settings.user_id := notification_settings_of.user_id;
    v_settings.time_zone := 'UTC';
    v_settings.quiet_days := '{1,2,3,4,5,6,7}';
    v_settings.digest_after := (select s.digest_after from private.settings s);
    v_settings.language := 'en';
    v_settings.plays_sound := true;
    v_settings.shows_content := true;
    v_settings.revision := 0;
  end if;
  return v_settings;
end;
$$;
comment on function private.notification_settings_of is 'What there is, or what holds for somebody who never changed anything.';


create function private.channels_of(user_id uuid, category text)
returns public.notification_preferences
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_preference public.notification_preferences;
begin
  select p.* into v_preference
  from public.notification_preferences p
  where p.user_id = channels_of.user_id and p.category = channels_of.category;
  if not found then
    select channels_of.user_id, c.category, c.in_app, c.push, c.email, 0 into v_preference
    from public.notification_categories c
    where c.category = channels_of.category;
  end if;
  return v_preference;
end;
$$;
comment on function private.channels_of is 'Which channels somebody wants for a category.';


insert into private.account_sections (section, of_table, user_column, key_columns) values
  ('notification_preferences', 'public.notification_preferences', 'user_id', '{category}'),
  ('notification_settings', 'public.notification_settings', 'user_id', '{user_id}');
