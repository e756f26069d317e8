-- The list in the app: in pages, with exact counts.

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


create type public.notification_counts as (unread bigint, by_category jsonb, urgent bigint, badge bigint);

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
