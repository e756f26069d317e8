-- Transcripts (docs/encryption.md): the bytes of which the server works out the hash of an epoch, as its makers do.

create function private.from_base64url(given text)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return decode(translate(given, '-_', '+/') || repeat('=', (4 - char_length(given) % 4) % 4), 'base64');
end;
$$;

create function private.to_base64url(given bytea)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return translate(rtrim(encode(given, 'base64'), '='), E'+/\n', '-_');
end;
$$;


-- One field each: a type byte, a length, and itself.

create function private.transcript_text(given text)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return '\x01'::bytea || int4send(octet_length(given)) || convert_to(given, 'UTF8');
end;
$$;

create function private.transcript_bytes(given bytea)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return '\x02'::bytea || int4send(octet_length(given)) || given;
end;
$$;

create function private.transcript_number(given bigint)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return '\x03'::bytea || int4send(8) || int8send(given);
end;
$$;

create function private.transcript_list(fields bytea[])
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_fields bytea := coalesce((select string_agg(f.field, '' order by f.place) from unnest(fields) with ordinality as f (field, place)), '');
begin
  return '\x04'::bytea || int4send(octet_length(v_fields)) || v_fields;
end;
$$;

create function private.transcript(label text, fields bytea[])
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return private.transcript_text('parley/1') || private.transcript_text(label) || private.transcript_list(fields);
end;
$$;
comment on function private.transcript is 'T(label: fields): different fields never give the same bytes.';


create function private.epoch_hash(epoch jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_members bytea[] := array(
    select private.transcript_list(array[
      private.transcript_text(m.member ->> 'userId'),
      private.transcript_number((m.member -> 'logLength')::bigint),
      private.transcript_bytes(private.from_base64url(m.member ->> 'identityKey')),
      private.transcript_list(array(
        select private.transcript_text(d.id) from jsonb_array_elements_text(m.member -> 'deviceIds') with ordinality as d (id, place) order by d.place
      ))
    ])
    from jsonb_array_elements(epoch -> 'members') with ordinality as m (member, place)
    order by m.place
  );
begin
  return private.to_base64url(sha256(private.transcript('epoch-hash', array[
    private.transcript_bytes(private.transcript('epoch', array[
      private.transcript_text(epoch ->> 'conversationId'),
      private.transcript_number((epoch -> 'number')::bigint),
      private.transcript_bytes(private.from_base64url(epoch ->> 'previous')),
      private.transcript_text(epoch ->> 'makerId'),
      private.transcript_text(epoch ->> 'makerDeviceId'),
      private.transcript_list(v_members),
      private.transcript_bytes(private.from_base64url(epoch ->> 'commitment'))
    ])),
    private.transcript_bytes(private.from_base64url(epoch ->> 'signature'))
  ])));
end;
$$;
comment on function private.epoch_hash is 'What the next epoch has to name as the one before.';
