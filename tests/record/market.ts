/** Sellers, buyers and what they negotiate about, on connections of their own. */
import pg from 'pg';
import type { Person, Session, World } from './world.ts';

export async function listingOf(world: World, seller: Person, title = 'Red bicycle'): Promise<string> {
  const session = await world.signIn(seller);
  const id = await session.value<string>(
    `insert into public.listings (title, price_minor, currency, status) values ($1, 10000, 'EUR', 'active') returning id`,
    [title]
  );
  await session.close();
  return id;
}

/** Begins a negotiation with an offer, which has number 2; returns the conversation. */
export async function offerOn(buyer: Session, listing: string, amount = 9000): Promise<string> {
  const conversation = await buyer.value<string>('select id from public.start_negotiation($1)', [listing]);
  await buyer.query('select public.make_offer($1, $2)', [conversation, amount]);
  return conversation;
}

/** The status of the deal, or the code of the refusal. @throws whatever is no refusal, such as a deadlock. */
export const accept = (session: Session, conversation: string, seq = 2): Promise<string> =>
  codeOf(session.value<string>('select status from public.accept_offer($1, $2)', [conversation, seq]));

export const withdraw = (session: Session, conversation: string, seq = 2): Promise<string> =>
  codeOf(session.value<string>('select status from public.withdraw_offer($1, $2)', [conversation, seq]));

/** What was answered, or the code with which it was refused. */
export async function codeOf(answer: Promise<string>): Promise<string> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== 'PGRST') throw error;
    return (JSON.parse(error.message) as { code: string }).code;
  }
}

/** What must hold of every listing, negotiation, offer and deal at any time: one line per violation. */
export async function faults(world: World): Promise<string[]> {
  const { rows } = await world.admin.query<{ fault: string }>(`
    select 'listing with two deals ' || d.listing_id as fault
    from public.deals d where d.status <> 'cancelled' group by d.listing_id having count(*) > 1
    union all
    select 'deal about a listing that is not sold ' || d.id
    from public.deals d join public.listings l on l.id = d.listing_id where d.status <> 'cancelled' and l.status <> 'sold'
    union all
    select 'negotiation that goes on about a closed listing ' || n.conversation_id
    from public.negotiations n join public.listings l on l.id = n.listing_id
    where n.status in ('open', 'countered') and l.status in ('sold', 'withdrawn')
    union all
    select 'offer that stands in a negotiation that is over ' || n.conversation_id
    from public.negotiations n join public.offers o on o.conversation_id = n.conversation_id and o.status = 'open'
    where n.status not in ('open', 'countered')
    union all
    select 'accepted negotiation without a deal ' || n.conversation_id
    from public.negotiations n
    where n.status = 'accepted' and not exists (select from public.deals d where d.conversation_id = n.conversation_id)
    union all
    select 'negotiations of the same two at once ' || n.listing_id
    from public.negotiations n where n.status in ('open', 'countered') group by n.listing_id, n.buyer_id having count(*) > 1
    union all
    select 'chain broken: ' || n.conversation_id || ' ' || f.seq || ' ' || f.reason
    from public.negotiations n cross join lateral private.chain_faults(n.conversation_id, null, null) f
    union all
    select 'end said twice in ' || m.conversation_id
    from public.messages m
    where m.system ->> 'code' in ('offer_accepted', 'offer_rejected', 'offer_withdrawn', 'offer_expired', 'negotiation_closed')
    group by m.conversation_id having count(*) > 1`);
  return rows.map(({ fault }) => fault);
}
