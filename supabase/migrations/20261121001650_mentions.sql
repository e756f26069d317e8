-- "@handle", "@here" and "@channel" in what is said: found here and not by clients, so that all agree on who was named.

create function private.names_in(content text)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
/* Each name once, in the order of their first standing. Code names nobody: what stands between backquotes is left out. Nor
   do addresses: a name begins where a word does. Words end at a letter of the alphabets that put spaces between words
   (Latin, Greek, Cyrillic, Hebrew, Arabic, those of India, …); a name may touch a letter of the others ("你好@bob", "@bob님"). */
declare
  c_letter constant text := '\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0300-\u0DFF\u10A0-\u10FF\u1200-\u139F\u1E00-\u1FFF';
  v_text text := regexp_replace(content, '```.*?(?:```|$)', ' ', 'g');
begin
  v_text := regexp_replace(v_text, '`[^`\n]+`', ' ', 'g');
  return array(
    select lower(f.name[1])
    from regexp_matches(
      v_text,
      '(?<![A-Za-z0-9_.+@/\u002D' || c_letter || '])@([A-Za-z0-9_]{3,30})(?![A-Za-z0-9_' || c_letter || '])', 'g'
    ) with ordinality as f (name, place)
    group by lower(f.name[1])
    order by min(f.place)
  );
end;
$$;
comment on function private.names_in is 'The names after "@" in a text, in lower case, each once.';


create function private.place_mentions(message public.messages, conversation public.conversations, member public.members)
returns public.messages
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Honoured are members of now, and the call to everybody if the role allows it; all else is text. What was said elsewhere,
   and is only forwarded, calls nobody. */
declare
  v_names text[];
  v_max int := (select s.mentions_max from private.settings s);
begin
  message.mentions := '{}';
  message.mention_scope := null;
  if message.content not like '%@%' or message.forwarded is not null then
    return message;
  end if;
  v_names := private.names_in(message.content);
  if cardinality(v_names) = 0 then
    return message;
  end if;
  -- One name after the other, each by index: joined as sets, the planner would read all members of a channel for one name.
  message.mentions := array(
    select n.id
    from (
      select u.place, (select p.id from public.profiles p where p.handle = u.name) as id
      from unnest(v_names[1:v_max]) with ordinality as u (name, place)
      offset 0
    ) n
    where n.id is not null and private.is_member(conversation.id, n.id)
    order by n.place
  );
  if v_names && array['here', 'channel'] and private.may(conversation.id, member.user_id, 'mention_all') then
    message.mention_scope := case when 'channel' = any (v_names) then 'channel' else 'here' end;
  end if;
  return message;
end;
$$;
comment on function private.place_mentions is 'Fills in whom a message names.';
