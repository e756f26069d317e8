-- Where pushes go: one row per browser and device that has allowed them. Its session is asked for at each push, so that a
-- device that is signed out, here or from elsewhere, gets nothing more.

alter table private.settings
  add column push_subscriptions_max int not null default 20,
  add column push_inside_hosts text[] not null default '{}';
comment on column private.settings.push_subscriptions_max is 'How many devices of a person may have pushes.';
comment on column private.settings.push_inside_hosts is 'Hosts of push services that are no public ones, such as that of a test; they may be reached by http.';

create table public.push_subscriptions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  endpoint text not null,
  origin text not null generated always as (substring(endpoint from '^https?://[^/?#]+')) stored,
  p256dh text not null,
  auth text not null,
  device_id uuid,
  label text,
  session_id uuid,
  created_at timestamptz not null default now(),
  refreshed_at timestamptz not null default now(),
  failing_since timestamptz,
  constraint push_subscriptions_endpoint_is_one unique (endpoint),
  constraint push_subscriptions_endpoint_form check (endpoint ~ '^https?://[^/?#@\s]+/\S*$' and char_length(endpoint) <= 2048),
  -- A point of P-256 and sixteen bytes, in base64url.
  constraint push_subscriptions_p256dh_form check (p256dh ~ '^[A-Za-z0-9_-]{87}$'),
  constraint push_subscriptions_auth_form check (auth ~ '^[A-Za-z0-9_-]{22}$'),
  constraint push_subscriptions_label_form check (char_length(label) <= 200)
);
comment on table public.push_subscriptions is 'Your devices that get pushes.';
comment on column public.push_subscriptions.endpoint is 'The address at the browser''s push service.';
comment on column public.push_subscriptions.origin is 'Which push service it is.';
comment on column public.push_subscriptions.p256dh is 'The browser''s public key, base64url.';
comment on column public.push_subscriptions.auth is 'The browser''s secret, base64url.';
comment on column public.push_subscriptions.device_id is 'Which device it is, as in heartbeat().';
comment on column public.push_subscriptions.label is 'What its owner knows it as, such as "Firefox on Linux".';
comment on column public.push_subscriptions.session_id is 'Under which session it was saved; it goes with it. Null with the secret key.';
comment on column public.push_subscriptions.refreshed_at is 'When the app last said that it is there.';
comment on column public.push_subscriptions.failing_since is 'Since when its push service has taken nothing for it; null if all is well.';
-- whom to push to
create index push_subscriptions_by_user on public.push_subscriptions (user_id, refreshed_at);

alter table public.push_subscriptions enable row level security;
revoke all on public.push_subscriptions from anon, authenticated, service_role;
grant select on public.push_subscriptions to authenticated, service_role;

create policy push_subscriptions_select on public.push_subscriptions
for select to authenticated
using (user_id = (select auth.uid()));


create function private.has_session(subscription public.push_subscriptions)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return subscription.session_id is null or exists (
    select from auth.sessions s where s.id = subscription.session_id and (s.not_after is null or s.not_after > now())
  );
end;
$$;
comment on function private.has_session is 'Whether the device is still signed in.';


create function private.can_have_push(user_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (select from public.push_subscriptions s where s.user_id = can_have_push.user_id);
end;
$$;


create function private.save_push_subscription(endpoint text, p256dh text, auth text, device_id uuid, label text)
returns public.push_subscriptions
language plpgsql
security definer
set search_path = ''
as $$
/* The browser has one endpoint for whoever uses it: it goes over to who is signed in there now, with another id, so that what
   was meant for the other person does not come with it. */
declare
  v_me uuid := private.me();
  v_settings private.settings;
  v_subscription public.push_subscriptions;
  v_session uuid := (auth.jwt() ->> 'session_id')::uuid;
begin
  select s.* into v_settings from private.settings s;
  if endpoint is null or endpoint !~ '^https?://[^/?#@\s]+/\S*$' or char_length(endpoint) > 2048
    or (endpoint !~ '^https://' and coalesce(substring(endpoint from '^http://([^/?#:]+|\[[^\]]*\])') <> all (v_settings.push_inside_hosts), true)) then
    perform private.refuse('subscription_invalid', 'The endpoint is no https address.');
  elsif p256dh is null or p256dh !~ '^[A-Za-z0-9_-]{87}$' then
    perform private.refuse('subscription_invalid', 'p256dh is no key of P-256 in base64url.');
  elsif save_push_subscription.auth is null or save_push_subscription.auth !~ '^[A-Za-z0-9_-]{22}$' then
    perform private.refuse('subscription_invalid', 'auth is not 16 bytes in base64url.');
  end if;
  delete from public.push_subscriptions s where s.endpoint = save_push_subscription.endpoint and s.user_id <> v_me;
  -- The browser has replaced its endpoint: the device keeps its row.
  update public.push_subscriptions s
  set endpoint = save_push_subscription.endpoint
  where s.id = (
    select o.id from public.push_subscriptions o
    where o.user_id = v_me and o.device_id = save_push_subscription.device_id
    order by o.refreshed_at desc limit 1
  ) and not exists (select from public.push_subscriptions o where o.endpoint = save_push_subscription.endpoint);
  insert into public.push_subscriptions as s (user_id, endpoint, p256dh, auth, device_id, label, session_id)
  values (
    v_me, save_push_subscription.endpoint, save_push_subscription.p256dh, save_push_subscription.auth,
    save_push_subscription.device_id, left(save_push_subscription.label, 200), v_session
  )
  on conflict on constraint push_subscriptions_endpoint_is_one do update
  set
    p256dh = excluded.p256dh, auth = excluded.auth, device_id = coalesce(excluded.device_id, s.device_id),
    label = coalesce(excluded.label, s.label), session_id = excluded.session_id, refreshed_at = now(), failing_since = null
  where s.user_id = excluded.user_id
  returning s.* into v_subscription;
  delete from public.push_subscriptions s
  where s.user_id = v_me and s.id in (
    select o.id from public.push_subscriptions o
    where o.user_id = v_me and o.id <> v_subscription.id
    order by o.refreshed_at desc
    offset v_settings.push_subscriptions_max - 1
  );
  return v_subscription;
end;
$$;
grant execute on function private.save_push_subscription to authenticated;

create function public.save_push_subscription(
  endpoint text, p256dh text, auth text, device_id uuid default null, label text default null
)
returns public.push_subscriptions
language plpgsql
set search_path = ''
as $$
begin
  return private.save_push_subscription(
    save_push_subscription.endpoint, save_push_subscription.p256dh, save_push_subscription.auth,
    save_push_subscription.device_id, save_push_subscription.label
  );
end;
$$;
comment on function public.save_push_subscription is 'Says that this browser takes pushes for you, and refreshes it: call it at each start of the app, and when the browser has replaced its endpoint. An endpoint that somebody else had becomes yours.';
grant execute on function public.save_push_subscription to authenticated;


create function private.remove_push_subscription(endpoint text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.push_subscriptions s where s.endpoint = remove_push_subscription.endpoint and s.user_id = private.me();
end;
$$;
grant execute on function private.remove_push_subscription to authenticated;

create function public.remove_push_subscription(endpoint text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.remove_push_subscription(remove_push_subscription.endpoint);
end;
$$;
comment on function public.remove_push_subscription is 'Ends pushes to this browser: call it before signing out. Repeating it changes nothing.';
grant execute on function public.remove_push_subscription to authenticated;


insert into private.account_sections (section, of_table, user_column, key_columns) values
  ('push_subscriptions', 'public.push_subscriptions', 'user_id', '{id}');
