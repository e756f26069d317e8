/** Epochs, devices and members that change at the same moment. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { added, envelope, nextEntry, nextEpoch, setUp } from './encrypted.ts';
import { waitingFor } from './locks.ts';
import { outcome } from './refusals.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Two people with a device each. */
async function pair() {
  const [alice, bob] = (await world.people(2)) as [Person, Person];
  const [of, ofBob] = [await world.signIn(alice), await world.signIn(bob)];
  const [device, bobsDevice] = [await setUp(of), await setUp(ofBob)];
  const conversation = await of.value<string>('select id from public.start_direct_conversation($1)', [bob.id]);
  return { alice, bob, of, ofBob, device, bobsDevice, conversation };
}
type Pair = Awaited<ReturnType<typeof pair>>;

const turnOn = async ({ alice, of, device, conversation }: Pair) =>
  of.query('select public.turn_on_encryption($1, $2, $3)', [
    conversation,
    ...(await nextEpoch(world, conversation, alice.id, device))
  ]);

const state = async ({ of, conversation }: Pair) =>
  (await of.query('select key_epoch, needs_epoch from public.conversations where id = $1', [conversation]))[0];

const addDevice = (session: Session, before: number) =>
  session.query('select public.append_key_log($1)', [nextEntry(before, added(randomUUID()))]);

test('of ten epochs that are made at the same moment, one is taken, and all hear of it', async () => {
  const two = await pair();
  await turnOn(two);
  const { alice, of, device, conversation } = two;
  const [epoch, keys] = await nextEpoch(world, conversation, alice.id, device);
  const sessions = await Promise.all(Array.from({ length: 10 }, () => world.signIn(alice)));
  const outcomes = await Promise.all(
    sessions.map((session, n) => {
      const own = JSON.stringify({ ...(JSON.parse(epoch) as object), commitment: `${n}`.repeat(43) });
      return outcome(session.query('select public.start_epoch($1, $2, $3)', [conversation, own, keys]));
    })
  );
  expect(outcomes.toSorted()).toEqual(['done', ...Array<string>(9).fill('epoch_taken')]);
  const stored = await of.query('select number from public.epochs where conversation_id = $1 order by number', [conversation]);
  expect(stored).toEqual([{ number: 1 }, { number: 2 }]);
});

test('a device that is added while an epoch is made outdates it', async () => {
  const two = await pair();
  await turnOn(two);
  const { alice, of, ofBob, device, conversation } = two;
  const next = await nextEpoch(world, conversation, alice.id, device);
  await of.query('begin');
  await of.query('select public.start_epoch($1, $2, $3)', [conversation, ...next]);
  const adding = addDevice(ofBob, 2);
  await waitingFor(world.admin, ofBob.pid, of.pid);
  await of.query('commit');
  await adding;
  expect(await state(two)).toEqual({ key_epoch: 2, needs_epoch: true });
});

test('an epoch that is made while a device is added is refused', async () => {
  const two = await pair();
  await turnOn(two);
  const { alice, of, ofBob, device, conversation } = two;
  const next = await nextEpoch(world, conversation, alice.id, device);
  await ofBob.query('begin');
  await addDevice(ofBob, 2);
  const making = outcome(of.query('select public.start_epoch($1, $2, $3)', [conversation, ...next]));
  await waitingFor(world.admin, of.pid, ofBob.pid);
  await ofBob.query('commit');
  expect(await making).toBe('epoch_members_changed');
  expect(await state(two)).toEqual({ key_epoch: 1, needs_epoch: true });
});

test('what is said while a device is added is said before it, or refused', async () => {
  const two = await pair();
  await turnOn(two);
  const { of, ofBob, device, conversation } = two;
  await ofBob.query('begin');
  await addDevice(ofBob, 2);
  const saying = outcome(of.query('select public.send_envelope($1, $2, $3)', [conversation, randomUUID(), envelope(device, 1)]));
  await waitingFor(world.admin, of.pid, ofBob.pid);
  await ofBob.query('commit');
  expect(await saying).toBe('epoch_needed');
});

test('a device that is added while encryption is turned on is not overlooked', async () => {
  const two = await pair();
  const { alice, of, ofBob, device, conversation } = two;
  const first = await nextEpoch(world, conversation, alice.id, device);
  await of.query('begin');
  await of.query('select public.turn_on_encryption($1, $2, $3)', [conversation, ...first]);
  const adding = outcome(addDevice(ofBob, 2));
  await waitingFor(world.admin, ofBob.pid, of.pid);
  await of.query('commit');
  expect(await adding).toBe('key_log_behind');
  await addDevice(ofBob, 2);
  expect(await state(two)).toEqual({ key_epoch: 1, needs_epoch: true });
});

test('members and their devices that change all at once leave no epoch that is for others, and nobody waits for ever', async () => {
  const [alice, ...others] = (await world.people(5)) as [Person, ...Person[]];
  const of = await world.signIn(alice);
  const device = await setUp(of);
  const sessions = await Promise.all(others.map((person) => world.signIn(person)));
  const devices = await Promise.all(sessions.map(setUp));
  const conversations: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const id = await world.group(alice, others);
    const [epoch, keys] = await nextEpoch(world, id, alice.id, device);
    await of.query('select public.turn_on_encryption($1, $2, $3, $4)', [id, epoch, keys, envelope(device, 1)]);
    conversations.push(id);
  }
  const writers = await Promise.all(others.map((person) => world.signIn(person)));
  const seen = new Set<string>();
  const note = async (call: Promise<unknown>) => seen.add(await outcome(call));
  await Promise.all([
    ...sessions.map(async (session) => {
      for (let n = 2; n < 12; n += 1) await note(addDevice(session, n));
    }),
    ...writers.map(async (writer, w) => {
      for (let n = 1; n <= 20; n += 1) {
        const id = conversations[n % 3]!;
        const [epoch, keys] = await nextEpoch(world, id, others[w]!.id, devices[w]!);
        await note(writer.query('select public.start_epoch($1, $2, $3)', [id, epoch, keys]));
        const { number } = JSON.parse(epoch) as { number: number };
        const said = envelope(devices[w]!, n, number);
        await note(writer.query('select public.send_envelope($1, $2, $3)', [id, randomUUID(), said]));
      }
    })
  ]);
  expect(seen).toContain('done');
  const { rows } = await world.admin.query<{ right: boolean }>(
    `select c.needs_epoch or e.epoch -> 'members' = private.key_members(c.id) as right
     from public.conversations c join public.epochs e on e.conversation_id = c.id and e.number = c.key_epoch
     where c.id = any ($1)`,
    [conversations]
  );
  expect(rows).toEqual(Array(3).fill({ right: true }));
  const { rows: deadlocks } = await world.admin.query(
    'select deadlocks::int from pg_stat_database where datname = current_database()'
  );
  expect(deadlocks).toEqual([{ deadlocks: 0 }]);
});
