import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { listingStatus } from './listings.ts';
import { maybeMoment, moment, nothing } from './rows.ts';

const party = z.enum(['buyer', 'seller']);
export type Party = z.output<typeof party>;

const negotiationStatus = z.enum(['open', 'countered', 'accepted', 'rejected', 'expired', 'withdrawn']);
export type NegotiationStatus = z.output<typeof negotiationStatus>;

const offerSchema = z.pipe(
  z.object({
    seq: z.number(),
    party,
    amount_minor: z.number(),
    currency: z.string(),
    answers: z.nullable(z.number()),
    status: negotiationStatus,
    created_at: moment,
    expires_at: moment
  }),
  z.transform(({ amount_minor, created_at, expires_at, ...offer }) => ({
    ...offer,
    amountMinor: amount_minor,
    createdAt: created_at,
    expiresAt: expires_at
  }))
);
/** `seq` names it; `answers` is the one that it counters. */
export type Offer = z.output<typeof offerSchema>;

const dealSchema = z.pipe(
  z.object({
    id: z.guid(),
    seq: z.number(),
    amount_minor: z.number(),
    currency: z.string(),
    status: z.enum(['created', 'paid', 'completed', 'cancelled']),
    created_at: moment,
    paid_at: maybeMoment,
    completed_at: maybeMoment,
    cancelled_at: maybeMoment
  }),
  z.transform(({ amount_minor, created_at, paid_at, completed_at, cancelled_at, ...deal }) => ({
    ...deal,
    amountMinor: amount_minor,
    createdAt: created_at,
    paidAt: paid_at,
    completedAt: completed_at,
    cancelledAt: cancelled_at
  }))
);
export type Deal = z.output<typeof dealSchema>;

const negotiationSchema = z.pipe(
  z.object({
    status: negotiationStatus,
    buyer_id: z.nullable(z.guid()),
    seller_id: z.nullable(z.guid()),
    listing: z.object({ id: z.guid(), title: z.string(), price_minor: z.number(), currency: z.string(), status: listingStatus }),
    offers: z.array(offerSchema)
  }),
  z.transform(({ buyer_id, seller_id, listing: { price_minor, ...listing }, ...negotiation }) => ({
    ...negotiation,
    buyerId: buyer_id,
    sellerId: seller_id,
    listing: { ...listing, priceMinor: price_minor }
  }))
);
/** With its offers, the oldest first, and the deal that came of it. */
export type Negotiation = z.output<typeof negotiationSchema> & { readonly deal: Deal | null };

const chainSchema = z.pipe(
  z.object({
    is_whole: z.boolean(),
    checked: z.number(),
    head_seq: z.nullable(z.number()),
    head_hash: z.nullable(z.string()),
    broken_at: z.nullable(z.number()),
    reason: z.nullable(z.string())
  }),
  z.transform(({ is_whole, checked, head_seq, head_hash, broken_at, reason }) => ({
    isWhole: is_whole,
    checked,
    head: head_seq === null || head_hash === null ? null : { seq: head_seq, hash: head_hash },
    brokenAt: broken_at,
    reason
  }))
);
/** What looking through the hash chain of a negotiation has found. `head` is for known heads: only with one of before is a cut seen. */
export type ChainCheck = z.output<typeof chainSchema>;
export type ChainHead = NonNullable<ChainCheck['head']>;

const NEGOTIATION =
  'status,buyer_id,seller_id,listing:listings(id,title,price_minor,currency,status),offers(seq,party,amount_minor,currency,answers,status,created_at,expires_at)';
const DEAL = 'id,seq,amount_minor,currency,status,created_at,paid_at,completed_at,cancelled_at';

export type OfferTerms = { readonly amountMinor: number; readonly expiresAt: Date };

/** Negotiations, their offers and deals. Every method rejects with the classes of the chat client. */
export class Negotiations {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** Null for who takes no part in it. `id` is that of the conversation. */
  async negotiation(id: string): Promise<Negotiation | null> {
    const [[negotiation], [deal]] = await Promise.all([
      call(this.#supabase, z.array(negotiationSchema), (rest) =>
        rest.from('negotiations').select(NEGOTIATION).eq('conversation_id', id).order('seq', { referencedTable: 'offers' })
      ),
      call(this.#supabase, z.array(dealSchema), (rest) => rest.from('deals').select(DEAL).eq('conversation_id', id))
    ]);
    return negotiation ? { ...negotiation, deal: deal ?? null } : null;
  }

  async makeOffer(id: string, { amountMinor, expiresAt }: OfferTerms): Promise<void> {
    await this.#do('make_offer', { conversation_id: id, amount_minor: amountMinor, expires_at: expiresAt });
  }

  async counterOffer(id: string, seq: number, { amountMinor, expiresAt }: OfferTerms): Promise<void> {
    await this.#do('counter_offer', { conversation_id: id, seq, amount_minor: amountMinor, expires_at: expiresAt });
  }

  async acceptOffer(id: string, seq: number): Promise<void> {
    await this.#do('accept_offer', { conversation_id: id, seq });
  }

  async rejectOffer(id: string, seq: number): Promise<void> {
    await this.#do('reject_offer', { conversation_id: id, seq });
  }

  async withdrawOffer(id: string, seq: number): Promise<void> {
    await this.#do('withdraw_offer', { conversation_id: id, seq });
  }

  async markPaid(dealId: string): Promise<void> {
    await this.#do('mark_deal_paid', { deal_id: dealId });
  }

  async complete(dealId: string): Promise<void> {
    await this.#do('complete_deal', { deal_id: dealId });
  }

  async cancel(dealId: string): Promise<void> {
    await this.#do('cancel_deal', { deal_id: dealId });
  }

  /** `known`: a head that an earlier check has given. */
  async verify(id: string, known: ChainHead | null): Promise<ChainCheck> {
    const args = { conversation_id: id, known_seq: known?.seq ?? null, known_hash: known?.hash ?? null };
    const [check] = await call(this.#supabase, z.tuple([chainSchema]), (rest) => rest.rpc('verify_conversation', args));
    return check;
  }

  async #do(name: string, args: Record<string, unknown>): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc(name, args));
  }
}
