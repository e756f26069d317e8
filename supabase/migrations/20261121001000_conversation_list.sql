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
  c.created_by,
  c.created_at,
  c.last_seq,
  c.revision,
  c.epoch,
  c.is_large,
  c.member_count,
  c.last_message_at,
  coalesce(c.last_message_at, c.created_at) as last_activity_at,
  me.role,
  me.joined_at,
  me.delivered_seq,
  me.read_seq,
  (c.last_seq - me.read_seq) - (me.sent_count - me.sent_count_at_read) as unread,
  private.receipts_mark(c, me) as receipts_mark,
  (
    select jsonb_build_object(
      'seq', m.seq, 'id', m.id, 'sender_id', m.sender_id, 'content', left(m.content, 140), 'created_at', m.created_at
    )
    from public.messages m
    where m.conversation_id = c.id and m.seq = c.last_seq
  ) as last_message,
  (
    select jsonb_build_object('id', p.id, 'handle', p.handle, 'display_name', p.display_name, 'avatar_url', p.avatar_url)
    from public.members m
    join public.profiles p on p.id = m.user_id
    where c.kind = 'direct' and m.conversation_id = c.id and m.user_id <> me.user_id and m.left_at is null
  ) as partner
from public.members me
join public.conversations c on c.id = me.conversation_id
where me.user_id = (select auth.uid()) and me.left_at is null;
comment on view public.conversation_list is 'Your conversations with last message, unread count and, in a direct one, the other person. Order by last_activity_at.desc.';
comment on column public.conversation_list.unread is 'Messages after read_seq that are not your own: exact, uncapped, and never counted by scanning.';
comment on column public.conversation_list.receipts_mark is 'Sum of the watermarks that you can see: they only rise, so an equal sum means that sync() has no news of receipts.';
comment on column public.conversation_list.partner is 'The other person of a direct conversation; null in a group, or once that account is deleted.';

revoke all on public.conversation_list from anon, authenticated, service_role;
grant select on public.conversation_list to authenticated;


create function public.start_direct_conversation(user_id uuid)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := private.start_direct_conversation(start_direct_conversation.user_id);
begin
  return query select l.* from public.conversation_list l where l.id = v_id;
end;
$$;
comment on function public.start_direct_conversation is 'The direct conversation with this person; made if there is none. The same one, whoever of the two asks.';
grant execute on function public.start_direct_conversation to authenticated;

create function public.create_group(title text, member_ids uuid[] default '{}')
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := private.create_group(create_group.title, create_group.member_ids);
begin
  return query select l.* from public.conversation_list l where l.id = v_id;
end;
$$;
comment on function public.create_group is 'Makes a group of which you are the owner.';
grant execute on function public.create_group to authenticated;

create function public.rename_conversation(conversation_id uuid, title text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.rename_conversation(rename_conversation.conversation_id, rename_conversation.title);
end;
$$;
comment on function public.rename_conversation is 'Gives a group another title. For its owner and admins.';
grant execute on function public.rename_conversation to authenticated;

create function public.add_members(conversation_id uuid, user_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.add_members(add_members.conversation_id, add_members.user_ids);
end;
$$;
comment on function public.add_members is 'Adds people to a group; who is in it already stays as they are. For its owner and admins.';
grant execute on function public.add_members to authenticated;

create function public.remove_member(conversation_id uuid, user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.remove_member(remove_member.conversation_id, remove_member.user_id);
end;
$$;
comment on function public.remove_member is 'Removes somebody of a lower role from a group. They receive nothing that is said afterwards.';
grant execute on function public.remove_member to authenticated;

create function public.leave_conversation(conversation_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.remove_member(leave_conversation.conversation_id, private.me());
end;
$$;
comment on function public.leave_conversation is 'Leaves a group. An owner is followed by an admin, or else by the longest-standing member.';
grant execute on function private.me to authenticated;
grant execute on function public.leave_conversation to authenticated;

create function public.set_member_role(conversation_id uuid, user_id uuid, role public.member_role)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.set_member_role(set_member_role.conversation_id, set_member_role.user_id, set_member_role.role);
end;
$$;
comment on function public.set_member_role is 'Changes somebody''s role. For the owner; making somebody else the owner hands the group over.';
grant execute on function public.set_member_role to authenticated;
