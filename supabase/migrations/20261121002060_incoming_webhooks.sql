-- Incoming webhooks: an address at which whoever knows it can say something in one conversation, as a bot.

create table public.incoming_webhooks (
  id uuid primary key default gen_random_uuid(),
  bot_id uuid not null references public.bots (id) on delete cascade,
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
comment on table public.incoming_webhooks is 'Addresses at which your bots are given something to say.';
comment on column public.incoming_webhooks.bot_id is 'The bot in whose name it posts.';
comment on column public.incoming_webhooks.last_used_at is 'When something was last posted by it; null for never.';
comment on column public.incoming_webhooks.conversation_id is 'Where the bot says it.';
create index incoming_webhooks_by_bot on public.incoming_webhooks (bot_id);
create index incoming_webhooks_by_conversation on public.incoming_webhooks (conversation_id);

create table private.incoming_secrets (
  webhook_id uuid primary key references public.incoming_webhooks (id) on delete cascade,
  digest bytea not null
);
comment on table private.incoming_secrets is 'SHA-256 of the secret part of each address.';
alter table private.incoming_secrets enable row level security;

alter table public.incoming_webhooks enable row level security;
revoke all on public.incoming_webhooks from anon, authenticated, service_role;
grant select on public.incoming_webhooks to authenticated, service_role;

-- The policy of bots decides.
create policy incoming_webhooks_select on public.incoming_webhooks
for select to authenticated
using (exists (select from public.bots b where b.id = incoming_webhooks.bot_id));


create function private.create_incoming_webhook(bot_id uuid, conversation_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_bot public.bots := private.my_bot(create_incoming_webhook.bot_id);
  v_secret text := encode(extensions.gen_random_bytes(24), 'hex');
  v_webhook public.incoming_webhooks;
begin
  perform private.actor_role(create_incoming_webhook.conversation_id, private.me());
  if not private.is_member(create_incoming_webhook.conversation_id, v_bot.id) then
    perform private.refuse('member_not_found', 'Add the bot to the conversation first.');
  end if;
  if (select count(*) from public.incoming_webhooks i where i.bot_id = v_bot.id) >= (select s.webhooks_max from private.settings s) then
    perform private.refuse('limit_reached', format('At most %s.', (select s.webhooks_max from private.settings s)));
  end if;
  insert into public.incoming_webhooks as i (bot_id, conversation_id)
  values (v_bot.id, create_incoming_webhook.conversation_id)
  returning i.* into v_webhook;
  insert into private.incoming_secrets (webhook_id, digest) values (v_webhook.id, extensions.digest(v_secret, 'sha256'));
  return to_jsonb(v_webhook) || jsonb_build_object('path', format('/functions/v1/incoming/%s/%s', v_webhook.id, v_secret));
end;
$$;
grant execute on function private.create_incoming_webhook to authenticated;

create function public.create_incoming_webhook(bot_id uuid, conversation_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.create_incoming_webhook(create_incoming_webhook.bot_id, create_incoming_webhook.conversation_id);
end;
$$;
comment on function public.create_incoming_webhook is 'Makes an address at which a bot of yours is given something to say in a conversation of yours and its: POST {"text": …} to the path below the project''s URL. The path is not shown again.';
grant execute on function public.create_incoming_webhook to authenticated;


create function private.delete_incoming_webhook(id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.me();
  delete from public.incoming_webhooks i
  using public.bots b
  where i.id = delete_incoming_webhook.id and b.id = i.bot_id and private.leads(b.owner_id, b.team_id);
  if not found then
    perform private.refuse('webhook_not_found');
  end if;
end;
$$;
grant execute on function private.delete_incoming_webhook to authenticated;

create function public.delete_incoming_webhook(id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.delete_incoming_webhook(delete_incoming_webhook.id);
end;
$$;
comment on function public.delete_incoming_webhook is 'Ends the address.';
grant execute on function public.delete_incoming_webhook to authenticated;


create function private.post_incoming(webhook_id uuid, secret text, content text, id uuid)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_webhook public.incoming_webhooks;
  v_id uuid := coalesce(post_incoming.id, gen_random_uuid());
begin
  update public.incoming_webhooks i
  set last_used_at = now()
  from private.incoming_secrets s
  where i.id = post_incoming.webhook_id and s.webhook_id = i.id and s.digest = extensions.digest(post_incoming.secret, 'sha256')
  returning i.* into v_webhook;
  if not found then
    perform private.refuse('webhook_not_found');
  end if;
  -- The rules of sending hold here too: membership, who may post, length, rate.
  if not exists (select from public.messages m where m.sender_id = v_webhook.bot_id and m.id = v_id) then
    insert into public.messages (conversation_id, id, sender_id, content) values (v_webhook.conversation_id, v_id, v_webhook.bot_id, post_incoming.content);
  end if;
  return (select m.seq from public.messages m where m.sender_id = v_webhook.bot_id and m.id = v_id);
end;
$$;
grant execute on function private.post_incoming to service_role;

create function public.post_incoming(webhook_id uuid, secret text, content text, id uuid default null)
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  return private.post_incoming(post_incoming.webhook_id, post_incoming.secret, post_incoming.content, post_incoming.id);
end;
$$;
comment on function public.post_incoming is 'Says something as the bot of an incoming webhook and returns its number. For the function incoming.';
grant execute on function public.post_incoming to service_role;
