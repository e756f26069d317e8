-- Finding listings by their words.

-- search_listings(); the simple configuration, because nobody says in which language a listing is written
create index listings_by_words on public.listings
using gin (to_tsvector('simple', title || ' ' || description))
where status in ('active', 'reserved');


create function private.search_listings(query text, max_results int)
returns setof public.listings
language plpgsql
stable
-- With its owner's rights: under a policy, the index of words could not be used. It shows what everybody may see.
security definer
set search_path = ''
as $$
declare
  v_query tsquery := websearch_to_tsquery('simple', left(query, 400));
begin
  perform private.me();
  if numnode(v_query) = 0 then
    perform private.refuse('query_too_short');
  end if;
  -- The last word may be the beginning of one: people search while they type.
  if v_query::text like '%''' then
    v_query := (v_query::text || ':*')::tsquery;
  end if;
  return query
  select l.*
  from (
    -- A word that half of all have is not worth ranking them all.
    select o.*
    from public.listings o
    where o.status in ('active', 'reserved') and to_tsvector('simple', o.title || ' ' || o.description) @@ v_query
    order by o.created_at desc
    limit 1000
  ) l
  order by
    ts_rank(setweight(to_tsvector('simple', l.title), 'A') || setweight(to_tsvector('simple', l.description), 'D'), v_query) desc,
    l.created_at desc,
    l.id
  limit least(greatest(max_results, 1), 50);
end;
$$;
grant execute on function private.search_listings to authenticated;

create function public.search_listings(query text, max_results int default 20)
returns setof public.listings
language plpgsql
stable
set search_path = ''
as $$
begin
  return query select l.* from private.search_listings(search_listings.query, search_listings.max_results) l;
end;
$$;
comment on function public.search_listings is 'Listings on the market whose title or description has these words, the best first: "…" for a phrase, or, and -word to leave out. The last word may be unfinished. At most 50; of more than 1,000 matches the newest are ranked.';
grant execute on function public.search_listings to authenticated;
