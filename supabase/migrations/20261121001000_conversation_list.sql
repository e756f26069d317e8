-- One's conversations, as a list shows them: one query, no scan of messages.

create function private.receipts_mark(conversation public.conversations, member public.members)
returns bigint
language plpgsql
stable
-- With its owner's rights, so that the policy is not asked anew for each row of a list; it looks at the membership itself.
security definer
set search_path = ''
as $$
/* Watermarks only rise, so an equal sum says that none has changed. */
begin
  if conversation.is_large then
    return member.delivered_seq + member.read_seq;
  end if;
  return (
    select sum(m.delivered_seq + m.read_seq)
    from public.members m
    where m.conversation_id = conversation.id and m.left_at is null and exists (
      select from public.members o
      where o.conversation_id = conversation.id and o.user_id = auth.uid() and o.left_at is null
    )
  );
end;
$$;
grant execute on function private.receipts_mark to authenticated;


create view public.conversation_list
with (security_invoker = true)
as
select
  c.id,
  c.kind,
  c.title,
  c.description,
  c.team_id,
  c.project_id,
  c.is_public,
  c.is_default,
  c.listing_id,
  c.buyer_id,
  c.post_role,
  c.slow_mode_seconds,
  c.disappear_after_seconds,
  c.created_by,
  c.created_at,
  c.last_seq,
  c.quiet_count,
  c.revision,
  c.epoch,
  c.is_encrypted,
  c.key_epoch,
  c.needs_epoch,
  c.hands_history,
  c.about,
  c.is_large,
  c.member_count,
  c.last_message_at,
  c.closed_at,
  coalesce(c.last_message_at, c.created_at) as last_activity_at,
  me.role,
  me.joined_at,
  me.delivered_seq,
  me.read_seq,
  (c.last_seq - me.read_seq) - (me.sent_count - me.sent_count_at_read)
    - (c.quiet_count - me.quiet_count_at_read) as unread,
  private.receipts_mark(c, me) as receipts_mark,
  coalesce(s.notify_level, 'all') as notify_level,
  s.muted_until,
  s.pinned_at,
  s.archived_seq is not null and private.is_archived(c, s) as is_archived,
  s.archived_seq,
  s.unread_from,
  (
    select jsonb_strip_nulls(jsonb_build_object(
      'seq', m.seq, 'id', m.id, 'kind', m.kind, 'content', left(m.content, 140), 'system', m.system,
      'attachments', nullif(jsonb_array_length(m.attachments), 0),
      -- Of a long one the list shows little: it is not carried along.
      'is_encrypted', nullif(coalesce(m.edit_envelope, m.envelope) is not null, false),
      'envelope', case when char_length(m.envelope ->> 'ciphertext') <= 2000 then m.envelope end,
      'edit_envelope', case when char_length(m.edit_envelope ->> 'ciphertext') <= 2000 then m.edit_envelope end,
      'deleted_at', m.deleted_at, 'created_at', m.created_at
    )) || jsonb_build_object('sender_id', m.sender_id)
    from public.messages m
    -- Nothing is left to the policy: sync() reads this view past it.
    where m.conversation_id = c.id and (not m.is_withheld or m.sender_id = me.user_id)
      and (m.expires_at is null or m.expires_at > now() or m.deleted_at is not null) and not exists (
      select from public.hidden_messages h
      where h.user_id = me.user_id and h.conversation_id = m.conversation_id and h.seq = m.seq and h.is_hidden
    )
    order by m.seq desc
    limit 1
  ) as last_message,
  (
    select jsonb_build_object('id', p.id, 'handle', p.handle, 'display_name', p.display_name, 'avatar_url', p.avatar_url)
    from public.members m
    join public.profiles p on p.id = m.user_id
    where c.kind not in ('group', 'channel') and m.conversation_id = c.id and m.user_id <> me.user_id and m.left_at is null
  ) as partner
from public.members me
join public.conversations c on c.id = me.conversation_id
left join public.conversation_settings s on s.user_id = me.user_id and s.conversation_id = me.conversation_id
where me.user_id = (select auth.uid()) and me.left_at is null;
comment on view public.conversation_list is 'Your conversations with last message, unread count and, in one of two people, the other. Order by last_activity_at.desc.';
comment on column public.conversation_list.unread is 'Messages after read_seq that are not your own and not of the system: exact, uncapped, and never counted by scanning.';
comment on column public.conversation_list.receipts_mark is 'Sum of the watermarks that you can see: they only rise, so an equal sum means that sync() has no news of receipts.';
comment on column public.conversation_list.notify_level is 'What notifies you of it while it is not muted: set_conversation_settings() changes this and the next ones.';
comment on column public.conversation_list.muted_until is 'Nothing of it notifies you until then; "infinity" until you change it.';
comment on column public.conversation_list.pinned_at is 'Since when it is pinned on top of your list; null if it is not.';
comment on column public.conversation_list.is_archived is 'You archived it, and since then nothing was said in it, or it is muted.';
comment on column public.conversation_list.archived_seq is 'Newest message when you archived it: one after it brings the conversation back, unless that is quiet.';
comment on column public.conversation_list.unread_from is 'You marked it unread from this message on: show it as unread, whatever unread says.';
comment on column public.conversation_list.last_message is 'The newest message that you are shown: not one that you have hidden, or that has disappeared. With is_encrypted it brings its envelopes, but for long ones.';
comment on column public.conversation_list.partner is 'The other one of two people; null in a group or channel, or once that account is deleted.';

-- A column without a comment of its own has that of the table which it shows.
do $$
declare
  v_column record;
begin
  for v_column in
    select a.attname as name, coalesce(
      (
        select col_description(b.attrelid, b.attnum) from pg_attribute b
        where b.attrelid = 'public.conversations'::regclass and b.attname = a.attname
      ),
      (
        select 'Yours. ' || col_description(b.attrelid, b.attnum) from pg_attribute b
        where b.attrelid = 'public.members'::regclass and b.attname = a.attname
      )
    ) as comment
    from pg_attribute a
    where a.attrelid = 'public.conversation_list'::regclass and col_description(a.attrelid, a.attnum) is null
  loop
    execute format('comment on column public.conversation_list.%I is %L', v_column.name, v_column.comment);
  end loop;
end;
$$;
comment on column public.conversation_list.last_activity_at is 'When the newest message was sent, or it was begun.';

revoke all on public.conversation_list from anon, authenticated, service_role;
grant select on public.conversation_list to authenticated;
