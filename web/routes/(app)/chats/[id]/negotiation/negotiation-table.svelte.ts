import type { Negotiation, Negotiations, OfferTerms, Party } from '#lib/api/negotiations.ts';
import { dealMoves, offerMoves, standingOffer, type DealMove } from '#lib/market/moves.ts';
import { Loaded } from '#lib/state/loaded.svelte.ts';
import { attempt } from '#lib/ui/attempt.ts';

/** One negotiation on screen: what stands, and what this person can do about it. */
export class NegotiationTable {
  readonly loaded: Loaded<Negotiation | null>;
  /** Something is on its way. */
  busy = $state(false);
  readonly id: string;
  readonly #api: Negotiations;
  readonly #me: string;

  constructor(id: string, api: Negotiations, me: string) {
    this.id = id;
    this.#api = api;
    this.#me = me;
    this.loaded = new Loaded(() => api.negotiation(id));
  }

  partyIn({ buyerId }: Negotiation): Party {
    return buyerId === this.#me ? 'buyer' : 'seller';
  }

  standing = (negotiation: Negotiation, now: Date) => standingOffer(negotiation, now);
  offerMoves = (negotiation: Negotiation, now: Date) => offerMoves(negotiation, this.partyIn(negotiation), now);
  dealMoves = (negotiation: Negotiation): readonly DealMove[] =>
    negotiation.deal ? dealMoves(negotiation.deal, this.partyIn(negotiation)) : [];

  /** Resolves to whether it was done; if not, why is said at the edge of the screen. */
  offer(terms: OfferTerms, answers: number | null): Promise<boolean> {
    return this.#do(() =>
      answers === null ? this.#api.makeOffer(this.id, terms) : this.#api.counterOffer(this.id, answers, terms)
    );
  }

  accept = (seq: number) => this.#do(() => this.#api.acceptOffer(this.id, seq));
  reject = (seq: number) => this.#do(() => this.#api.rejectOffer(this.id, seq));
  withdraw = (seq: number) => this.#do(() => this.#api.withdrawOffer(this.id, seq));

  move(dealId: string, move: DealMove): Promise<boolean> {
    const calls = {
      paid: () => this.#api.markPaid(dealId),
      completed: () => this.#api.complete(dealId),
      cancelled: () => this.#api.cancel(dealId)
    };
    return this.#do(calls[move]);
  }

  /** Shows what has become of it in any case: who is refused has not seen what the other side did. */
  async #do(task: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    const done = await attempt(task);
    await this.loaded.reload();
    this.busy = false;
    return done;
  }
}
