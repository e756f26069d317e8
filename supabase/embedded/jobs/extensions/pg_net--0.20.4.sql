-- pg_net's SQL interface (https://github.com/supabase/pg_net) without its C library. A request is a row in the queue; the
-- stack's worker hears of it by NOTIFY, which Postgres delivers when the transaction commits and never after a rollback.

create schema net;

create domain net.http_method as text
  check (value ilike 'get' or value ilike 'post' or value ilike 'delete');

-- Requests that wait to be sent. Unlogged, as the original is: a crash of the database forgets them.
create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);

-- Answers, kept for six hours.
create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);

-- Serves the worker's removal of old answers.
create index on net._http_response (created);

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);


create function net._urlencode_string(string varchar)
returns text
language sql
immutable
set search_path = pg_catalog
as $$
  -- Bytes outside RFC 3986's unreserved set become %XX.
  select coalesce(string_agg(
    case when chr(byte) ~ '[A-Za-z0-9._~-]' and byte < 128 then chr(byte) else '%' || upper(lpad(to_hex(byte), 2, '0')) end,
    '' order by position
  ), '')
  from (
    select position, get_byte(convert_to(string, 'UTF8'), position) as byte
    from generate_series(0, octet_length(convert_to(string, 'UTF8')) - 1) as position
  ) as bytes
  where byte > 0
$$;


create function net._encode_url_with_params_array(url text, params_array text[])
returns text
language sql
immutable
set search_path = pg_catalog
as $$
  select case
    when coalesce(array_length(params_array, 1), 0) = 0 then url
    else split_part(url, '#', 1)
      || case when position('?' in split_part(url, '#', 1)) > 0 then '&' else '?' end
      || array_to_string(params_array, '&')
      || case when position('#' in url) > 0 then substring(url from position('#' in url)) else '' end
  end
$$;


create function net.wake()
returns void
language sql
set search_path = pg_catalog
as $$ select pg_notify('pg_net', '') $$;


create function net.check_worker_is_up()
returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  if not exists (select from pg_stat_activity where application_name = 'parley jobs' and datname = current_database()) then
    raise exception 'the pg_net background worker is not up'
      using detail = 'the stack''s worker is not connected to this database, so that requests are not sent',
            hint = 'is the embedded stack running?';
  end if;
end
$$;
comment on function net.check_worker_is_up() is 'Raises an exception when nothing is there to send requests.';


create function net.wait_until_running()
returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  -- The view is a snapshot that a transaction keeps unless it is told to forget it.
  while not exists (select from pg_stat_activity where application_name = 'parley jobs' and datname = current_database()) loop
    perform pg_sleep(0.02), pg_stat_clear_snapshot();
  end loop;
end
$$;
comment on function net.wait_until_running() is 'Waits until the worker is connected.';


create function net.worker_restart()
returns bool
language plpgsql
set search_path = pg_catalog
as $$
begin
  -- There is nothing to restart: waking the worker makes it look at the queue again, which is what callers want.
  perform net.wake();
  return true;
end
$$;


create function net._params(params jsonb)
returns text[]
language sql
immutable
set search_path = pg_catalog
as $$
  select coalesce(array_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value)), '{}')
  from jsonb_each_text(params)
$$;


create function net._enqueue(method text, url text, headers jsonb, body jsonb, timeout_milliseconds int)
returns bigint
language plpgsql
set search_path = pg_catalog
as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (method, url, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;


create function net.http_get(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds int default 5000
)
returns bigint
language sql
set search_path = pg_catalog
as $$
  select net._enqueue(
    'GET',
    net._encode_url_with_params_array(url, net._params(params)),
    headers,
    null,
    timeout_milliseconds
  )
$$;
comment on function net.http_get(text, jsonb, jsonb, int) is 'Sends a GET request after the commit; returns its id, with which the answer is found in net._http_response.';


create function net.http_post(
  url text,
  body jsonb default '{}'::jsonb,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{"Content-Type": "application/json"}'::jsonb,
  timeout_milliseconds int default 5000
)
returns bigint
language plpgsql
set search_path = pg_catalog
as $$
declare
  content_type text := (select value from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type' limit 1);
begin
  if content_type is null then
    headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  return net._enqueue(
    'POST',
    net._encode_url_with_params_array(url, net._params(params)),
    headers,
    body,
    timeout_milliseconds
  );
end
$$;
comment on function net.http_post(text, jsonb, jsonb, jsonb, int) is 'Sends a POST request with a JSON body after the commit; returns its id.';


create function net.http_delete(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds int default 5000,
  body jsonb default null
)
returns bigint
language sql
set search_path = pg_catalog
as $$
  select net._enqueue(
    'DELETE',
    net._encode_url_with_params_array(url, net._params(params)),
    headers,
    body,
    timeout_milliseconds
  )
$$;
comment on function net.http_delete(text, jsonb, jsonb, int, jsonb) is 'Sends a DELETE request after the commit; returns its id.';


create function net._await_response(request_id bigint)
returns bool
language plpgsql
set search_path = pg_catalog
as $$
begin
  while not exists (select from net._http_response where id = request_id) loop
    perform pg_sleep(0.05);
  end loop;
  return true;
end
$$;


create function net._http_collect_response(request_id bigint, async bool default true)
returns net.http_response_result
language plpgsql
set search_path = pg_catalog
as $$
declare
  answer net._http_response;
begin
  if not async then
    perform net._await_response(request_id);
  end if;
  select * into answer from net._http_response where id = request_id;
  if not found or answer.error_msg is not null then
    return ('ERROR', coalesce(answer.error_msg, 'request matching request_id not found'), null)::net.http_response_result;
  end if;
  return ('SUCCESS', 'ok', (answer.status_code, answer.headers, answer.content)::net.http_response)::net.http_response_result;
end
$$;


create function net.http_collect_response(request_id bigint, async bool default true)
returns net.http_response_result
language plpgsql
set search_path = pg_catalog
as $$
begin
  raise notice 'The net.http_collect_response function is deprecated.';
  return net._http_collect_response(request_id, async);
end
$$;


grant usage on schema net to public;
grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;

-- Tells a worker that is already connected that there is a queue now.
select pg_notify('pg_net', '');
