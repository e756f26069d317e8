-- What a page says of itself, shown under a message that links to it. The sender's app asks the Edge Function `link-preview` for it
-- and sends it along, so that whoever reads asks nobody. Here is what the function needs, and what a message may carry.

alter table private.settings
  add column link_preview_rate numeric not null default 0.5,
  add column link_preview_burst int not null default 15,
  add column link_preview_kept interval not null default '1 day',
  add column no_link_preview_kept interval not null default '1 hour';
comment on column private.settings.link_preview_rate is 'How many previews a second somebody may ask for, in the long run.';
comment on column private.settings.link_preview_burst is 'How many at once.';
comment on column private.settings.link_preview_kept is 'How long what a page said of itself is not asked for again.';
comment on column private.settings.no_link_preview_kept is 'How long a page that said nothing, or could not be had, is not asked for again.';


create table private.link_preview_askers (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  tokens numeric not null,
  refilled_at timestamptz not null
);
comment on table private.link_preview_askers is 'How many previews each person may still ask for at once.';
alter table private.link_preview_askers enable row level security;

create table private.link_previews (
  url_hash bytea primary key,
  preview jsonb,
  expires_at timestamptz not null
);
comment on table private.link_previews is 'What pages said of themselves, for a while. By a hash of the URL: who reads the table does not learn what was linked to.';
comment on column private.link_previews.preview is 'As messages.preview; null for a page that has none.';
-- forget_link_previews()
create index link_previews_by_expiry on private.link_previews (expires_at);
alter table private.link_previews enable row level security;


create function private.take_link_preview()
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* Called as the person, so that the API has checked who that is. */
declare
  v_settings private.settings;
  v_tokens numeric;
begin
  select s.* into v_settings from private.settings s;
  insert into private.link_preview_askers as a (user_id, tokens, refilled_at)
  values (private.me(), v_settings.link_preview_burst - 1, clock_timestamp())
  on conflict on constraint link_preview_askers_pkey do update
  set
    tokens = least(v_settings.link_preview_burst, a.tokens + v_settings.link_preview_rate * extract(epoch from clock_timestamp() - a.refilled_at)) - 1,
    refilled_at = clock_timestamp()
  returning a.tokens into v_tokens;
  if v_tokens < 0 then
    -- The refusal undoes the taking.
    perform private.refuse(
      'preview_rate_limited',
      format('Try again in %s seconds.', ceil(-v_tokens / v_settings.link_preview_rate)),
      ceil(-v_tokens / v_settings.link_preview_rate)::int
    );
  end if;
end;
$$;
grant execute on function private.take_link_preview to authenticated;

create function public.take_link_preview()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.take_link_preview();
end;
$$;
comment on function public.take_link_preview is 'Asks whether one more preview may be asked for. The function link-preview calls it for you.';
grant execute on function public.take_link_preview to authenticated;


create function private.known_link_preview(url text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('preview', p.preview)
    from private.link_previews p
    where p.url_hash = extensions.digest(known_link_preview.url, 'sha256') and p.expires_at > now()
  );
end;
$$;
grant execute on function private.known_link_preview to service_role;

create function public.known_link_preview(url text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.known_link_preview(known_link_preview.url);
end;
$$;
comment on function public.known_link_preview is 'What is known of a page, as {"preview": …}; null if nothing is. For the function link-preview.';
grant execute on function public.known_link_preview to service_role;


create function private.keep_link_preview(url text, preview jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_preview jsonb := private.checked_preview(keep_link_preview.preview, keep_link_preview.url);
begin
  insert into private.link_previews as p (url_hash, preview, expires_at)
  select
    extensions.digest(keep_link_preview.url, 'sha256'), v_preview,
    now() + case when v_preview is null then s.no_link_preview_kept else s.link_preview_kept end
  from private.settings s
  on conflict on constraint link_previews_pkey do update
  set preview = excluded.preview, expires_at = excluded.expires_at;
end;
$$;
grant execute on function private.keep_link_preview to service_role;

create function public.keep_link_preview(url text, preview jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.keep_link_preview(keep_link_preview.url, keep_link_preview.preview);
end;
$$;
comment on function public.keep_link_preview is 'Keeps what a page says of itself for a while; null for nothing. For the function link-preview.';
grant execute on function public.keep_link_preview to service_role;


create function private.checked_preview(preview jsonb, content text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* It comes from the sender's app, so it may say anything of a page: it is bounded, it is text, and it is of a link that the message
   has, whose host the reader's app shows beside it. */
declare
  v_wrong text;
begin
  if preview is null or jsonb_typeof(preview) = 'null' then
    return null;
  end if;
  if jsonb_typeof(preview) <> 'object' then
    perform private.refuse('preview_invalid', 'It is no object.');
  end if;
  select e.key into v_wrong
  from jsonb_each(preview) e
  where jsonb_typeof(e.value) <> 'string' or (e.value #>> '{}') !~ '\S' or char_length(e.value #>> '{}') > case e.key
    when 'url' then 2000 when 'title' then 200 when 'description' then 300 when 'site_name' then 80 else 0
  end
  limit 1;
  if v_wrong is not null then
    perform private.refuse('preview_invalid', v_wrong);
  end if;
  if not preview ?& array['url', 'title'] then
    perform private.refuse('preview_invalid', 'It takes url and title.');
  end if;
  if preview ->> 'url' !~ '^https?://[^\s/]' or not private.is_linked(preview, content) then
    perform private.refuse('preview_invalid', 'The message has no such link.');
  end if;
  return preview;
end;
$$;
comment on function private.checked_preview is 'The preview if a message with this content may carry it, else a refusal.';

create function private.is_linked(preview jsonb, content text)
returns boolean
language sql
immutable
set search_path = ''
return position(preview ->> 'url' in content) > 0;
comment on function private.is_linked is 'Whether the text has the link that the preview is of.';


create function private.preview_text(preview jsonb)
returns text
language sql
immutable
set search_path = ''
return nullif(concat_ws(E'\n', preview ->> 'title', preview ->> 'description', preview ->> 'site_name'), '');
comment on function private.preview_text is 'What a preview says; null for none.';


create function private.fitting_preview(message public.messages, team_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* What a team does not want to read it does not read in a preview either. The message is sent without: it is the page that said it. */
declare
  v_text text := private.preview_text(message.preview);
begin
  if not private.is_linked(message.preview, message.content) then
    return null;
  end if;
  if team_id is null or private.check_words(team_id, v_text) = v_text then
    return message.preview;
  end if;
  return null;
exception when sqlstate 'PGRST' then
  return null;
end;
$$;
comment on function private.fitting_preview is 'The preview of a message that is being placed, or null where its words, or its link, are not wanted.';


create function private.forget_link_previews()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.link_previews p where p.expires_at < now();
  -- Whoever has not asked for so long has all of their tokens again.
  delete from private.link_preview_askers a where a.refilled_at < now() - interval '1 day';
end;
$$;
select cron.schedule('forget-link-previews', '23 * * * *', 'select private.forget_link_previews()');


-- How fast somebody asks is nothing of theirs to take along.
insert into private.account_sections (of_table, user_column) values ('private.link_preview_askers', 'user_id');
