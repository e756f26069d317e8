-- Changing them. Who looks before writing locks their own counter first.

create function private.set_notification_preference(category text, in_app boolean, push boolean, email boolean)
returns public.notification_preferences
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_before public.notification_preferences;
  v_after public.notification_preferences;
begin
  if not exists (select from public.notification_categories c where c.category = set_notification_preference.category) then
    perform private.refuse('category_not_found');
  end if;
  perform private.lock_personal(v_me);
  v_before := private.channels_of(v_me, set_notification_preference.category);
  v_after := v_before;
  v_after.in_app := coalesce(set_notification_preference.in_app, v_before.in_app);
  v_after.push := coalesce(set_notification_preference.push, v_before.push);
  v_after.email := coalesce(set_notification_preference.email, v_before.email);
  if v_after is not distinct from v_before then
    return v_before;
  end if;
  insert into public.notification_preferences as p select v_after.*
  on conflict on constraint notification_preferences_pkey do update
  set in_app = excluded.in_app, push = excluded.push, email = excluded.email
  returning p.* into v_after;
  return v_after;
end;
$$;
grant execute on function private.set_notification_preference to authenticated;

create function public.set_notification_preference(
  category text, in_app boolean default null, push boolean default null, email boolean default null
)
returns public.notification_preferences
language plpgsql
set search_path = ''
as $$
begin
  return private.set_notification_preference(
    set_notification_preference.category, set_notification_preference.in_app, set_notification_preference.push,
    set_notification_preference.email
  );
end;
$$;
comment on function public.set_notification_preference is 'Says which channels you want for a category of notifications; what is left out stays.';
grant execute on function public.set_notification_preference to authenticated;


create function private.keep_notification_settings(after public.notification_settings)
returns public.notification_settings
language plpgsql
security definer
set search_path = ''
as $$
/* The caller has locked the counter of whose they are. */
begin
  insert into public.notification_settings as s select after.*
  on conflict on constraint notification_settings_pkey do update
  set
    time_zone = excluded.time_zone, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, quiet_days = excluded.quiet_days,
    snoozed_until = excluded.snoozed_until, digest_after = excluded.digest_after, language = excluded.language,
    plays_sound = excluded.plays_sound, shows_content = excluded.shows_content
  returning s.* into after;
  return after;
end;
$$;


create function private.set_notification_settings(given public.notification_settings)
returns public.notification_settings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_before public.notification_settings;
  v_after public.notification_settings;
begin
  perform private.lock_personal(v_me);
  v_before := private.notification_settings_of(v_me);
  v_after := v_before;
  v_after.time_zone := coalesce(given.time_zone, v_before.time_zone);
  v_after.quiet_from := coalesce(given.quiet_from, v_before.quiet_from);
  v_after.quiet_to := coalesce(given.quiet_to, v_before.quiet_to);
  v_after.quiet_days := coalesce((select array_agg(distinct d order by d) from unnest(given.quiet_days) d), given.quiet_days, v_before.quiet_days);
  v_after.digest_after := case when given.digest_after = '0' then null else coalesce(given.digest_after, v_before.digest_after) end;
  v_after.language := coalesce(given.language, v_before.language);
  v_after.plays_sound := coalesce(given.plays_sound, v_before.plays_sound);
  v_after.shows_content := coalesce(given.shows_content, v_before.shows_content);
  if v_after.quiet_from = v_after.quiet_to then
    v_after.quiet_from := null;
    v_after.quiet_to := null;
  end if;
  -- The list is read from files.
  if v_after.time_zone <> v_before.time_zone and not exists (select from pg_timezone_names z where z.name = v_after.time_zone) then
    perform private.refuse('setting_invalid', 'time_zone is no name of the IANA database.');
  elsif (v_after.quiet_from is null) <> (v_after.quiet_to is null) then
    perform private.refuse('setting_invalid', 'quiet_from and quiet_to go together.');
  elsif not v_after.quiet_days <@ array[1, 2, 3, 4, 5, 6, 7] then
    perform private.refuse('setting_invalid', 'quiet_days are numbers from 1 (Monday) to 7.');
  elsif v_after.digest_after not between '5 minutes' and '30 days' then
    perform private.refuse('setting_invalid', 'digest_after is 5 minutes to 30 days, or 0 for never.');
  elsif v_after.language !~ '^[a-z]{2,3}(-[A-Z]{2})?$' then
    perform private.refuse('setting_invalid', 'language is such as "en" or "pt-BR".');
  end if;
  if v_after is not distinct from v_before then
    return v_before;
  end if;
  v_after := private.keep_notification_settings(v_after);
  perform private.look_again(v_me);
  return v_after;
end;
$$;
grant execute on function private.set_notification_settings to authenticated;

create function public.set_notification_settings(
  time_zone text default null, quiet_from time default null, quiet_to time default null, quiet_days int[] default null,
  digest_after interval default null, language text default null, plays_sound boolean default null, shows_content boolean default null
)
returns public.notification_settings
language plpgsql
set search_path = ''
as $$
declare
  v_given public.notification_settings;
begin
  v_given.time_zone := set_notification_settings.time_zone;
  v_given.quiet_from := set_notification_settings.quiet_from;
  v_given.quiet_to := set_notification_settings.quiet_to;
  v_given.quiet_days := set_notification_settings.quiet_days;
  v_given.digest_after := set_notification_settings.digest_after;
  v_given.language := set_notification_settings.language;
  v_given.plays_sound := set_notification_settings.plays_sound;
  v_given.shows_content := set_notification_settings.shows_content;
  return private.set_notification_settings(v_given);
end;
$$;
comment on function public.set_notification_settings is 'Says when and how you want to be told; what is left out stays. quiet_from and quiet_to alike: no quiet hours. digest_after 0: no mails.';
grant execute on function public.set_notification_settings to authenticated;


create function private.snooze_notifications(until timestamptz)
returns public.notification_settings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_settings public.notification_settings;
begin
  if until > now() + interval '1 year' then
    perform private.refuse('setting_invalid', 'At most a year.');
  end if;
  perform private.lock_personal(v_me);
  v_settings := private.notification_settings_of(v_me);
  if v_settings.snoozed_until is not distinct from until then
    return v_settings;
  end if;
  v_settings.snoozed_until := until;
  v_settings := private.keep_notification_settings(v_settings);
  -- What waits for the old end is looked at again.
  perform private.look_again(v_me);
  return v_settings;
end;
$$;
grant execute on function private.snooze_notifications to authenticated;

create function public.snooze_notifications(until timestamptz default null)
returns public.notification_settings
language plpgsql
set search_path = ''
as $$
begin
  return private.snooze_notifications(snooze_notifications.until);
end;
$$;
comment on function public.snooze_notifications is 'Lets pushes wait until then; null or a past time ends it. Urgent ones come all the same.';
grant execute on function public.snooze_notifications to authenticated;
