-- Negotiations: buyer and seller of a listing make each other offers until one of them is taken, or none is.
--
-- Order of locks, for everything that concerns listings, negotiations and deals, so that none of them can wait for another
-- in a circle:
--   0. one's own row of private.senders: whatever takes a token takes it first, as sending a message does
--   1. the listing, or several in the order of their ids
--   2. the conversations, in the order of their ids; negotiations, offers and deals have no lock of their own but these
--   3. the personal counters of whom it concerns, in the order of their ids
-- Whoever holds a lock takes none that stands before it. What one conversation alone decides (making, countering, rejecting,
-- withdrawing an offer) begins at 2: it cannot pass by what closes the listing, which holds all conversations about it.

create type public.trade_party as enum ('buyer', 'seller');
comment on type public.trade_party is 'The two sides of a negotiation.';

create type public.negotiation_status as enum ('open', 'countered', 'accepted', 'rejected', 'expired', 'withdrawn');
comment on type public.negotiation_status is 'open: no offer yet, or a first one. countered: the offer on the table answers another one. accepted, rejected, expired, withdrawn: over. Of an offer: open while it stands, countered once another one answers it.';

create type public.negotiation_action as enum ('make', 'counter', 'accept', 'reject', 'withdraw', 'expire', 'close', 'leave');
comment on type public.negotiation_action is 'make … withdraw are calls of the API; expire is time passing; close is the listing being sold or withdrawn; leave is an account being deleted.';

create type public.negotiation_actor as enum ('either', 'offerer', 'answerer', 'time', 'listing');
comment on type public.negotiation_actor is 'Who does it: either of the two, who made the offer that stands, the other one, time, or what became of the listing.';

create table public.negotiation_steps (
  from_status public.negotiation_status not null,
  action public.negotiation_action not null,
  actor public.negotiation_actor not null,
  to_status public.negotiation_status not null,
  primary key (from_status, action)
);
comment on table public.negotiation_steps is 'The state machine of negotiations: what may be done in which status, by whom, and what follows. What is not here is refused.';
comment on column public.negotiation_steps.from_status is 'Status before the step.';
comment on column public.negotiation_steps.to_status is 'Status after it.';
comment on column public.negotiation_steps.action is 'What is done.';
comment on column public.negotiation_steps.actor is 'Who may do it.';

insert into public.negotiation_steps (from_status, action, actor, to_status) values
  ('open', 'make', 'either', 'open'),
  ('open', 'counter', 'answerer', 'countered'), ('countered', 'counter', 'answerer', 'countered'),
  ('open', 'accept', 'answerer', 'accepted'), ('countered', 'accept', 'answerer', 'accepted'),
  ('open', 'reject', 'answerer', 'rejected'), ('countered', 'reject', 'answerer', 'rejected'),
  ('open', 'withdraw', 'offerer', 'withdrawn'), ('countered', 'withdraw', 'offerer', 'withdrawn'),
  ('open', 'expire', 'time', 'expired'), ('countered', 'expire', 'time', 'expired'),
  ('open', 'close', 'listing', 'rejected'), ('countered', 'close', 'listing', 'rejected'),
  ('open', 'leave', 'either', 'withdrawn'), ('countered', 'leave', 'either', 'withdrawn');

alter table public.negotiation_steps enable row level security;
revoke all on public.negotiation_steps from anon, authenticated, service_role;
grant select on public.negotiation_steps to authenticated, service_role;

create policy negotiation_steps_select on public.negotiation_steps
for select to authenticated
using ((select auth.uid()) is not null);


create table public.negotiations (
  conversation_id uuid primary key references public.conversations (id) on delete cascade,
  listing_id uuid not null references public.listings (id),
  buyer_id uuid references public.profiles (id) on delete set null,
  seller_id uuid references public.profiles (id) on delete set null,
  status public.negotiation_status not null default 'open',
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint negotiations_end_has_time check ((status in ('open', 'countered')) = (ended_at is null))
);
comment on table public.negotiations is 'Your negotiations. One that is over stays as it is; start_negotiation() begins another.';
comment on column public.negotiations.listing_id is 'What it is about.';
comment on column public.negotiations.started_at is 'When the buyer began it.';
comment on column public.negotiations.conversation_id is 'The conversation in which it is held; both have the same id.';
comment on column public.negotiations.buyer_id is 'Who wants it; null once that account is deleted.';
comment on column public.negotiations.seller_id is 'Who sells it; null once that account is deleted.';
comment on column public.negotiations.status is 'open and countered go on; negotiation_steps has the whole machine.';
comment on column public.negotiations.ended_at is 'When it was accepted, rejected, withdrawn or expired; null while it goes on.';

-- one at a time per listing and buyer; what closing a listing ends
create unique index negotiations_going_on on public.negotiations (listing_id, buyer_id) where status in ('open', 'countered');
-- deleting a profile
create index negotiations_by_buyer on public.negotiations (buyer_id) where buyer_id is not null;
create index negotiations_by_seller on public.negotiations (seller_id) where seller_id is not null;
create index negotiations_by_listing on public.negotiations (listing_id);


create table public.offers (
  conversation_id uuid not null references public.negotiations (conversation_id) on delete cascade,
  seq bigint not null,
  party public.trade_party not null,
  amount_minor bigint not null,
  currency text not null,
  answers bigint,
  status public.negotiation_status not null default 'open',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (conversation_id, seq),
  constraint offers_answer_one_of_their_own foreign key (conversation_id, answers) references public.offers (conversation_id, seq),
  constraint offers_amount_form check (amount_minor between 1 and 9007199254740991),
  constraint offers_answer_what_was_before check (answers < seq),
  constraint offers_end_has_time check ((status = 'open') = (ended_at is null))
);
comment on table public.offers is 'The offers of your negotiations, the one that stands and those before it.';
comment on column public.offers.seq is 'Number of the message that announced it (offer_made or offer_countered): with conversation_id, its key.';
comment on column public.offers.party is 'Who made it: buyer or seller.';
comment on column public.offers.amount_minor is 'Amount in the smallest unit of the currency.';
comment on column public.offers.currency is 'That of the listing, ISO 4217.';
comment on column public.offers.answers is 'seq of the offer that this one counters; null if none.';
comment on column public.offers.status is 'open while it stands; countered, accepted, rejected, expired or withdrawn.';
comment on column public.offers.expires_at is 'From this moment on nobody can accept it.';
comment on column public.offers.ended_at is 'When it ceased to stand; null while it does.';

-- there is one offer on the table
create unique index offers_standing on public.offers (conversation_id) where status = 'open';
-- which are due to expire
create index offers_due on public.offers (expires_at) where status = 'open';
-- its own foreign key
create index offers_by_answered on public.offers (conversation_id, answers) where answers is not null;


alter table private.settings
add column offer_lifetime interval not null default '3 days',
add column offer_lifetime_max interval not null default '30 days';
comment on column private.settings.offer_lifetime is 'How long an offer stands if its maker does not say.';
comment on column private.settings.offer_lifetime_max is 'The longest that an offer may stand.';


alter table public.negotiations enable row level security;
revoke all on public.negotiations from anon, authenticated, service_role;
grant select on public.negotiations to authenticated, service_role;

-- Membership decides; the two columns let one's own be found by their indexes, however many others there are.
create policy negotiations_select on public.negotiations
for select to authenticated
using (
  (buyer_id = (select auth.uid()) or seller_id = (select auth.uid()))
  and exists (
    select from public.members m
    where m.conversation_id = negotiations.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
  )
);


alter table public.offers enable row level security;
revoke all on public.offers from anon, authenticated, service_role;
grant select on public.offers to authenticated, service_role;

create policy offers_select on public.offers
for select to authenticated
using (exists (
  select from public.members m
  where m.conversation_id = offers.conversation_id and m.user_id = (select auth.uid()) and m.left_at is null
));
