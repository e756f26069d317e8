-- Polls. The message's row has the question, the options and the counts, the table has who voted for what.

create table public.poll_votes (
  conversation_id uuid not null,
  seq bigint not null,
  id bigint generated always as identity,
  option int not null,
  user_id uuid references public.profiles (id) on delete set null,
  is_anonymous boolean not null,
  created_at timestamptz not null default now(),
  -- who voted for an option, in the order in which they did
  primary key (conversation_id, seq, option, id),
  constraint poll_votes_are_given_once unique (conversation_id, seq, user_id, option),
  foreign key (conversation_id, seq) references public.messages (conversation_id, seq) on delete cascade
);
comment on table public.poll_votes is 'Who voted for what; in an anonymous poll only one''s own votes. Page by conversation_id, seq, option and id=gt.N.';
comment on column public.poll_votes.seq is 'The message that is the poll.';
comment on column public.poll_votes.id is 'Rises in the order in which people voted.';
comment on column public.poll_votes.option is 'Which of poll.options, from 0.';
comment on column public.poll_votes.user_id is 'Who voted; null once the account is deleted, which leaves the count as it is.';
comment on column public.poll_votes.is_anonymous is 'Shown to nobody but who voted.';

-- deleting a profile
create index poll_votes_by_user on public.poll_votes (user_id);

comment on column public.messages.poll is 'The poll whose question is the content: {"options": [{"text", "votes"}], "voters", "is_multiple", "is_anonymous", "closes_at", "closed_at", "closed_by"}; what does not apply is missing. Null unless kind is poll.';


create function private.new_poll(options text[], is_multiple boolean, is_anonymous boolean, closes_at timestamptz)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_max int := (select s.poll_options_max from private.settings s);
  v_options text[] := array(select btrim(o.text) from unnest(options) with ordinality as o (text, place) order by o.place);
begin
  if cardinality(v_options) not between 2 and v_max then
    perform private.refuse('poll_invalid', format('It takes 2 to %s options.', v_max));
  end if;
  if exists (select from unnest(v_options) as o (text) where o.text is null or o.text !~ '\S' or char_length(o.text) > 100) then
    perform private.refuse('poll_invalid', 'An option has 1 to 100 characters.');
  end if;
  if (select count(distinct o.text) from unnest(v_options) as o (text)) < cardinality(v_options) then
    perform private.refuse('poll_invalid', 'Two options are the same.');
  end if;
  if closes_at <= now() then
    perform private.refuse('poll_invalid', 'It would be closed already.');
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'options', (
      select jsonb_agg(jsonb_build_object('text', o.text, 'votes', 0) order by o.place)
      from unnest(v_options) with ordinality as o (text, place)
    ),
    'voters', 0, 'is_multiple', coalesce(is_multiple, false), 'is_anonymous', coalesce(is_anonymous, false),
    'closes_at', closes_at
  ));
end;
$$;
comment on function private.new_poll is 'A poll as its message keeps it, or the refusal poll_invalid.';


create function private.create_poll(
  conversation_id uuid, id uuid, question text, options text[],
  is_multiple boolean, is_anonymous boolean, closes_at timestamptz, thread_seq bigint
)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* The permission is looked at before, so that a stranger learns nothing, and again once the conversation is locked. */
declare
  v_message public.messages;
  v_placed public.messages;
  v_team_id uuid;
begin
  v_message.conversation_id := create_poll.conversation_id;
  v_message.id := coalesce(create_poll.id, gen_random_uuid());
  v_message.sender_id := private.me();
  select m.* into v_placed from public.messages m where m.sender_id = v_message.sender_id and m.id = v_message.id;
  if found then
    return private.as_told(v_placed);
  end if;
  perform private.demand(create_poll.conversation_id, 'poll');
  perform private.refuse_plaintext(create_poll.conversation_id);
  v_message.kind := 'poll';
  v_message.content := question;
  select c.team_id into v_team_id from public.conversations c where c.id = create_poll.conversation_id;
  if v_team_id is not null then
    options := array(
      select private.check_words(v_team_id, o.text) from unnest(options) with ordinality as o (text, place) order by o.place
    );
  end if;
  v_message.poll := private.new_poll(options, is_multiple, is_anonymous, closes_at);
  v_message.thread_seq := create_poll.thread_seq;
  v_placed := private.place_message(private.with_defaults(v_message));
  if v_placed is null then
    select m.* into strict v_placed from public.messages m where m.sender_id = v_message.sender_id and m.id = v_message.id;
  else
    perform private.demand(create_poll.conversation_id, 'poll');
    insert into public.messages select v_placed.*;
  end if;
  return private.as_told(v_placed);
end;
$$;
grant execute on function private.create_poll to authenticated;

create function public.create_poll(
  conversation_id uuid, id uuid, question text, options text[],
  is_multiple boolean default false, is_anonymous boolean default false, closes_at timestamptz default null,
  thread_seq bigint default null
)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.create_poll(
    create_poll.conversation_id, create_poll.id, create_poll.question, create_poll.options,
    create_poll.is_multiple, create_poll.is_anonymous, create_poll.closes_at, create_poll.thread_seq
  );
end;
$$;
comment on function public.create_poll is 'Asks a question with 2 to 12 options of at most 100 characters. Each votes for one, or with is_multiple for several; with is_anonymous nobody sees who for what. Repeating it with the same id asks nothing and returns the first one.';
grant execute on function public.create_poll to authenticated;


create function private.lock_poll(conversation_id uuid, seq bigint)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Every member may vote; asking takes a permission. */
declare
  v_me uuid := private.me();
  v_conversation public.conversations;
  v_message public.messages;
begin
  perform private.actor_role(lock_poll.conversation_id, v_me);
  v_conversation := private.lock_conversation(lock_poll.conversation_id);
  perform private.actor_role(lock_poll.conversation_id, v_me);
  if v_conversation.closed_at is not null then
    perform private.refuse('conversation_closed');
  end if;
  v_message := private.living_message(lock_poll.conversation_id, lock_poll.seq, v_me);
  if v_message.poll is null then
    perform private.refuse('not_a_poll');
  end if;
  return v_message;
end;
$$;
comment on function private.lock_poll is 'Locks the conversation of a poll for one of its members; returns the message.';


create function private.set_poll(message public.messages, poll jsonb)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.bump_revision(message.conversation_id);
  v_message public.messages;
begin
  update public.messages m
  set poll = set_poll.poll, revision = v_conversation.revision
  where m.conversation_id = message.conversation_id and m.seq = message.seq
  returning m.* into strict v_message;
  return v_message;
end;
$$;


create function private.vote(conversation_id uuid, seq bigint, options int[], change_id uuid)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* The votes of two people at once are counted one after the other, under the conversation's lock: none gets lost. */
declare
  v_me uuid := private.me();
  v_sender private.senders := private.take_send_token(v_me);
  v_message public.messages := private.lock_poll(vote.conversation_id, vote.seq);
  v_poll jsonb := v_message.poll;
  v_new int[] := array(select distinct o.option from unnest(options) as o (option) order by 1);
  v_old int[] := array(
    select v.option from public.poll_votes v
    where v.conversation_id = v_message.conversation_id and v.seq = v_message.seq and v.user_id = v_me
    order by v.option
  );
begin
  if exists (
    select from unnest(v_new) as n (option) where n.option is null or n.option not between 0 and jsonb_array_length(v_poll -> 'options') - 1
  ) or cardinality(v_new) > 1 and not (v_poll -> 'is_multiple')::boolean then
    perform private.refuse('vote_invalid');
  end if;
  if v_new <> '{}' then
    perform private.refuse_plaintext(v_message.conversation_id);
  end if;
  if v_sender.is_withheld or v_message.is_withheld then
    return private.as_told(v_message);
  end if;
  if private.is_repeated(v_message, change_id) then
    return v_message;
  end if;
  if v_new = v_old then
    return v_message;
  end if;
  -- By the clock of the wall: a call that has waited for the lock may have waited beyond the end.
  if v_poll ? 'closed_at' or (v_poll ->> 'closes_at')::timestamptz <= clock_timestamp() then
    perform private.refuse('poll_closed');
  end if;
  delete from public.poll_votes v
  where v.conversation_id = v_message.conversation_id and v.seq = v_message.seq and v.user_id = v_me and v.option <> all (v_new);
  insert into public.poll_votes (conversation_id, seq, option, user_id, is_anonymous)
  select v_message.conversation_id, v_message.seq, n.option, v_me, (v_poll -> 'is_anonymous')::boolean
  from unnest(v_new) as n (option)
  where n.option <> all (v_old)
  order by n.option;
  v_message := private.set_poll(v_message, v_poll || jsonb_build_object(
    'voters', (v_poll -> 'voters')::int + (v_new <> '{}')::int - (v_old <> '{}')::int,
    'options', (
      select jsonb_agg(
        o.option || jsonb_build_object(
          'votes', (o.option -> 'votes')::int + (o.place - 1 = any (v_new))::int - (o.place - 1 = any (v_old))::int
        )
        order by o.place
      )
      from jsonb_array_elements(v_poll -> 'options') with ordinality as o (option, place)
    )
  ));
  -- The message says how many, not who: one's other devices learn it here. sync() brings it as my_votes.
  perform private.announce_to(array[v_me], 'voted', jsonb_build_object(
    'conversation_id', v_message.conversation_id, 'revision', v_message.revision, 'seq', v_message.seq, 'my_votes', to_jsonb(v_new)
  ));
  return v_message;
end;
$$;

create function private.close_poll(conversation_id uuid, seq bigint)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_message public.messages := private.lock_poll(close_poll.conversation_id, close_poll.seq);
begin
  -- Who asked closes it, or who may take it away altogether.
  perform private.demand(
    v_message.conversation_id, case when v_message.sender_id = private.me() then 'poll' else 'delete_any' end::public.permission
  );
  if v_message.poll ? 'closed_at' then
    return v_message;
  end if;
  return private.set_poll(v_message, v_message.poll || jsonb_build_object('closed_at', now(), 'closed_by', private.me()));
end;
$$;
grant execute on function private.vote, private.close_poll to authenticated;


create function public.vote(conversation_id uuid, seq bigint, options int[], id uuid default null)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.vote(vote.conversation_id, vote.seq, vote.options, vote.id);
end;
$$;
comment on function public.vote is 'Votes in a poll for exactly these options (numbers of poll.options, from 0) instead of what you voted for before, and returns the message. Repeating it changes nothing; with an id of your own making not even when you have voted otherwise since.';

create function public.retract_vote(conversation_id uuid, seq bigint, id uuid default null)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.vote(retract_vote.conversation_id, retract_vote.seq, '{}', retract_vote.id);
end;
$$;
comment on function public.retract_vote is 'Takes your votes in a poll back, and returns the message. Repeating it changes nothing; with an id of your own making not even when you have voted since.';

create function public.close_poll(conversation_id uuid, seq bigint)
returns public.messages
language plpgsql
set search_path = ''
as $$
begin
  return private.close_poll(close_poll.conversation_id, close_poll.seq);
end;
$$;
comment on function public.close_poll is 'Ends a poll that you asked, and returns the message; for moderators, anybody''s. Repeating it changes nothing.';
grant execute on function public.vote, public.retract_vote, public.close_poll to authenticated;


create function public.my_votes(message public.messages)
returns int[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select v.option from public.poll_votes v
    where v.conversation_id = message.conversation_id and v.seq = message.seq and v.user_id = auth.uid()
    order by v.option
  );
end;
$$;
comment on function public.my_votes is 'Your own votes in a poll: a column to ask for, GET /messages?select=*,my_votes. sync() brings it by itself.';
grant execute on function public.my_votes to authenticated;


alter table public.poll_votes enable row level security;
revoke all on public.poll_votes from anon, authenticated, service_role;
grant select on public.poll_votes to authenticated, service_role;

create policy poll_votes_select on public.poll_votes
for select to authenticated
using (
  (not is_anonymous or user_id = (select auth.uid()))
  and exists (
    select from public.members m
    where m.conversation_id = poll_votes.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
  )
);
