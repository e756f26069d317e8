-- The epochs of an encrypted conversation, and their keys as they were sealed to each device. The server takes one epoch a
-- number, so that of two devices that make one at once, one has to use the other's.

alter table private.settings
  add column encrypted_members_max int not null default 200,
  add column epoch_messages_max int not null default 10000,
  -- How often one member makes an epoch that nothing asks for: each is one that the others have to follow.
  add column epochs_a_minute int not null default 3;


create function private.is_epoch(epoch jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
/* Of its members only that it has some: who they must be is compared as a whole. */
begin
  return coalesce(
    jsonb_typeof(epoch) = 'object'
      and epoch - '{conversationId,number,previous,makerId,makerDeviceId,members,commitment,signature}'::text[] = '{}'
      and private.is_device_id(epoch -> 'conversationId')
      and jsonb_typeof(epoch -> 'number') = 'number' and epoch ->> 'number' ~ '^[1-9]\d{0,8}$'
      and case when epoch -> 'number' = '1' then epoch -> 'previous' = '""' else private.is_key(epoch -> 'previous', 43) end
      and private.is_device_id(epoch -> 'makerId') and private.is_device_id(epoch -> 'makerDeviceId')
      and jsonb_typeof(epoch -> 'members') = 'array'
      and private.is_key(epoch -> 'commitment', 43) and private.is_key(epoch -> 'signature', 86),
    false
  );
end;
$$;
comment on function private.is_epoch is 'Whether this has the form of the public part of an epoch. Its signature is checked by those who use it.';

create function private.is_sealed_key(sealed jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(
    jsonb_typeof(sealed) = 'object' and sealed - '{enc,ciphertext}'::text[] = '{}'
      and private.is_key(sealed -> 'enc', 43) and private.is_key(sealed -> 'ciphertext', 64),
    false
  );
end;
$$;
comment on function private.is_sealed_key is 'Whether this has the form of a key of 32 bytes that was sealed to a device.';


create table public.epochs (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  number int not null,
  epoch jsonb not null,
  hash text not null,
  created_at timestamptz not null default now(),
  primary key (conversation_id, number),
  constraint epochs_form check (private.is_epoch(epoch) and epoch -> 'number' = to_jsonb(number))
);
comment on table public.epochs is 'The epochs of your encrypted conversations: whom each was made for, and by whom. docs/encryption.md says how to check one.';
comment on column public.epochs.number is '1, 2, 3, … in each conversation.';
comment on column public.epochs.epoch is '{conversationId, number, previous, makerId, makerDeviceId, members, commitment, signature}, bytes as base64url.';
comment on column public.epochs.hash is 'What the next one names as its previous.';

alter table public.epochs enable row level security;
revoke all on public.epochs from anon, authenticated, service_role;
grant select on public.epochs to authenticated, service_role;

create policy epochs_select on public.epochs
for select to authenticated
using (exists (
  select from public.members m
  where m.conversation_id = epochs.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));


create table public.epoch_keys (
  conversation_id uuid not null,
  device_id uuid not null references public.encryption_devices (id) on delete cascade,
  number int not null,
  user_id uuid not null references public.profiles (id) on delete cascade,
  sealed jsonb not null,
  handed_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  -- what a device asks for
  primary key (conversation_id, device_id, number),
  foreign key (conversation_id, number) references public.epochs (conversation_id, number) on delete cascade,
  constraint epoch_keys_form check (private.is_sealed_key(sealed))
);
comment on table public.epoch_keys is 'The keys of epochs, as they were sealed to your devices.';
comment on column public.epoch_keys.number is 'Of the epoch.';
comment on column public.epoch_keys.device_id is 'The device that can open it.';
comment on column public.epoch_keys.sealed is '{enc, ciphertext}, bytes as base64url.';
comment on column public.epoch_keys.handed_by is 'Who handed it over later; null if it came with the epoch.';
-- deleting a device, or a profile
create index epoch_keys_by_device on public.epoch_keys (device_id);
create index epoch_keys_by_user on public.epoch_keys (user_id);
create index epoch_keys_by_giver on public.epoch_keys (handed_by) where handed_by is not null;
-- deleting an epoch with its conversation
create index epoch_keys_by_epoch on public.epoch_keys (conversation_id, number);

alter table public.epoch_keys enable row level security;
revoke all on public.epoch_keys from anon, authenticated, service_role;
grant select on public.epoch_keys to authenticated, service_role;

create policy epoch_keys_select on public.epoch_keys
for select to authenticated
using (user_id = (select auth.uid()) and exists (
  select from public.members m
  where m.conversation_id = epoch_keys.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));


create function private.key_members(conversation_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Who has no key log yet cannot be vouched for, and is left out until they have one. */
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'userId', m.user_id,
      'logLength', l.length,
      'identityKey', (
        select k.entry #> '{event,identityKey}'
        from public.key_log k
        where k.user_id = m.user_id and k.entry #>> '{event,kind}' = 'identity'
        order by k.number desc
        limit 1
      ),
      'deviceIds', (
        select coalesce(jsonb_agg(d.id order by d.id), '[]')
        from public.encryption_devices d
        where d.user_id = m.user_id and d.removed_at is null
      )
    ) order by m.user_id), '[]')
    from public.members m
    cross join lateral (select max(k.number) as length from public.key_log k where k.user_id = m.user_id) l
    where m.conversation_id = key_members.conversation_id and m.left_at is null and l.length is not null
  );
end;
$$;
comment on function private.key_members is 'The members of an epoch that were made now: those of the conversation, with the devices that they have.';


create function private.lock_encrypted(user_id uuid)
returns uuid[]
language plpgsql
security definer
set search_path = ''
as $$
/* In the order of the ids, and before the person's counter: who holds a conversation may be waiting for that. */
begin
  perform
  from public.conversations c
  where c.id in (
    select c.id
    from public.members m
    join public.conversations c on c.id = m.conversation_id
    where m.user_id = lock_encrypted.user_id and m.left_at is null and c.is_encrypted
  )
  order by c.id
  for no key update;
  return private.encrypted_ids(lock_encrypted.user_id);
end;
$$;
comment on function private.lock_encrypted is 'Locks the encrypted conversations of somebody, and returns their ids.';

create function private.encrypted_ids(user_id uuid)
returns uuid[]
language plpgsql
-- Volatile: each call sees what has been committed by then.
set search_path = ''
as $$
begin
  return array(
    select c.id
    from public.members m
    join public.conversations c on c.id = m.conversation_id
    where m.user_id = encrypted_ids.user_id and m.left_at is null and c.is_encrypted
    order by c.id
  );
end;
$$;


create function private.outdate_epochs(entry public.key_log, locked_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Whoever makes an epoch locks the counters of its members: a conversation that has come to be encrypted, or that they have
   joined, since theirs were locked is seen here. It cannot be locked any more, so all begins anew. */
declare
  v_conversation public.conversations;
  v_change text := entry.entry #>> '{event,kind}';
  v_id uuid;
begin
  if not private.encrypted_ids(entry.user_id) <@ locked_ids then
    perform private.refuse('key_log_behind', 'Something else has changed meanwhile: try again.');
  end if;
  foreach v_id in array private.encrypted_ids(entry.user_id) loop
    update public.conversations c
    set needs_epoch = true, revision = c.revision + 1
    where c.id = v_id
    returning c.* into v_conversation;
    perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
    -- A first identity replaces nothing.
    if entry.number > 1 then
      perform private.post_system(
        v_id, 'keys_changed', jsonb_build_object('user_id', entry.user_id, 'number', entry.number, 'change', v_change), entry.user_id,
        is_news => false
      );
    end if;
  end loop;
end;
$$;
comment on function private.outdate_epochs is 'After a new entry in a key log: the epochs that were made for its devices of before are not used any more.';


insert into private.account_sections (section, of_table, user_column, key_columns)
values ('epoch_keys', 'public.epoch_keys', 'user_id', '{conversation_id,device_id,number}');
insert into private.account_sections (of_table, user_column) values ('public.epoch_keys', 'handed_by');
