-- Who may listen and speak on which Realtime topic. The only things that clients may send are typing and presence, so
-- nobody can forge an event.
--
--   user:<user id>                   read: that user
--   feed:<conversation id>:<epoch>   read: its members, at its present epoch
--   room:<conversation id>:<epoch>   read and write: its members, at its present epoch; of two, not who has blocked the other
--   presence:<user id>               read: who shares a conversation with that user, neither having blocked the other, if that user lets others see it; write: that user

create function private.topic_uuid(topic text, prefix text)
returns uuid
language plpgsql
immutable
set search_path = ''
as $$
/* The id of a well-formed topic of this kind, else null: a policy that raised would be reported as broken. */
begin
  return case
    when topic ~ ('^' || prefix || ':[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(:[1-9][0-9]{0,8})?$')
    then split_part(topic, ':', 2)::uuid
  end;
end;
$$;


create function private.is_present_topic(topic text, prefix text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.members m
    join public.conversations c on c.id = m.conversation_id
    where m.conversation_id = private.topic_uuid(topic, prefix)
      and m.user_id = auth.uid()
      and m.left_at is null
      and topic = prefix || ':' || c.id || ':' || c.epoch
  );
end;
$$;
comment on function private.is_present_topic is 'Whether a topic is that of a conversation of the caller, at its present epoch.';


create function private.can_hear(topic text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return case split_part(topic, ':', 1)
    when 'user' then topic = 'user:' || auth.uid()
    when 'feed' then private.is_present_topic(topic, 'feed')
    when 'room' then private.is_present_topic(topic, 'room') and not private.has_blocked_partner(private.topic_uuid(topic, 'room'), auth.uid())
    when 'presence' then coalesce(
      private.shares_conversation(auth.uid(), private.topic_uuid(topic, 'presence'))
        and private.topic_uuid(topic, 'presence') <> all (private.blocked_either_way(auth.uid()))
        and (topic = 'presence:' || auth.uid() or not private.hides_presence(private.topic_uuid(topic, 'presence'))),
      false
    )
    else false
  end;
end;
$$;
comment on function private.can_hear is 'Whether the caller may receive what comes on a topic.';

create function private.can_speak(topic text, extension text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return case split_part(topic, ':', 1)
    when 'room' then private.is_present_topic(topic, 'room') and not private.has_blocked_partner(private.topic_uuid(topic, 'room'), auth.uid())
    when 'presence' then extension = 'presence' and topic = 'presence:' || auth.uid()
    else false
  end;
end;
$$;
comment on function private.can_speak is 'Whether the caller may send on a topic: broadcasts in a room, presence there and as oneself.';
grant execute on function private.can_hear, private.can_speak to authenticated;


create policy parley_topics_select on realtime.messages
for select to authenticated
using ((select private.can_hear((select realtime.topic()))));

create policy parley_topics_insert on realtime.messages
for insert to authenticated
with check (private.can_speak((select realtime.topic()), extension));
