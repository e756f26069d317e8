-- Files that come with messages. The file lies in Storage; its row here says whose it is and who may have it. First there is
-- a row without a message (pending), then the upload, then the message that takes it.

alter table private.settings
  add column attachments_max int not null default 10,
  -- How many somebody may have that no message has taken, and how long they are kept.
  add column pending_attachments_max int not null default 50,
  add column pending_attachment_ttl interval not null default '1 day';


create table public.attachment_types (
  mime_type text primary key,
  max_bytes bigint not null,
  constraint attachment_types_form check (mime_type ~ '^[a-z0-9.+-]+/[a-z0-9.+-]+$'),
  constraint attachment_types_max_bytes_form check (max_bytes between 1 and 52428800)
);
comment on table public.attachment_types is 'The types of files that may be sent, and how large each may be. None that a browser would run as a page.';
comment on column public.attachment_types.mime_type is 'The type, as in Content-Type.';
comment on column public.attachment_types.max_bytes is 'The largest file of this type.';

insert into public.attachment_types (mime_type, max_bytes)
select t.mime_type, g.megabytes * 1048576
from (values
  (20, array['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/heic', 'image/heif']),
  (50, array['video/mp4', 'video/webm', 'video/quicktime']),
  (20, array['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg', 'audio/webm', 'audio/wav', 'audio/flac']),
  (50, array[
    'application/pdf', 'application/zip', 'application/gzip', 'application/json', 'application/rtf',
    'application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.spreadsheet',
    'application/octet-stream'
  ]),
  (10, array['text/plain', 'text/csv', 'text/markdown', 'text/calendar', 'text/vcard'])
) as g (megabytes, mime_types)
cross join unnest(g.mime_types) as t (mime_type);

alter table public.attachment_types enable row level security;
revoke all on public.attachment_types from anon, authenticated, service_role;
grant select on public.attachment_types to authenticated, service_role;

create policy attachment_types_select on public.attachment_types
for select to authenticated
using ((select auth.uid()) is not null);


create table public.attachments (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  seq bigint,
  uploader_id uuid references public.profiles (id) on delete set null,
  path text not null,
  name text not null,
  mime_type text not null,
  size bigint not null,
  width int,
  height int,
  duration_ms int,
  blurhash text,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (conversation_id, id),
  -- Looked at when the transaction ends: the message takes its files just before it is stored.
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
    deferrable initially deferred,
  constraint attachments_wait_or_are_taken check ((seq is null) = (expires_at is not null)),
  constraint attachments_name_form check (name ~ '\S' and char_length(name) <= 255 and name !~ '[/\\\u0001-\u001F\u007F]'),
  constraint attachments_size_form check (size >= 0),
  constraint attachments_measures_form check (width between 1 and 100000 and height between 1 and 100000 and duration_ms >= 0),
  constraint attachments_blurhash_form check (char_length(blurhash) between 6 and 120)
);
comment on table public.attachments is 'Files of the messages that you may read, and your own that no message has taken yet.';
comment on column public.attachments.uploader_id is 'Who uploaded it; null once the account is deleted.';
comment on column public.attachments.seq is 'The message that it came with; null while none has taken it.';
comment on column public.attachments.path is 'Where the file lies in the bucket "attachments": upload it to there, and make signed URLs of it. Short-lived ones: whoever holds one needs nothing else, until it expires or the file is deleted.';
comment on column public.attachments.name is 'Its name as it was given. To save it under this name, add &download=<the name, percent-encoded> to a signed URL.';
comment on column public.attachments.mime_type is 'Its type; as Storage knows it, once a message has taken it.';
comment on column public.attachments.size is 'Bytes; as Storage knows it, once a message has taken it.';
comment on column public.attachments.width is 'Of a picture or video, in pixels.';
comment on column public.attachments.height is 'Of a picture or video, in pixels.';
comment on column public.attachments.duration_ms is 'Of a sound or video, in milliseconds.';
comment on column public.attachments.blurhash is 'What to show of a picture until it is there (https://blurha.sh).';
comment on column public.attachments.expires_at is 'When it is taken away if no message has taken it; null once one has.';

-- the files of a message
create index attachments_by_message on public.attachments (conversation_id, seq) where seq is not null;
-- the policies of storage.objects; whether a file is still needed
create index attachments_by_path on public.attachments (path);
-- somebody's pending ones; deleting a profile
create index attachments_by_uploader on public.attachments (uploader_id, expires_at);
-- drop_pending_attachments()
create index attachments_pending on public.attachments (expires_at) where seq is null;

alter table public.attachments enable row level security;
revoke all on public.attachments from anon, authenticated, service_role;
grant select on public.attachments to authenticated, service_role;

-- Who may read the message may have its files: the policy of messages decides, and knows of those that are withheld or over.
create policy attachments_select on public.attachments
for select to authenticated
using (
  case
    when seq is null then uploader_id = (select auth.uid()) and exists (
      select from public.members m
      where m.conversation_id = attachments.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
    )
    else exists (
      select from public.messages m where m.conversation_id = attachments.conversation_id and m.seq = attachments.seq
    )
  end
);


create function private.check_file(mime_type text, size bigint)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_max bigint := (select t.max_bytes from public.attachment_types t where t.mime_type = check_file.mime_type);
begin
  if v_max is null then
    perform private.refuse('attachment_type_refused', check_file.mime_type);
  end if;
  if check_file.size > v_max then
    perform private.refuse('attachment_too_large', format('It has %s bytes; %s are allowed.', check_file.size, v_max));
  end if;
end;
$$;


create function private.attachment_path(conversation_id uuid, id uuid, name text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
/* Storage takes few characters in a name, and a part that is dots only would climb. */
begin
  return attachment_path.conversation_id || '/' || attachment_path.id || '/'
    || coalesce(nullif(right(ltrim(regexp_replace(attachment_path.name, '[^A-Za-z0-9._-]+', '_', 'g'), '.'), 100), ''), 'file');
end;
$$;


create function private.create_attachment(
  conversation_id uuid, name text, mime_type text, size bigint, id uuid, width int, height int, duration_ms int, blurhash text
)
returns public.attachments
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.me();
  v_settings private.settings;
  v_id uuid := coalesce(create_attachment.id, gen_random_uuid());
  v_type text := lower(create_attachment.mime_type);
  v_attachment public.attachments;
begin
  perform private.demand(create_attachment.conversation_id, 'attach');
  -- Else many at once would each count the others out.
  perform private.lock_personal(v_me);
  select a.* into v_attachment
  from public.attachments a
  where a.conversation_id = create_attachment.conversation_id and a.id = v_id;
  if found then
    if v_attachment.uploader_id is distinct from v_me then
      perform private.refuse('attachment_taken');
    end if;
    return v_attachment;
  end if;
  perform private.check_file(v_type, create_attachment.size);
  -- What the file is, its envelope says.
  if (create_attachment.name, v_type) is distinct from ('encrypted', 'application/octet-stream')
    or coalesce(create_attachment.width, create_attachment.height, create_attachment.duration_ms) is not null
    or create_attachment.blurhash is not null
  then
    perform private.refuse_plaintext(
      create_attachment.conversation_id, 'A file is called "encrypted", of type application/octet-stream, without measures or blurhash.'
    );
  end if;
  select s.* into v_settings from private.settings s;
  if (select count(*) from public.attachments a where a.uploader_id = v_me and a.expires_at is not null) >= v_settings.pending_attachments_max then
    perform private.refuse('limit_reached', format('At most %s that no message has taken.', v_settings.pending_attachments_max));
  end if;
  insert into public.attachments as a
    (conversation_id, id, uploader_id, path, name, mime_type, size, width, height, duration_ms, blurhash, expires_at)
  values (
    create_attachment.conversation_id, v_id, v_me,
    private.attachment_path(create_attachment.conversation_id, v_id, create_attachment.name),
    create_attachment.name, v_type, create_attachment.size, create_attachment.width, create_attachment.height,
    create_attachment.duration_ms, create_attachment.blurhash, now() + v_settings.pending_attachment_ttl
  )
  returning a.* into v_attachment;
  return v_attachment;
exception when check_violation or not_null_violation then
  perform private.refuse('attachment_invalid', sqlerrm);
end;
$$;
grant execute on function private.create_attachment to authenticated;

create function public.create_attachment(
  conversation_id uuid, name text, mime_type text, size bigint, id uuid default null,
  width int default null, height int default null, duration_ms int default null, blurhash text default null
)
returns public.attachments
language plpgsql
set search_path = ''
as $$
begin
  return private.create_attachment(
    create_attachment.conversation_id, create_attachment.name, create_attachment.mime_type, create_attachment.size,
    create_attachment.id, create_attachment.width, create_attachment.height, create_attachment.duration_ms,
    create_attachment.blurhash
  );
end;
$$;
comment on function public.create_attachment is 'Announces a file that you will send: name, type and bytes, with id (a UUID of your own) to be able to repeat it. Then upload it with Storage to the path of the result in the bucket "attachments", as this type, and pass its id to send_message(). attachment_types says what may be sent.';
grant execute on function public.create_attachment to authenticated;


create function private.discard_attachment(conversation_id uuid, id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.attachments a
  where a.conversation_id = discard_attachment.conversation_id and a.id = discard_attachment.id
    and a.uploader_id = private.me() and a.seq is null;
end;
$$;
grant execute on function private.discard_attachment to authenticated;

create function public.discard_attachment(conversation_id uuid, id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.discard_attachment(discard_attachment.conversation_id, discard_attachment.id);
end;
$$;
comment on function public.discard_attachment is 'Takes back a file of yours that no message has taken. Repeating it changes nothing.';
grant execute on function public.discard_attachment to authenticated;
