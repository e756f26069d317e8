-- What moderators do. Owner and admins of a team remove, warn and dismiss in its channels; who is suspended or withheld is
-- so everywhere, which is for moderators of the platform.

create function private.restrain(user_id uuid, action public.moderation_action, until timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The row is the one that every send locks: a message in flight commits before this, or is placed after it and seen by it. */
begin
  if not private.is_moderator() then
    perform private.refuse('not_a_moderator');
  end if;
  if not exists (select from public.profiles p where p.id = restrain.user_id) then
    perform private.refuse('user_not_found');
  end if;
  if restrain.action = 'suspend' and (until is null or until <= now()) then
    perform private.refuse('action_invalid', 'Say until when, a time to come.');
  end if;
  if restrain.action in ('suspend', 'withhold') and exists (select from private.moderators m where m.user_id = restrain.user_id) then
    perform private.refuse('action_invalid', 'They are a moderator: ask the operator.');
  end if;
  insert into private.senders (user_id, tokens, refilled_at)
  select restrain.user_id, s.send_burst, clock_timestamp() from private.settings s
  on conflict on constraint senders_pkey do nothing;
  update private.senders s
  set
    suspended_until = case restrain.action when 'suspend' then until when 'lift_suspension' then null else s.suspended_until end,
    is_withheld = case restrain.action when 'withhold' then true when 'stop_withholding' then false else s.is_withheld end
  where s.user_id = restrain.user_id;
end;
$$;
comment on function private.restrain is 'Suspends or withholds somebody, or lifts it again; refuses who is no moderator of the platform.';


create function private.tell_moderated(
  user_id uuid, action public.moderation_action, key text, until timestamptz, note text, report public.reports default null
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* By nobody in particular: moderators are not named. Who is withheld is not told. */
begin
  if tell_moderated.action in ('warn', 'suspend', 'remove', 'lift_suspension') then
    perform private.notify(
      array[tell_moderated.user_id], tell_moderated.key,
      case tell_moderated.action
        when 'warn' then 'warned' when 'suspend' then 'suspended' when 'remove' then 'message_removed' else 'suspension_lifted'
      end,
      jsonb_strip_nulls(jsonb_build_object('until', until, 'note', tell_moderated.note, 'reason', report.reason)),
      report.conversation_id, report.seq, null
    );
  end if;
end;
$$;


create function private.moderate_user(user_id uuid, action public.moderation_action, until timestamptz, note text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.me();
  if moderate_user.action is null or moderate_user.action in ('remove', 'dismiss') then
    perform private.refuse('action_invalid', 'That is for a report.');
  end if;
  if char_length(moderate_user.note) > 1000 then
    perform private.refuse('note_too_long', format('It has %s characters.', char_length(moderate_user.note)));
  end if;
  perform private.restrain(moderate_user.user_id, moderate_user.action, moderate_user.until);
  perform private.tell_moderated(
    moderate_user.user_id, moderate_user.action, 'moderated:' || gen_random_uuid(), moderate_user.until, moderate_user.note
  );
  perform private.audit(
    'user_moderated', subject_id => moderate_user.user_id,
    details => jsonb_strip_nulls(jsonb_build_object('action', moderate_user.action, 'until', moderate_user.until, 'note', moderate_user.note))
  );
end;
$$;
grant execute on function private.moderate_user to authenticated;

create function public.moderate_user(
  user_id uuid, action public.moderation_action, until timestamptz default null, note text default null
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.moderate_user(moderate_user.user_id, moderate_user.action, moderate_user.until, moderate_user.note);
end;
$$;
comment on function public.moderate_user is 'Warns somebody, suspends them from sending until a time, withholds what they send from everybody else, or lifts it again. note: what they are told with it. For moderators of the platform.';
grant execute on function public.moderate_user to authenticated;


create function private.remove_reported(report public.reports)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_message public.messages;
begin
  if report.conversation_id is null or report.seq is null then
    perform private.refuse('action_invalid', 'No message is reported.');
  end if;
  if (
    select k.is_immutable from public.conversations c join public.conversation_kinds k on k.kind = c.kind where c.id = report.conversation_id
  ) then
    perform private.refuse('action_invalid', 'What was said there stays.');
  end if;
  perform private.lock_conversation(report.conversation_id);
  select m.* into v_message
  from public.messages m
  where m.conversation_id = report.conversation_id and m.seq = report.seq;
  -- Its sender may have deleted it meanwhile.
  if found and v_message.deleted_at is null then
    perform private.blank_message(v_message, private.me());
  end if;
end;
$$;


create function private.handle_report(id uuid, action public.moderation_action, until timestamptz, note text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* All open reports of the same message or person are handled with it. They are locked in the order of their ids: of two
   moderators at the same moment, one waits, and then finds them handled. */
declare
  v_me uuid := private.me();
  v_report public.reports;
  v_ids uuid[];
  v_other public.reports;
begin
  select r.* into v_report from public.reports r where r.id = handle_report.id;
  if not found or v_report.subject_id = v_me
    or not (private.is_moderator() or private.may_in_team(v_report.team_id, v_me, 'moderate')) then
    perform private.refuse('report_not_found');
  end if;
  if char_length(handle_report.note) > 1000 then
    perform private.refuse('note_too_long', format('It has %s characters.', char_length(handle_report.note)));
  end if;
  if handle_report.action is null or handle_report.action in ('lift_suspension', 'stop_withholding') then
    perform private.refuse('action_invalid', 'That is not for a report: see moderate_user().');
  end if;
  v_ids := array(
    select r.id
    from public.reports r
    where r.status = 'open' and case
      when v_report.seq is null then r.seq is null and r.subject_id = v_report.subject_id
      else r.conversation_id = v_report.conversation_id and r.seq = v_report.seq
    end
    order by r.id
    for no key update
  );
  if not v_report.id = any (v_ids) then
    perform private.refuse('report_closed');
  end if;
  if handle_report.action = 'remove' then
    perform private.remove_reported(v_report);
  elsif handle_report.action <> 'dismiss' and v_report.subject_id is null then
    perform private.refuse('action_invalid', 'The account is deleted.');
  elsif handle_report.action in ('suspend', 'withhold') then
    perform private.restrain(v_report.subject_id, handle_report.action, handle_report.until);
  end if;

  update public.reports r
  set
    status = case handle_report.action when 'dismiss' then 'dismissed' else 'handled' end::public.report_status,
    action = handle_report.action, handled_by = v_me, handled_at = now()
  where r.id = any (v_ids);
  for v_other in select r.* from public.reports r where r.id = any (v_ids) order by r.reporter_id, r.id loop
    perform private.notify(
      array[v_other.reporter_id], 'report_handled:' || v_other.id, 'report_handled',
      jsonb_build_object('report_id', v_other.id, 'status', v_other.status), actor_id => null
    );
  end loop;
  perform private.tell_moderated(
    v_report.subject_id, handle_report.action, 'moderated:' || v_report.id, handle_report.until, handle_report.note, v_report
  );
  perform private.audit(
    'report_handled', v_report.team_id, v_report.conversation_id, v_report.subject_id,
    jsonb_strip_nulls(jsonb_build_object(
      'report_ids', to_jsonb(v_ids), 'seq', v_report.seq, 'action', handle_report.action, 'until', handle_report.until, 'note', handle_report.note
    ))
  );
end;
$$;
grant execute on function private.handle_report to authenticated;

create function public.handle_report(
  id uuid, action public.moderation_action, until timestamptz default null, note text default null
)
returns setof public.reports
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.handle_report(handle_report.id, handle_report.action, handle_report.until, handle_report.note);
  return query select r.* from public.reports r where r.id = handle_report.id;
end;
$$;
comment on function public.handle_report is 'Handles a report of your queue, and with it all open ones of the same message or person: remove, warn, suspend (until a time), withhold, or dismiss. note: what the reported person is told with it. The reporters are notified (report_handled). Suspending and withholding is for moderators of the platform.';
grant execute on function public.handle_report to authenticated;
