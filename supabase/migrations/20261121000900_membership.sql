-- Who is who in a conversation, and what may be given to a change of its members.

create function private.actor_role(conversation_id uuid, user_id uuid)
returns public.member_role
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_role public.member_role;
begin
  select m.role into v_role
  from public.members m
  where m.conversation_id = actor_role.conversation_id and m.user_id = actor_role.user_id and m.left_at is null;
  if v_role is null then
    perform private.refuse(case
      when exists (select from public.conversations c where c.id = actor_role.conversation_id) then 'not_a_member'
      else 'conversation_not_found'
    end);
  end if;
  return v_role;
end;
$$;
comment on function private.actor_role is 'The role of somebody in a conversation, or the refusal not_a_member or conversation_not_found.';


create function private.limited(user_ids uuid[])
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_max int := (select s.batch_max from private.settings s);
begin
  if cardinality(user_ids) > v_max then
    perform private.refuse('too_many', format('At most %s people.', v_max));
  end if;
  return array(select distinct u.id from unnest(user_ids) as u (id));
end;
$$;
comment on function private.limited is 'These people, each once, or the refusal too_many.';


create function private.existing_people(user_ids uuid[])
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_people uuid[] := private.limited(user_ids);
  v_unknown uuid;
begin
  -- For whom somebody has blocked, that person is not there.
  select u.id into v_unknown
  from unnest(v_people) as u (id)
  where not exists (select from public.profiles p where p.id = u.id) or private.has_blocked(u.id, auth.uid())
  limit 1;
  if found then
    perform private.refuse('user_not_found', v_unknown::text);
  end if;
  return v_people;
end;
$$;
comment on function private.existing_people is 'These people, each once, or the refusal user_not_found; who has blocked the caller is not found.';


create function private.valid_title(title text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if title is null or title !~ '\S' or char_length(btrim(title)) > 120 then
    perform private.refuse('title_invalid');
  end if;
  return btrim(title);
end;
$$;
