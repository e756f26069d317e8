-- Finding what was said, among what one may read, at a cost that does not grow with what others say.

create extension if not exists unaccent with schema extensions;

-- The words of any language, without accents and as they are: stemming would fit one language and spoil the others. That
-- the beginning of a word finds it makes up for it.
create text search configuration private.words (copy = pg_catalog.simple);
alter text search configuration private.words
alter mapping for hword, hword_part, word with extensions.unaccent, pg_catalog.simple;

alter table private.settings add column search_matches_max int not null default 1000;
comment on column private.settings.search_matches_max is 'Of more matches than this, search_messages() ranks the newest.';


create function private.search_text(content text, attachments jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if attachments = '[]' then
    return content;
  end if;
  return content || ' ' || btrim(translate(jsonb_path_query_array(attachments, '$[*].name')::text, '[]"', '   '));
end;
$$;
comment on function private.search_text is 'What of a message is searched: its text, and the names of its files.';


create function private.search_vector(conversation_id uuid, content text, attachments jsonb)
returns tsvector
language plpgsql
immutable
cost 1000
set search_path = ''
as $$
/* Each word carries its conversation. An index of bare words would have to go through everybody's matches, to then find
   one's own among them; so each lookup ends at the matches of one conversation. Of the id a part is enough, because the
   query compares the whole. A file is the word " file", which no text contains. */
declare
  v_key text := right(conversation_id::text, 8);
  v_words text[];
begin
  if attachments = '[]' then
    v_words := tsvector_to_array(to_tsvector('private.words', content));
  else
    v_words := array_append(tsvector_to_array(to_tsvector('private.words', private.search_text(content, attachments))), ' file');
  end if;
  -- Longer ones are no words, and no index entry takes them.
  return array_to_tsvector(array(select v_key || w.word from unnest(v_words) as w (word) where octet_length(w.word) <= 200));
end;
$$;
comment on function private.search_vector is 'The entries of a message in the index of search_messages().';
-- Who inserts a message fills the index.
grant execute on function private.search_vector, private.search_text to authenticated, service_role;

-- search_messages()
create index messages_search on public.messages using gin (private.search_vector(conversation_id, content, attachments))
-- Entries of a conversation lie together, so putting them in at once is cheap, and no search has to look through a list of those to come.
with (fastupdate = off)
where deleted_at is null and kind in ('text', 'poll') and envelope is null;


create function private.search_query(conversation_id uuid, query text)
returns tsquery
language plpgsql
immutable
set search_path = ''
as $$
/* The same query, with the conversation in each word. */
begin
  return regexp_replace(query, '''((?:[^'']|'''')+)''', '''' || right(conversation_id::text, 8) || '\1''', 'g')::tsquery;
end;
$$;


create function private.with_beginnings(query tsquery)
returns tsquery
language plpgsql
immutable
set search_path = ''
as $$
/* Words are found by their beginning, save those of a phrase and those to leave out. */
declare
  v_query text := regexp_replace(query::text, '(''(?:[^'']|'''')+'')', '\1:*', 'g');
begin
  v_query := regexp_replace(v_query, ':\*( <(?:-|\d+)>)', '\1', 'g');
  return regexp_replace(v_query, '((?:!|<(?:-|\d+)> )''(?:[^'']|'''')+''):\*', '\1', 'g')::tsquery;
end;
$$;


create function private.indexable(query tsquery)
returns text
language plpgsql
immutable
set search_path = ''
as $$
/* What of a query the index can answer: nothing to leave out, and of a phrase that its words are there. Null when that is
   nothing, as in "-word". */
declare
  v_tree text := querytree(query);
begin
  return case when v_tree not in ('', 'T') then regexp_replace(v_tree, '<(-|\d+)>', '&', 'g') end;
end;
$$;


create type private.search_place as (rank real, created_at timestamptz, conversation_id uuid, seq bigint);

create function private.search_cursor(place private.search_place)
returns text
language sql
immutable
set search_path = ''
return concat_ws('~', place.rank, (extract(epoch from place.created_at) * 1000000)::bigint, place.conversation_id, place.seq);

create function private.search_place(cursor text)
returns private.search_place
language plpgsql
stable
set search_path = ''
as $$
declare
  v_parts text[] := string_to_array(cursor, '~');
begin
  if cursor is null then
    return null;
  elsif cardinality(v_parts) <> 4 or not (
    pg_input_is_valid(v_parts[1], 'real') and v_parts[2] ~ '^\d{1,16}$'
    and pg_input_is_valid(v_parts[3], 'uuid') and pg_input_is_valid(v_parts[4], 'bigint')
  ) then
    perform private.refuse('cursor_invalid');
  end if;
  return (
    v_parts[1]::real, timestamptz 'epoch' + v_parts[2]::bigint * interval '1 microsecond', v_parts[3]::uuid, v_parts[4]::bigint
  )::private.search_place;
end;
$$;


create type public.search_result as (
  conversation_id uuid, seq bigint, id uuid, sender_id uuid, kind public.message_kind, created_at timestamptz, thread_seq bigint,
  attachments jsonb, highlight text, rank real, cursor text
);
comment on type public.search_result is 'A message that search_messages() has found.';
comment on column public.search_result.highlight is 'An excerpt, as plain text. U+0002 and U+0003 stand before and after what was found, and nowhere else.';
comment on column public.search_result.cursor is 'Given back to search_messages(), brings what comes after this one.';


create function private.search_messages(
  query text, conversation_id uuid, sender_id uuid, sent_after timestamptz, sent_before timestamptz, has_attachment boolean,
  newest_first boolean, max_results int, cursor text
)
returns setof public.search_result
language plpgsql
stable
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_me uuid := private.me();
  v_max_matches int := (select s.search_matches_max from private.settings s);
  v_after private.search_place := private.search_place(search_messages.cursor);
  -- No message is longer, and a query of megabytes would take seconds.
  v_exact tsquery := websearch_to_tsquery('private.words', left(coalesce(search_messages.query, ''), 500));
  v_query tsquery := private.with_beginnings(v_exact);
  v_words text := private.indexable(v_query);
  v_is_whole boolean := v_query::text !~ '[!<]';
  v_conversation_ids uuid[];
begin
  v_words := concat_ws(' & ', case when has_attachment then ''' file''' end, '(' || v_words || ')');
  if v_words = '' then
    perform private.refuse('query_empty');
  end if;
  if search_messages.conversation_id is not null then
    perform private.actor_role(search_messages.conversation_id, v_me);
  end if;

  return query
  with mine as materialized (
    select m.conversation_id as id, private.search_query(m.conversation_id, v_words) as query
    from public.members m
    where m.user_id = v_me and m.left_at is null
      and (search_messages.conversation_id is null or m.conversation_id = search_messages.conversation_id)
  ),
  found as materialized (
    -- Of very many matches the newest, so that a search is never long.
    select m.*
    from mine c
    -- "is true" keeps the planner from reading a conversation from its other index, message by message.
    join public.messages m on private.search_vector(m.conversation_id, m.content, m.attachments) @@ c.query and (m.conversation_id = c.id) is true
    where m.deleted_at is null and m.kind in ('text', 'poll') and m.envelope is null
      and (not m.is_withheld or m.sender_id = v_me)
      and (m.expires_at is null or m.expires_at > now())
      and (search_messages.sender_id is null or m.sender_id = search_messages.sender_id)
      and (sent_after is null or m.created_at >= sent_after)
      and (sent_before is null or m.created_at < sent_before)
      and not exists (
        select from public.hidden_messages h
        where h.user_id = v_me and h.conversation_id = m.conversation_id and h.seq = m.seq and h.is_hidden
      )
      and (v_is_whole or to_tsvector('private.words', private.search_text(m.content, m.attachments)) @@ v_query)
    order by m.created_at desc, m.conversation_id desc, m.seq desc
    limit v_max_matches
  ),
  ranked as (
    select f.*, case when newest_first then 0 else r.rank end::real as rank
    from found f
    cross join lateral (select to_tsvector('private.words', private.search_text(f.content, f.attachments)) as vector offset 0) t
    -- The whole word counts more than one that begins so; short texts more than long ones.
    cross join lateral (select ts_rank_cd(t.vector, v_query, 1) + ts_rank_cd(t.vector, v_exact, 1) as rank) r
  ),
  page as (
    select r.*
    from ranked r
    where v_after is null or (r.rank, r.created_at, r.conversation_id, r.seq) < (v_after.rank, v_after.created_at, v_after.conversation_id, v_after.seq)
    order by r.rank desc, r.created_at desc, r.conversation_id desc, r.seq desc
    limit least(greatest(search_messages.max_results, 1), 100)
  )
  select
    p.conversation_id, p.seq, p.id, p.sender_id, p.kind, p.created_at, p.thread_seq, p.attachments,
    -- The marks are taken out of what people wrote, so that each one is ours.
    ts_headline(
      'private.words', translate(private.search_text(p.content, p.attachments), E'\x02\x03', ''), v_query,
      E'StartSel="\x02", StopSel="\x03", MaxFragments=2, MaxWords=24, MinWords=8, ShortWord=0, FragmentDelimiter=" … "'
    ),
    p.rank,
    private.search_cursor((p.rank, p.created_at, p.conversation_id, p.seq)::private.search_place)
  from page p
  order by p.rank desc, p.created_at desc, p.conversation_id desc, p.seq desc;
end;
$$;
grant execute on function private.search_messages to authenticated;

create function public.search_messages(
  query text default null, conversation_id uuid default null, sender_id uuid default null, sent_after timestamptz default null,
  sent_before timestamptz default null, has_attachment boolean default false, newest_first boolean default false,
  max_results int default 20, cursor text default null
)
returns setof public.search_result
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select s.*
  from private.search_messages(
    search_messages.query, search_messages.conversation_id, search_messages.sender_id, search_messages.sent_after,
    search_messages.sent_before, search_messages.has_attachment, search_messages.newest_first, search_messages.max_results,
    search_messages.cursor
  ) s;
end;
$$;
comment on function public.search_messages is
  'Messages of your conversations with these words or words that begin so: "exact phrase", or, -without. Also by conversation, sender, time, with files only. Best first, or newest first; at most 100 a page; the cursor of the last row, given back, brings the next page. highlight is an excerpt, plain text in which U+0002 and U+0003 stand before and after what was found, and nowhere else. Of more than 1,000 matches the newest are searched. What is encrypted is not among them: search it on the device.';
grant execute on function public.search_messages to authenticated;
