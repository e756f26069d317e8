/**
 * Chance against the whole of a conversation: five people do a hundred things in three conversations that they may or may not
 * do. After every call
 *   R1  it was done or refused by the catalogue, never anything else
 *   R2  done again, it changes nothing
 *   R3  no watermark has fallen
 * and at the end of each run
 *   R4  what is counted and summed up equals what is recounted from nothing (random/invariants.ts)
 *   R5  who has heard every event, and who has only asked sync() now and then, both know what is there
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Asker, type Announced, type Known, Listener, type Row } from './random/clients.ts';
import { broken } from './random/invariants.ts';
import { type Call, CALL_NAMES, callOf, type Place, type Scene, type Step, steps } from './random/operations.ts';
import { type Session, startWorld, type World } from './world.ts';

/** RECORD_RUNS=1000 looks longer; RECORD_SEED and RECORD_PATH repeat what a failure names, RECORD_SHRINK=1 makes it shorter. */
const RUNS = Number(process.env.RECORD_RUNS ?? 6);
const SEED = Number(process.env.RECORD_SEED ?? 20261121);
const PEOPLE = 5;
const STEPS = 100;

let world: World;
/** How often each call was done: what is always refused tests nothing. */
const done = new Map<string, number>();

beforeAll(async () => {
  world = await startWorld();
  // Rows lie where there was room, and have the time of their transaction: neither tells in which order they were written.
  await world.admin.query(`
    create sequence public.places;
    grant usage on sequence public.places to public;
    alter table realtime.messages add column place bigint default nextval('public.places')`);
});
afterAll(() => world.stop());

test(`${RUNS} random runs of ${STEPS} calls leave the record whole`, { timeout: 3_600_000 }, async () => {
  const property = fc.asyncProperty(steps(STEPS), fc.constantFrom(2, 4, 20), async (list, small) => {
    // So that conversations are small, large, or become large on the way.
    await world.admin.query('update private.settings set small_conversation_max = $1', [small]);
    await run(list);
  });
  const { failed, errorInstance, counterexamplePath } = await fc.check(property, {
    seed: SEED,
    path: process.env.RECORD_PATH,
    numRuns: RUNS,
    // Looking for fewer calls that do it takes minutes: only when asked.
    endOnFailure: process.env.RECORD_SHRINK !== '1'
  });
  if (failed) {
    throw new Error(`RECORD_SEED=${SEED} RECORD_PATH=${counterexamplePath}: ${(errorInstance as Error).message}`, {
      cause: errorInstance
    });
  }
  expect(CALL_NAMES.filter((name) => !done.has(name))).toEqual([]);
  if (process.env.RECORD_RUNS) console.log(Object.fromEntries(done));
});

async function run(list: Step[]): Promise<void> {
  const people = await world.people(PEOPLE);
  const sessions = await Promise.all(people.map((person) => world.signIn(person)));
  const conversations = [
    await world.group(people[0]!, people.slice(0, 4)),
    await world.group(people[1]!, people.slice(1, 3)),
    await sessions[0]!.value<string>('select id from public.start_direct_conversation($1)', [people[1]!.id])
  ];
  const { rows: profiles } = await world.admin.query<Scene['people'][number]>(
    'select id, handle from public.profiles where id = any ($1)',
    [people.map(({ id }) => id)]
  );
  const askers = sessions.map((session) => new Asker(session));
  for (const asker of askers) await asker.ask();

  let now = await look(conversations);
  for (const step of list) {
    const call = callOf({ people: profiles, conversations: now.places }, step);
    // The moderators have their say as well.
    if (step.at % 40 === 0) {
      await world.admin.query('update private.senders set is_withheld = not is_withheld where user_id = $1', [call.by]);
    }
    const session = sessions[people.findIndex(({ id }) => id === call.by)]!;
    const isDone = await attempt(session, call);
    if (isDone) done.set(step.call, (done.get(step.call) ?? 0) + 1);
    if (isDone && step.again) {
      const before = await fingerprint(conversations);
      await attempt(session, call);
      expect(await fingerprint(conversations), `R2: ${step.call} again`).toEqual(before);
    }
    const before = now.marks;
    now = await look(conversations);
    for (const { of, at } of now.marks)
      expect(at, `R3: ${of}`).toBeGreaterThanOrEqual(before.find((mark) => mark.of === of)?.at ?? 0);
    if (step.at % 7 === 0) await askers[step.other % PEOPLE]!.ask();
  }

  // The jobs that are due at the end tell who is still to be told.
  while ((await world.admin.query<{ more: boolean }>('select private.expand_callings() as more')).rows[0]!.more);
  expect(await broken(world.admin, conversations), 'R4').toEqual({});
  const announced = await heard(
    conversations,
    people.map(({ id }) => id)
  );
  for (const [n, { id }] of people.entries()) {
    const listener = new Listener(id);
    for (const event of announced) listener.hear(event);
    await askers[n]!.ask();
    const present = await there(id, conversations);
    expect(picture(listener.known), 'R5: who has listened').toEqual(picture(present, listener.known));
    expect(picture(askers[n]!.known), 'R5: who has asked').toEqual(picture(present, askers[n]!.known));
    expect(listener.personal, 'R5: what is one’s own').toEqual(askers[n]!.personal);
  }
  await Promise.all(sessions.map((session) => session.close()));
}

/** R1. Whether it was done. */
async function attempt(session: Session, { text, values }: Call): Promise<boolean> {
  try {
    await session.query(text, values);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'PGRST') throw error;
    return false;
  }
}

/** What a call that changes nothing leaves as it is: the numbers of the record, and how much was announced. */
async function fingerprint(conversations: string[]): Promise<unknown> {
  const { rows } = await world.admin.query(
    `select (select sum(c.revision) + sum(c.last_seq) from public.conversations c where c.id = any ($1)) as record,
       (select sum(revision) from private.personal) as personal, (select last_value from public.places) as announced`,
    [conversations]
  );
  return rows;
}

interface Now {
  places: Place[];
  /** Watermarks by conversation and person. */
  marks: { of: string; at: number }[];
}

async function look(conversations: string[]): Promise<Now> {
  const { rows } = await world.admin.query<Now>(
    `select
       (select jsonb_agg(jsonb_build_object(
         'id', c.id,
         'members', coalesce((
           select jsonb_agg(m.user_id order by m.role, m.user_id) from public.members m
           where m.conversation_id = c.id and m.left_at is null
         ), '[]'),
         'messages', coalesce((
           select jsonb_agg(jsonb_build_object('seq', m.seq, 'sender', m.sender_id, 'kind', m.kind, 'thread', m.thread_seq) order by m.seq)
           from public.messages m where m.conversation_id = c.id
         ), '[]')
       ) order by array_position($1, c.id)) from public.conversations c where c.id = any ($1)) as places,
       (select jsonb_agg(jsonb_build_object('of', m.conversation_id || ' ' || m.user_id || ' ' || w.kind, 'at', w.at))
        from public.members m cross join lateral (values ('delivered', m.delivered_seq), ('read', m.read_seq)) as w (kind, at)
        where m.conversation_id = any ($1)) as marks`,
    [conversations]
  );
  return rows[0]!;
}

/** Everything that was announced, in the order in which it was written. */
async function heard(conversations: string[], people: string[]): Promise<Announced[]> {
  const { rows } = await world.admin.query<Announced>(
    `select topic, event, payload - 'id' as payload from realtime.messages
     where payload ->> 'conversation_id' = any ($1) or event = 'personal' and topic = any ($2)
     order by place`,
    [conversations, people.map((id) => `user:${id}`)]
  );
  return rows;
}

/** What is there for somebody, by the tables. */
async function there(person: string, conversations: string[]): Promise<Map<string, Known>> {
  const { rows } = await world.admin.query<{ id: string; title: unknown; revision: number; messages: Row[] }>(
    `select c.id, c.title, c.revision::int, coalesce((
       select jsonb_agg(private.message_json(m, $1)) from public.messages m where m.conversation_id = c.id
     ), '[]') as messages
     from public.conversations c
     join public.members me on me.conversation_id = c.id and me.user_id = $1 and me.left_at is null
     where c.id = any ($2)`,
    [person, conversations]
  );
  return new Map(
    rows.map(({ id, title, revision, messages }) => [
      id,
      { since: 0, revision, title, messages: new Map(messages.map((message) => [message.seq, message])) }
    ])
  );
}

/** As plain data: of each conversation what has changed since somebody came to know it. */
function picture(known: Map<string, Known>, by: Map<string, Known> = known): unknown {
  return [...known.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, { title, revision, messages }]) => ({
      id,
      title,
      revision,
      messages: [...messages.values()]
        .filter((message) => message.revision > (by.get(id)?.since ?? 0))
        .sort((a, b) => a.seq - b.seq)
        .map((message) => ({ ...message, my_reactions: [...((message.my_reactions as string[]) ?? [])].sort() }))
    }));
}
