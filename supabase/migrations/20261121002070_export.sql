-- A conversation as JSON Lines: out of here for whoever reads it, and into here from elsewhere or from another Parley.

-- By its name PostgREST knows what it is: such an answer goes out as it is, not as a JSON text.
create domain public."application/x-ndjson" as text;
comment on domain public."application/x-ndjson" is 'JSON Lines: one JSON object a line.';


create function private.export_messages(conversation_id uuid, after_seq bigint, max_messages int)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
/* What one may read, and nothing else; service_role reads all. Answers and threads are named by ids, which mean the same
   wherever the lines are taken. */
declare
  v_viewer uuid := auth.uid();
begin
  if auth.role() is distinct from 'service_role' then
    perform private.actor_role(export_messages.conversation_id, private.me());
  end if;
  return coalesce((
    select string_agg(p.line::text, E'\n' order by p.seq) || E'\n'
    from (
      select m.seq, jsonb_strip_nulls(jsonb_build_object(
        'seq', m.seq, 'id', m.id, 'author', m.sender_id, 'author_handle', a.handle, 'author_name', a.display_name,
        'kind', m.kind, 'content', m.content,
        'envelope', m.envelope, 'edit_envelope', m.edit_envelope, 'sealed_reactions', m.sealed_reactions, 'created_at', m.created_at, 'edited_at', m.edited_at, 'deleted_at', m.deleted_at,
        'system', m.system, 'reply_to', r.id, 'thread', t.id, 'forwarded', m.forwarded, 'poll', m.poll, 'preview', m.preview,
        'attachments', nullif(m.attachments, '[]'), 'reactions', nullif(m.reactions, '{}')
      )) as line
      from public.messages m
      left join public.profiles a on a.id = m.sender_id
      left join public.messages r on r.conversation_id = m.conversation_id and r.seq = m.reply_to
      left join public.messages t on t.conversation_id = m.conversation_id and t.seq = m.thread_seq
      where m.conversation_id = export_messages.conversation_id and m.seq > after_seq
        and (not m.is_withheld or v_viewer is null or m.sender_id = v_viewer)
        and (m.expires_at is null or m.expires_at > now() or m.deleted_at is not null)
      order by m.seq
      limit least(greatest(max_messages, 1), 10000)
    ) p
  ), '');
end;
$$;
grant execute on function private.export_messages to authenticated, service_role;

create function public.export_messages(conversation_id uuid, after_seq bigint default 0, max_messages int default 5000)
returns public."application/x-ndjson"
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.export_messages(export_messages.conversation_id, export_messages.after_seq, export_messages.max_messages);
end;
$$;
comment on function public.export_messages is 'A page of a conversation as JSON Lines (Accept: application/x-ndjson), one message a line. Pass the seq of the last line as after_seq for the next page; empty is the end. At most 10,000 a page. Of an encrypted conversation it has the envelopes.';
grant execute on function public.export_messages to authenticated, service_role;
