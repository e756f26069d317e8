/** Searching what this device has opened: the index, how it lies on the disk, and what a person is shown. */
import { describe, expect, test } from 'vitest';
import { LiveValue } from '../../web/lib/chat/live.ts';
import { noLog } from '../../web/lib/chat/log.ts';
import { DeviceBox } from '../../web/lib/chat/on-device/device-box.ts';
import type { DeviceStore } from '../../web/lib/chat/on-device/device-store.ts';
import { memoryDevice } from '../../web/lib/chat/on-device/memory-device.ts';
import { onDevice } from '../../web/lib/chat/on-device/on-device.ts';
import { KeptIndex } from '../../web/lib/chat/on-device/search/kept-index.ts';
import { OpenedIndex, type OpenedMessage } from '../../web/lib/chat/on-device/search/opened-index.ts';
import { OpenedSearch, type OpenedSearchPorts } from '../../web/lib/chat/on-device/search/opened-search.ts';
import { excerptOf, isIn, lineOf, wantedOf } from '../../web/lib/chat/on-device/search/wanted.ts';
import { wordsOf } from '../../web/lib/chat/on-device/search/words.ts';
import type { OpenedRow } from '../../web/lib/chat/encryption/opened-rows.ts';
import type { MessageRow } from '../../web/lib/chat/wire/rows.ts';
import { seeded } from './support/random.ts';
import { ALICE, BOB, CONVERSATION, message } from './support/rows.ts';

const OTHER = '0d000000-0000-4000-8000-00000000000f';

const said = (seq: number, text: string, changes: Partial<OpenedMessage> = {}): OpenedMessage => ({
  conversationId: CONVERSATION,
  seq,
  senderId: ALICE,
  createdAt: seq,
  expiresAt: null,
  threadSeq: null,
  text,
  files: [],
  ...changes
});
const learnt = (opened: OpenedMessage) => ({ conversationId: opened.conversationId, seq: opened.seq, opened });
const has = (query: string, text: string) => isIn(wantedOf(query), lineOf(text));

describe('words', () => {
  test('are found whatever their case and accents', () => {
    expect(wordsOf('Straße, ÇA VA? naïve Ørsted İstanbul ﬁne')).toEqual([
      'strasse',
      'ca',
      'va',
      'naive',
      'orsted',
      'istanbul',
      'fine'
    ]);
    expect(wordsOf('e\u0301te\u0301 = été')).toEqual(['ete', 'ete']);
  });

  test.each([
    ['pump', 'The pumpkin soup', true],
    ['umpkin', 'The pumpkin soup', false],
    ['soup pump', 'The pumpkin soup', true],
    ['"pumpkin soup"', 'The Pumpkin, soup', true],
    ['"soup pumpkin"', 'The pumpkin soup', false],
    ['"pump soup"', 'The pumpkin soup', false],
    ['pump -soup', 'The pumpkin soup', false],
    ['pump -sou', 'The pumpkin soup', true],
    ['salad or soup', 'The pumpkin soup', true],
    ['salad or cake', 'The pumpkin soup', false],
    ['salad or "or soup"', 'this or soup', true],
    ['MÜNCH', 'munchen', true]
  ])('%s in “%s”: %s', (query, text, expected) => expect(has(query, text)).toBe(expected));

  test('nothing to search for finds nothing', () => {
    for (const query of ['', ' - ', '-word', '"" or', '…']) expect(wantedOf(query)).toEqual([]);
  });
});

describe('an excerpt', () => {
  const shown = (text: string, query: string) => excerptOf(text, wantedOf(query));

  test('marks what was found, and is the text otherwise', () => {
    expect(shown('Ça va, Caroline?', 'ca')).toEqual([
      { text: 'Ça', found: true },
      { text: ' va, ', found: false },
      { text: 'Caroline', found: true },
      { text: '?', found: false }
    ]);
  });

  test('of a long text is short, has what was found, and cuts no sign', () => {
    const text = `${'🌳'.repeat(400)} the oak ${'🌳'.repeat(400)}`;
    const stretches = shown(text, 'oak');
    const whole = stretches.map((one) => one.text).join('');
    expect(whole.length).toBeLessThan(260);
    expect(stretches.filter(({ found }) => found)).toEqual([{ text: 'oak', found: true }]);
    expect(whole.isWellFormed()).toBe(true);
  });
});

/** The same, said otherwise: every word of every message is looked at. */
function naively(all: Iterable<OpenedMessage>, word: string, now: number): number[] {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replaceAll('é', 'e')
      .replaceAll('ü', 'u')
      .split(/[^a-z]+/);
  return [...all]
    .filter(
      ({ text, expiresAt }) =>
        (expiresAt === null || expiresAt > now) && plain(text).some((one) => one.startsWith(plain(word)[0]!))
    )
    .map(({ seq }) => seq)
    .toSorted((a, b) => b - a);
}

test.each(Array.from({ length: 30 }, (_, seed) => seed))('by chance: what is found is what is there (%i)', async (seed) => {
  const { chance, below, pick: one } = seeded(seed);
  const vocabulary = ['Été', 'etage', 'Über', 'ubermut', 'tree', 'TREES', 'a', 'ab'];
  const model = new Map<number, OpenedMessage>();
  let now = 0;
  const store = memoryDevice();
  const box = new DeviceBox(ALICE, store);
  // Two tabs of one person write into the same boxes.
  const tabs = [new KeptIndex(ALICE, store, box, () => now), new KeptIndex(ALICE, store, box, () => now)];
  const memory = new OpenedIndex();
  for (let step = 0; step < 60; step += 1) {
    now += 1;
    const seq = 1 + below(250);
    if (chance(0.25)) {
      model.delete(seq);
      memory.remove({ conversationId: CONVERSATION, seq });
      await one(tabs).learn([{ conversationId: CONVERSATION, seq, opened: null }]);
    } else {
      const text = Array.from({ length: 1 + below(3) }, () => one(vocabulary)).join(one([' ', ', ', '! ']));
      const opened = said(seq, text, { expiresAt: chance(0.2) ? now + 10 : null });
      model.set(seq, opened);
      memory.put(opened);
      await Promise.all(chance(0.5) ? tabs.map((tab) => tab.learn([learnt(opened)])) : [one(tabs).learn([learnt(opened)])]);
    }
    if (step % 6 > 0) continue;
    const word = one(vocabulary).slice(0, 1 + below(4));
    const expected = naively(model.values(), word, now);
    const found = (messages: readonly OpenedMessage[]) => messages.map((each) => each.seq);
    expect(found(memory.find({ text: word }, now, 1000))).toEqual(expected);
    for (const tab of tabs) expect(found(await tab.find({ text: word }, 1000))).toEqual(expected);
  }
});

test('it is narrowed by conversation, sender, time and files, and by how many', () => {
  const index = new OpenedIndex();
  const all = [
    said(1, 'tree'),
    said(2, 'tree', { senderId: BOB }),
    said(3, 'tree', { conversationId: OTHER }),
    said(4, 'nothing', { files: ['tree.png'] })
  ];
  for (const each of all) index.put(each);
  const found = (query: object) => index.find({ text: 'tree', ...query }, 0, 9).map(({ seq }) => seq);
  expect(found({})).toEqual([4, 3, 2, 1]);
  expect(found({ conversationId: OTHER })).toEqual([3]);
  expect(found({ senderId: BOB })).toEqual([2]);
  expect(found({ after: new Date(2), before: new Date(4) })).toEqual([3, 2]);
  expect(found({ withFiles: true })).toEqual([4]);
  expect(found({ text: '', withFiles: true })).toEqual([4]);
  expect(found({ text: '' })).toEqual([]);
  expect(index.find({ text: 'tree' }, 0, 2)).toHaveLength(2);
});

describe('on the disk', () => {
  const open = (store: DeviceStore) => new KeptIndex(ALICE, store, new DeviceBox(ALICE, store), () => 0);

  test('there is no word of it, and it is found after a reload', async () => {
    const store = memoryDevice();
    await open(store).learn([learnt(said(1, 'Rhinoceros')), learnt(said(250, 'Rhinoceros too'))]);
    const boxes = await store.boxes(ALICE, 'searched');
    expect(boxes).toHaveLength(2);
    for (const { boxed } of boxes) expect(Buffer.from(boxed).toString('latin1')).not.toMatch(/rhinoceros/i);
    expect((await open(store).find({ text: 'rhino' }, 9)).map(({ seq }) => seq)).toEqual([250, 1]);
  });

  test('what cannot be opened any more is begun anew, the rest is found', async () => {
    const store = memoryDevice();
    await open(store).learn([learnt(said(1, 'tree')), learnt(said(150, 'tree'))]);
    await store.put(ALICE, 'searched', { id: `${CONVERSATION}/0`, version: 2, boxed: new Uint8Array(50) });
    const index = open(store);
    expect((await index.find({ text: 'tree' }, 9)).map(({ seq }) => seq)).toEqual([150]);
    await index.learn([learnt(said(2, 'tree'))]);
    expect((await open(store).find({ text: 'tree' }, 9)).map(({ seq }) => seq)).toEqual([150, 2]);
  });

  test('a conversation is forgotten, also in the other tab', async () => {
    const store = memoryDevice();
    const [here, there] = [open(store), open(store)];
    await here.learn([learnt(said(1, 'tree')), learnt(said(2, 'tree', { conversationId: OTHER }))]);
    expect(await there.find({ text: 'tree' }, 9)).toHaveLength(2);
    await here.forget(new Set([CONVERSATION]));
    for (const index of [here, there]) expect((await index.find({ text: 'tree' }, 9)).map(({ seq }) => seq)).toEqual([2]);
    await here.forget();
    expect(await store.boxes(ALICE, 'searched')).toEqual([]);
  });
});

describe('a search', () => {
  type Row = OpenedRow<MessageRow>;
  const row = (seq: number, content: string, changes: Partial<Row> = {}): Row =>
    ({ ...message(seq, seq), conversation_id: CONVERSATION, content, opened: true, ...changes }) as Row;

  /** A server with these messages, which open after a while. */
  function world(rows: Row[]) {
    const here = onDevice(ALICE, memoryDevice(), () => 0);
    const changes = new LiveValue(0);
    const opened = new Set<number>();
    const known = new Map([[CONVERSATION, { window: { messages: [] } }]]);
    const hidden = new Map<string, Set<number>>();
    const asked: string[] = [];
    const offline = { is: false };
    const network = () => {
      if (offline.is) throw new Error('No network.');
    };
    const ports = {
      onDevice: here,
      backend: {
        async find(_id: string, { seqs }: { seqs: number[] }) {
          network();
          asked.push(`these ${seqs.join(',')}`);
          return rows.filter(({ seq }) => seqs.includes(seq));
        },
        async history(_id: string, before: number, limit: number) {
          network();
          asked.push(`before ${before}`);
          return rows
            .filter(({ seq }) => seq < before)
            .toReversed()
            .slice(0, limit);
        }
      },
      rows: (_id: string, given: readonly Row[]) => {
        const waiting = given.filter(({ seq }) => !opened.has(seq));
        if (waiting.length > 0)
          setImmediate(() => {
            for (const { seq } of waiting) opened.add(seq);
            changes.set(changes.current + 1);
          });
        const read = given.map((each) =>
          opened.has(each.seq) ? each : ({ ...each, content: '', opened: undefined, closed: 'waiting' } as unknown as Row)
        );
        void here.opened(read);
        return read;
      },
      changes,
      records: () => known,
      hidden: () => hidden,
      log: noLog
    };
    return { search: new OpenedSearch(ports as unknown as OpenedSearchPorts), here, rows, known, hidden, asked, offline };
  }
  const seqs = (found: readonly { seq: number }[]) => found.map(({ seq }) => seq);

  test('goes further back on demand, until there is nothing before', async () => {
    const { search, asked } = world(Array.from({ length: 420 }, (_, n) => row(n + 1, n % 100 === 6 ? `tree ${n}` : 'bush')));
    expect(await search.find({ text: 'tree' })).toEqual([]);
    expect(await search.further(CONVERSATION)).not.toBeNull();
    expect(seqs(await search.find({ text: 'tree' }))).toEqual([407, 307, 207]);
    expect(await search.further(CONVERSATION)).toBeNull();
    expect(seqs(await search.find({ text: 'tree' }))).toEqual([407, 307, 207, 107, 7]);
    const before = asked.length;
    expect(await search.further(CONVERSATION)).toBeNull();
    expect(asked.length).toBe(before);
  });

  test('shows what holds now: edited, deleted, not to be believed, hidden', async () => {
    const { search, rows, hidden } = world([1, 2, 3, 4, 5, 6].map((seq) => row(seq, 'tree')));
    await search.further(CONVERSATION);
    expect(await search.find({ text: 'tree' })).toHaveLength(6);
    rows[0] = row(1, 'bush');
    rows[1] = row(2, '', { deleted_at: '2026-01-01', opened: undefined } as unknown as Partial<Row>);
    rows[2] = row(3, '', { closed: 'misplaced' });
    hidden.set(CONVERSATION, new Set([4]));
    rows.splice(5, 1);
    expect(seqs(await search.find({ text: 'tree' }))).toEqual([5]);
    expect(seqs(await search.find({ text: 'bush' }))).toEqual([1]);
  });

  test('finds without a network what lies here, and nothing of a conversation that one has left', async () => {
    const { search, here, known, offline } = world([]);
    await here.learn([learnt(said(1, 'tree'))]);
    offline.is = true;
    expect(seqs(await search.find({ text: 'tree' }))).toEqual([1]);
    await expect(search.further(CONVERSATION)).rejects.toThrow('No network.');
    known.clear();
    expect(await search.find({ text: 'tree' })).toEqual([]);
    expect(await here.find({ text: 'tree' }, 9)).toEqual([]);
  });
});
