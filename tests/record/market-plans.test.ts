/** How listings and negotiations are reached on a market of 30,000 listings: by index, reading what concerns the asker. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listingOf, offerOn } from './market.ts';
import { explainAll, type Scan, scansOf } from './plans.ts';
import { type Person, startWorld, type World } from './world.ts';

const LISTINGS = 30_000;
const SELLERS = 300;

let world: World;
let client: pg.PoolClient;
let bob: Person;

beforeAll(async () => {
  world = await startWorld();
  const people = await world.people(SELLERS + 2);
  bob = people[0]!;
  await fill(people.slice(2));
  await trade(people[1]!);
  await world.admin.query('analyze');
  client = await world.admin.connect();
  await explainAll(client as unknown as pg.Client);
  await client.query(`select set_config('request.jwt.claims', $1, false), set_config('role', 'authenticated', false)`, [
    JSON.stringify({ sub: bob.id, role: 'authenticated' })
  ]);
}, 60_000);
afterAll(async () => {
  client?.release(true);
  await world.stop();
});

/** Listings in every status, and as many negotiations between others, which are none of Bob's business. */
async function fill(sellers: Person[]): Promise<void> {
  await world.admin.query('alter table public.listings disable trigger user');
  await world.admin.query(
    `insert into public.listings (seller_id, title, description, price_minor, currency, status, created_at)
     select ($1::uuid[])[1 + n % $2], 'Thing ' || md5(n::text), 'usual' || case when n % 3000 = 0 then ' rare' else '' end, n, 'EUR',
       (enum_range(null::public.listing_status))[1 + (n * 7) % 5], now() - n * interval '1 minute'
     from generate_series(1, $3::int) n`,
    [sellers.map(({ id }) => id), SELLERS, LISTINGS]
  );
  await world.admin.query('alter table public.listings enable trigger user');
  // The next seller wants it.
  await world.admin.query(
    `with made as (
       insert into public.conversations (kind, listing_id, buyer_id)
       select 'negotiation', l.id, ($1::uuid[])[1 + array_position($1::uuid[], l.seller_id) % $2]
       from (select id, seller_id from public.listings limit 5000) l
       returning *
     ), joined as (
       insert into public.members (conversation_id, user_id, revision) select id, buyer_id, 1 from made
     )
     insert into public.negotiations (conversation_id, listing_id, buyer_id, seller_id)
     select m.id, m.listing_id, m.buyer_id, l.seller_id from made m join public.listings l on l.id = m.listing_id`,
    [sellers.map(({ id }) => id), SELLERS]
  );
}

/** Bob negotiates about three things. */
async function trade(seller: Person): Promise<void> {
  const session = await world.signIn(bob);
  for (let n = 0; n < 3; n += 1) await offerOn(session, await listingOf(world, seller));
  await session.close();
}

const scans = (text: string): Promise<Scan[]> =>
  scansOf(client as unknown as pg.Client, text, text.includes('$1') ? [bob.id] : []);

describe.each([
  [
    'the market, newest first',
    `select * from public.listings where status in ('active', 'reserved') order by created_at desc limit 20`,
    'listings_on_the_market',
    20
  ],
  [
    'what is active',
    `select * from public.listings where status = 'active' order by created_at desc limit 20`,
    'listings_on_the_market',
    60
  ],
  ['one’s own listings', 'select * from public.listings where seller_id = $1', 'listings_by_seller', 5],
  ['a rare word', `select * from public.search_listings('rare')`, 'listings_by_words', 10],
  ['one’s own negotiations', 'select * from public.negotiations', 'negotiations_by_buyer', 3]
])('%s', (_what, text, index, most) => {
  let list: Scan[];
  beforeAll(async () => {
    list = await scans(text);
  });

  test(`by ${index}`, () => {
    expect(list.map((scan) => scan.index)).toContain(index);
  });

  test(`reading no more than ${most} rows, and no table from end to end`, () => {
    const read = list.filter(({ table }) => ['listings', 'negotiations'].includes(table ?? ''));
    expect(read.filter(({ type }) => type === 'Seq Scan')).toEqual([]);
    expect(read.reduce((sum, scan) => sum + scan.read, 0)).toBeLessThanOrEqual(most);
  });
});
