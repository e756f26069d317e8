-- The backup of somebody's keys: what opens it is known to its owner only, by a passphrase or a recovery code. The database keeps
-- boxes that it cannot open.

create function private.is_backup_lock(lock jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(private.is_box(lock -> 'boxed', 200) and case lock ->> 'kind'
    when 'recovery_code' then lock - '{kind,boxed}'::text[] = '{}'
    when 'passphrase' then
      private.is_key(lock -> 'salt', 22)
        and jsonb_typeof(lock -> 'cost' -> 'memory') = 'number' and jsonb_typeof(lock -> 'cost' -> 'passes') = 'number'
        and lock - '{kind,salt,cost,boxed}'::text[] = '{}'
    else false
  end, false);
end;
$$;

create function private.are_backup_locks(locks jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return jsonb_typeof(locks) = 'array' and jsonb_array_length(locks) between 1 and 4
    and not exists (select from jsonb_array_elements(locks) as l (lock) where not private.is_backup_lock(l.lock));
end;
$$;


create table public.key_backups (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  number int not null,
  locks jsonb not null,
  updated_at timestamptz not null default now(),
  constraint key_backups_locks_form check (private.are_backup_locks(locks))
);
comment on table public.key_backups is 'The backup of your keys: the ways to open it.';
comment on column public.key_backups.number is 'Which backup of yours it is: a new one has another secret, and begins empty.';
comment on column public.key_backups.locks is 'Its secret, boxed by a passphrase or a recovery code: see docs/encryption.md.';
comment on column public.key_backups.updated_at is 'When a lock was changed last.';

alter table public.key_backups enable row level security;
revoke all on public.key_backups from anon, authenticated, service_role;
grant select on public.key_backups to authenticated, service_role;

create policy key_backups_select on public.key_backups
for select to authenticated
using (user_id = (select auth.uid()));


create table public.key_backup_parts (
  user_id uuid not null references public.key_backups (user_id) on delete cascade,
  part text not null,
  boxed text not null,
  primary key (user_id, part),
  constraint key_backup_parts_part_form check (part ~ '^(identity|epoch:[0-9a-f-]{36}):[1-9][0-9]{0,8}$'),
  constraint key_backup_parts_boxed_form check (private.is_box(to_jsonb(boxed), 500))
);
comment on table public.key_backup_parts is 'What is in the backup of your keys.';
comment on column public.key_backup_parts.part is 'identity:<number> or epoch:<conversation id>:<number>.';
comment on column public.key_backup_parts.boxed is 'It, boxed under the backup''s secret.';

alter table public.key_backup_parts enable row level security;
revoke all on public.key_backup_parts from anon, authenticated, service_role;
grant select on public.key_backup_parts to authenticated, service_role;

create policy key_backup_parts_select on public.key_backup_parts
for select to authenticated
using (user_id = (select auth.uid()));


create function private.set_key_backup(locks jsonb, number int)
returns public.key_backups
language plpgsql
security definer
set search_path = ''
as $$
/* The number says which secret the locks hold: a device that missed a new backup cannot put the old secret behind its locks. */
declare
  v_me uuid := private.me();
  v_before public.key_backups;
  v_backup public.key_backups;
begin
  perform private.lock_personal(v_me);
  select b.* into v_before from public.key_backups b where b.user_id = v_me;
  if number is null or number not between coalesce(v_before.number, 1) and coalesce(v_before.number, 0) + 1 then
    perform private.refuse('backup_behind', format('Your backup has the number %s.', coalesce(v_before.number, 0)));
  end if;
  if not coalesce(private.are_backup_locks(locks), false) then
    perform private.refuse('keys_invalid');
  end if;
  insert into public.key_backups as b (user_id, number, locks) values (v_me, set_key_backup.number, set_key_backup.locks)
  on conflict on constraint key_backups_pkey do update
  set number = excluded.number, locks = excluded.locks, updated_at = now()
  returning b.* into v_backup;
  if v_backup.number > v_before.number then
    delete from public.key_backup_parts p where p.user_id = v_me;
  end if;
  return v_backup;
end;
$$;
grant execute on function private.set_key_backup to authenticated;

create function public.set_key_backup(locks jsonb, number int)
returns public.key_backups
language plpgsql
set search_path = ''
as $$
begin
  return private.set_key_backup(set_key_backup.locks, set_key_backup.number);
end;
$$;
comment on function public.set_key_backup is 'Begins the backup of your keys, with number 1, or changes its locks, with the number that it has. The next number begins a new one, with another secret: what was in the old one is dropped.';
grant execute on function public.set_key_backup to authenticated;


create function private.save_key_backup_parts(number int, parts jsonb)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_max int := (select s.batch_max from private.settings s);
  v_count int;
begin
  perform private.lock_personal(v_me);
  if not exists (select from public.key_backups b where b.user_id = v_me and b.number = save_key_backup_parts.number) then
    perform private.refuse('backup_behind');
  end if;
  if parts is null or jsonb_typeof(parts) <> 'object' then
    perform private.refuse('keys_invalid');
  end if;
  if (select count(*) from jsonb_object_keys(parts)) > v_max then
    perform private.refuse('too_many', format('At most %s parts.', v_max));
  end if;
  begin
    insert into public.key_backup_parts as p (user_id, part, boxed)
    select v_me, e.key, e.value from jsonb_each_text(parts) as e
    on conflict on constraint key_backup_parts_pkey do update set boxed = excluded.boxed;
  exception
    when check_violation or not_null_violation then
      perform private.refuse('keys_invalid');
  end;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
grant execute on function private.save_key_backup_parts to authenticated;

create function public.save_key_backup_parts(number int, parts jsonb)
returns int
language plpgsql
set search_path = ''
as $$
begin
  return private.save_key_backup_parts(save_key_backup_parts.number, save_key_backup_parts.parts);
end;
$$;
comment on function public.save_key_backup_parts is 'Puts {"<part>": "<boxed>"} into the backup of your keys that has this number, over what is there by the same name. Returns how many.';
grant execute on function public.save_key_backup_parts to authenticated;


insert into private.account_sections (section, of_table, user_column, key_columns) values
  ('key_backups', 'public.key_backups', 'user_id', '{user_id}'),
  ('key_backup_parts', 'public.key_backup_parts', 'user_id', '{part}');
