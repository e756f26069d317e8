-- A new device asks another one of the same person to be let in: it shows a number, its owner compares, the other one hands over
-- what it needs, sealed to it. The database only passes on what it cannot read.

create table public.device_requests (
  id uuid primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  keys jsonb not null,
  label text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '15 minutes',
  handed_over jsonb,
  constraint device_requests_keys_form check (
    private.is_key(keys -> 'signingKey', 43) and private.is_key(keys -> 'sealingKey', 43)
      and keys - '{signingKey,sealingKey}'::text[] = '{}'
  ),
  constraint device_requests_label_length check (char_length(label) <= 80)
);
comment on table public.device_requests is 'Devices of yours that ask to read what is encrypted.';
comment on column public.device_requests.keys is '{signingKey, sealingKey} as the new device has told them: compare the number on both screens before you believe it.';
comment on column public.device_requests.label is 'What the new device calls itself.';
comment on column public.device_requests.expires_at is 'After this it is not answered any more.';
comment on column public.device_requests.handed_over is 'What was sealed to it, {enc, ciphertext}; null until it was let in.';
create index device_requests_by_user on public.device_requests (user_id);
create index device_requests_by_expiry on public.device_requests (expires_at);

alter table public.device_requests enable row level security;
revoke all on public.device_requests from anon, authenticated, service_role;
grant select on public.device_requests to authenticated, service_role;

create policy device_requests_select on public.device_requests
for select to authenticated
using (user_id = (select auth.uid()));


create function private.announce_device_request(request public.device_requests)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.announce_to(
    array[request.user_id], 'device_request', jsonb_build_object('id', request.id, 'is_handed_over', request.handed_over is not null)
  );
end;
$$;

create function private.request_device(id uuid, keys jsonb, label text)
returns public.device_requests
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_request public.device_requests;
begin
  perform private.lock_personal(v_me);
  select r.* into v_request from public.device_requests r where r.id = request_device.id;
  if found then
    if v_request.user_id <> v_me or v_request.keys <> request_device.keys then
      perform private.refuse('device_id_taken');
    end if;
    return v_request;
  end if;
  if exists (select from public.encryption_devices d where d.id = request_device.id) then
    perform private.refuse('device_id_taken');
  end if;
  if (select count(*) from public.device_requests r where r.user_id = v_me and r.expires_at > now()) >= 10 then
    perform private.refuse('limit_reached', 'At most 10 devices that wait.');
  end if;
  begin
    insert into public.device_requests (id, user_id, keys, label)
    values (request_device.id, v_me, request_device.keys, coalesce(request_device.label, ''))
    returning * into v_request;
  exception
    when check_violation or not_null_violation then
      perform private.refuse('keys_invalid');
  end;
  perform private.announce_device_request(v_request);
  return v_request;
end;
$$;
grant execute on function private.request_device to authenticated;

create function public.request_device(id uuid, keys jsonb, label text default '')
returns public.device_requests
language plpgsql
set search_path = ''
as $$
begin
  return private.request_device(request_device.id, request_device.keys, request_device.label);
end;
$$;
comment on function public.request_device is 'Asks your other devices to let this one read what is encrypted. keys: {signingKey, sealingKey}. Repeating it changes nothing.';
grant execute on function public.request_device to authenticated;


create function private.hand_over(id uuid, sealed jsonb)
returns public.device_requests
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_request public.device_requests;
begin
  select r.* into v_request
  from public.device_requests r
  where r.id = hand_over.id and r.user_id = v_me and r.expires_at > now()
  for no key update;
  -- Only a device that its owner has vouched for in the key log.
  if not found or not exists (
    select from public.encryption_devices d where d.id = hand_over.id and d.user_id = v_me and d.removed_at is null
  ) then
    perform private.refuse('device_not_found');
  end if;
  if not coalesce(
    private.is_key(sealed -> 'enc', 43) and private.is_box(sealed -> 'ciphertext', 4096)
      and sealed - '{enc,ciphertext}'::text[] = '{}', false
  ) then
    perform private.refuse('keys_invalid');
  end if;
  update public.device_requests r set handed_over = hand_over.sealed where r.id = hand_over.id returning r.* into v_request;
  perform private.announce_device_request(v_request);
  return v_request;
end;
$$;
grant execute on function private.hand_over to authenticated;

create function public.hand_over(id uuid, sealed jsonb)
returns public.device_requests
language plpgsql
set search_path = ''
as $$
begin
  return private.hand_over(hand_over.id, hand_over.sealed);
end;
$$;
comment on function public.hand_over is 'Gives a device that asked, and that is in your key log by now, what it needs: {enc, ciphertext}, sealed to it.';
grant execute on function public.hand_over to authenticated;


create function private.end_device_request(id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.device_requests r where r.id = end_device_request.id and r.user_id = private.me();
end;
$$;
grant execute on function private.end_device_request to authenticated;

create function public.end_device_request(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.end_device_request(end_device_request.id);
end;
$$;
comment on function public.end_device_request is 'Takes a device''s request away: it was refused, given up, or what was handed over has been taken. Repeating it changes nothing.';
grant execute on function public.end_device_request to authenticated;


create function private.forget_device_requests()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.device_requests r where r.expires_at < now() - interval '1 day';
end;
$$;
select cron.schedule('forget-device-requests', '41 * * * *', 'select private.forget_device_requests()');


insert into private.account_sections (section, of_table, user_column, key_columns)
values ('device_requests', 'public.device_requests', 'user_id', '{id}');
