-- pg_cron's SQL interface (https://github.com/citusdata/pg_cron) without its C library. The stack's worker reads
-- cron.job, hears of changes by NOTIFY, and runs each command as the job's user.

create schema cron;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default coalesce(inet_server_port(), 5432),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);

alter table cron.job enable row level security;
alter table cron.job_run_details enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);


create function cron._field_is_valid(field text, lowest int, highest int, names text default null)
returns boolean
language sql
immutable
set search_path = pg_catalog
as $$
  -- A field is a list of `*`, a number or name, or a range of them, each with an optional step: `*/5,10-20/2,mon`.
  select bool_and(
    part ~* format('^(\*|(%1$s)(-(%1$s))?)(/[1-9]\d?)?$', concat_ws('|', '\d{1,2}', names))
    and not exists (
      select from regexp_matches(split_part(part, '/', 1), '\d+', 'g') as number
      where number[1]::int not between lowest and highest
    )
  )
  from regexp_split_to_table(field, ',') as part
$$;


create function cron._schedule_is_valid(schedule text)
returns boolean
language sql
immutable
strict
set search_path = pg_catalog
as $$
  select case
    when schedule ~* '^\s*([1-9]|[1-5]\d)\s+seconds?\s*$' then true
    when schedule ~* '^\s*@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)\s*$' then true
    when array_length(fields, 1) <> 5 then false
    else cron._field_is_valid(fields[1], 0, 59)
      and cron._field_is_valid(fields[2], 0, 23)
      and (fields[3] = '$' or cron._field_is_valid(fields[3], 1, 31))
      and cron._field_is_valid(fields[4], 1, 12, 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec')
      and cron._field_is_valid(fields[5], 0, 7, 'sun|mon|tue|wed|thu|fri|sat')
  end
  from regexp_split_to_array(btrim(schedule), '\s+') as fields
$$;


create function cron._check_job()
returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  if not cron._schedule_is_valid(new.schedule) then
    raise exception 'invalid schedule: %', new.schedule
      using errcode = 'invalid_parameter_value',
            hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
  -- Whoever writes a job for somebody else would act with that role's rights.
  if new.username <> current_user and not (select rolsuper from pg_roles where rolname = current_user) then
    raise exception 'must be superuser to create a job for another role' using errcode = 'insufficient_privilege';
  end if;
  if not exists (select from pg_roles where rolname = new.username and rolcanlogin) then
    raise exception 'role "%" can not log in', new.username
      using detail = 'Jobs may only be run by roles that have the LOGIN attribute.';
  end if;
  return new;
end
$$;

create function cron.job_cache_invalidate()
returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  perform pg_notify('pg_cron', '');
  return null;
end
$$;
comment on function cron.job_cache_invalidate() is 'Tells the worker that jobs have changed.';

create trigger cron_job_check
  before insert or update on cron.job
  for each row execute function cron._check_job();

create trigger cron_job_cache_invalidate
  after insert or update or delete or truncate on cron.job
  for each statement execute function cron.job_cache_invalidate();


create function cron.schedule(schedule text, command text)
returns bigint
language sql
strict
set search_path = pg_catalog
as $$
  insert into cron.job (schedule, command) values (schedule, command) returning jobid
$$;
comment on function cron.schedule(text, text) is 'schedule a pg_cron job';


create function cron.schedule(job_name text, schedule text, command text)
returns bigint
language plpgsql
set search_path = pg_catalog
as $$
declare
  id bigint;
begin
  if job_name is null then raise exception 'job_name can not be NULL'; end if;
  if schedule is null then raise exception 'schedule can not be NULL'; end if;
  if command is null then raise exception 'command can not be NULL'; end if;
  insert into cron.job as job (jobname, schedule, command)
  values (job_name, schedule, command)
  on conflict on constraint jobname_username_uniq
  do update set schedule = excluded.schedule, command = excluded.command, active = true
  returning jobid into id;
  return id;
end
$$;
comment on function cron.schedule(text, text, text) is 'schedule a pg_cron job';


create function cron.schedule_in_database(
  job_name text,
  schedule text,
  command text,
  database text,
  username text default null,
  active boolean default true
)
returns bigint
language sql
set search_path = pg_catalog
as $$
  insert into cron.job as job (jobname, schedule, command, database, username, active)
  values (job_name, schedule, command, database, coalesce(username, current_user), active)
  on conflict on constraint jobname_username_uniq
  do update set schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
  returning jobid
$$;
comment on function cron.schedule_in_database(text, text, text, text, text, boolean) is 'schedule a pg_cron job';


create function cron.unschedule(job_id bigint)
returns bool
language plpgsql
strict
set search_path = pg_catalog
as $$
begin
  delete from cron.job where jobid = job_id and username = current_user;
  if not found then raise exception 'could not find valid entry for job %', job_id; end if;
  return true;
end
$$;
comment on function cron.unschedule(bigint) is 'unschedule a pg_cron job';


create function cron.unschedule(job_name text)
returns bool
language plpgsql
strict
set search_path = pg_catalog
as $$
begin
  delete from cron.job where jobname = job_name and username = current_user;
  if not found then raise exception 'could not find valid entry for job ''%''', job_name; end if;
  return true;
end
$$;
comment on function cron.unschedule(text) is 'unschedule a pg_cron job';


create function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
)
returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  if num_nonnulls(schedule, command, database, username, active) = 0 then
    raise exception 'no updates specified'
      using hint = 'You must specify at least one job attribute to change when calling alter_job';
  end if;
  update cron.job as job
  set schedule = coalesce(alter_job.schedule, job.schedule),
      command = coalesce(alter_job.command, job.command),
      database = coalesce(alter_job.database, job.database),
      username = coalesce(alter_job.username, job.username),
      active = coalesce(alter_job.active, job.active)
  where job.jobid = job_id
    and (job.username = current_user or (select rolsuper from pg_roles where rolname = current_user));
  if not found then raise exception 'Job % does not exist or you don''t own it', job_id; end if;
end
$$;
comment on function cron.alter_job(bigint, text, text, text, text, boolean)
  is 'Alter the job identified by job_id. Any option left as NULL will not be modified.';


revoke all on function cron.alter_job(bigint, text, text, text, text, boolean) from public;
revoke all on function cron.schedule_in_database(text, text, text, text, text, boolean) from public;
grant select on cron.job to public;
grant select, delete on cron.job_run_details to public;
grant select on sequence cron.jobid_seq, cron.runid_seq to public;

-- What the hosted platform adds when the extension is created. The functions above run as their caller, who therefore
-- also needs to write the table; its trigger sees to it that nobody writes another role's jobs.
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant select on cron.job to postgres with grant option;
grant insert, update, delete on cron.job to postgres;
grant select, delete on cron.job_run_details to postgres with grant option;
grant usage on sequence cron.jobid_seq to postgres;

-- Tells a worker that is already connected that there are jobs now.
select pg_notify('pg_cron', '');
