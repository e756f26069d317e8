-- A listing that changes is news for those who talk about it: price, text, pictures, status. Announced live; who was away reads
-- the listing when they open the conversation.

create function private.tg_listings__announce()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.announce_to(
    array(
      select m.user_id
      from public.conversations c
      join public.members m on m.conversation_id = c.id and m.left_at is null
      where c.listing_id = new.id
      union
      select new.seller_id where new.seller_id is not null
    ),
    'listing', jsonb_build_object('listing_id', new.id, 'listing', to_jsonb(new))
  );
  return null;
end;
$$;
comment on function private.tg_listings__announce is 'Tells who has a conversation about a listing, and its seller, how it is now.';

create trigger _900_announce
after update on public.listings
for each row when (
  (old.title, old.description, old.price_minor, old.currency, old.pictures, old.status)
  is distinct from (new.title, new.description, new.price_minor, new.currency, new.pictures, new.status)
)
execute function private.tg_listings__announce();
