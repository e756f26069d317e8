-- How messages take files, and pass them on.

create function private.attachments_json(conversation_id uuid, seq bigint, ids uuid[])
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
/* As messages.attachments carries them: all that a client needs to show them and to ask Storage for them. */
begin
  return (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'id', a.id, 'path', a.path, 'name', a.name, 'mime_type', a.mime_type, 'size', a.size,
      'width', a.width, 'height', a.height, 'duration_ms', a.duration_ms, 'blurhash', a.blurhash
    )) order by u.place)
    from unnest(ids) with ordinality as u (id, place)
    join public.attachments a on a.conversation_id = attachments_json.conversation_id and a.id = u.id
    where a.seq = attachments_json.seq
  );
end;
$$;


create function private.place_attachments(message public.messages, ids uuid[])
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Under the lock of the conversation: of two messages that want the same file, the second finds it taken. What counts is
   what Storage has, not what was announced. */
declare
  v_max int := (select s.attachments_max from private.settings s);
  v_ids uuid[] := array(select u.id from unnest(ids) with ordinality as u (id, place) group by u.id order by min(u.place));
  v_missing public.attachments;
begin
  if cardinality(v_ids) > v_max then
    perform private.refuse('too_many', format('At most %s files.', v_max));
  end if;
  if not private.may(message.conversation_id, message.sender_id, 'attach') then
    perform private.refuse('not_allowed', 'It takes the permission "attach".');
  end if;
  update public.attachments a
  set
    seq = message.seq, expires_at = null,
    size = (o.metadata ->> 'size')::bigint,
    mime_type = lower(btrim(split_part(o.metadata ->> 'mimetype', ';', 1)))
  from storage.objects o
  where a.conversation_id = message.conversation_id and a.id = any (v_ids) and a.uploader_id = message.sender_id and a.seq is null
    and o.bucket_id = 'attachments' and o.name = a.path and o.metadata ? 'size' and o.metadata ? 'mimetype';
  message.attachments := private.attachments_json(message.conversation_id, message.seq, v_ids);
  if message.attachments is null or jsonb_array_length(message.attachments) < cardinality(v_ids) then
    -- Says which is missing, and why.
    select a.* into v_missing
    from unnest(v_ids) as u (id)
    left join public.attachments a
      on a.conversation_id = message.conversation_id and a.id = u.id and a.uploader_id = message.sender_id
    where a.seq is distinct from message.seq
    limit 1;
    perform private.refuse(
      case when v_missing.id is null then 'attachment_not_found' when v_missing.seq is null then 'attachment_not_uploaded' else 'attachment_taken' end,
      v_missing.id::text
    );
  end if;
  perform private.check_file(f.file ->> 'mime_type', (f.file ->> 'size')::bigint) from jsonb_array_elements(message.attachments) as f (file);
  -- One that was announced before encryption was turned on is what it says it is; nor may Storage know a type.
  if message.envelope is not null and exists (
    select from jsonb_array_elements(message.attachments) as f (file)
    where f.file - '{id,path,size}'::text[] <> '{"name": "encrypted", "mime_type": "application/octet-stream"}'
  ) then
    perform private.refuse('plaintext_refused', 'A file is uploaded as application/octet-stream, by the name "encrypted".');
  end if;
  return message;
end;
$$;
comment on function private.place_attachments is 'Gives a placed message these files of its sender, or refuses: attachment_not_found, attachment_not_uploaded, attachment_taken.';


create function private.copy_attachments(source public.messages, target public.messages)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
/* The file stays where it is, and has one more message that needs it: it goes when the last one does. */
declare
  v_ids uuid[] := array(
    select gen_random_uuid() from generate_series(1, jsonb_array_length(source.attachments))
  );
begin
  insert into public.attachments
    (conversation_id, id, seq, uploader_id, path, name, mime_type, size, width, height, duration_ms, blurhash)
  select
    target.conversation_id, v_ids[f.place], target.seq, target.sender_id, a.path, a.name, a.mime_type, a.size, a.width, a.height,
    a.duration_ms, a.blurhash
  from jsonb_array_elements(source.attachments) with ordinality as f (file, place)
  join public.attachments a on a.conversation_id = source.conversation_id and a.id = (f.file ->> 'id')::uuid and a.seq = source.seq;
  return coalesce(private.attachments_json(target.conversation_id, target.seq, v_ids), '[]');
end;
$$;
comment on function private.copy_attachments is 'Gives a placed message, which is not stored yet, the files of another; returns its attachments. Whether its sender may read the other is the caller''s to look at.';


create function private.keep_attachments(conversation_id uuid, ids uuid[], until timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* For a scheduled message: they wait as long as it does, and a while longer. */
declare
  v_settings private.settings;
begin
  if cardinality(ids) = 0 then
    return;
  end if;
  select s.* into v_settings from private.settings s;
  if cardinality(ids) > v_settings.attachments_max then
    perform private.refuse('too_many', format('At most %s files.', v_settings.attachments_max));
  end if;
  update public.attachments a
  set expires_at = greatest(a.expires_at, keep_attachments.until + v_settings.pending_attachment_ttl)
  where a.conversation_id = keep_attachments.conversation_id and a.id = any (ids) and a.uploader_id = private.me() and a.seq is null;
  if exists (
    select from unnest(ids) as u (id)
    where not exists (
      select from public.attachments a
      where a.conversation_id = keep_attachments.conversation_id and a.id = u.id and a.uploader_id = private.me() and a.seq is null
    )
  ) then
    perform private.refuse('attachment_not_found');
  end if;
end;
$$;
