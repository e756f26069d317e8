/** What a send and a receipt lock, as a conversation grows from 2 members to 2,000. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockedRows } from './locks.ts';
import { type Person, type Session, startWorld, type World } from './world.ts';

const SIZES = [2, 20, 200, 2000];
const TABLES = [
  'public.conversations',
  'public.members',
  'public.messages',
  'public.profiles',
  'private.senders',
  'public.receipts'
];

let world: World;
let people: Person[];
let sender: Session;
let reader: Session;
const conversations = new Map<number, string>();

beforeAll(async () => {
  world = await startWorld();
  await world.admin.query('create extension pgrowlocks with schema extensions');
  people = await world.people(2000);
  for (const size of SIZES) conversations.set(size, await world.group(people[0]!, people.slice(0, size)));
  sender = await world.signIn(people[0]!);
  reader = await world.signIn(people[1]!);
  for (const id of conversations.values())
    await sender.query('select public.send_message($1, $2, $3)', [id, randomUUID(), 'hello']);
});
afterAll(() => world.stop());

/** Locked rows by table while the statement's transaction is open. */
async function locksOf(session: Session, statement: string, values: unknown[]): Promise<Record<string, number>> {
  await session.query('begin');
  await session.query(statement, values);
  const locks: Record<string, number> = {};
  for (const table of TABLES) {
    const n = await lockedRows(world.admin, table);
    if (n > 0) locks[table] = n;
  }
  await session.query('rollback');
  return locks;
}

describe.each(SIZES)('among %i members', (size) => {
  test('a send locks the conversation, its sender’s row and bucket, and for its reference the sender’s profile', async () => {
    const locks = await locksOf(sender, 'select public.send_message($1, $2, $3)', [conversations.get(size), randomUUID(), 'hi']);
    expect(locks).toEqual({ 'public.conversations': 1, 'public.members': 1, 'private.senders': 1, 'public.profiles': 1 });
  });

  test('a receipt locks its reader’s row, and not the conversation', async () => {
    const locks = await locksOf(reader, 'select public.mark_read($1)', [JSON.stringify({ [conversations.get(size)!]: 1 })]);
    expect(locks).toEqual({ 'public.members': 1 });
  });

  test('a receipt does not wait for a send, nor a send for it', async () => {
    await sender.query('begin');
    await sender.query('select public.send_message($1, $2, $3)', [conversations.get(size), randomUUID(), 'in the middle']);
    await reader.query(`set statement_timeout = '2s'`);
    await reader.query('begin');
    await reader.query('select public.mark_delivered($1)', [JSON.stringify({ [conversations.get(size)!]: 1 })]);
    await sender.query('commit');
    await sender.query(`set statement_timeout = '2s'`);
    await sender.query('select public.send_message($1, $2, $3)', [conversations.get(size), randomUUID(), 'while it is open']);
    await reader.query('commit');
  });
});
