import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { uploadPicture } from './bucket-upload.ts';
import { maybePerson, nothing, PROFILE } from './rows.ts';

const BUCKET = 'listings';
const PAGE = 24;
const FOUND_MAX = 50;
const OWN_MAX = 200;

export const listingStatus = z.enum(['draft', 'active', 'reserved', 'sold', 'withdrawn']);
export type ListingStatus = z.output<typeof listingStatus>;

const listingSchema = z.pipe(
  z.object({
    id: z.guid(),
    title: z.string(),
    description: z.string(),
    price_minor: z.number(),
    currency: z.string(),
    status: listingStatus,
    pictures: z.array(z.string()),
    created_at: z.string(),
    seller: maybePerson
  }),
  z.transform(({ price_minor, created_at, ...listing }) => ({
    ...listing,
    priceMinor: price_minor,
    createdAt: new Date(created_at),
    /** Where the next page of the market begins: to the microsecond, which a Date is not. */
    cursor: { at: created_at, id: listing.id }
  }))
);
/** Something for sale. `pictures` are names: pictureUrl() has their addresses. `seller` is null once that account is deleted. */
export type Listing = z.output<typeof listingSchema>;

const LISTING = `id,title,description,price_minor,currency,status,pictures,created_at,seller:profiles!seller_id(${PROFILE})`;
const ids = z.tuple([z.object({ id: z.guid() })]);

/** What a seller writes. */
export type ListingText = {
  readonly title: string;
  readonly description: string;
  /** In the smallest unit of the currency. */
  readonly priceMinor: number;
  readonly currency: string;
};

const columns = ({ title, description, priceMinor, currency }: ListingText) => ({
  title,
  description,
  price_minor: priceMinor,
  currency
});

/** Things for sale: finding them, and putting up one's own. Every method rejects with the classes of the chat client. */
export class Listings {
  readonly #supabase: SupabaseClient;
  readonly #me: string;

  constructor(supabase: SupabaseClient, me: string) {
    this.#supabase = supabase;
    this.#me = me;
  }

  /** A page of what is on the market, newest first; `next` is null at the end. */
  async market(after: Listing['cursor'] | null): Promise<{ listings: Listing[]; next: Listing['cursor'] | null }> {
    const listings = await call(this.#supabase, z.array(listingSchema), (rest) => {
      const all = rest.from('listings').select(LISTING).in('status', ['active', 'reserved']);
      const rows = after ? all.or(`created_at.lt."${after.at}",and(created_at.eq."${after.at}",id.lt.${after.id})`) : all;
      return rows.order('created_at', { ascending: false }).order('id', { ascending: false }).limit(PAGE);
    });
    return { listings, next: listings.length === PAGE ? listings.at(-1)!.cursor : null };
  }

  /** What is on the market with these words, the best first: 50 at most. */
  search(query: string): Promise<Listing[]> {
    return call(this.#supabase, z.array(listingSchema), (rest) =>
      rest.rpc('search_listings', { query, max_results: FOUND_MAX }).select(LISTING)
    );
  }

  /** One's own, whatever has become of them, the last changed first. */
  mine(): Promise<Listing[]> {
    return call(this.#supabase, z.array(listingSchema), (rest) =>
      rest.from('listings').select(LISTING).eq('seller_id', this.#me).order('updated_at', { ascending: false }).limit(OWN_MAX)
    );
  }

  /** Null for one that is not there, or not for this person to see. */
  async listing(id: string): Promise<Listing | null> {
    const [listing] = await call(this.#supabase, z.array(listingSchema), (rest) =>
      rest.from('listings').select(LISTING).eq('id', id)
    );
    return listing ?? null;
  }

  /** What a conversation with a seller is about; null if it is about none that is shown. */
  async ofConversation(conversationId: string): Promise<Listing | null> {
    const about = z.array(z.object({ listing: z._default(z.nullable(listingSchema), null) }));
    const [row] = await call(this.#supabase, about, (rest) =>
      rest.from('conversations').select(`listing:listings(${LISTING})`).eq('id', conversationId)
    );
    return row?.listing ?? null;
  }

  /** Begins a draft under an id of one's own making: making it again is refused, so nothing is there twice. */
  async create(id: string, text: ListingText): Promise<void> {
    await call(this.#supabase, ids, (rest) =>
      rest
        .from('listings')
        .insert({ id, ...columns(text) })
        .select('id')
    );
  }

  /** `pictures`: names that upload() has given, in the order in which they are shown. */
  async update(id: string, text: ListingText, pictures: readonly string[]): Promise<void> {
    await call(this.#supabase, ids, (rest) =>
      rest
        .from('listings')
        .update({ ...columns(text), pictures })
        .eq('id', id)
        .select('id')
    );
  }

  async setStatus(id: string, status: ListingStatus): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('set_listing_status', { listing_id: id, status }));
  }

  /** Puts a picture into the folder of a listing; it is shown once update() names it. Resolves to its name. */
  async upload(id: string, picture: Blob): Promise<string> {
    const name = `${id}/${crypto.randomUUID()}.${picture.type.split('/')[1] ?? 'webp'}`;
    await uploadPicture(this.#supabase, BUCKET, name, picture);
    return name;
  }

  pictureUrl(name: string): string {
    return this.#supabase.storage.from(BUCKET).getPublicUrl(name).data.publicUrl;
  }

  /** The conversation with the seller about a listing, made if there is none. Resolves to its id. */
  async messageSeller(id: string): Promise<string> {
    const [conversation] = await call(this.#supabase, ids, (rest) =>
      rest.rpc('start_listing_conversation', { listing_id: id }).select('id')
    );
    return conversation.id;
  }

  /** The negotiation about a listing that goes on, begun if there is none. Resolves to the id of its conversation. */
  async negotiate(id: string): Promise<string> {
    const [conversation] = await call(this.#supabase, ids, (rest) =>
      rest.rpc('start_negotiation', { listing_id: id }).select('id')
    );
    return conversation.id;
  }
}
