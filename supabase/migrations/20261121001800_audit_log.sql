-- Who used a privilege, on whom, when. Only ever added to: a trigger refuses everything else, to every role there is.

create table public.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor_id uuid,
  action text not null,
  -- No references: what is deleted does not take its trace along.
  team_id uuid,
  conversation_id uuid,
  subject_id uuid,
  details jsonb not null default '{}',
  constraint audit_log_action_form check (action ~ '^[a-z][a-z_]*$'),
  constraint audit_log_details_form check (jsonb_typeof(details) = 'object')
);
comment on table public.audit_log is 'Acts that took a privilege: roles, removals, settings, invitations, moderation, exports. Moderators read all of it, owner and admins of a team that of their team. Nobody changes it.';
comment on column public.audit_log.at is 'When it was done.';
comment on column public.audit_log.actor_id is 'Who did it; null for the operator.';
comment on column public.audit_log.action is 'What was done: a code.';
comment on column public.audit_log.team_id is 'The team in which it was done; null if in none.';
comment on column public.audit_log.conversation_id is 'The conversation in which it was done; null if in none.';
comment on column public.audit_log.subject_id is 'To whom it was done; null if to nobody in particular.';
comment on column public.audit_log.details is 'What belongs to it: the new role, the changed settings, and so on. Never what somebody said.';

-- the log of a team; of a person
create index audit_log_by_team on public.audit_log (team_id, id) where team_id is not null;
create index audit_log_by_subject on public.audit_log (subject_id, id) where subject_id is not null;


create function private.tg_audit_log__refuse()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'insufficient_privilege', message = 'The audit log is only ever added to.';
end;
$$;

create trigger _100_only_added_to
before update or delete on public.audit_log
for each row execute function private.tg_audit_log__refuse();

create trigger _100_not_emptied
before truncate on public.audit_log
for each statement execute function private.tg_audit_log__refuse();

-- Also for a session that has set itself to be a replica, which skips triggers otherwise.
alter table public.audit_log enable always trigger _100_only_added_to;
alter table public.audit_log enable always trigger _100_not_emptied;


create function private.audit(
  action text, team_id uuid default null, conversation_id uuid default null, subject_id uuid default null,
  details jsonb default '{}', actor_id uuid default auth.uid()
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.audit_log (actor_id, action, team_id, conversation_id, subject_id, details)
  values (
    audit.actor_id, audit.action,
    coalesce(audit.team_id, (select c.team_id from public.conversations c where c.id = audit.conversation_id)),
    audit.conversation_id, audit.subject_id, audit.details
  );
end;
$$;
comment on function private.audit is 'Writes an act down; that of a channel is one of its team.';


alter table public.audit_log enable row level security;
revoke all on public.audit_log from anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
