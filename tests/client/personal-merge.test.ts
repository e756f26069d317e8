/**
 * Chance against the merge of what is one's own. Rows change on the server; what one client hears of it is lost, doubled and in the
 * wrong order, and answers of sync() are old when they come. After every step:
 *   P1  the cursor never falls, unless the server has begun another life
 *   P2  no notification arrives twice
 * and once everything has been said and sync() asked until there is no more:
 *   P3  the record equals the server, and so does what is kept of it
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromKeptPersonal, KEPT_READ_NOTIFICATIONS, toKeptPersonal } from '../../web/lib/chat/personal/kept-personal.ts';
import { mergePersonalEvent, mergePersonalPage, withoutDrafts } from '../../web/lib/chat/personal/merge-personal.ts';
import { PersonalKeeper } from '../../web/lib/chat/personal/personal-keeper.ts';
import { nothingPersonal, type PersonalRecord } from '../../web/lib/chat/personal/personal-record.ts';
import type { PersonalChange } from '../../web/lib/chat/wire/personal.ts';
import { PersonalModel } from './support/personal-model.ts';
import { ALICE } from './support/rows.ts';

/** CLIENT_RUNS=20000 looks longer. */
const RUNS = Number(process.env.CLIENT_RUNS ?? 500);

type Step =
  | { type: 'write'; table: number; key: number }
  | { type: 'hear'; pick: number; keep: boolean }
  | { type: 'ask' }
  | { type: 'answer'; pick: number };

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('write' as const), table: fc.nat(8), key: fc.nat(4) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('hear' as const), pick: fc.nat(), keep: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('ask' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('answer' as const), pick: fc.nat() }) }
);

function run(steps: readonly Step[]): void {
  const server = new PersonalModel();
  const arrived: string[] = [];
  const keeper = new PersonalKeeper({
    needsSync: () => {},
    onChange: () => {},
    onArrived: (rows) => arrived.push(...rows.map(({ id }) => id))
  });
  const events: PersonalChange[] = [];
  const answers: { page: ReturnType<PersonalModel['since']>; asked: number }[] = [];
  const settle = () => {
    // What was announced is visible by now, so that nothing is behind.
    while (keeper.applySync(server.since(keeper.cursor), keeper.cursor));
  };
  settle();
  for (const one of steps) {
    const before = keeper.cursor;
    if (one.type === 'write') events.push(server.write(one.table, one.key));
    else if (one.type === 'ask') answers.push({ page: server.since(keeper.cursor), asked: keeper.cursor });
    else if (one.type === 'hear' && events.length > 0) {
      const at = one.pick % events.length;
      keeper.apply(events[at]!);
      if (!one.keep) events.splice(at, 1);
    } else if (one.type === 'answer' && answers.length > 0) {
      const [answer] = answers.splice(one.pick % answers.length, 1);
      keeper.applySync(answer!.page, answer!.asked);
    }
    expect(keeper.cursor, 'P1').toBeGreaterThanOrEqual(before);
    expect(new Set(arrived).size, 'P2').toBe(arrived.length);
  }
  settle();
  expect(plain(keeper.record.current), 'P3').toEqual(server.state());
  const kept = fromKeptPersonal(structuredClone(toKeptPersonal(ALICE, keeper.record.current)));
  expect(plain(kept!), 'P3').toEqual(server.state());
}

const plain = ({ cursor, rows }: PersonalRecord) => ({
  cursor,
  rows: Object.fromEntries(Object.entries(rows).map(([name, all]) => [name, [...all.values()].toSorted(byRevision)]))
});
const byRevision = (a: { revision: number }, b: { revision: number }) => a.revision - b.revision;

test(`${RUNS} random runs end with what the server has`, { timeout: 600_000 }, () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), run), { numRuns: RUNS });
});

const draft = (revision: number, content: string, id = 1): PersonalChange => ({
  table: 'drafts',
  revision,
  row: {
    conversation_id: ALICE,
    thread_seq: 0,
    id: `00000000-0000-4000-8000-00000000000${id}`,
    content,
    reply_to: null,
    saved_at: '2026-11-21T10:00:00+00:00'
  }
});
const contents = ({ rows }: PersonalRecord) => [...rows.drafts.values()].map(({ content }) => content);

describe('an event', () => {
  test('beyond a gap waits, and asks for what lies between', () => {
    const held = mergePersonalEvent(nothingPersonal, draft(2, 'second'));
    expect([held.sync, held.record.cursor, contents(held.record)]).toEqual([true, 0, []]);
    const { record } = mergePersonalEvent(held.record, draft(1, 'first'));
    expect([record.cursor, contents(record), record.held]).toEqual([2, ['second'], []]);
  });

  test('that is known changes nothing', () => {
    const { record } = mergePersonalEvent(nothingPersonal, draft(1, 'new'));
    expect(mergePersonalEvent(record, draft(1, 'old')).record).toBe(record);
  });

  test('of a table or a form that is not known counts all the same', () => {
    const { record } = mergePersonalEvent(nothingPersonal, { table: 'fridges', revision: 1, row: {} });
    expect(mergePersonalEvent(record, { ...draft(2, ''), row: { content: 7 } }).record).toMatchObject({ cursor: 2 });
  });
});

test('a draft whose message exists is over, and what was written after it is not', () => {
  const { record } = mergePersonalEvent(nothingPersonal, draft(1, 'hello', 1));
  expect(contents(withoutDrafts(record, new Set([`00000000-0000-4000-8000-000000000001`])))).toEqual(['']);
  expect(withoutDrafts(record, new Set([ALICE]))).toBe(record);
});

test('a server that stays behind what it told has begun another life, one that is behind for a moment has not', () => {
  const asked: string[] = [];
  const keeper = new PersonalKeeper({
    needsSync: () => asked.push('sync'),
    onChange: ({ anew }) => anew && asked.push('anew'),
    onArrived: () => {}
  });
  keeper.applySync({ rows: [draft(7, 'kept')], cursor: 7, more: false }, 0);
  const other = { rows: [draft(2, 'restored')], cursor: 2, more: false };
  for (let n = 0; n < 4; n += 1) keeper.applySync(other, 7);
  expect([contents(keeper.record.current), asked, keeper.isUnsettled()]).toEqual([['kept'], ['sync'], true]);
  keeper.applySync(other, 7);
  expect([contents(keeper.record.current), keeper.cursor, asked, keeper.isUnsettled()]).toEqual([
    ['restored'],
    2,
    ['sync', 'anew'],
    false
  ]);
});

describe('what is kept', () => {
  const told = (count: number, read_at: string | null) =>
    Array.from({ length: count }, (_, n): PersonalChange => {
      const id = `0000000${read_at ? 1 : 2}-0000-4000-8000-${String(n).padStart(12, '0')}`;
      const created_at = new Date(n * 1000).toISOString();
      return { table: 'notifications', revision: n + 1, row: { id, event: 'mentioned', created_at, read_at } };
    });

  test('of read notifications are the newest, of unread ones all', () => {
    const rows = [
      ...told(KEPT_READ_NOTIFICATIONS + 20, '2026-11-21T10:00:00+00:00'),
      ...told(KEPT_READ_NOTIFICATIONS + 20, null)
    ];
    const { record } = mergePersonalPage(nothingPersonal, { rows, cursor: 10_000, more: false });
    const { rows: kept } = toKeptPersonal(ALICE, record);
    const read = kept.filter(({ row }) => row.read_at !== null);
    expect([kept.length - read.length, read.length]).toEqual([KEPT_READ_NOTIFICATIONS + 20, KEPT_READ_NOTIFICATIONS]);
    expect(Math.min(...read.map(({ revision }) => revision))).toBe(21);
  });

  test('by a client that knew fewer tables is as good as not there', () => {
    const kept = toKeptPersonal(ALICE, nothingPersonal);
    expect(fromKeptPersonal({ ...kept, tables: kept.tables.slice(1) })).toBeNull();
    expect(fromKeptPersonal({ ...kept, version: 0 })).toBeNull();
    expect(fromKeptPersonal(undefined)).toBeNull();
  });
});
