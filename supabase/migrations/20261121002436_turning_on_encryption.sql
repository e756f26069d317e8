-- Turning encryption on: for people among themselves, once and for all. What was said before stays as it was.

create function private.check_joining_encrypted(conversation public.conversations, user_ids uuid[])
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_max int := (select s.encrypted_members_max from private.settings s);
begin
  if conversation.member_count > v_max then
    perform private.refuse('group_full', format('At most %s where it is encrypted.', v_max));
  end if;
  if exists (select from public.bots b where b.id = any (user_ids)) then
    perform private.refuse('not_when_encrypted', 'A bot could read nothing of it.');
  end if;
end;
$$;
comment on function private.check_joining_encrypted is 'Returns if these people may be in an encrypted conversation, which counts them already; else refuses.';


create function private.check_can_encrypt(conversation public.conversations)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_max int := (select s.encrypted_members_max from private.settings s);
  v_why text := case
    when conversation.kind = 'channel' then 'A channel belongs to its team: whoever joins has to be able to read it.'
    when conversation.kind = 'negotiation' then 'What is said in a negotiation has to be verifiable.'
    when conversation.kind = 'listing' then 'Only people among themselves encrypt, not about a listing.'
    when conversation.member_count > v_max then format('It has more than %s members.', v_max)
    when exists (
      select from public.members m join public.bots b on b.id = m.user_id
      where m.conversation_id = conversation.id and m.left_at is null
    ) then 'A bot is in it, which could read nothing of it.'
    when exists (select from public.webhook_conversations w where w.conversation_id = conversation.id)
      then 'A webhook is told of it, which could read nothing of it.'
  end;
begin
  if v_why is not null then
    perform private.refuse('encryption_not_possible', v_why);
  end if;
end;
$$;


create function private.turn_on_encryption(conversation_id uuid, epoch jsonb, keys jsonb, about jsonb, without_device boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.lock_for(turn_on_encryption.conversation_id, 'configure');
  v_lacking uuid[];
begin
  if (private.placed_epoch(v_conversation.id, turn_on_encryption.epoch)).number = 1 then
    return;
  end if;
  if v_conversation.is_encrypted then
    perform private.refuse('epoch_taken', v_conversation.key_epoch::text);
  end if;
  perform private.check_can_encrypt(v_conversation);
  v_lacking := array(
    select m.user_id
    from public.members m
    where m.conversation_id = v_conversation.id and m.left_at is null and not exists (
      select from public.encryption_devices d where d.user_id = m.user_id and d.removed_at is null
    )
    order by m.user_id
  );
  if v_lacking <> '{}' and turn_on_encryption.without_device is not true then
    perform private.refuse('members_without_device', to_jsonb(v_lacking)::text);
  end if;
  if (v_conversation.kind = 'group') <> (turn_on_encryption.about is not null) then
    perform private.refuse('envelope_invalid', 'A group needs its sealed title; two people have none.');
  end if;
  perform private.place_epoch(v_conversation, turn_on_encryption.epoch, turn_on_encryption.keys, turn_on_encryption.about);
  perform private.post_system(v_conversation.id, 'encryption_turned_on', '{}');
  if v_conversation.kind = 'group' then
    perform private.audit('conversation_configured', conversation_id => v_conversation.id, details => '{"is_encrypted": true}');
  end if;
end;
$$;
grant execute on function private.turn_on_encryption to authenticated;

create function public.turn_on_encryption(
  conversation_id uuid, epoch jsonb, keys jsonb, about jsonb default null, without_device boolean default false
)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.turn_on_encryption(
    turn_on_encryption.conversation_id, turn_on_encryption.epoch, turn_on_encryption.keys, turn_on_encryption.about,
    turn_on_encryption.without_device
  );
  return query select l.* from public.conversation_list l where l.id = turn_on_encryption.conversation_id;
end;
$$;
comment on function public.turn_on_encryption is 'Has a direct conversation or a group of at most 200 people encrypted from now on, for ever; for either of two people, else owner and admins. epoch and keys: its first epoch, as start_epoch() takes it; about: title and description of a group, sealed in it. Each member needs a device, unless without_device says that who has none may read only what is said once they have one. Repeating it changes nothing.';
grant execute on function public.turn_on_encryption to authenticated;
