-- What the database keeps about each person as a sender, in the one row that every send touches: a token bucket (sending
-- takes a token, tokens come back with time), and what moderators have decided.

create table private.senders (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  tokens numeric not null,
  refilled_at timestamptz not null,
  suspended_until timestamptz,
  is_withheld boolean not null default false
)
with (fillfactor = 50);
comment on table private.senders is 'How many messages each person may still send at once (settings.send_rate and send_burst say how it fills), and whether they may.';
comment on column private.senders.suspended_until is 'Sends nothing until then.';
comment on column private.senders.is_withheld is 'What this person sends is shown to nobody else ("shadow ban").';
alter table private.senders enable row level security;


create function private.take_send_token(user_id uuid)
returns private.senders
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings private.settings;
  v_sender private.senders;
begin
  select s.* into v_settings from private.settings s;
  -- The clock of this statement, not of the transaction: a long one must not be refused for its own length.
  update private.senders b
  set
    tokens = least(v_settings.send_burst, b.tokens + v_settings.send_rate * extract(epoch from clock_timestamp() - b.refilled_at)) - 1,
    refilled_at = clock_timestamp()
  where b.user_id = take_send_token.user_id
  returning b.* into v_sender;
  if not found then
    -- The first of all, of which there may be two at once.
    insert into private.senders as b (user_id, tokens, refilled_at)
    select p.id, v_settings.send_burst - 1, clock_timestamp() from public.profiles p where p.id = take_send_token.user_id
    on conflict on constraint senders_pkey do update set tokens = b.tokens - 1
    returning b.* into v_sender;
  end if;
  if v_sender.suspended_until > now() then
    perform private.refuse('suspended', format('Until %s.', v_sender.suspended_until), ceil(extract(epoch from v_sender.suspended_until - now()))::int);
  end if;
  if v_sender.tokens < 0 then
    -- The refusal undoes the taking, so asking too early costs nothing.
    perform private.refuse(
      'rate_limited',
      format('Try again in %s seconds.', ceil(-v_sender.tokens / v_settings.send_rate)),
      ceil(-v_sender.tokens / v_settings.send_rate)::int
    );
  end if;
  return v_sender;
end;
$$;
comment on function private.take_send_token is 'Takes one token and returns the sender, or refuses: rate_limited or suspended, with the seconds to wait. Null for whoever has no account any more: what they want is refused because they are no member.';
