-- Mails: what stayed unread for as long as its reader said comes in one mail. It is work of the outbox, which has the claims,
-- the attempts, the dead letters and the bells; the deliveries say which notifications are in it.

insert into private.outbox_kinds (kind, function_name) values ('digest', 'mail-digest');

create table private.digest_tokens (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  token uuid not null unique default gen_random_uuid()
);
comment on table private.digest_tokens is 'What the link in a mail carries by which its reader wants no more of them.';
alter table private.digest_tokens enable row level security;
insert into private.account_sections (of_table, user_column) values ('private.digest_tokens', 'user_id');


create function private.collect_digests(most int default 100)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Whose oldest is due gets all that waits. Returns whether there may be more. */
declare
  v_user uuid;
  v_people uuid[] := array(
    select distinct d.user_id
    from (
      select o.user_id
      from public.notification_deliveries o
      where o.channel = 'email' and o.state = 'waiting' and o.due_at <= now()
      order by o.due_at
      limit collect_digests.most
    ) d
  );
begin
  foreach v_user in array v_people loop
    perform private.collect_digest(v_user, now());
  end loop;
  return cardinality(v_people) > 0;
end;
$$;
comment on function private.collect_digests is 'Puts mails together for whom one is due.';


create function private.collect_digest(user_id uuid, at timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_delivery public.notification_deliveries;
  v_decision private.decision;
  v_ids bigint[] := '{}';
begin
  for v_delivery in
    select d.*
    from public.notification_deliveries d
    where d.user_id = collect_digest.user_id and d.channel = 'email' and d.state = 'waiting'
    order by d.created_at, d.id
    for update skip locked
  loop
    v_decision := private.decide(v_delivery, collect_digest.at);
    update public.notification_deliveries d
    set
      state = case v_decision.verdict when 'send' then 'sending' else 'cancelled' end,
      reason = v_decision.rule, decided_at = collect_digest.at
    where d.id = v_delivery.id;
    if v_decision.verdict = 'send' then
      v_ids := v_ids || v_delivery.id;
    end if;
  end loop;
  if cardinality(v_ids) > 0 then
    perform private.want_work('digest', 'digest:' || v_ids[1], collect_digest.user_id, jsonb_build_object('deliveries', v_ids));
  end if;
end;
$$;
comment on function private.collect_digest is 'Puts a mail together of all that somebody has not read.';


create function private.digest_line(delivery public.notification_deliveries)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Of messages only how many: a mailbox is read by others than its owner. */
declare
  v_notification public.notifications;
  v_event public.notification_events;
  v_words private.words;
begin
  if delivery.notification_id is not null then
    select n.* into strict v_notification from public.notifications n where n.id = delivery.notification_id;
    return jsonb_build_object(
      'title', v_notification.title, 'body', v_notification.body, 'url', v_notification.action_url, 'at', v_notification.created_at
    );
  end if;
  select e.* into strict v_event from public.notification_events e where e.event = 'messages';
  v_words := private.put_into_words(
    v_event, delivery.user_id,
    jsonb_build_object('count', (
      select count(*)
      from public.messages m
      join public.members r on r.conversation_id = m.conversation_id and r.user_id = delivery.user_id
      where m.conversation_id = delivery.conversation_id and m.seq > r.read_seq and m.seq <= delivery.seq
        and m.sender_id is distinct from delivery.user_id and not m.is_quiet and m.deleted_at is null
    )),
    delivery.conversation_id, delivery.seq, null
  );
  return jsonb_build_object('title', v_words.title, 'body', v_words.body, 'url', v_words.action_url, 'at', delivery.created_at);
end;
$$;


select cron.schedule('collect-digests', '* * * * *', $job$
  do $$
  begin
    for n in 1 .. 1000 loop
      exit when not private.collect_digests();
      commit;
    end loop;
  end;
  $$
$job$);
