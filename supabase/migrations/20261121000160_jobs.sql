-- What happens without anybody asking: pg_cron runs what is due, and rings at the Edge Functions for what only they can do.
--
-- A job's command is cheap when nothing is due. One that has much to do commits as it goes, in a single `do` statement, and
-- never locks two conversations in one transaction.

create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;


create table private.doorbell (
  only_row boolean primary key default true check (only_row),
  functions_url text constraint doorbell_functions_url_form check (functions_url ~ '^https?://[^ ]+[^/]$'),
  secret text not null default encode(extensions.gen_random_bytes(32), 'hex')
);
comment on table private.doorbell is 'How the database reaches the Edge Functions, in one row.';
comment on column private.doorbell.functions_url is 'Where they are, such as https://<project>.supabase.co/functions/v1; null, and nothing is rung. The embedded stack fills it in.';
comment on column private.doorbell.secret is 'What a ring carries: the function asks is_doorbell() whether it is right.';
alter table private.doorbell enable row level security;
insert into private.doorbell default values;


create function private.ring(function_name text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Only a ring: the work is in tables, where the function claims it, so that a lost or doubled ring does no harm. */
begin
  perform net.http_post(
    url := d.functions_url || '/' || function_name,
    headers := jsonb_build_object('content-type', 'application/json', 'x-doorbell', d.secret),
    timeout_milliseconds := 30000
  )
  from private.doorbell d
  where d.functions_url is not null;
end;
$$;
comment on function private.ring is 'Calls an Edge Function once this transaction has committed.';
grant execute on function private.ring to service_role;


create function public.ring_again(function_name text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.ring(ring_again.function_name);
end;
$$;
comment on function public.ring_again is 'Rings at an Edge Function once more: for a function whose time is over before its work is.';
grant execute on function public.ring_again to service_role;


create function private.is_doorbell(secret text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  -- Of digests, so that the time it takes says nothing of how much was right.
  return exists (
    select from private.doorbell d where extensions.digest(d.secret, 'sha256') = extensions.digest(is_doorbell.secret, 'sha256')
  );
end;
$$;
grant execute on function private.is_doorbell to service_role;

create function public.is_doorbell(secret text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.is_doorbell(is_doorbell.secret);
end;
$$;
comment on function public.is_doorbell is 'Whether a call of an Edge Function came from this database: by the header x-doorbell. For the functions themselves.';
grant execute on function public.is_doorbell to service_role;


-- Each run leaves a row, for ever.
select cron.schedule('forget-runs', '17 3 * * *', $$delete from cron.job_run_details where end_time < now() - interval '2 days'$$);
