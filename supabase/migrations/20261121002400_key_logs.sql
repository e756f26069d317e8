-- Whose keys are whose, for end-to-end encryption (docs/encryption.md). The database keeps the order of the entries and hands
-- them out; whether they are true, the devices that read them find out.

alter table private.settings
  add column encryption_devices_max int not null default 20,
  -- Each entry is told in all encrypted conversations of its owner.
  add column key_log_hourly_max int not null default 60;


create function private.is_key(value jsonb, length int)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(jsonb_typeof(value) = 'string' and value #>> '{}' ~ ('^[A-Za-z0-9_-]{' || length || '}$'), false);
end;
$$;
comment on function private.is_key is 'Whether this is base64url of that many characters: 43 for a key or a hash, 86 for a signature.';

create function private.is_box(value jsonb, most int)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(
    jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^[A-Za-z0-9_-]{22,}$' and char_length(value #>> '{}') <= most, false
  );
end;
$$;
comment on function private.is_box is 'Whether this is base64url of something encrypted, and no longer than that.';

create function private.is_device_id(value jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(
    jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', false
  );
end;
$$;

create function private.is_key_event(event jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case event ->> 'kind'
    when 'identity' then private.is_key(event -> 'identityKey', 43) and event - '{kind,identityKey}'::text[] = '{}'
    when 'device_added' then
      private.is_device_id(event -> 'deviceId') and private.is_key(event -> 'signingKey', 43)
        and private.is_key(event -> 'sealingKey', 43) and event - '{kind,deviceId,signingKey,sealingKey}'::text[] = '{}'
    when 'device_removed' then private.is_device_id(event -> 'deviceId') and event - '{kind,deviceId}'::text[] = '{}'
    else false
  end;
end;
$$;

create function private.is_key_log_entry(entry jsonb, number int)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(
    jsonb_typeof(entry) = 'object'
      and entry - '{number,previous,at,event,signature}'::text[] = '{}'
      and entry -> 'number' = to_jsonb(is_key_log_entry.number)
      and case number when 1 then entry -> 'previous' = '""' else private.is_key(entry -> 'previous', 43) end
      and entry ->> 'at' ~ '^\d{1,15}$' and jsonb_typeof(entry -> 'at') = 'number'
      and private.is_key(entry -> 'signature', 86)
      and jsonb_typeof(entry -> 'event') = 'object' and private.is_key_event(entry -> 'event')
      and (number > 1 or entry -> 'event' ->> 'kind' = 'identity'),
    false
  );
end;
$$;
comment on function private.is_key_log_entry is 'Whether this has the form of an entry of a key log, at this place. Its signature is checked by those who read it.';


create table public.key_log (
  user_id uuid not null references public.profiles (id) on delete cascade,
  number int not null,
  entry jsonb not null,
  created_at timestamptz not null default now(),
  primary key (user_id, number),
  constraint key_log_form check (private.is_key_log_entry(entry, number))
);
comment on table public.key_log is 'The keys of people, as an append-only log each: identities, devices added and removed, signed by their owner. docs/encryption.md says how to check it.';
comment on column public.key_log.number is '1, 2, 3, … for each person.';
comment on column public.key_log.entry is '{number, previous, at, event, signature}, bytes as base64url.';

alter table public.key_log enable row level security;
revoke all on public.key_log from anon, authenticated, service_role;
grant select on public.key_log to authenticated, service_role;

-- Public keys: whoever wants to write to somebody needs them first.
create policy key_log_select on public.key_log
for select to authenticated
using ((select auth.uid()) is not null);


create table public.encryption_devices (
  id uuid primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  label text not null,
  added_at timestamptz not null default now(),
  removed_at timestamptz,
  constraint encryption_devices_label_length check (char_length(label) <= 80)
);
comment on table public.encryption_devices is 'Your devices that can read what is encrypted, with the names that you know them by.';
comment on column public.encryption_devices.label is 'What you call it, such as "Firefox on Linux". Nobody else sees it.';
comment on column public.encryption_devices.added_at is 'When its keys came into your key log.';
comment on column public.encryption_devices.removed_at is 'When it lost its trust; null while it has it.';
create index encryption_devices_by_user on public.encryption_devices (user_id);

alter table public.encryption_devices enable row level security;
revoke all on public.encryption_devices from anon, authenticated, service_role;
grant select on public.encryption_devices to authenticated, service_role;

create policy encryption_devices_select on public.encryption_devices
for select to authenticated
using (user_id = (select auth.uid()));


create function private.follow_key_event(user_id uuid, event jsonb, label text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A device of somebody else has that id for ever: an id names one pair of keys. */
declare
  v_device uuid := (event ->> 'deviceId')::uuid;
  v_max int := (select s.encryption_devices_max from private.settings s);
begin
  case event ->> 'kind'
    when 'identity' then
      update public.encryption_devices d set removed_at = now() where d.user_id = follow_key_event.user_id and d.removed_at is null;
    when 'device_added' then
      if (
        select count(*) from public.encryption_devices d where d.user_id = follow_key_event.user_id and d.removed_at is null
      ) >= v_max then
        perform private.refuse('limit_reached', format('At most %s devices.', v_max));
      end if;
      insert into public.encryption_devices (id, user_id, label) values (v_device, follow_key_event.user_id, label)
      on conflict do nothing;
      if not found then
        perform private.refuse('device_id_taken');
      end if;
    when 'device_removed' then
      update public.encryption_devices d
      set removed_at = now()
      where d.id = v_device and d.user_id = follow_key_event.user_id and d.removed_at is null;
      if not found then
        perform private.refuse('device_not_found');
      end if;
  end case;
end;
$$;


create function private.append_key_log(entry jsonb, label text)
returns public.key_log
language plpgsql
security definer
set search_path = ''
as $$
/* Two devices at once cannot both write the next entry: the second is told that it is behind, and reads on first. */
declare
  v_me uuid := private.me();
  v_conversation_ids uuid[] := private.lock_encrypted(v_me);
  v_max int := (select s.key_log_hourly_max from private.settings s);
  v_last public.key_log;
  v_next int;
begin
  perform private.lock_personal(v_me);
  select k.* into v_last from public.key_log k where k.user_id = v_me order by k.number desc limit 1;
  if v_last.entry = append_key_log.entry then
    return v_last;
  end if;
  v_next := coalesce(v_last.number, 0) + 1;
  if jsonb_typeof(entry -> 'number') = 'number' and entry -> 'number' <> to_jsonb(v_next) then
    perform private.refuse('key_log_behind', format('The next entry is number %s.', v_next));
  end if;
  if not private.is_key_log_entry(entry, v_next) or char_length(label) > 80 then
    perform private.refuse('keys_invalid');
  end if;
  if (select count(*) from public.key_log k where k.user_id = v_me and k.created_at > now() - interval '1 hour') >= v_max then
    perform private.refuse('rate_limited', format('At most %s entries an hour.', v_max), 3600);
  end if;
  perform private.follow_key_event(v_me, entry -> 'event', coalesce(label, ''));
  insert into public.key_log (user_id, number, entry) values (v_me, v_next, entry) returning * into v_last;
  perform private.outdate_epochs(v_last, v_conversation_ids);
  perform private.announce_to(array[v_me], 'keys', jsonb_build_object('user_id', v_me, 'number', v_next));
  return v_last;
end;
$$;
grant execute on function private.append_key_log to authenticated;

create function public.append_key_log(entry jsonb, label text default '')
returns public.key_log
language plpgsql
set search_path = ''
as $$
begin
  return private.append_key_log(append_key_log.entry, append_key_log.label);
end;
$$;
comment on function public.append_key_log is 'Adds the next entry to your key log. label: what you call a device that it adds. Repeating it changes nothing.';
grant execute on function public.append_key_log to authenticated;


insert into private.account_sections (section, of_table, user_column, key_columns) values
  ('key_log', 'public.key_log', 'user_id', '{number}'),
  ('encryption_devices', 'public.encryption_devices', 'user_id', '{id}');
