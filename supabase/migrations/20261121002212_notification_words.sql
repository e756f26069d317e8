-- Putting an event into somebody's words, when they are told: their language, their time zone.

create function private.money_text(amount_minor bigint, currency text, language text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
/* ISO 4217: most currencies have two decimals. */
declare
  v_decimals int := case
    when currency = any ('{BIF,CLP,DJF,GNF,ISK,JPY,KMF,KRW,PYG,RWF,UGX,VND,VUV,XAF,XOF,XPF}') then 0
    when currency = any ('{BHD,IQD,JOD,KWD,LYD,OMR,TND}') then 3
    else 2
  end;
  v_text text := to_char(amount_minor / 10::numeric ^ v_decimals, 'FM999,999,999,999,999,990' || case v_decimals when 0 then '' else '.' || repeat('0', v_decimals) end);
begin
  if split_part(language, '-', 1) <> 'en' then
    v_text := translate(v_text, ',.', '.,');
  end if;
  return v_text || ' ' || coalesce(currency, '');
end;
$$;
comment on function private.money_text is 'An amount as it is read: "1,250.00 EUR", elsewhere than in English "1.250,00 EUR".';


create function private.value_text(value jsonb, type text, args jsonb, language text, time_zone text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if value is null or jsonb_typeof(value) = 'null' then
    return '';
  end if;
  return case rtrim(type, '?')
    when 'money' then private.money_text((value #>> '{}')::bigint, args ->> 'currency', language)
    when 'time' then to_char(
      (value #>> '{}')::timestamptz at time zone time_zone,
      case split_part(language, '-', 1) when 'en' then 'FMDD Mon YYYY, HH24:MI' when 'de' then 'DD.MM.YYYY, HH24:MI' else 'YYYY-MM-DD HH24:MI' end
    )
    else value #>> '{}'
  end;
end;
$$;
comment on function private.value_text is 'A variable as it is read.';


create function private.conversation_name(conversation_id uuid, reader_id uuid)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Of two people it is the other one; of a listing or a negotiation, what it is about. */
begin
  return (
    select coalesce(
      c.title,
      -- Its title is sealed.
      case when c.is_encrypted and c.kind = 'group' then
        case split_part((private.notification_settings_of(conversation_name.reader_id)).language, '-', 1)
          when 'de' then 'Verschlüsselte Gruppe' else 'Encrypted group'
        end
      end,
      (select l.title from public.listings l where l.id = c.listing_id),
      (
        select p.display_name
        from public.members m
        join public.profiles p on p.id = m.user_id
        where m.conversation_id = c.id and m.user_id <> conversation_name.reader_id
        order by m.user_id
        limit 1
      )
    )
    from public.conversations c
    where c.id = conversation_name.conversation_id
  );
end;
$$;
comment on function private.conversation_name is 'What somebody knows a conversation as.';


create type private.words as (title text, body text, action_url text);

create function private.filled(template text, names jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
/* In one pass from the left: what stands in a value is never taken for a name. */
declare
  v_text text := '';
  v_rest text := template;
  v_name text;
begin
  loop
    v_name := substring(v_rest from '\{([a-z_]+)\}');
    exit when v_name is null;
    v_text := v_text || split_part(v_rest, '{' || v_name || '}', 1) || coalesce(names ->> v_name, '');
    v_rest := substr(v_rest, strpos(v_rest, '{' || v_name || '}') + char_length(v_name) + 2);
  end loop;
  return v_text || v_rest;
end;
$$;
comment on function private.filled is 'A template with its names replaced.';


create function private.put_into_words(
  event public.notification_events, reader_id uuid, args jsonb, conversation_id uuid, seq bigint, actor_id uuid
)
returns private.words
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_settings public.notification_settings := private.notification_settings_of(reader_id);
  v_template public.notification_templates;
  v_names jsonb;
  v_words private.words;
begin
  select t.* into v_template
  from public.notification_templates t
  where t.event = put_into_words.event.event and t.language in (v_settings.language, split_part(v_settings.language, '-', 1), 'en')
  order by t.language = v_settings.language desc, t.language <> 'en' desc
  limit 1;
  if not found then
    v_words.title := put_into_words.event.event;
    v_words.body := '';
    return v_words;
  end if;
  if v_template.direct_title is not null
    and exists (select from public.conversations c where c.id = put_into_words.conversation_id and c.kind = 'direct') then
    v_template.title := v_template.direct_title;
  end if;
  select coalesce(jsonb_object_agg(v.key, private.value_text(args -> v.key, v.value, args, v_settings.language, v_settings.time_zone)), '{}')
  into v_names
  from jsonb_each_text(put_into_words.event.variables) v;
  v_names := v_names || jsonb_build_object('conversation_id', conversation_id, 'seq', seq);
  if concat(v_template.title, v_template.body) like '%{conversation}%' then
    v_names := v_names || jsonb_build_object('conversation', private.conversation_name(conversation_id, reader_id));
  end if;
  if concat(v_template.title, v_template.body) like '%{actor}%' then
    v_names := v_names || jsonb_build_object('actor', coalesce(
      (select p.display_name from public.profiles p where p.id = actor_id),
      case split_part(v_settings.language, '-', 1) when 'de' then 'Jemand' else 'Somebody' end
    ));
  end if;
  v_words.title := left(private.filled(v_template.title, v_names), 300);
  v_words.body := left(private.filled(v_template.body, v_names), 2000);
  v_words.action_url := private.filled(v_template.action_url, v_names);
  -- A path of the app or an address, nothing that a browser would run.
  if v_words.action_url !~ '^(/([^/\\]|$)|https?://)' then
    v_words.action_url := null;
  end if;
  return v_words;
end;
$$;
comment on function private.put_into_words is 'What somebody reads of an event: in their language, else in English.';


create function private.tg_notifications__forget_actor()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_event public.notification_events;
  v_words private.words;
begin
  select e.* into strict v_event from public.notification_events e where e.event = new.event;
  v_words := private.put_into_words(v_event, new.user_id, new.args, new.conversation_id, new.seq, null);
  new.title := v_words.title;
  new.body := v_words.body;
  return new;
end;
$$;
comment on function private.tg_notifications__forget_actor is 'Whose account is deleted, their name goes from what others were told.';

create trigger _200_forget_actor
before update of actor_id on public.notifications
for each row when (old.actor_id is not null and new.actor_id is null)
execute function private.tg_notifications__forget_actor();
