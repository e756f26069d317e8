-- Importing into a conversation: messages keep their ids and times, and get the numbers that come next.

alter table private.settings add column import_lines_max int not null default 20000;


create function private.import_author(key text, authors jsonb, is_service boolean)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Who it is here that a line is by, null for nobody. An owner may not put words into another person's mouth: only what
   they or their bots have said can be theirs. */
declare
  v_wish text := case when authors ? key then authors ->> key when is_service then key end;
  v_id uuid;
begin
  if v_wish is null then
    return null;
  end if;
  if not pg_input_is_valid(v_wish, 'uuid') or not exists (select from public.profiles p where p.id = v_wish::uuid) then
    if not authors ? key then
      return null;
    end if;
    perform private.refuse('import_invalid', format('There is no person for the author "%s".', left(key, 100)));
  end if;
  v_id := v_wish::uuid;
  if not is_service and v_id <> auth.uid()
    and not exists (select from public.bots b where b.id = v_id and private.leads(b.owner_id, b.team_id))
  then
    perform private.refuse('import_invalid', format('The author "%s" can only be you, a bot of yours, or nobody.', left(key, 100)));
  end if;
  return v_id;
end;
$$;


create function private.read_import(lines text, authors jsonb, is_service boolean, kind public.conversation_kinds)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Fills pg_temp.import_lines with what can be imported: kind "text", not deleted. Refuses the whole if one line is wrong. */
declare
  v_max int := (select s.import_lines_max from private.settings s);
  v_bad bigint;
begin
  drop table if exists pg_temp.import_lines;
  create temp table import_lines (
    n bigint, line jsonb, id uuid, author text, sender_id uuid, created_at timestamptz, edited_at timestamptz, seq bigint,
    reply_to bigint, thread_seq bigint
  ) on commit drop;
  if (select count(*) from string_to_table(lines, E'\n') as l (text) where l.text ~ '\S') > v_max then
    perform private.refuse('too_many', format('At most %s lines.', v_max));
  end if;
  select l.n into v_bad
  from string_to_table(lines, E'\n') with ordinality as l (text, n)
  where l.text ~ '\S' and not (pg_input_is_valid(l.text, 'jsonb') and left(ltrim(l.text), 1) = '{')
  order by l.n
  limit 1;
  if found then
    perform private.refuse('import_invalid', format('Line %s is no JSON object.', v_bad));
  end if;

  insert into pg_temp.import_lines (n, line, author)
  select l.n, l.text::jsonb, l.text::jsonb ->> 'author'
  from string_to_table(lines, E'\n') with ordinality as l (text, n)
  where l.text ~ '\S';
  delete from pg_temp.import_lines i
  where coalesce(i.line ->> 'kind', 'text') <> 'text' or i.line ->> 'deleted_at' is not null;
  select i.n into v_bad
  from pg_temp.import_lines i
  where not coalesce(
    pg_input_is_valid(i.line ->> 'id', 'uuid') and pg_input_is_valid(i.line ->> 'created_at', 'timestamptz')
    and (i.line ->> 'created_at')::timestamptz <= now()
    and pg_input_is_valid(coalesce(i.line ->> 'edited_at', 'epoch'), 'timestamptz')
    and jsonb_typeof(i.line -> 'content') = 'string' and i.line ->> 'content' ~ '\S', false
  )
  order by i.n
  limit 1;
  if found then
    perform private.refuse('import_invalid', format('Line %s needs id, created_at in the past, and content.', v_bad));
  end if;
  perform private.check_content(read_import.kind, i.line ->> 'content', false) from pg_temp.import_lines i;

  update pg_temp.import_lines i
  set id = (i.line ->> 'id')::uuid, created_at = (i.line ->> 'created_at')::timestamptz,
    edited_at = (i.line ->> 'edited_at')::timestamptz, sender_id = a.id
  from (
    select k.author, private.import_author(k.author, authors, is_service) as id
    from (select distinct i.author from pg_temp.import_lines i) k
  ) a
  where a.author is not distinct from i.author;
  -- Of an id that stands in several lines, the first.
  delete from pg_temp.import_lines i
  where exists (
    select from (select min(f.n) as n, f.id, f.sender_id from pg_temp.import_lines f group by f.id, f.sender_id having count(*) > 1) f
    where f.id = i.id and f.sender_id is not distinct from i.sender_id and f.n < i.n
  );
end;
$$;


create function private.number_import(conversation public.conversations)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
/* What is here already is left out; the rest gets the next numbers, in the order of time. Returns how many. */
declare
  v_count bigint;
begin
  create index on pg_temp.import_lines (id);
  analyze pg_temp.import_lines;
  delete from pg_temp.import_lines i
  where i.sender_id is not null and exists (select from public.messages m where m.sender_id = i.sender_id and m.id = i.id);
  delete from pg_temp.import_lines i
  where i.sender_id is null and exists (select from public.messages m where m.sender_id is null and m.id = i.id);
  update pg_temp.import_lines i
  set seq = conversation.last_seq + o.place
  from (select f.n, row_number() over (order by f.created_at, f.n) as place from pg_temp.import_lines f) o
  where o.n = i.n;
  get diagnostics v_count = row_count;
  update pg_temp.import_lines i
  set reply_to = r.seq
  from pg_temp.import_lines r
  where r.id = case when pg_input_is_valid(i.line ->> 'reply_to', 'uuid') then (i.line ->> 'reply_to')::uuid end and r.seq < i.seq;
  update pg_temp.import_lines i
  set thread_seq = r.seq
  from pg_temp.import_lines r
  where r.id = case when pg_input_is_valid(i.line ->> 'thread', 'uuid') then (i.line ->> 'thread')::uuid end and r.seq < i.seq
    and r.line ->> 'thread' is null;
  return v_count;
end;
$$;


create function private.import_messages(conversation_id uuid, lines text, authors jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_is_service boolean := auth.role() is not distinct from 'service_role';
  v_conversation public.conversations;
  v_kind public.conversation_kinds;
  v_given bigint;
  v_count bigint;
begin
  if not v_is_service and private.actor_role(import_messages.conversation_id, private.me()) <> 'owner' then
    perform private.refuse('not_allowed', 'It takes the owner of the conversation.');
  end if;
  v_conversation := private.lock_conversation(import_messages.conversation_id);
  select k.* into strict v_kind from public.conversation_kinds k where k.kind = v_conversation.kind;
  if v_kind.is_immutable then
    perform private.refuse('import_invalid', 'What is said in such a conversation cannot be said afterwards.');
  end if;
  if v_conversation.is_encrypted then
    perform private.refuse('plaintext_refused');
  end if;
  perform private.read_import(coalesce(import_messages.lines, ''), coalesce(import_messages.authors, '{}'), v_is_service, v_kind);
  select count(*) into v_given from pg_temp.import_lines;
  v_count := private.number_import(v_conversation);
  if v_count > 0 then
    -- Nobody is called, answered or told of each: they are old. One event at the end says that there is much to sync.
    perform set_config('parley.importing', 'yes', true);
    insert into public.messages (
      conversation_id, seq, revision, id, sender_id, content, reply_to, thread_seq, thread_count, thread_last_at, forwarded,
      is_quiet, created_at, edited_at, expires_at
    )
    select
      v_conversation.id, i.seq, v_conversation.revision + i.seq - v_conversation.last_seq, i.id, i.sender_id, i.line ->> 'content',
      i.reply_to, i.thread_seq, coalesce(t.count, 0), t.last_at,
      case when i.sender_id is null and i.author is not null then jsonb_build_object('author', left(coalesce(i.line ->> 'author_name', i.author), 80), 'sent_at', i.created_at) end,
      true, i.created_at, i.edited_at, now() + make_interval(secs => v_conversation.disappear_after_seconds)
    from pg_temp.import_lines i
    left join (
      select a.thread_seq, count(*)::int as count, max(a.created_at) as last_at from pg_temp.import_lines a group by a.thread_seq
    ) t on t.thread_seq = i.seq
    order by i.seq;
    perform set_config('parley.importing', '', true);
    update public.conversations c
    set
      last_seq = c.last_seq + v_count, revision = c.revision + v_count, quiet_count = c.quiet_count + v_count,
      last_message_at = greatest(c.last_message_at, (select max(i.created_at) from pg_temp.import_lines i))
    where c.id = v_conversation.id
    returning c.* into v_conversation;
    perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
    perform private.audit('messages_imported', conversation_id => v_conversation.id, details => jsonb_build_object('count', v_count));
  end if;
  drop table pg_temp.import_lines;
  return jsonb_build_object('imported', v_count, 'known', v_given - v_count, 'last_seq', v_conversation.last_seq);
end;
$$;
grant execute on function private.import_messages to authenticated, service_role;

create function public.import_messages(conversation_id uuid, lines text, authors jsonb default '{}')
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.import_messages(import_messages.conversation_id, import_messages.lines, import_messages.authors);
end;
$$;
comment on function public.import_messages is
  'Adds messages to a conversation from JSON Lines, as export_messages() gives them: {"id": UUID, "author": …, "content": …, "created_at": …} and, if you have them, edited_at, reply_to and thread (ids). They keep ids and times, get the next numbers in the order of time, and count as unread for nobody; lines of another kind, or deleted, are left out; what is there already is not added again. authors says who each author is here: {"<author>": "<user id>"}, null for nobody; one that is missing is nobody too, unless it is the id of a person. For the owner of the conversation, who can only be the author themself, or a bot of theirs; service_role may name anybody. At most 20,000 lines a call. Returns {imported, known, last_seq}.';
grant execute on function public.import_messages to authenticated, service_role;
