-- When somebody may be disturbed: pure functions of their settings and a moment. Quiet hours are hours of the clock on their
-- wall, so that a night is an hour longer or shorter when the clocks change.

create function private.quiet_end(settings public.notification_settings, at timestamptz)
returns timestamptz
language plpgsql
-- Not immutable only because the time zones' rules come from a file.
stable
set search_path = ''
as $$
/* Quiet hours that have begun yesterday may go on today. A time that does not exist (clocks go forward) is that much later;
   one that comes twice is meant the second time. */
declare
  v_today date := (quiet_end.at at time zone settings.time_zone)::date;
  v_day date;
  v_from timestamptz;
  v_to timestamptz;
  v_end timestamptz;
begin
  if settings.quiet_from is null then
    return null;
  end if;
  for v_day in select v_today + n from generate_series(-1, 0) n loop
    if extract(isodow from v_day)::int = any (settings.quiet_days) then
      v_from := (v_day + settings.quiet_from) at time zone settings.time_zone;
      v_to := (v_day + (settings.quiet_to <= settings.quiet_from)::int + settings.quiet_to) at time zone settings.time_zone;
      if v_from <= quiet_end.at and quiet_end.at < v_to then
        v_end := greatest(v_end, v_to);
      end if;
    end if;
  end loop;
  return v_end;
end;
$$;
comment on function private.quiet_end is 'When the quiet hours end in which this moment lies; null if it lies in none.';


create function private.hold_until(settings public.notification_settings, at timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
/* A snooze may end within quiet hours, and nothing else: two steps are enough. */
declare
  v_free timestamptz := greatest(settings.snoozed_until, hold_until.at);
begin
  v_free := coalesce(private.quiet_end(settings, v_free), v_free);
  return case when v_free > hold_until.at then v_free end;
end;
$$;
comment on function private.hold_until is 'Until when pushes to somebody wait; null if they need not.';
