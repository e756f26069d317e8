/** The same simulation as simulation.test.ts, with the functions of the database instead of a model of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type Person, type Session, type World } from '../record/world.ts';
import { PostgresServer } from './simulation/postgres-server.ts';
import { simulate } from './simulation/simulate.ts';

/** SIM_PG_RUNS=100 looks longer; SEED=… repeats what a failure names. */
const RUNS = Number(process.env.SIM_PG_RUNS ?? 6);
const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: RUNS }, (_, n) => n + 1);
const OPERATIONS = 60;

let world: World;

beforeAll(async () => {
  world = await startWorld();
  // Rows lie where there was room: their order is that of a sequence, as calls come one after the other.
  await world.admin.query(`
    create sequence public.places;
    grant usage on sequence public.places to public;
    alter table realtime.messages add column place bigint default nextval('public.places');
    create index on realtime.messages (place)`);
});
afterAll(() => world.stop());

/** Whose ids a seed decides too: who follows an owner depends on them. */
async function people(seed: number): Promise<Person[]> {
  const made = ['a', 'b', 'c', 'd'].map((name) => ({
    id: `${seed.toString(16).padStart(8, '0')}-0000-4000-8000-00000000000${name}`,
    name: `${name}${seed}`
  }));
  await world.admin.query(
    `insert into auth.users (id, email, aud, role, raw_user_meta_data)
     select id, id || '@simulation.example', 'authenticated', 'authenticated', jsonb_build_object('display_name', name)
     from unnest($1::uuid[], $2::text[]) as u (id, name)`,
    [made.map(({ id }) => id), made.map(({ name }) => name)]
  );
  return made;
}

test(`${SEEDS.length} runs end with what the database has`, { timeout: 3_600_000 }, async () => {
  const total: Record<string, number> = {};
  for (const seed of SEEDS) {
    const smallMax = [2, 3, 20][seed % 3]!;
    await world.admin.query(
      'update private.settings set small_conversation_max = $1, receipts_announced_max = $2, sync_messages = 4, reaction_people = 1',
      [smallMax, 2 + (seed % 3)]
    );
    const sessions = new Map<string, Session>();
    for (const person of await people(seed)) sessions.set(person.id, await world.signIn(person));
    const { rows } = await world.admin.query<{ place: string }>('select coalesce(max(place), 0) as place from realtime.messages');
    const server = new PostgresServer(sessions, world.admin, Number(rows[0]!.place));
    const counts = await simulate(seed, {
      makeServer: () => server,
      areSocketsBlocked: seed % 4 === 0,
      withholds: smallMax === 20,
      operations: OPERATIONS
    }).catch((error: unknown) => {
      throw new Error(`SEED=${seed}: ${(error as Error).message}`, { cause: error });
    });
    for (const [what, count] of Object.entries(counts)) total[what] = (total[what] ?? 0) + count;
    await Promise.all([...sessions.values()].map((session) => session.close()));
  }
  if (process.env.SIM_PG_RUNS) console.log(`${SEEDS.length} runs`, total);
  expect(total['requests']).toBeGreaterThan(0);
});
