-- Bots: accounts that a program uses. A bot is a person to everything else (members, policies, live events, search), with
-- three differences: it has a key instead of a password, it says that it is a bot, and it goes only where others add it.

alter table private.settings add column bots_max int not null default 20;

alter table public.profiles add column is_bot boolean not null default false;
comment on column public.profiles.is_bot is 'A program speaks here, not a person.';


create table public.bots (
  id uuid primary key references public.profiles (id) on delete cascade,
  owner_id uuid not null references public.profiles (id) on delete cascade,
  team_id uuid references public.teams (id) on delete cascade,
  created_at timestamptz not null default now(),
  key_created_at timestamptz not null default now(),
  last_used_at timestamptz
);
comment on table public.bots is 'Your bots, and those of the teams that you lead. docs/bots.md says how they sign in.';
comment on column public.bots.owner_id is 'Who made it and is responsible for it.';
comment on column public.bots.id is 'Id of its profile: what it says has this as sender_id.';
comment on column public.bots.team_id is 'Set: the team''s, for its owner and admins to manage. Null: its owner''s.';
comment on column public.bots.key_created_at is 'When its present key was made.';
comment on column public.bots.last_used_at is 'When it last signed in with its key.';
create index bots_by_owner on public.bots (owner_id);
create index bots_by_team on public.bots (team_id) where team_id is not null;

create table private.bot_keys (
  bot_id uuid primary key references public.bots (id) on delete cascade,
  digest bytea not null unique
);
comment on table private.bot_keys is 'SHA-256 of each bot''s key, which is 256 bits of chance.';
alter table private.bot_keys enable row level security;

alter table public.bots enable row level security;
revoke all on public.bots from anon, authenticated, service_role;
grant select on public.bots to authenticated, service_role;

create policy bots_select on public.bots
for select to authenticated
using ((team_id is null and owner_id = (select auth.uid())) or team_id in (select private.led_team_ids()));


create function private.tg_bots__delete_account()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from auth.users u where u.id = old.id;
  return null;
end;
$$;
comment on function private.tg_bots__delete_account is 'Without an owner or team there is no bot.';

create trigger _900_delete_account
after delete on public.bots
for each row execute function private.tg_bots__delete_account();


create function private.tg_members__bots_are_added()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (select from public.bots b where b.id = new.user_id) then
    perform private.refuse('not_for_bots');
  end if;
  return new;
end;
$$;
comment on function private.tg_members__bots_are_added is 'A bot starts and joins nothing by itself.';

create trigger _100_bots_are_added
before insert on public.members
for each row when (new.user_id = auth.uid())
execute function private.tg_members__bots_are_added();

create trigger _100_bots_are_added
before insert on public.team_members
for each row when (new.user_id = auth.uid())
execute function private.tg_members__bots_are_added();


create function private.my_bot(id uuid)
returns public.bots
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_bot public.bots;
begin
  perform private.me();
  select b.* into v_bot from public.bots b where b.id = my_bot.id and private.leads(b.owner_id, b.team_id) for no key update;
  if not found then
    perform private.refuse('bot_not_found');
  end if;
  return v_bot;
end;
$$;


create function private.new_bot_key(bot_id uuid)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_key text := 'pbk_' || encode(extensions.gen_random_bytes(32), 'hex');
begin
  insert into private.bot_keys as k (bot_id, digest) values (new_bot_key.bot_id, extensions.digest(v_key, 'sha256'))
  on conflict on constraint bot_keys_pkey do update set digest = excluded.digest;
  update public.bots b set key_created_at = now() where b.id = new_bot_key.bot_id;
  return v_key;
end;
$$;


create function private.create_bot(handle text, display_name text, team_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_id uuid := gen_random_uuid();
  v_email text := 'bot.' || v_id || '@bots.invalid';
  v_max int := (select s.bots_max from private.settings s);
  v_bot public.bots;
  v_team public.teams;
begin
  if exists (select from public.bots b where b.id = v_me) then
    perform private.refuse('not_for_bots');
  end if;
  if create_bot.team_id is not null and not private.leads(v_me, create_bot.team_id) then
    perform private.refuse('not_allowed', 'It takes an owner or admin of the team.');
  end if;
  if create_bot.team_id is not null then
    v_team := private.lock_team(create_bot.team_id);
  end if;
  -- Else many at once would each count the others out.
  perform private.lock_personal(v_me);
  if (select count(*) from public.bots b where b.owner_id = v_me) >= v_max then
    perform private.refuse('limit_reached', format('At most %s.', v_max));
  end if;
  -- An account as Auth has them, at an address that cannot be. The empty texts are what Auth expects there.
  insert into auth.users (
    instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
    created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new,
    email_change_token_current, phone_change, phone_change_token, reauthentication_token
  ) values (
    '00000000-0000-0000-0000-000000000000', v_id, 'authenticated', 'authenticated', v_email, '', now(),
    '{"provider": "email", "providers": ["email"], "is_bot": true}',
    jsonb_build_object('handle', create_bot.handle, 'display_name', create_bot.display_name),
    now(), now(), '', '', '', '', '', '', '', ''
  );
  insert into auth.identities (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
  values (
    gen_random_uuid(), v_id, v_id::text, 'email', jsonb_build_object('sub', v_id::text, 'email', v_email, 'email_verified', true),
    now(), now(), now()
  );
  update public.profiles p set is_bot = true where p.id = v_id;
  insert into public.bots as b (id, owner_id, team_id) values (v_id, v_me, create_bot.team_id) returning b.* into v_bot;
  if create_bot.team_id is not null then
    -- In its channels are only those who are in the team. As a guest it goes where it is added to, and finds nothing by itself.
    perform private.let_into_team(v_team, array[v_id], 'guest');
    perform private.audit('bot_created', create_bot.team_id, subject_id => v_id);
  end if;
  return to_jsonb(v_bot)
    || (select jsonb_build_object('handle', p.handle, 'display_name', p.display_name) from public.profiles p where p.id = v_id)
    || jsonb_build_object('key', private.new_bot_key(v_id));
end;
$$;
grant execute on function private.create_bot to authenticated;

create function public.create_bot(handle text, display_name text, team_id uuid default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.create_bot(create_bot.handle, create_bot.display_name, create_bot.team_id);
end;
$$;
comment on function public.create_bot is 'Makes a bot of yours, or of a team (for its owner and admins), and returns it with its key: it is not shown again. The handle is made to fit if it is taken. Add the bot to conversations as you add people.';
grant execute on function public.create_bot to authenticated;


create function private.rotate_bot_key(id uuid)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_bot public.bots := private.my_bot(rotate_bot_key.id);
begin
  -- Sessions that the old key has opened end as well.
  delete from auth.sessions s where s.user_id = v_bot.id;
  return private.new_bot_key(v_bot.id);
end;
$$;
grant execute on function private.rotate_bot_key to authenticated;

create function public.rotate_bot_key(id uuid)
returns text
language plpgsql
set search_path = ''
as $$
begin
  return private.rotate_bot_key(rotate_bot_key.id);
end;
$$;
comment on function public.rotate_bot_key is 'Returns a new key; the old one opens nothing from now on. A token that it has opened lasts until it expires, an hour at most.';
grant execute on function public.rotate_bot_key to authenticated;


create function private.delete_bot(id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_bot public.bots := private.my_bot(delete_bot.id);
begin
  delete from public.bots b where b.id = v_bot.id;
end;
$$;
grant execute on function private.delete_bot to authenticated;

create function public.delete_bot(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.delete_bot(delete_bot.id);
end;
$$;
comment on function public.delete_bot is 'Deletes a bot: it leaves its conversations, and its key and addresses end. What it said stays, without a sender.';
grant execute on function public.delete_bot to authenticated;


create function private.bot_of_key(key text)
returns table (id uuid, email text)
language plpgsql
security definer
set search_path = ''
as $$
begin
  return query
  update public.bots b
  set last_used_at = now()
  from private.bot_keys k, auth.users u
  where k.digest = extensions.digest(bot_of_key.key, 'sha256') and b.id = k.bot_id and u.id = b.id
  returning b.id, u.email::text;
  if not found then
    perform private.refuse('bot_key_invalid');
  end if;
end;
$$;
grant execute on function private.bot_of_key to service_role;

create function public.bot_of_key(key text)
returns table (id uuid, email text)
language plpgsql
set search_path = ''
as $$
begin
  return query select b.id, b.email from private.bot_of_key(bot_of_key.key) b;
end;
$$;
comment on function public.bot_of_key is 'Whose key this is. For the function bot-token.';
grant execute on function public.bot_of_key to service_role;
