-- Reactions. The message's row has the summary that everybody sees, of bounded size however many react; the table has who.

create table public.reactions (
  conversation_id uuid not null,
  seq bigint not null,
  id bigint generated always as identity,
  emoji text not null,
  user_id uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  -- who reacted with an emoji, in the order in which they did
  primary key (conversation_id, seq, emoji, id),
  constraint reactions_are_given_once unique (conversation_id, seq, user_id, emoji),
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
);
comment on table public.reactions is 'Who reacted to which message. Page by conversation_id, seq, emoji and id=gt.N.';
comment on column public.reactions.seq is 'The message.';
comment on column public.reactions.id is 'Rises in the order in which people reacted.';
comment on column public.reactions.emoji is 'One Unicode emoji.';
comment on column public.reactions.user_id is 'Who reacted; null once the account is deleted, which leaves the count as it is.';

-- deleting a profile
create index reactions_by_user on public.reactions (user_id);

comment on column public.messages.reactions is 'Reactions by emoji: {"👍": {"count": 3, "user_ids": [the first few], "since": when the first came, "last": {"user_id", "added"}}}, "last" being the newest change of this emoji.';


create function private.is_emoji(given text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
/* The grammar of UTS #51: a flag of two letters, a keycap, or pictures joined by ZWJ, each with a variation selector, skin
   tone or tags. The ranges are those of the blocks that have emoji, so it also takes a picture that is not yet one. */
declare
  c_picture constant text := '[\u00A9\u00AE\u203C\u2049\u2122\u2139\u2194-\u21AA\u231A-\u23FF\u24C2\u25AA-\u25FE\u2600-\u27BF\u2934\u2935\u2B05-\u2B55\u3030\u303D\u3297\u3299\U0001F000-\U0001F1E5\U0001F200-\U0001F3FA\U0001F400-\U0001FAFF]';
  c_mark constant text := '(\uFE0F|[\U0001F3FB-\U0001F3FF]|[\U000E0020-\U000E007E]+\U000E007F)?';
begin
  return char_length(given) <= 16 and given ~ (
    '^([\U0001F1E6-\U0001F1FF]{2}|[0-9#*]\uFE0F?\u20E3|[\U0001F3FB-\U0001F3FF]|' || c_picture || c_mark || '(\u200D' || c_picture || c_mark || ')*)$'
  );
end;
$$;
comment on function private.is_emoji is 'Whether a text is one emoji: https://www.unicode.org/reports/tr51/#EBNF_and_Regex';


create function private.reaction_key(reactions jsonb, emoji text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
/* Keyboards differ in whether they write the invisible variation selector, and nobody sees two hearts as two reactions:
   the spelling that is there stays. */
begin
  return coalesce(
    (select k.key from jsonb_object_keys(reactions) as k (key) where replace(k.key, U&'\FE0F', '') = replace(emoji, U&'\FE0F', '') limit 1),
    emoji
  );
end;
$$;


create function private.summed_reaction(message public.messages, emoji text, step int, user_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The count goes by one under the conversation's lock, so it is exact; the people are the first in the table. */
declare
  v_most int := (select s.reaction_people from private.settings s);
  v_before jsonb := message.reactions -> emoji;
  v_count int := coalesce((v_before ->> 'count')::int, 0) + step;
begin
  if v_count = 0 then
    return message.reactions - emoji;
  end if;
  return message.reactions || jsonb_build_object(emoji, jsonb_build_object(
    'count', v_count,
    'user_ids', (
      select coalesce(jsonb_agg(p.user_id order by p.id) filter (where p.user_id is not null), '[]')
      from (
        select r.id, r.user_id
        from public.reactions r
        where r.conversation_id = message.conversation_id and r.seq = message.seq and r.emoji = summed_reaction.emoji
        order by r.id
        limit v_most
      ) p
    ),
    'since', coalesce(v_before -> 'since', to_jsonb(now())),
    'last', jsonb_build_object('user_id', summed_reaction.user_id, 'added', step > 0)
  ));
end;
$$;
comment on function private.summed_reaction is 'The reactions of a message after one was given (step 1) or taken back (-1).';


create function private.set_reactions(message public.messages, reactions jsonb)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.bump_revision(message.conversation_id);
  v_message public.messages;
begin
  update public.messages m
  set reactions = set_reactions.reactions, revision = v_conversation.revision
  where m.conversation_id = message.conversation_id and m.seq = message.seq
  returning m.* into strict v_message;
  return v_message;
end;
$$;


create function private.add_reaction(conversation_id uuid, seq bigint, emoji text, change_id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* A reaction costs a token, as a message does: it is announced to as many. What somebody whose messages are withheld does
   would be shown to nobody, so nothing is stored. */
declare
  v_me uuid := private.me();
  v_sender private.senders;
  v_message public.messages;
  v_emoji text;
  v_max int := (select s.reactions_max from private.settings s);
begin
  if emoji is null or not private.is_emoji(emoji) then
    perform private.refuse('emoji_invalid');
  end if;
  v_sender := private.take_send_token(v_me);
  v_message := private.lock_message(add_reaction.conversation_id, add_reaction.seq, 'react');
  perform private.refuse_plaintext(v_message.conversation_id, 'add_sealed_reaction() takes a sealed one.');
  v_emoji := private.reaction_key(v_message.reactions, emoji);
  if v_sender.is_withheld or v_message.is_withheld then
    return private.as_told(v_message);
  end if;
  if private.is_repeated(v_message, change_id) then
    return v_message;
  end if;
  if not v_message.reactions ? v_emoji and (select count(*) from jsonb_object_keys(v_message.reactions)) >= v_max then
    perform private.refuse('reactions_full', format('At most %s different ones.', v_max));
  end if;
  insert into public.reactions (conversation_id, seq, emoji, user_id)
  values (v_message.conversation_id, v_message.seq, v_emoji, v_me)
  on conflict on constraint reactions_are_given_once do nothing;
  if not found then
    return v_message;
  end if;
  v_message := private.set_reactions(v_message, private.summed_reaction(v_message, v_emoji, 1, v_me));
  -- The writer is told once of each person, however often that one changes their mind.
  if private.is_member(v_message.conversation_id, v_message.sender_id) then
    perform private.notify(
      array[v_message.sender_id], format('reaction:%s:%s:%s', v_message.conversation_id, v_message.seq, v_me), 'reaction',
      jsonb_build_object('emoji', v_emoji), v_message.conversation_id, v_message.seq
    );
  end if;
  return v_message;
end;
$$;

create function private.remove_reaction(conversation_id uuid, seq bigint, emoji text, change_id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_message public.messages := private.lock_message(remove_reaction.conversation_id, remove_reaction.seq, 'react');
  v_emoji text := private.reaction_key(v_message.reactions, emoji);
begin
  if private.is_repeated(v_message, change_id) then
    return v_message;
  end if;
  delete from public.reactions r
  where r.conversation_id = v_message.conversation_id and r.seq = v_message.seq and r.user_id = v_me and r.emoji = v_emoji;
  if not found then
    return v_message;
  end if;
  return private.set_reactions(v_message, private.summed_reaction(v_message, v_emoji, -1, v_me));
end;
$$;
grant execute on function private.add_reaction, private.remove_reaction to authenticated;


create function public.add_reaction(conversation_id uuid, seq bigint, emoji text, id uuid default null)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.add_reaction(add_reaction.conversation_id, add_reaction.seq, add_reaction.emoji, add_reaction.id);
end;
$$;
comment on function public.add_reaction is 'Reacts to a message with one emoji, and returns the message. Repeating it changes nothing; with an id of your own making not even when you have changed your mind since.';

create function public.remove_reaction(conversation_id uuid, seq bigint, emoji text, id uuid default null)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.remove_reaction(remove_reaction.conversation_id, remove_reaction.seq, remove_reaction.emoji, remove_reaction.id);
end;
$$;
comment on function public.remove_reaction is 'Takes your reaction back, and returns the message. Repeating it changes nothing; with an id of your own making not even when you have changed your mind since.';
grant execute on function public.add_reaction, public.remove_reaction to authenticated;


create function public.my_reactions(message public.messages)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select r.emoji from public.reactions r
    where r.conversation_id = message.conversation_id and r.seq = message.seq and r.user_id = auth.uid()
    order by r.id
  );
end;
$$;
comment on function public.my_reactions is 'Your own reactions to a message: a column to ask for, GET /messages?select=*,my_reactions. sync() brings it by itself.';
grant execute on function public.my_reactions to authenticated;


alter table public.reactions enable row level security;
revoke all on public.reactions from anon, authenticated, service_role;
grant select on public.reactions to authenticated, service_role;

create policy reactions_select on public.reactions
for select to authenticated
using (exists (
  select from public.members m
  where m.conversation_id = reactions.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));
