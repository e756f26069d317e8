/**
 * How the calls of an ordinary member reach their rows: by index, reading no more than what concerns that member. No times are
 * measured; on a platform that grows, the same plans read the same number of rows.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import { type Call, memberCalls } from '../bench/calls.ts';
import { OBSERVER } from '../bench/dataset.ts';
import { type Platform, startPlatform } from '../bench/platform.ts';
import { explainAll, type Scan, scansOf } from './plans.ts';

/** Tables that grow with the platform. */
const LARGE = ['messages', 'conversations', 'members', 'profiles', 'receipts', 'users'];

let platform: Platform;
let calls: Map<string, Call>;

beforeAll(async () => {
  platform = await startPlatform({ messages: 2e4, people: 600 });
  await crowd(platform.admin);
  calls = new Map((await memberCalls(platform.observer)).map((call) => [call.name, call]));
  await explainAll(platform.admin);
  await platform.admin.query(`select set_config('request.jwt.claims', $1, false), set_config('role', 'authenticated', false)`, [
    JSON.stringify({ sub: OBSERVER, role: 'authenticated' })
  ]);
}, 120_000);
afterAll(() => platform?.stop());

/** 30,000 more people, who say nothing: finding somebody is another question than reading messages. */
async function crowd(admin: pg.Client): Promise<void> {
  await admin.query(`
    set session_replication_role = replica;
    insert into public.profiles (id, handle, display_name)
    select gen_random_uuid(), 'crowd_' || n, initcap(substr(md5(n::text), 1, 5)) || ' ' || initcap(substr(md5((n / 7)::text), 1, 8))
    from generate_series(1, 30000) n;
    set session_replication_role = default;
    analyze public.profiles`);
}

async function scans(name: string): Promise<Scan[]> {
  const { text, values } = calls.get(name)!;
  // Postgres plans a function's statement anew five times before it may settle for one plan.
  for (let n = 0; n < 6; n += 1) await platform.admin.query(text, values);
  return scansOf(platform.admin, text, values);
}

const read = (list: Scan[], table: string) =>
  list.filter((scan) => scan.table === table).reduce((sum, scan) => sum + scan.read, 0);

describe.each([
  // The observer is in 46 conversations with 145 seats and 3,800 messages.
  { name: 'conversation list', by: ['members_by_user', 'conversations_pkey', 'messages_pkey'], messages: 46 },
  { name: 'unread counts', by: ['conversations_pkey'], messages: 0 },
  { name: 'history page', by: ['messages_pkey'], messages: 50 },
  { name: 'sync after a night', by: ['members_by_user', 'messages_by_revision'], messages: 150 },
  { name: 'search: a rare word', by: ['messages_search', 'members_by_user'], messages: 100 },
  { name: 'search: a usual word', by: ['messages_search'], messages: 200 },
  { name: 'search: a frequent word', by: ['messages_search'], messages: 600 },
  { name: 'search: two words', by: ['messages_search'], messages: 100 },
  { name: 'people search: handle', by: ['profiles_by_handle'], messages: 0 },
  { name: 'people search: name', by: ['profiles_by_name_start', 'profiles_by_name'], messages: 0 },
  { name: 'send', by: [], messages: 5 }
])('$name', ({ name, by, messages }) => {
  let list: Scan[];
  beforeAll(async () => {
    list = await scans(name);
  });

  test('reads no large table from end to end', () => {
    expect(list.filter(({ type, table = '' }) => type === 'Seq Scan' && LARGE.includes(table))).toEqual([]);
  });

  test(`goes by ${by.join(', ') || 'indexes'}`, () => {
    const used = list.map(({ index }) => index);
    expect(by.filter((index) => !used.includes(index))).toEqual([]);
  });

  test(`looks at no more than ${messages} messages, and few people`, () => {
    expect(read(list, 'messages')).toBeLessThanOrEqual(messages);
    expect(read(list, 'profiles')).toBeLessThanOrEqual(600);
  });
});

test.each(['history page', 'conversation list', 'unread counts'])(
  '%s: rows are expected to be about as many as they are',
  async (name) => {
    for (const { table, index, expected, given } of await scans(name)) {
      // The observer is in eight times as many conversations as others.
      const factor = Math.max(expected, 1) / Math.max(given, 1);
      expect({ table, index, factor }).toSatisfy(({ factor }: { factor: number }) => factor < 50 && factor > 1 / 50);
    }
  }
);
