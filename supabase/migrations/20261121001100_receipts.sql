-- How far each member has received and read. Watermarks that only rise: they merge by maximum and need no revision, and
-- raising one touches the member's own row, never the conversation's.

create type public.receipt_kind as enum ('delivered', 'read');
comment on type public.receipt_kind is 'What a watermark tells: that messages reached a device, or that they were read.';

create table public.receipts (
  conversation_id uuid not null,
  user_id uuid not null,
  kind public.receipt_kind not null,
  seq bigint not null,
  at timestamptz not null,
  primary key (conversation_id, user_id, kind, seq),
  foreign key (conversation_id, user_id) references public.members (conversation_id, user_id) on delete cascade
);
comment on table public.receipts is 'The log of the rises: a message was delivered or read at the first rise that reaches its number.';
comment on column public.receipts.kind is 'Delivered or read.';
comment on column public.receipts.at is 'When the watermark rose.';
comment on column public.receipts.seq is 'The watermark from this moment on.';

alter table public.receipts enable row level security;
revoke all on public.receipts from anon, authenticated, service_role;
grant select on public.receipts to authenticated, service_role;

create policy receipts_select on public.receipts
for select to authenticated
using (exists (
  select from public.members m
  where m.conversation_id = receipts.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));


create view public.message_statuses
with (security_invoker = true)
as
select
  msg.conversation_id,
  msg.seq,
  msg.id as message_id,
  msg.sender_id,
  m.user_id as recipient_id,
  -- One that is withheld reaches nobody, however far they read.
  case when msg.is_withheld then 'sent' when msg.seq <= m.read_seq then 'read' when msg.seq <= m.delivered_seq then 'delivered' else 'sent' end as status,
  d.at as delivered_at,
  r.at as read_at
from public.messages msg
join public.members m on m.conversation_id = msg.conversation_id and m.user_id is distinct from msg.sender_id
  and m.left_at is null and m.joined_seq < msg.seq and msg.kind <> 'system'
left join lateral (
  select l.at from public.receipts l
  where l.conversation_id = msg.conversation_id and l.user_id = m.user_id and l.kind = 'delivered' and l.seq >= msg.seq
    and not msg.is_withheld
  order by l.seq
  limit 1
) d on true
left join lateral (
  select l.at from public.receipts l
  where l.conversation_id = msg.conversation_id and l.user_id = m.user_id and l.kind = 'read' and l.seq >= msg.seq and not msg.is_withheld
  order by l.seq
  limit 1
) r on true;
comment on view public.message_statuses is 'Per message and recipient: sent, delivered or read, and when. Recipients are those members of now who were there when it was said. Filter by conversation_id and seq.';
comment on column public.message_statuses.message_id is 'Its id, made by its sender.';
comment on column public.message_statuses.sender_id is 'Who sent it.';
comment on column public.message_statuses.recipient_id is 'Whom the status is about.';
comment on column public.message_statuses.status is 'sent, delivered or read.';
comment on column public.message_statuses.read_at is 'When the recipient read it; null if not yet.';
comment on column public.message_statuses.seq is 'The message.';
comment on column public.message_statuses.delivered_at is 'When it reached a device of the recipient.';

revoke all on public.message_statuses from anon, authenticated, service_role;
grant select on public.message_statuses to authenticated, service_role;


create function private.parse_marks(marks jsonb)
returns table (conversation_id uuid, seq bigint)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_max int := (select s.batch_max from private.settings s);
begin
  if jsonb_typeof(marks) is distinct from 'object' or exists (
    select from jsonb_each(marks) e
    where not pg_input_is_valid(e.key, 'uuid') or jsonb_typeof(e.value) <> 'number' or not pg_input_is_valid(e.value::text, 'bigint')
  ) then
    perform private.refuse('marks_invalid');
  end if;
  if (select count(*) from jsonb_object_keys(marks)) > v_max then
    perform private.refuse('too_many', format('At most %s.', v_max));
  end if;
  -- In the order of the ids, so that two calls at once cannot wait for each other.
  return query select e.key::uuid, e.value::text::bigint from jsonb_each(marks) e order by e.key::uuid;
end;
$$;


create function private.raise_mark(conversation_id uuid, seq bigint, kind public.receipt_kind)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* Raises the caller's watermark to a number that exists, and announces it. Returns whether the caller is a member. */
declare
  v_before public.members;
  v_after public.members;
  v_conversation public.conversations;
  v_seq bigint;
  v_reads boolean;
begin
  select m.* into v_before
  from public.members m
  where m.conversation_id = raise_mark.conversation_id and m.user_id = private.me() and m.left_at is null
  for no key update;
  if not found then
    return false;
  end if;
  -- Read without a lock: a message that is being sent just now cannot have been received.
  select c.* into strict v_conversation from public.conversations c where c.id = v_before.conversation_id;
  v_seq := least(raise_mark.seq, v_conversation.last_seq);
  v_reads := kind = 'read' and v_before.read_seq < v_seq;

  -- One update: a second one of the same row would check its references anew, and lock the conversation and the profile.
  update public.members m
  set
    delivered_seq = greatest(m.delivered_seq, v_seq),
    delivered_at = case when m.delivered_seq < v_seq then now() else m.delivered_at end,
    read_seq = case when v_reads then v_seq else m.read_seq end,
    read_at = case when v_reads then now() else m.read_at end,
    -- Own messages are behind the mark altogether, unless it stops short of the newest one.
    sent_count_at_read = case
      when not v_reads then m.sent_count_at_read
      when v_seq >= m.last_sent_seq then m.sent_count
      else m.sent_count_at_read + (
        select count(*) from public.messages o
        where o.conversation_id = m.conversation_id and o.seq > m.read_seq and o.seq <= v_seq
          and o.sender_id = m.user_id and not o.is_quiet
      )
    end,
    quiet_count_at_read = case
      when not v_reads then m.quiet_count_at_read
      when v_seq = v_conversation.last_seq then v_conversation.quiet_count
      else m.quiet_count_at_read + (
        select count(*) from public.messages o
        where o.conversation_id = m.conversation_id and o.seq > m.read_seq and o.seq <= v_seq and o.is_quiet
      )
    end
  where m.conversation_id = v_before.conversation_id and m.user_id = v_before.user_id and (m.delivered_seq < v_seq or v_reads)
  returning m.* into v_after;
  if not found then
    return true;
  end if;

  insert into public.receipts (conversation_id, user_id, kind, seq, at)
  select v_after.conversation_id, v_after.user_id, rise.kind, v_seq, now()
  from (values
    ('delivered'::public.receipt_kind, v_before.delivered_seq < v_after.delivered_seq),
    ('read'::public.receipt_kind, v_before.read_seq < v_after.read_seq)
  ) as rise (kind, has_risen)
  where rise.has_risen;
  perform private.announce_receipt(v_conversation, v_before, v_after);
  return true;
end;
$$;


create function private.announce_receipt(conversation public.conversations, before public.members, after public.members)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* To the reader's own devices, and in a small circle to those with a message that the rise covers. Elsewhere who looks
   at a message's statuses asks. */
declare
  v_max int := (select s.receipts_announced_max from private.settings s);
  v_from bigint := case
    when before.delivered_seq < after.delivered_seq then least(before.delivered_seq, case when before.read_seq < after.read_seq then before.read_seq else before.delivered_seq end)
    else before.read_seq
  end;
  v_covered uuid[];
begin
  if conversation.member_count <= v_max then
    v_covered := array(
      select m.user_id
      from public.members m
      where m.conversation_id = conversation.id and m.user_id <> after.user_id and m.left_at is null and m.last_sent_seq > v_from
    );
  end if;
  perform private.announce_to(
    array_append(v_covered, after.user_id),
    'receipt',
    jsonb_build_object(
      'conversation_id', after.conversation_id, 'user_id', after.user_id,
      'delivered_seq', after.delivered_seq, 'delivered_at', after.delivered_at,
      'read_seq', after.read_seq, 'read_at', after.read_at
    )
  );
end;
$$;


create function private.raise_marks(marks jsonb, kind public.receipt_kind)
returns setof uuid
language plpgsql
security definer
set search_path = ''
as $$
/* A conversation that one has just lost does not spoil the others: it is missing from the result. */
declare
  v_mark record;
  v_raised int := 0;
  v_given int := 0;
begin
  perform private.me();
  for v_mark in select p.conversation_id, p.seq from private.parse_marks(marks) p loop
    v_given := v_given + 1;
    if private.raise_mark(v_mark.conversation_id, v_mark.seq, kind) then
      v_raised := v_raised + 1;
      return next v_mark.conversation_id;
    end if;
  end loop;
  if v_given > 0 and v_raised = 0 then
    perform private.refuse('not_a_member');
  end if;
  if kind = 'read' then
    perform private.clear_unread_marks(marks);
  end if;
end;
$$;
grant execute on function private.raise_marks to authenticated;


create function public.mark_delivered(marks jsonb)
returns table (conversation_id uuid, delivered_seq bigint, read_seq bigint, unread bigint)
language plpgsql
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select private.raise_marks(marks, 'delivered'));
begin
  return query select l.id, l.delivered_seq, l.read_seq, l.unread from public.conversation_list l where l.id = any (v_ids);
end;
$$;
comment on function public.mark_delivered is 'Says that this device has received all messages up to these: {"<conversation id>": seq}. Lower marks change nothing.';
grant execute on function public.mark_delivered to authenticated;

create function public.mark_read(marks jsonb)
returns table (conversation_id uuid, delivered_seq bigint, read_seq bigint, unread bigint)
language plpgsql
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select private.raise_marks(marks, 'read'));
begin
  return query select l.id, l.delivered_seq, l.read_seq, l.unread from public.conversation_list l where l.id = any (v_ids);
end;
$$;
comment on function public.mark_read is 'Says that you have read all messages up to these: {"<conversation id>": seq}. What is read is delivered. Lower marks change nothing.';
grant execute on function public.mark_read to authenticated;
