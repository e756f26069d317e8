-- What follows from an accepted offer: it is paid and completed, or cancelled.

create type public.deal_status as enum ('created', 'paid', 'completed', 'cancelled');
comment on type public.deal_status is 'created: the offer was accepted. paid: the seller, or the server, has the money. completed: the buyer has what was bought. cancelled: it came to nothing, and the listing is on the market again.';

create type public.deal_actor as enum ('buyer', 'seller', 'service');
comment on type public.deal_actor is 'Who moves a deal: one of the two, or the server (with the secret key), such as a payment provider''s webhook.';

create table public.deal_steps (
  from_status public.deal_status not null,
  to_status public.deal_status not null,
  actor public.deal_actor not null,
  primary key (from_status, to_status, actor)
);
comment on table public.deal_steps is 'Which status of a deal may follow which, by whose doing. What is not here is refused.';
comment on column public.deal_steps.from_status is 'Status before the step.';
comment on column public.deal_steps.to_status is 'Status after it.';
comment on column public.deal_steps.actor is 'Who may take it.';

insert into public.deal_steps (from_status, to_status, actor) values
  -- Who has received something says so, not who has given it.
  ('created', 'paid', 'seller'), ('created', 'paid', 'service'),
  ('paid', 'completed', 'buyer'), ('paid', 'completed', 'service'),
  ('created', 'cancelled', 'buyer'), ('created', 'cancelled', 'seller'), ('created', 'cancelled', 'service'),
  -- Who cancels what is paid gives the money back.
  ('paid', 'cancelled', 'seller'), ('paid', 'cancelled', 'service');

alter table public.deal_steps enable row level security;
revoke all on public.deal_steps from anon, authenticated, service_role;
grant select on public.deal_steps to authenticated, service_role;

create policy deal_steps_select on public.deal_steps
for select to authenticated
using ((select auth.uid()) is not null);


create table public.deals (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null unique,
  seq bigint not null,
  listing_id uuid not null references public.listings (id),
  buyer_id uuid references public.profiles (id) on delete set null,
  seller_id uuid references public.profiles (id) on delete set null,
  amount_minor bigint not null,
  currency text not null,
  status public.deal_status not null default 'created',
  created_at timestamptz not null default now(),
  paid_at timestamptz,
  completed_at timestamptz,
  cancelled_at timestamptz,
  constraint deals_have_an_offer foreign key (conversation_id, seq) references public.offers (conversation_id, seq),
  constraint deals_completed_are_paid check (completed_at is null or paid_at is not null),
  constraint deals_end_once check (completed_at is null or cancelled_at is null),
  constraint deals_status_has_time check (case status
    when 'created' then coalesce(paid_at, completed_at, cancelled_at) is null
    when 'paid' then paid_at is not null and coalesce(completed_at, cancelled_at) is null
    when 'completed' then completed_at is not null
    when 'cancelled' then cancelled_at is not null
  end)
);
comment on table public.deals is 'Your deals, as buyer or seller. accept_offer() makes one; mark_deal_paid(), complete_deal() and cancel_deal() move it.';
comment on column public.deals.paid_at is 'When it was paid; null if it was not.';
comment on column public.deals.completed_at is 'When it was done; null if it was not.';
comment on column public.deals.cancelled_at is 'When it was cancelled; null if it was not.';
comment on column public.deals.listing_id is 'What was sold.';
comment on column public.deals.conversation_id is 'The negotiation that led to it.';
comment on column public.deals.seq is 'The offer that was accepted.';
comment on column public.deals.buyer_id is 'Who buys; null once that account is deleted.';
comment on column public.deals.seller_id is 'Who sells; null once that account is deleted.';
comment on column public.deals.amount_minor is 'What was agreed, in the smallest unit of the currency.';
comment on column public.deals.currency is 'ISO 4217.';
comment on column public.deals.status is 'created, paid, completed or cancelled; deal_steps says which may follow which.';

-- a listing's deal that is not cancelled is its only one
create unique index deals_of_listing on public.deals (listing_id) where status <> 'cancelled';
-- one's own deals; deleting a profile
create index deals_by_buyer on public.deals (buyer_id);
create index deals_by_seller on public.deals (seller_id);
-- its own foreign key
create index deals_by_listing on public.deals (listing_id);


create function private.tg_deals__notify()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.notify(
    array_remove(array[new.buyer_id, new.seller_id], null),
    'deal:' || new.id || ':' || new.status, 'deal_' || new.status,
    jsonb_build_object(
      'deal_id', new.id, 'listing_id', new.listing_id, 'amount_minor', new.amount_minor, 'currency', new.currency
    ),
    new.conversation_id, new.seq
  );
  return null;
end;
$$;
comment on function private.tg_deals__notify is 'Tells both sides, except whose doing it was, that a deal was made or has moved.';

create trigger _900_notify
after insert on public.deals
for each row execute function private.tg_deals__notify();

create trigger _910_notify_change
after update on public.deals
for each row when (old.status <> new.status)
execute function private.tg_deals__notify();


alter table public.deals enable row level security;
revoke all on public.deals from anon, authenticated, service_role;
grant select on public.deals to authenticated, service_role;

create policy deals_select on public.deals
for select to authenticated
using (buyer_id = (select auth.uid()) or seller_id = (select auth.uid()));
