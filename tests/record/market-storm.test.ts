/** Everybody does anything with everybody's listings at once: no deadlock, and nothing is left in disorder. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, faults } from './market.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

const PEOPLE = 8;
const LISTINGS = 4;
const STEPS_EACH = 120;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type Step = (session: Session, pick: <T>(from: T[]) => T) => Promise<string>;

const value = (session: Session, text: string, values: unknown[]) => codeOf(session.value<string>(text, values));

/** The offers that stand for this person, whoever has to answer them. */
const standing = (session: Session) =>
  session.query<{ id: string; seq: string }>(`select conversation_id as id, seq from public.offers where status = 'open'`);

function answer(call: string, more = ''): Step {
  return async (session, pick) => {
    const offers = await standing(session);
    if (offers.length === 0) return 'nothing to answer';
    const { id, seq } = pick(offers);
    return value(session, `select status::text from public.${call}($1, $2${more})`, [id, seq]);
  };
}

const moveDeal =
  (call: string): Step =>
  async (session, pick) => {
    const deals = await session.query<{ id: string }>('select id from public.deals');
    return deals.length === 0 ? 'no deal' : value(session, `select status::text from public.${call}($1)`, [pick(deals).id]);
  };

const setStatus =
  (status: string): Step =>
  async (session, pick) => {
    const listings = await session.query<{ id: string }>('select id from public.listings where seller_id = auth.uid()');
    return listings.length === 0
      ? 'no listing'
      : value(session, 'select status::text from public.set_listing_status($1, $2)', [pick(listings).id, status]);
  };

const begin: Step = async (session, pick) => {
  const listings = await session.query<{ id: string }>('select id from public.listings');
  const { id } = pick(listings);
  const conversation = await value(session, 'select id from public.start_negotiation($1)', [id]);
  return /-/.test(conversation)
    ? value(session, 'select status::text from public.make_offer($1, $2)', [conversation, 1 + Math.floor(Math.random() * 9999)])
    : conversation;
};

const say: Step = async (session, pick) => {
  const mine = await session.query<{ id: string }>('select conversation_id as id from public.negotiations');
  return mine.length === 0 ? 'no one' : value(session, `select seq from public.send_message($1, null, 'Well')`, [pick(mine).id]);
};

/** Time passes for one offer (a statement that holds one row, and so cannot be part of a circle), and the sweep comes by. */
const expire: Step = async () => {
  await world.admin.query(
    `update public.offers set expires_at = now()
     where (conversation_id, seq) in (select conversation_id, seq from public.offers where status = 'open' order by random() limit 1)`
  );
  return String((await world.admin.query('select private.expire_due_offer() as swept')).rows[0].swept);
};

const STEPS: Step[] = [
  begin,
  begin,
  begin,
  answer('counter_offer', ', 5000 + (random() * 4000)::bigint'),
  answer('counter_offer', ', 5000 + (random() * 4000)::bigint'),
  answer('accept_offer'),
  answer('reject_offer'),
  answer('withdraw_offer'),
  moveDeal('mark_deal_paid'),
  moveDeal('complete_deal'),
  moveDeal('cancel_deal'),
  setStatus('active'),
  setStatus('reserved'),
  setStatus('withdrawn'),
  say,
  expire
];

test('eight people, two connections each, and two accounts that are deleted in the middle', async () => {
  const people = await world.people(PEOPLE);
  for (const [n, seller] of people.entries()) {
    const session = await world.signIn(seller);
    for (let listing = 0; listing < LISTINGS; listing += 1) {
      await session.query(
        `insert into public.listings (title, price_minor, currency, status) values ($1, 10000, 'EUR', 'active')`,
        [`${n}.${listing}`]
      );
    }
    await session.close();
  }
  const gone = new Set<string>();
  const answers = new Map<string, number>();
  const pick = <T>(from: T[]): T => from[Math.floor(Math.random() * from.length)]!;
  const act = async (person: Person) => {
    const session = await world.signIn(person);
    for (let n = 0; n < STEPS_EACH && !gone.has(person.id); n += 1) {
      const said = await pick(STEPS)(session, pick).catch((error: { code?: string }) => {
        // Whoever has just been deleted writes nothing any more: their messages refer to nobody.
        if (gone.has(person.id) && error.code?.startsWith('23')) return 'gone';
        throw error;
      });
      answers.set(said, (answers.get(said) ?? 0) + 1);
    }
    await session.close();
  };
  const done = () => [...answers.values()].reduce((sum, n) => sum + n, 0);
  const leave = async (person: Person) => {
    while (done() < PEOPLE * STEPS_EACH) await new Promise((resolve) => setImmediate(resolve));
    gone.add(person.id);
    await world.admin.query('delete from auth.users where id = $1', [person.id]);
  };
  await Promise.all([...people, ...people].map(act).concat(people.slice(0, 2).map(leave)));

  expect(await faults(world)).toEqual([]);
  // It was a storm: there were deals, and people who came too late.
  expect(answers.get('created') ?? 0).toBeGreaterThan(0);
  expect((answers.get('offer_not_standing') ?? 0) + (answers.get('listing_closed') ?? 0)).toBeGreaterThan(0);
}, 120_000);
