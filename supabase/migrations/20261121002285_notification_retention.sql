-- What is forgotten, and when: notifications that were read or put away, and the log of what was sent.

alter table private.settings
  add column notifications_kept interval not null default '90 days',
  add column deliveries_kept interval not null default '30 days';
comment on column private.settings.notifications_kept is 'How long a notification stays after it was read; one that nobody reads, twice as long.';
comment on column private.settings.deliveries_kept is 'How long it can be explained what became of a push or a mail.';


create function private.forget_notifications(most int default 1000)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Some at a time, and none that a device could still be learning of: devices that were away for longer begin anew. Returns
   whether there may be more. */
declare
  v_settings private.settings;
  v_gone bigint;
  v_sum bigint := 0;
begin
  select s.* into v_settings from private.settings s;
  delete from public.notifications n
  where n.id in (
    select o.id
    from public.notifications o
    where o.created_at < now() - v_settings.notifications_kept
      and (coalesce(o.read_at, o.archived_at) < now() - v_settings.notifications_kept or o.created_at < now() - 2 * v_settings.notifications_kept)
    limit most
  );
  get diagnostics v_gone = row_count;
  v_sum := v_sum + v_gone;
  -- Where no function was there to take them for so long, nobody waits for them any more.
  delete from private.push_jobs j where (j.conversation_id, j.seq) in (
    select o.conversation_id, o.seq from private.push_jobs o where o.due_at < now() - interval '2 days' limit most
  );
  get diagnostics v_gone = row_count;
  v_sum := v_sum + v_gone;
  delete from public.notification_deliveries d
  where d.id in (
    select o.id
    from public.notification_deliveries o
    where o.created_at < now() - v_settings.deliveries_kept and o.due_at < now() - v_settings.deliveries_kept
    limit most
  );
  get diagnostics v_gone = row_count;
  return v_sum + v_gone > 0;
end;
$$;
comment on function private.forget_notifications is 'Deletes some of what is older than it is kept; false when there is nothing.';

create function private.forget_push_subscriptions()
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Of devices that are signed out, and of those whose app has not been opened for so long that no browser keeps them. */
begin
  delete from public.push_subscriptions s
  where not private.has_session(s) or s.refreshed_at < now() - interval '270 days';
end;
$$;

select cron.schedule('forget-notifications', '37 3 * * *', $job$
  do $$
  begin
    while private.forget_notifications() loop
      commit;
    end loop;
  end
  $$
$job$);
select cron.schedule('forget-push-subscriptions', '41 * * * *', 'select private.forget_push_subscriptions()');
