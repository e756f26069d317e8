import type { ListingStatus } from '#lib/api/listings.ts';
import type { Deal, Negotiation, Offer, Party } from '#lib/api/negotiations.ts';

/*
 * Who may do what, and when: the tables listing_steps, negotiation_steps and deal_steps of the database, for what to offer on screen.
 * The database decides.
 */

export type OfferMove = 'make' | 'counter' | 'accept' | 'reject' | 'withdraw';

/** The offer on the table; null if there is none, or nobody can accept it any more. */
export function standingOffer({ offers }: Pick<Negotiation, 'offers'>, now: Date): Offer | null {
  return offers.find(({ status, expiresAt }) => status === 'open' && expiresAt > now) ?? null;
}

export const isOver = ({ status }: Pick<Negotiation, 'status'>): boolean => status !== 'open' && status !== 'countered';

export function offerMoves(negotiation: Pick<Negotiation, 'status' | 'offers'>, party: Party, now: Date): readonly OfferMove[] {
  if (isOver(negotiation)) return [];
  const offer = standingOffer(negotiation, now);
  if (offer) return offer.party === party ? ['withdraw'] : ['accept', 'counter', 'reject'];
  return negotiation.offers.length === 0 ? ['make'] : [];
}

export type DealMove = 'paid' | 'completed' | 'cancelled';

export function dealMoves({ status }: Pick<Deal, 'status'>, party: Party): readonly DealMove[] {
  switch (status) {
    case 'created':
      return party === 'seller' ? ['paid', 'cancelled'] : ['cancelled'];
    case 'paid':
      return party === 'seller' ? ['cancelled'] : ['completed'];
    case 'completed':
    case 'cancelled':
      return [];
    default: {
      const never: never = status;
      return never;
    }
  }
}

/** What its seller can make of a listing. */
export function listingMoves(status: ListingStatus): readonly ListingStatus[] {
  switch (status) {
    case 'draft':
      return ['active', 'withdrawn'];
    case 'active':
      return ['reserved', 'sold', 'withdrawn'];
    case 'reserved':
      return ['active', 'sold', 'withdrawn'];
    case 'withdrawn':
      return ['active'];
    case 'sold':
      return [];
    default: {
      const never: never = status;
      return never;
    }
  }
}

export const isEditable = (status: ListingStatus): boolean => status !== 'sold' && status !== 'withdrawn';
export const isOnMarket = (status: ListingStatus): boolean => status === 'active' || status === 'reserved';
