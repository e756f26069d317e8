/** The same simulation as simulation.test.ts, with the functions of the database instead of a model of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type Person, type Session, type World } from '../record/world.ts';
import { limitsOf } from './simulation/against-model.ts';
import { PostgresServer } from './simulation/postgres-server.ts';
import { play } from './simulation/runs.ts';
import { summary } from './simulation/summary.ts';

/** SIM_PG_RUNS=100 looks longer; the rest is as in simulation.test.ts. */
const RUNS = Number(process.env.SIM_PG_RUNS ?? 40);

let world: World;
let sessions = new Map<string, Session>();
let runs = 0;

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

/** Other people for each run, in the same order by their ids: who follows an owner depends on it. */
async function people(): Promise<Person[]> {
  runs += 1;
  const made = ['a', 'b', 'c', 'd'].map((name) => ({
    id: `${runs.toString(16).padStart(8, '0')}-0000-4000-8000-00000000000${name}`,
    name: `${name}${runs}`
  }));
  await world.admin.query(
    `insert into auth.users (id, email, aud, role, raw_user_meta_data)
     select id, id || '@simulation.example', 'authenticated', 'authenticated', jsonb_build_object('display_name', name)
     from unnest($1::uuid[], $2::text[]) as u (id, name)`,
    [made.map(({ id }) => id), made.map(({ name }) => name)]
  );
  return made;
}

async function options(seed: number) {
  const { smallMax, receiptsMax, page, reactionPeople } = limitsOf(seed);
  await world.admin.query(
    'update private.settings set small_conversation_max = $1, receipts_announced_max = $2, sync_messages = $3, reaction_people = $4',
    [smallMax, receiptsMax, page, reactionPeople]
  );
  await Promise.all([...sessions.values()].map((session) => session.close()));
  sessions = new Map();
  for (const person of await people()) sessions.set(person.id, await world.signIn(person));
  const { rows } = await world.admin.query<{ place: string }>('select coalesce(max(place), 0) as place from realtime.messages');
  const server = new PostgresServer(sessions, world.admin, Number(rows[0]!.place));
  return { makeServer: () => server, hasNoSockets: seed % 4 === 0, withholds: smallMax === 20 };
}

test(`${RUNS} runs end with what the database has`, { timeout: 3_600_000 }, async () => {
  const counts = await play({ runs: RUNS, operations: 60, options });
  console.log(summary('simulation against Postgres', counts));
  expect(counts.requests).toBeGreaterThan(0);
});
