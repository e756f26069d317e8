-- The calls of the API that start and change conversations.

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
