-- Reading, putting away and acknowledging what one was told of. It is the same on all devices, and cancels what was not sent yet.

create function private.tell_quietly(user_id uuid, ids uuid[], change text)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
/* One way of changing many of one's own. Of more than a few only the last is announced: the devices see the gap, and sync. */
declare
  v_many constant int := 20;
  v_changed bigint;
  v_last public.notifications;
begin
  if cardinality(ids) > v_many then
    perform set_config('parley.quietly', 'yes', true);
  end if;
  update public.notifications n
  set
    read_at = case change when 'unread' then null when 'read' then coalesce(n.read_at, now()) when 'acknowledge' then coalesce(n.read_at, now()) else n.read_at end,
    archived_at = case change when 'archive' then now() when 'unarchive' then null else n.archived_at end,
    acknowledged_at = case change when 'acknowledge' then now() when 'unread' then null else n.acknowledged_at end
  where n.user_id = tell_quietly.user_id and n.id = any (ids) and case change
    when 'read' then n.read_at is null
    when 'unread' then n.read_at is not null
    when 'archive' then n.archived_at is null
    when 'unarchive' then n.archived_at is not null
    when 'acknowledge' then n.acknowledged_at is null
  end;
  get diagnostics v_changed = row_count;
  if cardinality(ids) > v_many then
    perform set_config('parley.quietly', '', true);
    if v_changed > 0 then
      select n.* into v_last
      from public.notifications n
      where n.user_id = tell_quietly.user_id
      order by n.revision desc
      limit 1;
      perform private.announce_to(
        array[tell_quietly.user_id], 'personal',
        jsonb_build_object('revision', v_last.revision, 'table', 'notifications', 'row', to_jsonb(v_last) - 'user_id')
      );
    end if;
  end if;
  return v_changed;
end;
$$;
comment on function private.tell_quietly is 'Changes notifications of somebody: read, unread, archive, unarchive or acknowledge. Returns how many were not so before.';


create function private.change_notifications(ids uuid[], change text)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_max int := (select s.batch_max from private.settings s);
begin
  if cardinality(ids) > v_max then
    perform private.refuse('too_many', format('At most %s.', v_max));
  end if;
  perform private.lock_personal(v_me);
  return private.tell_quietly(v_me, coalesce(ids, '{}'), change);
end;
$$;
grant execute on function private.change_notifications to authenticated;

create function public.mark_notifications_read(ids uuid[])
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  return private.change_notifications(ids, 'read');
end;
$$;
comment on function public.mark_notifications_read is 'Marks notifications of yours as read, and cancels their pushes and mails that were not sent yet; urgent ones go on until they are acknowledged. Returns how many were unread.';
grant execute on function public.mark_notifications_read to authenticated;

create function public.mark_notifications_unread(ids uuid[])
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  return private.change_notifications(ids, 'unread');
end;
$$;
comment on function public.mark_notifications_unread is 'Marks notifications of yours as unread again. Nothing is sent again. Returns how many were read.';
grant execute on function public.mark_notifications_unread to authenticated;

create function public.archive_notifications(ids uuid[])
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  return private.change_notifications(ids, 'archive');
end;
$$;
comment on function public.archive_notifications is 'Puts notifications of yours away: they count no more. Returns how many were not yet.';
grant execute on function public.archive_notifications to authenticated;

create function public.unarchive_notifications(ids uuid[])
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  return private.change_notifications(ids, 'unarchive');
end;
$$;
comment on function public.unarchive_notifications is 'Takes notifications of yours back into the list. Returns how many were put away.';
grant execute on function public.unarchive_notifications to authenticated;


create function private.acknowledge_notification(id uuid)
returns public.notifications
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_notification public.notifications;
begin
  perform private.lock_personal(v_me);
  perform private.tell_quietly(v_me, array[acknowledge_notification.id], 'acknowledge');
  select n.* into v_notification from public.notifications n where n.id = acknowledge_notification.id and n.user_id = v_me;
  if not found then
    perform private.refuse('notification_not_found');
  end if;
  return v_notification;
end;
$$;
grant execute on function private.acknowledge_notification to authenticated;

create function public.acknowledge_notification(id uuid)
returns public.notifications
language plpgsql
set search_path = ''
as $$
begin
  return private.acknowledge_notification(acknowledge_notification.id);
end;
$$;
comment on function public.acknowledge_notification is 'Confirms a notification, which reads it: an urgent one comes no more. Repeating it changes nothing.';
grant execute on function public.acknowledge_notification to authenticated;


create function private.mark_all_notifications_read(up_to timestamptz, category text)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
begin
  perform private.lock_personal(v_me);
  return private.tell_quietly(v_me, array(
    select n.id
    from public.notifications n
    where n.user_id = v_me and n.read_at is null and n.created_at <= mark_all_notifications_read.up_to
      and (mark_all_notifications_read.category is null or n.category = mark_all_notifications_read.category)
  ), 'read');
end;
$$;
grant execute on function private.mark_all_notifications_read to authenticated;

create function public.mark_all_notifications_read(up_to timestamptz default now(), category text default null)
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  return private.mark_all_notifications_read(mark_all_notifications_read.up_to, mark_all_notifications_read.category);
end;
$$;
comment on function public.mark_all_notifications_read is 'Marks all notifications of yours, or all of a category, as read, up to a time: that of the newest one that you see, so that none is read unseen. Returns how many were unread.';
grant execute on function public.mark_all_notifications_read to authenticated;


create function private.read_conversation(marks jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* What mark_read() does last, under the reader's counter: whatever one was told of in what is read now is read too, on all
   devices, and what was not pushed yet is not pushed. */
declare
  v_me uuid := private.me();
  v_mark record;
begin
  for v_mark in select p.conversation_id, p.seq from private.parse_marks(marks) p loop
    update public.notifications n
    set read_at = now()
    where n.user_id = v_me and n.conversation_id = v_mark.conversation_id and n.seq <= v_mark.seq and n.read_at is null;
    perform private.cancel_message_pushes(v_me, v_mark.conversation_id, v_mark.seq);
  end loop;
end;
$$;
