-- What somebody must hear of their own account: a device that was never seen, and another password.
--
-- Auth's tables take no triggers of ours on the hosted platform but for auth.users. A device is new when its first heartbeat
-- comes, which every client of this project sends; who signs in with a client of another make and never sends one is seen in
-- my_sessions() only.

create function private.device_label(user_agent text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
/* For people only; nothing is decided by it. Each browser names those that it wants to be taken for, so the first that is named wins. */
declare
  v_browser text := case
    when user_agent like '%Edg/%' then 'Edge'
    when user_agent like '%OPR/%' then 'Opera'
    when user_agent like '%Firefox/%' then 'Firefox'
    when user_agent ~ 'Chrom(e|ium)/' then 'Chrome'
    when user_agent like '%Safari/%' then 'Safari'
  end;
  v_system text := case
    when user_agent like '%Android%' then 'Android'
    when user_agent like '%iPhone%' then 'iPhone'
    when user_agent like '%iPad%' then 'iPad'
    when user_agent like '%Mac OS X%' then 'Mac'
    when user_agent like '%Windows%' then 'Windows'
    when user_agent ~ 'Linux|X11' then 'Linux'
  end;
begin
  return coalesce(nullif(concat_ws(', ', v_browser, v_system), ''), left(user_agent, 200));
end;
$$;
comment on function private.device_label is 'What its owner knows a browser as: "Chrome, Linux". What is no browser is named as it names itself.';


create function private.tell_of_device(user_id uuid, device_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The first device of an account is no news. It is told to all, the new one included: an owner who reads it there knows it. */
begin
  if exists (
    select from private.heartbeats h where h.user_id = tell_of_device.user_id and h.device_id <> tell_of_device.device_id
  ) then
    perform private.notify(
      array[tell_of_device.user_id], 'device:' || tell_of_device.device_id, 'new_sign_in',
      jsonb_strip_nulls(jsonb_build_object(
        'device_id', tell_of_device.device_id, 'at', now(),
        'user_agent', private.device_label(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent')
      )),
      actor_id => null
    );
  end if;
end;
$$;
comment on function private.tell_of_device is 'Tells somebody that a device of theirs is new.';


create function private.tg_users__password_changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.notify(
    array[new.id], 'password:' || extract(epoch from clock_timestamp()), 'password_changed', jsonb_build_object('at', now()), actor_id => null
  );
  return null;
end;
$$;
comment on function private.tg_users__password_changed is 'Tells somebody that their password was changed, whoever did it.';

create trigger _600_password_changed
after update of encrypted_password on auth.users
for each row when (coalesce(old.encrypted_password, '') <> '' and old.encrypted_password is distinct from new.encrypted_password)
execute function private.tg_users__password_changed();
