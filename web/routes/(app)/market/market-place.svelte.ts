import type { SupabaseClient } from '@supabase/supabase-js';
import { createContext } from 'svelte';
import { Listings } from '#lib/api/listings.ts';
import { ListingFeed } from './listing-feed.svelte.ts';

/** What the pages of the market share: what was found stays while one looks at a listing and comes back. */
export class MarketPlace {
  readonly listings: Listings;
  readonly feed: ListingFeed;
  readonly me: string;
  view = $state<'market' | 'mine'>('market');

  constructor(supabase: SupabaseClient, me: string) {
    this.me = me;
    this.listings = new Listings(supabase, me);
    this.feed = new ListingFeed(this.listings);
  }
}

export const [getMarketPlace, setMarketPlace] = createContext<MarketPlace>();
