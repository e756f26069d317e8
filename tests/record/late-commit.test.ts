/** A transaction that takes its number and commits late: whoever polls meanwhile still gets it, in its place. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitingFor } from './locks.ts';
import { Reader } from './reader.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;
let alice: Session;
let bob: Session;
let reader: Reader;
let here: string;
let elsewhere: string;

const SEND = 'select seq::int from public.send_message($1, $2, $3)';

beforeAll(async () => {
  world = await startWorld();
  const people = (await world.people(3)) as [Person, Person, Person];
  here = await world.group(people[0], people);
  elsewhere = await world.group(people[0], people);
  alice = await world.signIn(people[0]);
  bob = await world.signIn(people[1]);
  reader = new Reader(await world.signIn(people[2])).knows(here, elsewhere);
});
afterAll(() => world.stop());

const contents = (conversation: string) => reader.messages(conversation).map(({ content }) => content);

test('a number that is taken holds back the next one until it is committed, and no reader passes it', async () => {
  await alice.query('begin');
  expect(await alice.value(SEND, [here, randomUUID(), 'first, and slow'])).toBe(1);

  const bobs = bob.value(SEND, [here, randomUUID(), 'second']);
  await waitingFor(world.admin, bob.pid, alice.pid);
  await reader.poll();
  expect(contents(here)).toEqual([]);

  await alice.query('commit');
  expect(await bobs).toBe(2);
  await reader.poll();
  expect(contents(here)).toEqual(['first, and slow', 'second']);
});

test('meanwhile, other conversations go on, and what is late is not lost to a reader who saw them', async () => {
  await alice.query('begin');
  await alice.query(SEND, [here, randomUUID(), 'late']);
  await bob.query(SEND, [elsewhere, randomUUID(), 'on time']);
  await reader.poll();
  expect(contents(elsewhere)).toEqual(['on time']);
  expect(contents(here)).not.toContain('late');
  await alice.query('commit');
  await reader.poll();
  expect(contents(here).at(-1)).toBe('late');
});

test('a transaction that is given up leaves no gap', async () => {
  await alice.query('begin');
  const taken = await alice.value<number>(SEND, [here, randomUUID(), 'never mind']);
  const bobs = bob.value(SEND, [here, randomUUID(), 'instead']);
  await waitingFor(world.admin, bob.pid, alice.pid);
  await alice.query('rollback');
  expect(await bobs).toBe(taken);
  await reader.poll();
  expect(contents(here).slice(-2)).toEqual(['late', 'instead']);
});

test('so does one that is killed', async () => {
  const doomed = await world.signIn((await world.people(1))[0]!);
  const own = await doomed.value<string>('select id from public.create_group($1)', ['Doomed']);
  await doomed.query(SEND, [own, randomUUID(), 'kept']);
  await doomed.query('begin');
  await doomed.query(SEND, [own, randomUUID(), 'lost']);
  await world.kill(doomed.pid);
  await expect(doomed.query('select 1')).rejects.toThrow();
  const { rows } = await world.admin.query('select last_seq::int, revision::int from public.conversations where id = $1', [own]);
  expect(rows).toEqual([{ last_seq: 1, revision: 2 }]);
});
