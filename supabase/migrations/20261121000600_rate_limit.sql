-- A token bucket per person: sending takes a token, tokens come back with time.

create table private.send_buckets (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  tokens numeric not null,
  refilled_at timestamptz not null
)
with (fillfactor = 50);
comment on table private.send_buckets is 'How many messages each person may still send at once. settings.send_rate and send_burst say how it fills.';
alter table private.send_buckets enable row level security;


create function private.take_send_token(user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings private.settings;
  v_tokens numeric;
begin
  select s.* into v_settings from private.settings s;
  -- The clock of this statement, not of the transaction: a long one must not be refused for its own length.
  insert into private.send_buckets as b (user_id, tokens, refilled_at)
  values (take_send_token.user_id, v_settings.send_burst - 1, clock_timestamp())
  on conflict on constraint send_buckets_pkey do update
  set
    tokens = least(v_settings.send_burst, b.tokens + v_settings.send_rate * extract(epoch from clock_timestamp() - b.refilled_at)) - 1,
    refilled_at = clock_timestamp()
  returning b.tokens into v_tokens;
  if v_tokens < 0 then
    -- The refusal undoes the taking, so asking too early costs nothing.
    perform private.refuse(
      'rate_limited',
      format('Try again in %s seconds.', ceil(-v_tokens / v_settings.send_rate)),
      ceil(-v_tokens / v_settings.send_rate)::int
    );
  end if;
end;
$$;
comment on function private.take_send_token is 'Takes one token, or refuses with rate_limited and the seconds to wait.';
