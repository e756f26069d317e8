/** What two people do about the same listing at the same moment: one of them wins, the other is told clearly. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitingFor } from './locks.ts';
import { accept, codeOf, faults, listingOf, offerOn, withdraw } from './market.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

const ROUNDS = 8;

let world: World;
let seller: Person;
let sally: Session;
let sallysPhone: Session;
let bob: Session;
let carol: Session;

beforeAll(async () => {
  world = await startWorld();
  const people = (await world.people(3)) as [Person, Person, Person];
  seller = people[0];
  [sally, sallysPhone, bob, carol] = (await Promise.all([
    world.signIn(people[0]),
    world.signIn(people[0]),
    world.signIn(people[1]),
    world.signIn(people[2])
  ])) as [Session, Session, Session, Session];
});
afterAll(() => world.stop());

let listing: string;
beforeEach(async () => {
  listing = await listingOf(world, seller);
});

/** Runs it several times, each about a new listing; nothing may be left in disorder. */
async function rounds(run: (listing: string) => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await run(await listingOf(world, seller));
  expect(await faults(world)).toEqual([]);
}

const dealsOf = async (about: string): Promise<number> =>
  (await world.admin.query<{ n: number }>('select count(*)::int as n from public.deals where listing_id = $1', [about])).rows[0]!
    .n;

/** A transaction that is left open after the statement; the other one is awaited at its lock before this one commits. */
async function overtaken(first: Session, statement: () => Promise<unknown>, second: Session, late: () => Promise<string>) {
  await first.query('begin');
  await statement();
  const answer = late();
  await waitingFor(world.admin, second.pid, first.pid);
  await first.query('commit');
  return answer;
}

describe('accepting', () => {
  test('in two negotiations about one listing, by two buyers: one of them has it', async () => {
    await rounds(async (about) => {
      const one = await offerOn(bob, about);
      const two = await offerOn(carol, about);
      await sally.query('select public.counter_offer($1, 2, 9500)', [one]);
      await sally.query('select public.counter_offer($1, 2, 9600)', [two]);
      const answers = await Promise.all([accept(bob, one, 3), accept(carol, two, 3)]);
      expect(answers.sort()).toEqual(['created', 'listing_closed']);
      expect(await dealsOf(about)).toBe(1);
    });
  });

  test('in two negotiations at once, by the seller on two devices: one of them', async () => {
    await rounds(async (about) => {
      const one = await offerOn(bob, about);
      const two = await offerOn(carol, about);
      const answers = await Promise.all([accept(sally, one), accept(sallysPhone, two)]);
      expect(answers.sort()).toEqual(['created', 'listing_closed']);
      expect(await dealsOf(about)).toBe(1);
    });
  });

  test('the same offer twice at once: both get the one deal', async () => {
    await rounds(async (about) => {
      const one = await offerOn(bob, about);
      expect(await Promise.all([accept(sally, one), accept(sallysPhone, one)])).toEqual(['created', 'created']);
      expect(await dealsOf(about)).toBe(1);
    });
  });

  test('against withdrawing: it is a deal or it is withdrawn', async () => {
    const seen = new Set<string>();
    await rounds(async (about) => {
      const one = await offerOn(bob, about);
      const [accepted, withdrawn] = await Promise.all([accept(sally, one), withdraw(bob, one)]);
      seen.add(`${accepted} ${withdrawn}`);
    });
    for (const pair of seen) expect(['created offer_not_standing', 'offer_not_standing withdrawn']).toContain(pair);
  });

  test('that comes first: withdrawing waits, and is refused', async () => {
    const one = await offerOn(bob, listing);
    const late = overtaken(
      sally,
      () => accept(sally, one),
      bob,
      () => withdraw(bob, one)
    );
    expect(await late).toBe('offer_not_standing');
  });

  test('that comes second: it waits, and is refused', async () => {
    const one = await offerOn(bob, listing);
    const late = overtaken(
      bob,
      () => withdraw(bob, one),
      sally,
      () => accept(sally, one)
    );
    expect(await late).toBe('offer_not_standing');
    expect(await dealsOf(listing)).toBe(0);
  });

  test('while an offer is made in another negotiation: that offer is refused with it', async () => {
    const one = await offerOn(bob, listing);
    const two = await carol.value<string>('select id from public.start_negotiation($1)', [listing]);
    const late = overtaken(
      carol,
      () => carol.query('select public.make_offer($1, 9900)', [two]),
      sally,
      () => accept(sally, one)
    );
    expect(await late).toBe('created');
    const { rows } = await world.admin.query('select status from public.offers where conversation_id = $1', [two]);
    expect(rows).toEqual([{ status: 'rejected' }]);
  });

  test('while somebody begins another negotiation: that one is refused, or is over as well', async () => {
    const one = await offerOn(bob, listing);
    const late = overtaken(
      sally,
      () => accept(sally, one),
      carol,
      () => codeOf(carol.value('select id from public.start_negotiation($1)', [listing]))
    );
    expect(await late).toBe('listing_closed');
    await rounds(async (about) => {
      const other = await offerOn(bob, about);
      await Promise.all([accept(sally, other), codeOf(carol.value('select id from public.start_negotiation($1)', [about]))]);
    });
  });

  test('while the listing is withdrawn: one of the two', async () => {
    const seen = new Set<string>();
    await rounds(async (about) => {
      const one = await offerOn(bob, about);
      const [accepted, status] = await Promise.all([
        accept(sally, one),
        codeOf(sallysPhone.value(`select status from public.set_listing_status($1, 'withdrawn')`, [about]))
      ]);
      seen.add(`${accepted} ${status}`);
    });
    for (const pair of seen) expect(['created listing_step_invalid', 'listing_closed withdrawn']).toContain(pair);
  });

  test('while the offer expires: it is refused, and the sweep does not wait for who holds it', async () => {
    const one = await offerOn(bob, listing);
    await world.admin.query(`update public.offers set expires_at = now() where conversation_id = $1`, [one]);
    await sally.query('begin');
    expect(await accept(sally, one)).toBe('offer_expired');
    await sally.query('rollback');
    await sally.query('begin');
    await sally.query('select public.send_message($1, null, $2)', [one, 'still thinking']);
    const { rows: skipped } = await world.admin.query('select private.expire_due_offer() as swept');
    await sally.query('commit');
    const { rows: swept } = await world.admin.query('select private.expire_due_offer() as swept');
    expect([skipped[0].swept, swept[0].swept]).toEqual([false, true]);
    expect(await faults(world)).toEqual([]);
  });
});

describe('beginning', () => {
  test('ten times at once: one listing conversation, and one negotiation', async () => {
    await rounds(async (about) => {
      const { rows } = await world.admin.query<{ id: string }>(
        `select id from public.profiles where id not in (select seller_id from public.listings where id = $1) limit 1`,
        [about]
      );
      const sessions = await Promise.all(Array.from({ length: 10 }, () => world.signIn({ id: rows[0]!.id, name: '' })));
      for (const call of ['start_listing_conversation', 'start_negotiation']) {
        const ids = await Promise.all(sessions.map((s) => s.value<string>(`select id from public.${call}($1)`, [about])));
        expect(new Set(ids).size).toBe(1);
      }
      await Promise.all(sessions.map((session) => session.close()));
    });
  });
});

describe('a deal', () => {
  test('that is paid and cancelled at once is one of the two', async () => {
    const seen = new Set<string>();
    await rounds(async (about) => {
      const one = await offerOn(bob, about);
      const deal = await sally.value<string>('select id from public.accept_offer($1, 2)', [one]);
      const move = (session: Session, call: string) => codeOf(session.value(`select status from public.${call}($1)`, [deal]));
      const [paid, cancelled] = await Promise.all([move(sally, 'mark_deal_paid'), move(bob, 'cancel_deal')]);
      seen.add(`${paid} ${cancelled}`);
    });
    for (const pair of seen) expect(['paid deal_not_yours_to_move', 'deal_step_invalid cancelled']).toContain(pair);
  });
});

describe('an account that is deleted', () => {
  test('does not publish a listing afterwards with a call that waited', async () => {
    const [leaver] = (await world.people(1, 'leaver')) as [Person];
    const about = await listingOf(world, leaver);
    const session = await world.signIn(leaver);
    const deletion = await world.admin.connect();
    await deletion.query('begin');
    const { rows } = await deletion.query<{ pid: number }>('select pg_backend_pid() as pid');
    await deletion.query('delete from auth.users where id = $1', [leaver.id]);
    const late = codeOf(session.value(`select status from public.set_listing_status($1, 'active')`, [about]));
    await waitingFor(world.admin, session.pid, rows[0]!.pid);
    await deletion.query('commit');
    deletion.release();
    expect(await late).toBe('listing_not_found');
    const { rows: left } = await world.admin.query('select status, seller_id from public.listings where id = $1', [about]);
    expect(left).toEqual([{ status: 'withdrawn', seller_id: null }]);
  });
});
