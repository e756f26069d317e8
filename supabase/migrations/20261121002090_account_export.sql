-- What is kept about a person, for that person to take along: everything that refers to them, section by section, in pages.

create table private.account_sections (
  of_table regclass not null,
  user_column name not null,
  section text,
  key_columns name[],
  place int generated always as identity,
  primary key (of_table, user_column),
  constraint account_sections_have_keys check ((section is null) = (key_columns is null))
);
comment on table private.account_sections is 'Every column that says who somebody is. With a section, its rows are exported to that person; without, they are about somebody else, or for the moderators.';
comment on column private.account_sections.key_columns is 'What is unique among a person''s rows: the order of the pages.';
alter table private.account_sections enable row level security;

insert into private.account_sections (section, of_table, user_column, key_columns) values
  ('profile', 'public.profiles', 'id', '{id}'),
  ('memberships', 'public.members', 'user_id', '{conversation_id}'),
  -- In the order of an index, which that of the conversations is not.
  ('messages', 'public.messages', 'sender_id', '{id}'),
  ('reactions', 'public.reactions', 'user_id', '{conversation_id,seq,emoji,id}'),
  ('poll_votes', 'public.poll_votes', 'user_id', '{conversation_id,seq,option,id}'),
  ('attachments', 'public.attachments', 'uploader_id', '{conversation_id,id}'),
  ('conversation_settings', 'public.conversation_settings', 'user_id', '{conversation_id}'),
  ('hidden_messages', 'public.hidden_messages', 'user_id', '{conversation_id,seq}'),
  ('drafts', 'public.drafts', 'user_id', '{conversation_id,thread_seq}'),
  ('scheduled_messages', 'public.scheduled_messages', 'user_id', '{id}'),
  ('notifications', 'public.notifications', 'user_id', '{id}'),
  ('blocks', 'public.blocks', 'user_id', '{blocked_id}'),
  ('reports', 'public.reports', 'reporter_id', '{id}'),
  ('teams', 'public.team_members', 'user_id', '{team_id}'),
  ('team_invitations', 'public.team_invitations', 'user_id', '{id}'),
  ('listings', 'public.listings', 'seller_id', '{id}'),
  ('purchases', 'public.deals', 'buyer_id', '{id}'),
  ('sales', 'public.deals', 'seller_id', '{id}'),
  ('negotiations_as_buyer', 'public.negotiations', 'buyer_id', '{conversation_id}'),
  ('negotiations_as_seller', 'public.negotiations', 'seller_id', '{conversation_id}'),
  ('devices', 'private.heartbeats', 'user_id', '{device_id}'),
  ('bots', 'public.bots', 'owner_id', '{id}'),
  ('webhooks', 'public.webhooks', 'owner_id', '{id}');
insert into private.account_sections (of_table, user_column) values
  ('public.messages', 'deleted_by'), ('public.messages', 'pinned_by'), ('public.conversations', 'created_by'),
  ('public.conversations', 'buyer_id'), ('public.notifications', 'actor_id'), ('public.blocks', 'blocked_id'),
  ('public.reports', 'subject_id'), ('public.reports', 'handled_by'), ('public.teams', 'created_by'), ('public.projects', 'created_by'),
  ('public.team_words', 'created_by'), ('public.team_invitations', 'invited_by'), ('public.team_invite_links', 'created_by'),
  ('public.bots', 'id'), ('private.senders', 'user_id'), ('private.personal', 'user_id'), ('private.moderators', 'user_id'),
  ('private.thread_people', 'user_id');


create function private.account_page(section private.account_sections, user_id uuid, after jsonb, most int)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* The names come from the table above, never from a caller. What moderators have decided is not told. One row more than asked for tells whether there is a next page. */
declare
  v_keys text := (select string_agg(format('t.%I', k.name), ', ' order by k.n) from unnest(section.key_columns) with ordinality as k (name, n));
  v_after text := (
    select string_agg(format('($2 ->> %s)::%s', k.n - 1, format_type(a.atttypid, a.atttypmod)), ', ' order by k.n)
    from unnest(section.key_columns) with ordinality as k (name, n)
    join pg_attribute a on a.attrelid = section.of_table and a.attname = k.name
  );
  v_page jsonb;
begin
  execute format(
    $query$
      select jsonb_build_object(
        'rows', coalesce(jsonb_agg(p.row order by p.n) filter (where p.n <= $3), '[]'),
        'last', (array_agg(p.key order by p.n desc) filter (where p.n <= $3))[1],
        'more', count(*) > $3
      )
      from (
        select to_jsonb(t) - 'is_withheld' as row, jsonb_build_array(%1$s) as key, row_number() over (order by %1$s) as n
        from (select t.* from %2$s t where t.%3$I = $1 and %4$s order by %1$s limit $3 + 1) t
      ) p
    $query$,
    v_keys, section.of_table, section.user_column,
    case when after is null then 'true' else format('(%s) > (%s)', v_keys, v_after) end
  ) into v_page using account_page.user_id, after, most;
  return v_page;
end;
$$;


create function private.export_account(section text, after jsonb, max_rows int)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_section private.account_sections;
  v_page jsonb;
  v_next text;
begin
  select s.* into v_section
  from private.account_sections s
  where s.section is not null and (export_account.section is null or s.section = export_account.section)
  order by s.place
  limit 1;
  if not found then
    perform private.refuse('section_unknown', left(export_account.section, 100));
  end if;
  begin
    v_page := private.account_page(v_section, v_me, after, least(greatest(max_rows, 1), 5000));
  exception when invalid_text_representation or datatype_mismatch or null_value_not_allowed then
    perform private.refuse('cursor_invalid');
  end;
  if v_section.section = 'profile' then
    v_page := jsonb_set(v_page, '{rows,0}', (v_page -> 'rows' -> 0) || (
      select jsonb_build_object('email', u.email, 'phone', u.phone, 'signed_up_at', u.created_at, 'last_sign_in_at', u.last_sign_in_at)
      from auth.users u where u.id = v_me
    ));
  end if;
  select s.section into v_next
  from private.account_sections s
  where s.section is not null and s.place > v_section.place
  order by s.place
  limit 1;
  return jsonb_build_object(
    'section', v_section.section,
    'rows', v_page -> 'rows',
    'next', case
      when (v_page ->> 'more')::boolean then jsonb_build_object('section', v_section.section, 'after', v_page -> 'last')
      when v_next is not null then jsonb_build_object('section', v_next)
    end
  );
end;
$$;
grant execute on function private.export_account to authenticated;

create function public.export_account(section text default null, after jsonb default null, max_rows int default 1000)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.export_account(export_account.section, export_account.after, export_account.max_rows);
end;
$$;
comment on function public.export_account is 'All that is kept about you: {section, rows, next}. Call it with what is in next (section and after) until next is null. Files are fetched from Storage by the paths in attachments.';
grant execute on function public.export_account to authenticated;
