-- What somebody offers for sale. Who may look at it depends on its status; each change of that is a row of listing_steps.

create type public.listing_status as enum ('draft', 'active', 'reserved', 'sold', 'withdrawn');
comment on type public.listing_status is 'draft: being written. active: for everybody to see. reserved: seen, but held back for somebody: no new negotiations. sold: closed by a deal or elsewhere. withdrawn: taken off the market.';

create type public.listing_actor as enum ('seller', 'deal');
comment on type public.listing_actor is 'Who moves a listing: its seller, or a deal about it that is made or cancelled.';

create table public.listing_steps (
  from_status public.listing_status not null,
  to_status public.listing_status not null,
  actor public.listing_actor not null,
  primary key (from_status, to_status, actor)
);
comment on table public.listing_steps is 'Which status of a listing may follow which, by whose doing. What is not here is refused.';
comment on column public.listing_steps.from_status is 'Status before the step.';
comment on column public.listing_steps.to_status is 'Status after it.';
comment on column public.listing_steps.actor is 'Who may take it.';

insert into public.listing_steps (from_status, to_status, actor) values
  ('draft', 'active', 'seller'), ('draft', 'withdrawn', 'seller'),
  ('active', 'reserved', 'seller'), ('active', 'sold', 'seller'), ('active', 'withdrawn', 'seller'),
  ('reserved', 'active', 'seller'), ('reserved', 'sold', 'seller'), ('reserved', 'withdrawn', 'seller'),
  ('withdrawn', 'active', 'seller'),
  ('active', 'sold', 'deal'), ('reserved', 'sold', 'deal'), ('sold', 'active', 'deal');

alter table public.listing_steps enable row level security;
revoke all on public.listing_steps from anon, authenticated, service_role;
grant select on public.listing_steps to authenticated, service_role;

create policy listing_steps_select on public.listing_steps
for select to authenticated
using ((select auth.uid()) is not null);


create table public.listings (
  id uuid primary key default gen_random_uuid(),
  seller_id uuid references public.profiles (id) on delete set null,
  title text not null,
  description text not null default '',
  price_minor bigint not null,
  currency text not null,
  status public.listing_status not null default 'draft',
  pictures text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint listings_title_form check (title ~ '\S' and char_length(title) <= 120),
  constraint listings_description_form check (char_length(description) <= 5000),
  -- The largest whole number that JavaScript counts exactly.
  constraint listings_price_form check (price_minor between 0 and 9007199254740991),
  constraint listings_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint listings_pictures_form check (cardinality(pictures) <= 12)
);
comment on table public.listings is 'Things for sale. POST one with title, price_minor and currency; it is yours. set_listing_status() publishes, reserves, sells or withdraws it. What is on the market: status=in.(active,reserved)&order=created_at.desc.';
comment on column public.listings.seller_id is 'Who sells it; null once that account is deleted.';
comment on column public.listings.title is '1 to 120 characters.';
comment on column public.listings.description is 'Up to 5,000 characters.';
comment on column public.listings.price_minor is 'Asking price in the smallest unit of the currency: 1250 is EUR 12.50.';
comment on column public.listings.currency is 'Code of ISO 4217, such as EUR. Offers are made in it; fixed once the listing has been published.';
comment on column public.listings.status is 'draft, active, reserved, sold or withdrawn; listing_steps says which may follow which.';
comment on column public.listings.pictures is 'Names of objects in the public bucket "listings", in the order in which they are shown, each beginning with "<id>/". At most 12.';
comment on column public.listings.updated_at is 'When its text, price, pictures or status last changed.';

-- a seller's own listings; deleting a profile
create index listings_by_seller on public.listings (seller_id, status);
-- what is on the market, newest first
create index listings_on_the_market on public.listings (created_at desc, id) where status in ('active', 'reserved');


create function private.tg_listings__keep()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* Whoever inserts is the seller; the server, which is nobody, names one. What has been sold or withdrawn stays as it was. */
begin
  if tg_op = 'INSERT' then
    new.seller_id := coalesce(auth.uid(), new.seller_id);
    if new.seller_id is null then
      perform private.refuse('not_signed_in');
    end if;
    -- Putting something up is held to the same pace as sending, and not for who is suspended.
    if auth.uid() is not null then
      perform private.take_send_token(new.seller_id);
    end if;
    return new;
  end if;
  if (new.title, new.description, new.price_minor, new.currency, new.pictures)
    is distinct from (old.title, old.description, old.price_minor, old.currency, old.pictures)
  then
    if old.status in ('sold', 'withdrawn') then
      perform private.refuse('listing_closed', format('It is %s.', old.status));
    end if;
    if new.currency <> old.currency and old.status <> 'draft' then
      perform private.refuse('currency_fixed');
    end if;
  end if;
  new.updated_at := now();
  return new;
end;
$$;

create trigger _100_keep
before insert or update on public.listings
for each row execute function private.tg_listings__keep();


create function private.lock_listing(listing_id uuid)
returns public.listings
language plpgsql
set search_path = ''
as $$
/* The first lock of whatever concerns a listing and its negotiations; negotiations.sql has the whole order. */
declare
  v_listing public.listings;
begin
  select l.* into v_listing from public.listings l where l.id = lock_listing.listing_id for no key update;
  if not found then
    perform private.refuse('listing_not_found');
  end if;
  return v_listing;
end;
$$;
comment on function private.lock_listing is 'Locks a listing to look before changing something that concerns it.';


create function private.move_listing(listing public.listings, to_status public.listing_status, actor public.listing_actor)
returns public.listings
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_listing public.listings;
begin
  if not exists (
    select from public.listing_steps s
    where s.from_status = listing.status and s.to_status = move_listing.to_status and s.actor = move_listing.actor
  ) then
    perform private.refuse(
      (case actor when 'deal' then 'listing_closed' else 'listing_step_invalid' end),
      format('It is %s.', listing.status)
    );
  end if;
  update public.listings l set status = move_listing.to_status where l.id = listing.id returning l.* into v_listing;
  return v_listing;
end;
$$;
comment on function private.move_listing is 'Gives a locked listing another status, or refuses: listing_step_invalid, or listing_closed for a deal.';


alter table public.listings enable row level security;
revoke all on public.listings from anon, authenticated, service_role;
grant select on public.listings to authenticated, service_role;
grant insert (id, title, description, price_minor, currency, status) on public.listings to authenticated;
grant insert (id, seller_id, title, description, price_minor, currency, status) on public.listings to service_role;
grant update (title, description, price_minor, currency, pictures) on public.listings to authenticated, service_role;

-- What is off the market is still shown to the seller, and to who has spoken with the seller about it.
create policy listings_select on public.listings
for select to authenticated
using (
  (status in ('active', 'reserved') and (select auth.uid()) is not null)
  or seller_id = (select auth.uid())
  or exists (
    select from public.conversations c where c.listing_id = listings.id and c.buyer_id = (select auth.uid())
  )
);

create policy listings_insert on public.listings
for insert to authenticated
with check (seller_id = (select auth.uid()) and status in ('draft', 'active'));

create policy listings_update on public.listings
for update to authenticated
using (seller_id = (select auth.uid()))
with check (seller_id = (select auth.uid()));
