-- A buyer writes to a seller about a listing: one conversation for the two of them, whoever asks how often.

alter table public.conversations
add constraint conversations_listing_id_fkey foreign key (listing_id) references public.listings (id);

-- one conversation per listing and buyer; and what a listing's policy asks
create unique index conversations_by_listing_and_buyer on public.conversations (listing_id, buyer_id) where kind = 'listing';
create index conversations_by_listing on public.conversations (listing_id, buyer_id) where listing_id is not null;


create function private.listing_to_ask_about(listing_id uuid, buyer_id uuid)
returns public.listings
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_listing public.listings;
begin
  select l.* into v_listing
  from public.listings l
  where l.id = listing_to_ask_about.listing_id and (
    l.status in ('active', 'reserved')
    or l.seller_id = listing_to_ask_about.buyer_id
    or exists (
      select from public.conversations c
      where c.listing_id = l.id and c.buyer_id = listing_to_ask_about.buyer_id
    )
  );
  if not found then
    perform private.refuse('listing_not_found');
  end if;
  if v_listing.seller_id = listing_to_ask_about.buyer_id then
    perform private.refuse('own_listing');
  end if;
  return v_listing;
end;
$$;
comment on function private.listing_to_ask_about is 'A listing that this person sees and does not sell, or the refusal listing_not_found or own_listing.';


create function private.start_listing_conversation(listing_id uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
-- An index that is partial can be named by its columns only.
#variable_conflict use_column
declare
  v_me uuid := private.me();
  v_listing public.listings := private.listing_to_ask_about(start_listing_conversation.listing_id, v_me);
  v_conversation public.conversations;
begin
  select c.* into v_conversation
  from public.conversations c
  where c.kind = 'listing' and c.listing_id = v_listing.id and c.buyer_id = v_me;
  if found then
    return v_conversation.id;
  end if;
  if v_listing.status not in ('active', 'reserved') then
    perform private.refuse('listing_closed', format('It is %s.', v_listing.status));
  end if;
  -- One that is there stays theirs, what they write withheld; a new one would come up in the list of who has blocked them.
  perform private.demand_welcome(v_me, v_listing.seller_id);
  perform private.take_send_token(v_me);
  -- Asked twice at the same moment: the second waits for the first, and finds what it made.
  insert into public.conversations (kind, listing_id, buyer_id, created_by)
  values ('listing', v_listing.id, v_me, v_me)
  on conflict (listing_id, buyer_id) where kind = 'listing' do nothing
  returning * into v_conversation;
  if found then
    v_conversation := private.join_members(v_conversation, array[v_me, v_listing.seller_id], 'member');
    perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  else
    select c.* into strict v_conversation
    from public.conversations c
    where c.kind = 'listing' and c.listing_id = v_listing.id and c.buyer_id = v_me;
  end if;
  return v_conversation.id;
end;
$$;
grant execute on function private.start_listing_conversation to authenticated;

create function public.start_listing_conversation(listing_id uuid)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := private.start_listing_conversation(start_listing_conversation.listing_id);
begin
  return query select l.* from public.conversation_list l where l.id = v_id;
end;
$$;
comment on function public.start_listing_conversation is 'Your conversation with the seller about this listing; made if there is none. The same one however often you ask.';
grant execute on function public.start_listing_conversation to authenticated;
