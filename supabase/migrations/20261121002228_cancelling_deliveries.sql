-- Reading cancels what was not sent yet, in the same statement.

create function private.drop_pushes(delivery_ids bigint[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A statement of its own, which sees what a worker has done while the deliveries were waited for. */
begin
  delete from private.pushes p where p.delivery_id = any (delivery_ids) and p.state = 'waiting';
end;
$$;


create function private.tg_notifications__cancel()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* In the statement that reads it. What a worker has claimed this very moment is on its way. */
declare
  v_ids bigint[];
begin
  with cancelled as (
    update public.notification_deliveries d
    set
      state = 'cancelled', decided_at = now(),
      reason = case when new.acknowledged_at is not null then 'acknowledged' when new.read_at is not null then 'read' else 'archived' end
    where d.notification_id = new.id and d.state in ('waiting', 'held', 'sending')
    returning d.id
  )
  select array_agg(c.id) into v_ids from cancelled c;
  perform private.drop_pushes(v_ids);
  return null;
end;
$$;
comment on function private.tg_notifications__cancel is 'Cancels what was not sent yet of a notification that is read, put away or acknowledged.';

create trigger _800_cancel
after update on public.notifications
for each row when (
  case new.priority
    when 'urgent' then new.acknowledged_at is not null and old.acknowledged_at is null
    else (new.read_at is not null and old.read_at is null) or (new.archived_at is not null and old.archived_at is null)
  end
)
execute function private.tg_notifications__cancel();


create function private.cancel_message_pushes(user_id uuid, conversation_id uuid, seq bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  with cancelled as (
    update public.notification_deliveries d
    set state = 'cancelled', reason = 'read', decided_at = now()
    where d.user_id = cancel_message_pushes.user_id and d.conversation_id = cancel_message_pushes.conversation_id
      and d.seq <= cancel_message_pushes.seq and d.notification_id is null and d.state in ('waiting', 'held', 'sending')
    returning d.id
  )
  select array_agg(c.id) into v_ids from cancelled c;
  perform private.drop_pushes(v_ids);
end;
$$;
comment on function private.cancel_message_pushes is 'Cancels the pushes of messages up to one that somebody has just read.';


create function private.look_again(user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.notification_deliveries d
  set due_at = now()
  where d.user_id = look_again.user_id and d.channel = 'push' and d.state = 'held' and d.due_at > now();
  if found then
    perform private.ring('push');
  end if;
end;
$$;
comment on function private.look_again is 'Somebody''s hours have changed: what was held for them is decided anew.';
