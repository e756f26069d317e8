/** Fifty writers whose connections are killed at random: the record stays dense, in the order of commits, complete. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Reader } from './reader.ts';
import { type Person, startWorld, type World } from './world.ts';
import { type Sent, Writer } from './writer.ts';

const WRITERS = 50;
const MESSAGES_EACH = 20;
/** One connection dies for so many acknowledged messages. */
const MESSAGES_PER_KILL = 8;

let world: World;
let people: Person[];

beforeAll(async () => {
  world = await startWorld();
  people = await world.people(WRITERS + 1);
});
afterAll(() => world.stop());

/** Everybody writes, each one message after the other; `conversationOf` says where to. */
async function writeUnderFire(
  conversationOf: (writer: number, message: number) => string
): Promise<{ writers: Writer[]; kills: number }> {
  const writers = people.slice(0, WRITERS).map((person) => new Writer(world, person));
  let acknowledged = 0;
  let kills = 0;
  await Promise.all(
    writers.map(async (writer, w) => {
      for (let m = 0; m < MESSAGES_EACH; m += 1) {
        await writer.send(conversationOf(w, m));
        acknowledged += 1;
        const victim = writers[Math.floor(Math.random() * WRITERS)]!.pid;
        if (acknowledged % MESSAGES_PER_KILL === 0 && victim !== undefined) {
          kills += 1;
          await world.kill(victim);
        }
      }
    })
  );
  return { writers, kills };
}

/** What the table has, in the order of `seq`. */
async function stored(
  conversation: string
): Promise<{ seq: number; id: string; content: string; committed: Date; revision: number }[]> {
  const { rows } = await world.admin.query(
    `select seq::int, id, content, revision::int, pg_xact_commit_timestamp(xmin) as committed
     from public.messages where conversation_id = $1 order by seq`,
    [conversation]
  );
  return rows;
}

async function expectFaultless(conversation: string, sent: Sent[]): Promise<void> {
  const rows = await stored(conversation);
  expect(rows.map(({ seq }) => seq)).toEqual(sent.map((_, n) => n + 1));
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(sent.map(({ id }) => id)));
  expect(Object.fromEntries(rows.map(({ id, seq }) => [id, seq]))).toEqual(
    Object.fromEntries(sent.map(({ id, seq }) => [id, seq]))
  );
  expect(rows.filter(({ id, content }) => content !== `content of ${id}`)).toEqual([]);
  for (const [n, row] of rows.entries()) {
    const before = rows[n - 1];
    if (!before) continue;
    expect(row.revision).toBe(before.revision + 1);
    expect(row.committed.getTime()).toBeGreaterThanOrEqual(before.committed.getTime());
  }
  const { rows: counted } = await world.admin.query(
    'select last_seq::int, revision::int from public.conversations where id = $1',
    [conversation]
  );
  expect(counted).toEqual([{ last_seq: sent.length, revision: rows.at(-1)!.revision }]);
}

test('into one conversation', async () => {
  const conversation = await world.group(people[0]!, people);
  const reader = new Reader(await world.signIn(people[WRITERS]!)).knows(conversation);
  const reading = reader.until(WRITERS * MESSAGES_EACH);
  const { writers, kills } = await writeUnderFire(() => conversation);
  await reading;

  await expectFaultless(
    conversation,
    writers.flatMap(({ sent }) => sent)
  );
  expect(reader.messages(conversation)).toHaveLength(WRITERS * MESSAGES_EACH);
  expect(kills).toBeGreaterThan(50);
  expect(writers.reduce((sum, { interruptions }) => sum + interruptions, 0)).toBeGreaterThan(20);
}, 60_000);

test('into many conversations, small ones, each with its own numbers', async () => {
  const reading = people[WRITERS]!;
  const rooms: string[] = [];
  // Each writer is in five of them, and each has ten writers.
  for (let room = 0; room < 25; room += 1) {
    const members = people.slice(0, WRITERS).filter((_, n) => (n + room) % 5 === 0);
    rooms.push(await world.group(members[0]!, [...members, reading]));
  }
  const roomOf = (writer: number, message: number) => rooms[((5 - (writer % 5)) % 5) + 5 * (message % 5)]!;
  const reader = new Reader(await world.signIn(reading)).knows(...rooms);
  const done = reader.until(WRITERS * MESSAGES_EACH);
  const { writers, kills } = await writeUnderFire(roomOf);
  await done;

  const sent = writers.flatMap((writer) => writer.sent);
  for (const room of rooms)
    await expectFaultless(
      room,
      sent.filter(({ conversation }) => conversation === room)
    );
  expect(sent).toHaveLength(WRITERS * MESSAGES_EACH);
  expect(kills).toBeGreaterThan(50);
}, 60_000);
