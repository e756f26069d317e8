-- What happens in a conversation stands among its messages, as a code that the client puts into the reader's words.

create table public.system_codes (
  code text primary key,
  meaning text not null,
  args text not null,
  constraint system_codes_code_form check (code ~ '^[a-z][a-z_]*$')
);
comment on table public.system_codes is 'Every code that a system message may have. The actor is its sender_id.';
comment on column public.system_codes.code is 'What stands in messages.system as "code".';
comment on column public.system_codes.meaning is 'What it says, in English.';
comment on column public.system_codes.args is 'What belongs to it, beside the code in messages.system.';

insert into public.system_codes (code, meaning, args) values
  ('members_added', 'Somebody added people.', 'count, user_ids (the first 20)'),
  ('member_joined', 'Somebody joined by themselves.', 'count, user_ids'),
  ('member_left', 'Somebody left.', 'user_id'),
  ('member_removed', 'Somebody removed a person.', 'user_id'),
  ('role_changed', 'Somebody gave a person another role.', 'user_id, role'),
  ('renamed', 'Somebody gave the conversation another title.', 'title'),
  ('configured', 'Somebody changed its settings.', 'changes: the settings with their new values'),
  ('disappearing_changed', 'Somebody changed how long messages stay.', 'seconds, or null for ever'),
  ('message_pinned', 'Somebody pinned a message.', 'seq'),
  ('negotiation_started', 'A buyer began to negotiate.', 'listing_id, title, price_minor, currency, buyer_id, seller_id'),
  ('offer_made', 'An offer.', 'party, amount_minor, currency, expires_at'),
  ('offer_countered', 'A counter-offer.', 'party, amount_minor, currency, expires_at, answers (seq of the offer)'),
  ('offer_accepted', 'An offer was accepted.', 'offer (its seq), deal_id'),
  ('offer_rejected', 'An offer was rejected.', 'offer'),
  ('offer_withdrawn', 'An offer was withdrawn.', 'offer'),
  ('offer_expired', 'An offer has expired.', 'offer'),
  ('negotiation_closed', 'It ended without the two agreeing.', 'reason (listing_sold, listing_withdrawn, account_deleted), offer'),
  ('deal_paid', 'The buyer has paid.', 'deal_id'),
  ('deal_completed', 'The deal is done.', 'deal_id'),
  ('deal_cancelled', 'The deal was cancelled.', 'deal_id'),
  ('encryption_turned_on', 'From here on, what is said is encrypted.', ''),
  ('keys_changed', 'Somebody has another device, one less, or a new identity.', 'user_id, number (of the entry in their key log), change (device_added, device_removed, identity)'),
  ('history_changed', 'Somebody changed whether new members may read what was said before.', 'hands_history'),
  ('about_changed', 'Somebody changed the sealed title or description of an encrypted group.', '');

alter table public.system_codes enable row level security;
revoke all on public.system_codes from anon, authenticated, service_role;
grant select on public.system_codes to authenticated, service_role;

create policy system_codes_select on public.system_codes
for select to authenticated
using ((select auth.uid()) is not null);


create function private.post_system(conversation_id uuid, code text, args jsonb default '{}', actor_id uuid default auth.uid(), is_news boolean default true)
returns public.messages
language plpgsql
security definer
set search_path = ''
as $$
/* Counts as unread for nobody: neither is it among what its actor has sent. It stays where what people say disappears.
   `is_news`: the conversation moves up in the lists. */
declare
  v_conversation public.conversations;
  v_kind public.conversation_kinds;
  v_message public.messages;
begin
  if not exists (select from public.system_codes s where s.code = post_system.code) then
    raise exception 'The code % is not in system_codes.', code;
  end if;
  update public.conversations c
  set
    last_seq = c.last_seq + 1, revision = c.revision + 1, quiet_count = c.quiet_count + 1,
    last_message_at = case when is_news then now() else c.last_message_at end
  where c.id = post_system.conversation_id
  returning c.* into v_conversation;
  if not found then
    perform private.refuse('conversation_not_found');
  end if;
  select k.* into strict v_kind from public.conversation_kinds k where k.kind = v_conversation.kind;

  v_message.conversation_id := v_conversation.id;
  v_message.seq := v_conversation.last_seq;
  v_message.revision := v_conversation.revision;
  v_message.id := gen_random_uuid();
  v_message.sender_id := actor_id;
  v_message.kind := 'system';
  v_message.content := '';
  v_message.system := jsonb_build_object('code', code) || args;
  v_message.is_quiet := true;
  v_message.is_withheld := false;
  v_message.created_at := now();
  v_message := private.with_defaults(v_message);
  if v_kind.is_immutable then
    v_message := private.place_in_chain(v_message);
  end if;
  insert into public.messages select v_message.*;
  return v_message;
end;
$$;
comment on function private.post_system is 'Says in a conversation that something happened: a code, what belongs to it, and who did it.';
