-- What a team does not want to read in its channels: a list of words, each of which either keeps the message from being
-- sent or is masked in it. Nothing is held back for review: a held message would have its number long before anybody may
-- see it, and its writer would wait for an answer that a refusal gives at once.
--
-- A word is compared as people see it: without regard to case, in Unicode's compatibility form (full width, ligatures and
-- the like are the plain letters) and without invisible characters in between. It is a whole word, unless a "*" at its
-- beginning or end allows any letters there; scripts without spaces need both. All else is meant literally.
-- Postgres matches such patterns with an automaton, which does not backtrack: no text makes it slow.

create type public.word_action as enum ('refuse', 'mask');
comment on type public.word_action is 'refuse: a message with the word is not sent. mask: it is sent with dots in place of the word.';

create table public.team_words (
  team_id uuid not null references public.teams (id) on delete cascade,
  word text not null,
  action public.word_action not null,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (team_id, word)
);
comment on table public.team_words is 'Words that a team does not allow in its channels. Its owner and admins see and change the list.';
comment on column public.team_words.created_by is 'Who put it on the list; null once the account is deleted.';
comment on column public.team_words.word is 'In lower case and compatibility form; "*" at its beginning or end stands for any letters.';
comment on column public.team_words.action is 'Whether a message with it is refused, or sent with the word masked.';

-- deleting a profile
create index team_words_by_creator on public.team_words (created_by) where created_by is not null;

alter table public.team_words enable row level security;
revoke all on public.team_words from anon, authenticated, service_role;
grant select on public.team_words to authenticated, service_role;

create policy team_words_select on public.team_words
for select to authenticated
using (exists (
  select from public.team_members t
  join public.team_permissions p on p.role = t.role and p.permission = 'configure'
  where t.team_id = team_words.team_id and t.user_id = (select auth.uid()) and t.left_at is null
));


create table private.team_patterns (
  team_id uuid primary key references public.teams (id) on delete cascade,
  refuse text,
  mask text
);
comment on table private.team_patterns is 'The word list of a team as two regular expressions, made when it changes. A team without words has no row, and sending there costs one look for it.';
alter table private.team_patterns enable row level security;


create function private.as_seen(content text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return regexp_replace(
    lower(normalize(content, nfkc)), '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\U000E0000-\U000E0FFF]+', '', 'g'
  );
end;
$$;
comment on function private.as_seen is 'A text as it is compared with the words of a list.';


create function private.word_pattern(word text)
returns text
language sql
immutable
set search_path = ''
-- A sign that is no letter, as a drawing, has no word's beginning or end beside it.
return case when word ~ '^\*' then '\w*' when word ~ '^\w' then '\m' else '' end
  || regexp_replace(regexp_replace(btrim(word, '*'), '([^[:alnum:][:space:]])', '\\\1', 'g'), '\s+', '\s+', 'g')
  || case when word ~ '\*$' then '\w*' when word ~ '\w$' then '\M' else '' end;
comment on function private.word_pattern is 'A word of a list as a regular expression.';


create function private.check_words(team_id uuid, content text)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_patterns private.team_patterns;
  v_seen text;
  v_masked text;
begin
  select p.* into v_patterns from private.team_patterns p where p.team_id = check_words.team_id;
  if not found then
    return content;
  end if;
  v_seen := private.as_seen(content);
  if v_seen ~ v_patterns.refuse then
    perform private.refuse('word_refused');
  end if;
  if v_seen ~ v_patterns.mask is not true then
    return content;
  end if;
  -- What was written stays as it was around the word; where it was written to evade the list, it is shown as it is seen.
  v_masked := regexp_replace(content, v_patterns.mask, '•••', 'gi');
  return case
    when private.as_seen(v_masked) ~ v_patterns.mask then regexp_replace(v_seen, v_patterns.mask, '•••', 'g')
    else v_masked
  end;
end;
$$;
comment on function private.check_words is 'Returns the content with what a team masks masked, or refuses word_refused.';


create function private.set_team_words(team_id uuid, words text[], action public.word_action)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_team public.teams := private.lock_team_for(set_team_words.team_id, 'configure');
  v_max int := (select s.team_words_max from private.settings s);
  v_words text[] := array(select distinct btrim(private.as_seen(w.word)) from unnest(words) as w (word));
begin
  if exists (
    select from unnest(v_words) as w (word)
    where w.word is null or btrim(w.word, '*') !~ '\S' or char_length(w.word) > 64
      or substr(w.word, 2, greatest(char_length(w.word) - 2, 0)) like '%*%'
  ) then
    perform private.refuse('word_invalid');
  end if;
  if set_team_words.action is null then
    delete from public.team_words t where t.team_id = v_team.id and t.word = any (v_words);
  else
    insert into public.team_words as t (team_id, word, action, created_by)
    select v_team.id, w.word, set_team_words.action, private.me() from unnest(v_words) as w (word)
    on conflict on constraint team_words_pkey do update set action = excluded.action where t.action <> excluded.action;
  end if;
  if not found then
    return;
  end if;
  if (select count(*) from public.team_words t where t.team_id = v_team.id) > v_max then
    perform private.refuse('too_many', format('At most %s words.', v_max));
  end if;
  delete from private.team_patterns p where p.team_id = v_team.id;
  insert into private.team_patterns (team_id, refuse, mask)
  select
    t.team_id,
    string_agg(private.word_pattern(t.word), '|') filter (where t.action = 'refuse'),
    string_agg(private.word_pattern(t.word), '|') filter (where t.action = 'mask')
  from public.team_words t
  where t.team_id = v_team.id
  group by t.team_id;
  perform private.audit(
    'team_words_changed', v_team.id,
    details => jsonb_build_object('count', cardinality(v_words), 'action', set_team_words.action)
  );
end;
$$;
grant execute on function private.set_team_words to authenticated;

create function public.set_team_words(team_id uuid, words text[], action public.word_action)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.set_team_words(set_team_words.team_id, set_team_words.words, set_team_words.action);
end;
$$;
comment on function public.set_team_words is 'Adds words to what a team does not allow in its channels, or changes what happens to them: refuse the message, or mask the word. With action null they are taken off the list. Each 1 to 64 characters; "*" at its beginning or end stands for any letters. For owner and admins of the team.';
grant execute on function public.set_team_words to authenticated;
