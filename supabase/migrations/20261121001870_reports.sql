-- Reporting a message or a person, and the queue of who handles it: moderators of the platform see all of it, owner and
-- admins of a team what comes from its channels. Nobody sees reports about themselves, and nobody but them who reported.

create type public.report_reason as enum ('spam', 'harassment', 'hate', 'violence', 'sexual', 'illegal', 'other');
comment on type public.report_reason is 'Why something is reported.';

create type public.report_status as enum ('open', 'handled', 'dismissed');
comment on type public.report_status is 'open: in the queue. handled: something was done. dismissed: nothing was to be done.';

create type public.moderation_action as enum (
  'remove', 'warn', 'suspend', 'lift_suspension', 'withhold', 'stop_withholding', 'dismiss'
);
comment on type public.moderation_action is 'remove: the message is deleted for everybody. warn: the person is told. suspend: they send nothing until a time. withhold: what they send is shown to nobody else. dismiss: nothing.';


create table public.reports (
  id uuid primary key default gen_random_uuid(),
  reporter_id uuid references public.profiles (id) on delete set null,
  subject_id uuid references public.profiles (id) on delete set null,
  conversation_id uuid references public.conversations (id) on delete set null,
  seq bigint,
  team_id uuid references public.teams (id) on delete set null,
  reason public.report_reason not null,
  note text,
  said text,
  status public.report_status not null default 'open',
  action public.moderation_action,
  created_at timestamptz not null default now(),
  handled_by uuid references public.profiles (id) on delete set null,
  handled_at timestamptz,
  constraint reports_note_form check (char_length(note) <= 1000),
  constraint reports_handled_have_action check ((status = 'open') = (action is null) and (status = 'open') = (handled_at is null))
);
comment on table public.reports is 'The queue of reports, for moderators; for owner and admins of a team, those from its channels.';
comment on column public.reports.reason is 'Why, out of a short list.';
comment on column public.reports.status is 'Whether and how it was handled.';
comment on column public.reports.handled_at is 'When it was handled; null if not yet.';
comment on column public.reports.reporter_id is 'Who has reported it.';
comment on column public.reports.subject_id is 'Who is reported: the sender of the message, or a person as such.';
comment on column public.reports.conversation_id is 'Where the message stands; null if a person as such is reported.';
comment on column public.reports.seq is 'Which message it is; null if a person as such is reported.';
comment on column public.reports.team_id is 'The team of the channel in which it stands; null if in none.';
comment on column public.reports.note is 'What the reporter adds, up to 1,000 characters.';
comment on column public.reports.said is 'What the message said when it was reported. It is all that a moderator gets to read of the conversation; null if it was encrypted. It goes with the account of who said it.';
comment on column public.reports.action is 'What was done; null while it is open.';
comment on column public.reports.handled_by is 'Who has handled it.';

-- one report per person and message; one open one per person and person
create unique index reports_of_message on public.reports (reporter_id, conversation_id, seq) where seq is not null;
create unique index reports_of_person on public.reports (reporter_id, subject_id) where seq is null and status = 'open';
-- the queue; that of a team; all that concern one message
create index reports_queue on public.reports (created_at) where status = 'open';
create index reports_by_team on public.reports (team_id, created_at) where team_id is not null;
create index reports_by_message on public.reports (conversation_id, seq) where conversation_id is not null;
-- what was reported of somebody; deleting a profile
create index reports_by_subject on public.reports (subject_id, created_at);
create index reports_by_handler on public.reports (handled_by) where handled_by is not null;

alter table public.reports enable row level security;
revoke all on public.reports from anon, authenticated, service_role;
grant select on public.reports to authenticated, service_role;

create policy reports_select on public.reports
for select to authenticated
using (subject_id is distinct from (select auth.uid()) and ((select private.is_moderator()) or exists (
  select from public.team_members t
  join public.team_permissions p on p.role = t.role and p.permission = 'moderate'
  where t.team_id = reports.team_id and t.user_id = (select auth.uid()) and t.left_at is null
)));


create function private.tg_reports__forget()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.said := null;
  return new;
end;
$$;
comment on function private.tg_reports__forget is 'When the account of who is reported is deleted, what they said goes from the report too.';

create trigger _100_forget
before update of subject_id on public.reports
for each row when (new.subject_id is null)
execute function private.tg_reports__forget();


create function private.report(report public.reports)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
/* Reporting again returns the first report, whatever became of it: it is handled once. */
declare
  v_id uuid;
begin
  report.reporter_id := private.me();
  report.note := nullif(btrim(report.note), '');
  if report.reporter_id = report.subject_id then
    perform private.refuse('cannot_report_yourself');
  end if;
  if char_length(report.note) > 1000 then
    perform private.refuse('note_too_long', format('It has %s characters.', char_length(report.note)));
  end if;
  insert into public.reports (reporter_id, subject_id, conversation_id, seq, team_id, reason, note, said)
  values (
    report.reporter_id, report.subject_id, report.conversation_id, report.seq, report.team_id, report.reason, report.note, report.said
  )
  on conflict do nothing
  returning id into v_id;
  if not found then
    select r.id into strict v_id
    from public.reports r
    where r.reporter_id = report.reporter_id and case
      when report.seq is null then r.seq is null and r.subject_id = report.subject_id and r.status = 'open'
      else r.conversation_id = report.conversation_id and r.seq = report.seq
    end;
  end if;
  return v_id;
end;
$$;


create function private.report_message(conversation_id uuid, seq bigint, reason public.report_reason, note text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_message public.messages;
  v_report public.reports;
begin
  perform private.actor_role(report_message.conversation_id, private.me());
  v_message := private.living_message(report_message.conversation_id, report_message.seq, private.me());
  v_report.subject_id := v_message.sender_id;
  v_report.conversation_id := v_message.conversation_id;
  v_report.seq := v_message.seq;
  v_report.team_id := (select c.team_id from public.conversations c where c.id = v_message.conversation_id);
  -- Of what is sealed, moderators get to read what the reporter tells them.
  v_report.said := case
    when v_message.envelope is null and v_message.edit_envelope is null
      then concat_ws(E'\n', v_message.content, private.preview_text(v_message.preview))
  end;
  v_report.reason := report_message.reason;
  v_report.note := report_message.note;
  return private.report(v_report);
end;
$$;
grant execute on function private.report_message to authenticated;

create function public.report_message(conversation_id uuid, seq bigint, reason public.report_reason, note text default null)
returns uuid
language plpgsql
set search_path = ''
as $$
begin
  return private.report_message(report_message.conversation_id, report_message.seq, report_message.reason, report_message.note);
end;
$$;
comment on function public.report_message is 'Reports a message of a conversation of yours to the moderators, who get to read it as it is now; of a channel also to owner and admins of its team. Returns the id of the report. You are notified (report_handled) when it has been handled; its sender is not told of you.';
grant execute on function public.report_message to authenticated;


create function private.report_user(user_id uuid, reason public.report_reason, note text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_report public.reports;
begin
  if not exists (select from public.profiles p where p.id = report_user.user_id) then
    perform private.refuse('user_not_found');
  end if;
  v_report.subject_id := report_user.user_id;
  v_report.reason := report_user.reason;
  v_report.note := report_user.note;
  return private.report(v_report);
end;
$$;
grant execute on function private.report_user to authenticated;

create function public.report_user(user_id uuid, reason public.report_reason, note text default null)
returns uuid
language plpgsql
set search_path = ''
as $$
begin
  return private.report_user(report_user.user_id, report_user.reason, report_user.note);
end;
$$;
comment on function public.report_user is 'Reports a person as such to the moderators. Returns the id of the report. You are notified (report_handled) when it has been handled; they are not told of you.';
grant execute on function public.report_user to authenticated;
