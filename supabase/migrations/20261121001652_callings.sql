-- Who is told of a message besides finding it unread: who is named in it, whom it answers, who takes part in its thread, and
-- everybody when everybody is called. One notification each, whatever of it applies.
--
-- A send does a bounded amount of work: it tells those who are named and answered, and all of a small circle. A call to a
-- large one is a row of work, from which a job tells a number of people at a time.

create table private.callings (
  conversation_id uuid not null,
  seq bigint not null,
  whom text not null constraint callings_whom_form check (whom in ('channel', 'here', 'thread')),
  reached uuid,
  called_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, seq, whom),
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
);
comment on table private.callings is 'Calls to many that are being told. A row is gone when everybody is.';
comment on column private.callings.whom is 'channel: the members. here: those of them who were there. thread: who takes part in its thread.';
comment on column private.callings.reached is 'Everybody up to this one has been told, in the order of the ids.';
alter table private.callings enable row level security;


create function private.is_here(user_id uuid, at timestamptz)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from private.heartbeats h, private.settings s
    where h.user_id = is_here.user_id and h.state <> 'offline' and h.seen_at > is_here.at - s.presence_ttl
  );
end;
$$;
comment on function private.is_here is 'Whether a device of somebody has given a sign of life shortly before a moment, or since.';


create function private.called(calling private.callings, most int)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
/* Members of now: who has left is told of nothing. Who came later has not been called. */
begin
  if calling.whom = 'thread' then
    return array(
      select t.user_id
      from private.thread_people t
      join public.messages a on a.conversation_id = t.conversation_id and a.thread_seq = t.seq and a.seq = calling.seq
      join public.members m on m.conversation_id = t.conversation_id and m.user_id = t.user_id and m.left_at is null
      where t.conversation_id = calling.conversation_id and (calling.reached is null or t.user_id > calling.reached)
        and t.user_id is distinct from a.sender_id
      order by t.user_id
      limit most
    );
  end if;
  return array(
    select m.user_id
    from public.members m
    where m.conversation_id = calling.conversation_id and m.left_at is null and m.joined_seq < calling.seq
      and (calling.reached is null or m.user_id > calling.reached)
      and (calling.whom = 'channel' or private.is_here(m.user_id, calling.called_at))
    order by m.user_id
    limit most
  );
end;
$$;
comment on function private.called is 'The next people of a call.';


create function private.tell_of(message public.messages, user_ids uuid[], event text, args jsonb default '{}')
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* One key for a message: who is named in it and called by it as well is told once, of what is said first. */
begin
  if cardinality(user_ids) = 0 then
    return;
  end if;
  perform private.notify(
    user_ids, format('message:%s:%s', message.conversation_id, message.seq), event, args,
    message.conversation_id, message.seq, message.sender_id
  );
end;
$$;


create function private.call(message public.messages, whom text)
returns uuid[]
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_settings private.settings;
  v_calling private.callings;
  v_most int;
  v_called uuid[];
begin
  select s.* into v_settings from private.settings s;
  v_most := case whom when 'thread' then v_settings.thread_told_at_once else v_settings.small_conversation_max end;
  v_calling.conversation_id := message.conversation_id;
  v_calling.seq := message.seq;
  v_calling.whom := whom;
  v_calling.called_at := clock_timestamp();
  -- Of thousands, it is not even looked up who of them is there.
  if whom = 'thread' or (select c.member_count from public.conversations c where c.id = message.conversation_id) <= v_most then
    v_called := private.called(v_calling, v_most + 1);
    if cardinality(v_called) <= v_most then
      return v_called;
    end if;
  end if;
  insert into private.callings select v_calling.* on conflict do nothing;
  return '{}';
end;
$$;
comment on function private.call is 'The people of a call if they are few; else they are told by expand_callings().';


create function private.tell_mentioned(message public.messages)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_called uuid[] := '{}';
begin
  if message.is_withheld or message.mentions = '{}' and message.mention_scope is null then
    return;
  end if;
  if message.mention_scope is not null then
    v_called := private.call(message, message.mention_scope);
  end if;
  perform private.lock_people(message.mentions || v_called);
  perform private.tell_of(message, message.mentions, 'mention');
  perform private.tell_of(message, v_called, 'mention_all', jsonb_build_object('scope', message.mention_scope));
end;
$$;
comment on function private.tell_mentioned is 'Tells whoever is named in a message and has not been told of it.';


create function private.tg_messages__tell()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_answered uuid[] := '{}';
  v_thread uuid[] := '{}';
  v_called uuid[] := '{}';
begin
  if new.reply_to is not null then
    v_answered := array(
      select a.sender_id
      from public.messages a
      join public.members m on m.conversation_id = a.conversation_id and m.user_id = a.sender_id and m.left_at is null
      where a.conversation_id = new.conversation_id and a.seq = new.reply_to
    );
  end if;
  if new.thread_seq is not null then
    insert into private.thread_people (conversation_id, seq, user_id)
    select new.conversation_id, new.thread_seq, p.id
    from (
      select r.sender_id from public.messages r where r.conversation_id = new.conversation_id and r.seq = new.thread_seq
      union
      select new.sender_id
    ) p (id)
    where p.id is not null
    on conflict do nothing;
    v_thread := private.call(new, 'thread');
  end if;
  if new.mention_scope is not null then
    v_called := private.call(new, new.mention_scope);
  end if;
  -- All at once before the first is told: two messages that each tell several people must not wait for each other.
  perform private.lock_people(new.mentions || v_answered || v_thread || v_called);
  perform private.tell_of(new, new.mentions, 'mention');
  perform private.tell_of(new, v_answered, 'reply');
  perform private.tell_of(new, v_thread, 'thread_reply');
  perform private.tell_of(new, v_called, 'mention_all', jsonb_build_object('scope', new.mention_scope));
  return null;
end;
$$;

create trigger _930_tell
after insert on public.messages
for each row
when (
  not new.is_withheld and (new.reply_to is not null or new.thread_seq is not null or new.mention_scope is not null or new.mentions <> '{}')
  and current_setting('parley.importing', true) is distinct from 'yes'
)
execute function private.tg_messages__tell();


create function private.expand_callings(most int default 200)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
/* A call in each transaction: the counters of its people are locked in one order, so this cannot wait in a circle with
   others. Two jobs at once take different calls. */
declare
  v_calling private.callings;
  v_message public.messages;
  v_people uuid[];
begin
  select c.* into v_calling from private.callings c order by c.called_at limit 1 for update skip locked;
  if not found then
    return false;
  end if;
  select m.* into strict v_message
  from public.messages m
  where m.conversation_id = v_calling.conversation_id and m.seq = v_calling.seq;
  v_people := private.called(v_calling, most);
  if v_calling.whom = 'thread' then
    perform private.tell_of(v_message, v_people, 'thread_reply');
  else
    perform private.tell_of(v_message, v_people, 'mention_all', jsonb_build_object('scope', v_calling.whom));
  end if;
  if cardinality(v_people) < most then
    delete from private.callings c
    where c.conversation_id = v_calling.conversation_id and c.seq = v_calling.seq and c.whom = v_calling.whom;
  else
    update private.callings c
    set reached = v_people[most]
    where c.conversation_id = v_calling.conversation_id and c.seq = v_calling.seq and c.whom = v_calling.whom;
  end if;
  return true;
end;
$$;
comment on function private.expand_callings is 'Tells the next people of the oldest call; false when there is none.';

select cron.schedule('callings', '5 seconds', $job$
  do $$
  begin
    while private.expand_callings() loop
      commit;
    end loop;
  end
  $$
$job$);
