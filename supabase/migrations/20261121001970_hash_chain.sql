-- The messages of a negotiation are hash-chained: each has the SHA-256 of the hash before it and of what it says itself, so
-- that whoever holds one hash can prove that nothing before it was changed, removed, put in or put elsewhere.
--
--   hash(n) = sha256( hash before it, as bytes, nothing for the first  ||  canonical form of n, as UTF-8 )
--
-- The canonical form is JSON by RFC 8785 (no spaces, keys in order) of exactly what canonical_message() lists, all of it
-- readable in the REST API; docs/api.md shows how to check it from there.
--
-- Not part of it is what may change: revision, reactions, pins, threads' counts; and sender_id, which becomes null when an
-- account is deleted. In its place stands the party, buyer or seller, which stays; the first message names the ids of both.
-- A withheld message is not in the chain: to the other side it was not said.

alter table public.messages add column party public.trade_party;
comment on column public.messages.party is 'Which side of a negotiation said it: buyer or seller, also when the account is deleted. Null elsewhere, and for what happened by itself.';


create function private.canonical_json(value jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
/* RFC 8785 for whole numbers and keys of the Basic Multilingual Plane. */
begin
  return case jsonb_typeof(value)
    when 'object' then '{' || coalesce((
      select string_agg(to_json(e.key)::text || ':' || private.canonical_json(e.value), ',' order by e.key collate "C")
      from jsonb_each(value) e
    ), '') || '}'
    when 'array' then '[' || coalesce((
      select string_agg(private.canonical_json(e.value), ',' order by e.place)
      from jsonb_array_elements(value) with ordinality e (value, place)
    ), '') || ']'
    when 'string' then to_json(value #>> '{}')::text
    when 'number' then trim_scale(value::numeric)::text
    else value::text
  end;
end;
$$;


create function private.canonical_message(message public.messages)
returns text
language plpgsql
stable
set search_path = ''
as $$
/* The time is in whole milliseconds, as JavaScript prints it; one that is not so any more gives another text. */
begin
  return private.canonical_json(jsonb_build_object(
    'attachments', message.attachments,
    'content', message.content,
    'conversation_id', message.conversation_id,
    'created_at', to_char(
      message.created_at at time zone 'UTC',
      case
        when message.created_at = date_trunc('milliseconds', message.created_at) then 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
        else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
      end
    ),
    'forwarded', message.forwarded,
    'id', message.id,
    'kind', message.kind,
    'party', message.party,
    'reply_to', message.reply_to,
    'seq', message.seq,
    'system', message.system,
    'thread_seq', message.thread_seq
  ));
end;
$$;
comment on function private.canonical_message is 'What a message of a negotiation says, as the text that is hashed.';


create function private.link_hash(previous bytea, message public.messages)
returns bytea
language plpgsql
stable
set search_path = ''
as $$
begin
  return sha256(coalesce(previous, '') || convert_to(private.canonical_message(message), 'UTF8'));
end;
$$;


create function private.place_in_chain(message public.messages)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Says who speaks, and that it is to be linked: that is done when the row is stored, with all that comes with it. */
declare
  v_negotiation public.negotiations;
begin
  select n.* into v_negotiation from public.negotiations n where n.conversation_id = message.conversation_id;
  message.party := private.party_of(v_negotiation, message.sender_id);
  message.created_at := date_trunc('milliseconds', message.created_at);
  if not message.is_withheld then
    message.hash := '';
  end if;
  return message;
end;
$$;
comment on function private.place_in_chain is 'Prepares a message of an immutable conversation, which holds the lock, for its place in the hash chain.';


create function private.tg_messages__link()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.hash := private.link_hash(
    (
      select m.hash
      from public.messages m
      where m.conversation_id = new.conversation_id and m.seq < new.seq and m.hash is not null
      order by m.seq desc
      limit 1
    ),
    new
  );
  return new;
end;
$$;

create trigger _800_link
before insert on public.messages
for each row when (new.hash is not null)
execute function private.tg_messages__link();


create function private.tg_messages__keep_chained()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* Nobody changes what is chained, whatever a function elsewhere would allow; only the whole conversation goes, with all in it. */
begin
  if tg_op = 'DELETE' then
    if exists (select from public.conversations c where c.id = old.conversation_id) then
      perform private.refuse('message_kept');
    end if;
    return old;
  end if;
  if (old.hash, private.canonical_message(old)) is distinct from (new.hash, private.canonical_message(new))
    or new.is_withheld or new.deleted_at is not null
    or (new.sender_id is not null and new.sender_id is distinct from old.sender_id)
  then
    perform private.refuse('message_kept');
  end if;
  return new;
end;
$$;

create trigger _150_keep_chained
before update or delete on public.messages
for each row when (old.hash is not null)
execute function private.tg_messages__keep_chained();
