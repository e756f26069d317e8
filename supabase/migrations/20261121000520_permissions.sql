-- Who may do what: one table that the functions and policies ask. A role holds what its rows say, and nothing else.

create type public.permission as enum (
  'react', 'edit_own', 'delete_own', 'delete_any', 'pin', 'mention_all', 'attach', 'poll',
  'invite', 'remove', 'set_roles', 'rename', 'configure'
);
comment on type public.permission is 'What a member may do beyond reading and posting: "any" is what others said, "configure" is who posts, how often, and for how long it stays.';

create table public.role_permissions (
  kind public.conversation_kind not null references public.conversation_kinds (kind),
  role public.member_role not null,
  permission public.permission not null,
  primary key (kind, role, permission)
);
comment on table public.role_permissions is 'What each role may do in each kind of conversation. Posting is conversations.post_role.';
comment on column public.role_permissions.kind is 'In which kind of conversation.';
comment on column public.role_permissions.role is 'Who.';
comment on column public.role_permissions.permission is 'May do what.';

insert into public.role_permissions (kind, role, permission)
select k.kind, r.role, p.permission
from public.conversation_kinds k
cross join unnest(enum_range(null::public.member_role)) as r (role)
cross join unnest(enum_range(null::public.permission)) as p (permission)
where case
  when p.permission in ('react', 'attach') then true
  when p.permission in ('edit_own', 'delete_own') then not k.is_immutable
  -- Two people are equals, whatever their roles.
  when k.is_pair then p.permission = 'pin' or (p.permission in ('poll', 'configure') and not k.is_immutable)
  when p.permission = 'set_roles' then r.role = 'owner'
  when p.permission in ('delete_any', 'remove', 'rename', 'configure') then r.role in ('owner', 'admin')
  when p.permission = 'invite' then r.role in ('owner', 'admin')
  -- In a group everybody is trusted with these; in a channel of thousands, members may not call everybody.
  when p.permission = 'mention_all' then r.role in ('owner', 'admin') or (k.kind = 'group' and r.role = 'member')
  when p.permission = 'pin' then r.role in ('owner', 'admin') or (k.kind = 'group' and r.role = 'member')
  when p.permission = 'poll' then r.role <> 'guest'
end;

alter table public.role_permissions enable row level security;
revoke all on public.role_permissions from anon, authenticated, service_role;
grant select on public.role_permissions to authenticated, service_role;

create policy role_permissions_select on public.role_permissions
for select to authenticated
using ((select auth.uid()) is not null);


create function private.may(conversation_id uuid, user_id uuid, permission public.permission)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_is_pair boolean;
begin
  select k.is_pair into v_is_pair
  from public.members m
  join public.conversations c on c.id = m.conversation_id
  join public.conversation_kinds k on k.kind = c.kind
  join public.role_permissions p on p.kind = c.kind and p.role = m.role
  where m.conversation_id = may.conversation_id and m.user_id = may.user_id and m.left_at is null
    and p.permission = may.permission;
  -- Where one of two people has blocked the other, neither changes anything any more, but for taking back what they said.
  return found and (not v_is_pair or may.permission = 'delete_own' or not private.is_blocked_pair(may.conversation_id));
end;
$$;
comment on function private.may is 'Whether somebody holds a permission in a conversation, now.';


create function private.demand(conversation_id uuid, permission public.permission)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if private.may(demand.conversation_id, private.me(), demand.permission) then
    return;
  end if;
  -- Says what is missing; each of these refuses.
  perform private.actor_role(demand.conversation_id, private.me());
  if private.has_blocked_partner(demand.conversation_id, private.me()) then
    perform private.refuse('you_blocked');
  end if;
  if demand.permission in ('invite', 'remove', 'set_roles', 'rename') and exists (
    select from public.conversations c
    join public.conversation_kinds k on k.kind = c.kind
    where c.id = demand.conversation_id and k.is_pair
  ) then
    perform private.refuse('pair_is_fixed');
  end if;
  perform private.refuse('not_allowed', format('It takes the permission "%s".', demand.permission));
end;
$$;
comment on function private.demand is 'Returns if the caller holds a permission in a conversation, else refuses: not_a_member, conversation_not_found, pair_is_fixed or not_allowed.';


create function private.lock_for(conversation_id uuid, permission public.permission)
returns public.conversations
language plpgsql
security definer
set search_path = ''
as $$
/* The permission is looked at twice: before, so that a stranger cannot hold the lock; after, because it may have changed. */
declare
  v_conversation public.conversations;
begin
  perform private.demand(lock_for.conversation_id, lock_for.permission);
  v_conversation := private.lock_conversation(lock_for.conversation_id);
  perform private.demand(lock_for.conversation_id, lock_for.permission);
  return v_conversation;
end;
$$;
comment on function private.lock_for is 'Locks a conversation for a change by the caller, who must hold this permission. bump_revision() follows when something really changes.';
