-- The list in the app: pages, exact counts, and reading. Reading cancels, in the same statement, what was not sent yet.

create type public.notification_counts as (unread bigint, by_category jsonb, urgent bigint, badge bigint);

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


create function private.list_notifications(filter text, category text, before timestamptz, before_id uuid, most int)
returns setof public.notifications
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
begin
  if filter is null or filter not in ('all', 'unread', 'archived') then
    perform private.refuse('filter_invalid');
  end if;
  return query
  select n.*
  from public.notifications n
  where n.user_id = v_me and n.in_app
    and (n.archived_at is not null) = (filter = 'archived') and (filter <> 'unread' or n.read_at is null)
    and (list_notifications.category is null or n.category = list_notifications.category)
    -- Without an id, all of that very moment are left out, as they would be by a page that ended with the first of them.
    and (before is null or (n.created_at, n.id) < (before, coalesce(before_id, '00000000-0000-0000-0000-000000000000')))
  order by n.created_at desc, n.id desc
  limit least(greatest(most, 1), 200);
end;
$$;
grant execute on function private.list_notifications to authenticated;

create function public.list_notifications(
  filter text default 'all', category text default null, before timestamptz default null, before_id uuid default null, most int default 50
)
returns setof public.notifications
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select l.*
  from private.list_notifications(
    filter, list_notifications.category, list_notifications.before, list_notifications.before_id, list_notifications.most
  ) l;
end;
$$;
comment on function public.list_notifications is 'Your notifications, newest first: all (but for those put away), unread, or archived; of one category if you say which. before and before_id: created_at and id of the last one of the page before.';
grant execute on function public.list_notifications to authenticated;


create function private.notification_counts(user_id uuid)
returns public.notification_counts
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_counts public.notification_counts;
begin
  select coalesce(sum(c.n), 0), coalesce(jsonb_object_agg(c.category, c.n), '{}')
  into v_counts.unread, v_counts.by_category
  from (
    select n.category, count(*) as n
    from public.notifications n
    where n.user_id = notification_counts.user_id and n.read_at is null and n.archived_at is null and n.in_app
    group by n.category
  ) c;
  v_counts.urgent := (
    select count(*)
    from public.notifications n
    where n.user_id = notification_counts.user_id and n.priority = 'urgent' and n.acknowledged_at is null and n.archived_at is null
  );
  v_counts.badge := private.unread_total(notification_counts.user_id);
  return v_counts;
end;
$$;

create function private.my_notification_counts()
returns public.notification_counts
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return private.notification_counts(private.me());
end;
$$;
grant execute on function private.my_notification_counts to authenticated;

create function public.notification_counts()
returns public.notification_counts
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.my_notification_counts();
end;
$$;
comment on function public.notification_counts is 'How many notifications of yours are unread, in all and by category; how many urgent ones wait to be acknowledged; and badge, the number for the app''s icon: unread messages of conversations that are not muted, and unread notifications that are of no conversation.';
grant execute on function public.notification_counts to authenticated;
