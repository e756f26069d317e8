-- What the API does not expose: helpers, settings, and every function that acts with its owner's rights.

-- A function is executable by everybody unless this says otherwise; every one is granted by name instead.
alter default privileges revoke execute on functions from public;

create schema private;
comment on schema private is 'Not exposed by the API: settings, predicates of the policies, and the functions behind the RPCs.';
grant usage on schema private to authenticated, service_role;


create table private.settings (
  only_row boolean primary key default true check (only_row),
  small_conversation_max int not null default 20,
  receipts_announced_max int not null default 8,
  send_rate numeric not null default 5,
  send_burst numeric not null default 60,
  group_max_members int not null default 5000,
  team_max_members int not null default 5000,
  team_words_max int not null default 500,
  batch_max int not null default 500,
  sync_conversations int not null default 100,
  sync_messages int not null default 200,
  presence_ttl interval not null default '60 seconds',
  devices_max int not null default 20
);
comment on table private.settings is 'The numbers an operator may change, in one row. They take effect at once.';
comment on column private.settings.small_conversation_max is 'Up to this many members, an event is written once per member, to their own topic; above, once to the feed.';
comment on column private.settings.receipts_announced_max is 'Up to this many members, a receipt is announced to those whose messages it covers; above, they ask.';
comment on column private.settings.send_rate is 'Token bucket of sending: tokens that come back per second.';
comment on column private.settings.send_burst is 'Token bucket of sending: the most that a person can save up.';
comment on column private.settings.group_max_members is 'Most members of a conversation.';
comment on column private.settings.team_max_members is 'Most members of a team.';
comment on column private.settings.team_words_max is 'Most entries of a team''s word list.';
comment on column private.settings.batch_max is 'Most people that one call may add, and most marks it may carry.';
comment on column private.settings.sync_conversations is 'Most conversations in one answer of sync().';
comment on column private.settings.sync_messages is 'Most messages of each conversation in one answer of sync().';
comment on column private.settings.presence_ttl is 'How long after a heartbeat somebody counts as there.';
comment on column private.settings.devices_max is 'How many devices of a person are remembered.';
alter table private.settings enable row level security;
insert into private.settings default values;
