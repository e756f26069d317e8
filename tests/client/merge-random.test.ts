/**
 * Chance against the merge: people write, join, leave and read, while what one client hears is lost, doubled, late and in the wrong
 * order, answers of sync() are old when they come, and pages of history arrive in between. After every step:
 *   M1  the loaded messages are an unbroken run that ends at `newest`, each as the server has it
 *   M2  the cursor of a conversation never falls
 *   M3  the others' watermarks never fall while they are members
 *   M4  no message arrives twice
 * and once everything has been said and sync() asked until there is no more:
 *   M5  the record equals the server: header, role, members, watermarks, unread count, preview, conversations
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationRecord } from '../../web/lib/chat/record/conversation-record.ts';
import { oldest } from '../../web/lib/chat/record/message-window.ts';
import { RecordKeeper } from '../../web/lib/chat/record/record-keeper.ts';
import type { LiveEvent } from '../../web/lib/chat/wire/events.ts';
import type { SyncAnswer } from '../../web/lib/chat/wire/sync.ts';
import { seeded, type Chance } from './support/random.ts';
import { headerOf, members, ServerModel } from './support/server-model.ts';

const ME = 'me';
const OTHERS = ['o1', 'o2', 'o3', 'o4', 'o5'];
const CONVERSATIONS = ['c1', 'c2', 'c3'];
/** CLIENT_RUNS=20000 looks longer. */
const RUNS = Number(process.env.CLIENT_RUNS ?? 500);
const STEPS = 240;

/** Each step has a chance of its own, so that those before it can be left out when a failure is shrunk. */
const script = fc.record({
  open: fc.subarray(CONVERSATIONS),
  steps: fc.noBias(fc.array(fc.nat(2 ** 31), { maxLength: STEPS, size: 'max' }))
});

test(`${RUNS} random runs of up to ${STEPS} steps end with what the server has`, { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(script, ({ open, steps }) => run(open, steps)),
    { numRuns: RUNS }
  );
});

function run(open: readonly string[], steps: readonly number[]): void {
  const server = new ServerModel();
  const arrived = new Set<string>();
  const isOpen = new Set<string>(open);
  const keeper = new RecordKeeper({
    me: ME,
    isOpen: (id) => isOpen.has(id),
    needsSync: () => {},
    onChange: ({ arrived: messages, lost }) => {
      for (const message of messages) {
        const key = `${message.conversation_id}/${message.seq}`;
        if (arrived.has(key)) throw new Error(`M4: ${key} arrived twice`);
        arrived.add(key);
      }
      for (const id of lost) for (const key of arrived) if (key.startsWith(`${id}/`)) arrived.delete(key);
    }
  });

  let heard = 0;
  let stale = 0;
  const late: LiveEvent[] = [];
  const past: ServerModel[] = [];
  let answer: SyncAnswer | null = null;
  let page: { id: string; rows: ReturnType<ServerModel['history']>; asked: number } | null = null;

  for (const seed of steps) {
    const chance = seeded(seed);
    const before = keeper.records.current;
    const what = chance.random();
    if (what < 0.45) act(server, chance);
    else if (what < 0.75) hear(chance);
    else if (what < 0.85 && !answer) {
      // Of now, or of a moment ago.
      const isPast = chance.chance(0.3) && past.length > 0 && stale < 3;
      stale = isPast ? stale + 1 : 0;
      const seen = isPast ? chance.pick(past.slice(-2)) : server;
      answer = seen.sync(ME, keeper.cursors());
    } else if (what < 0.93 && answer) {
      keeper.applySync(answer);
      answer = null;
    } else if (what < 0.97 && !page) {
      const record = [...keeper.records.current.values()][0];
      if (record)
        page = { id: record.header.id, rows: server.history(record.header.id, oldest(record.window), 4), asked: record.cursor };
    } else if (page) {
      keeper.applyHistory(page.id, page.rows, page.asked);
      page = null;
    } else if (chance.chance(0.2)) keeper.giveUp();
    if (chance.chance(0.3)) past.push(server.snapshot());
    for (const [id, record] of keeper.records.current) check(server, record, before.get(id));
  }

  // All that was late comes, most of it as nothing new; then sync() has the last word.
  for (const event of late.splice(0)) keeper.apply(event);
  if (answer) keeper.applySync(answer);
  keeper.giveUp();
  for (let round = 0; round < 50; round += 1) {
    const more = server.sync(ME, keeper.cursors());
    keeper.applySync(more);
    if (more.conversations.length + more.lost.length === 0) break;
    if (round === 49) throw new Error('sync has no end');
  }
  compare(server, keeper);

  /** The next event that was announced to this client, if the network likes it. */
  function hear(chance: Chance): void {
    while (heard < server.announced.length && server.announced[heard]!.to !== ME) heard += 1;
    const next = server.announced[heard]?.event;
    if (next) heard += 1;
    const fate = chance.random();
    if (next && fate < 0.15) return;
    if (next && fate < 0.3) return void late.push(next);
    if (next) keeper.apply(next);
    if (next && fate > 0.9) keeper.apply(next);
    if (late.length > 0 && chance.chance(0.4)) keeper.apply(late.splice(chance.below(late.length), 1)[0]!);
  }
}

function act(server: ServerModel, chance: Chance): void {
  const id = chance.pick(CONVERSATIONS);
  const conversation = server.conversations.get(id);
  if (!conversation) return server.create(id, [ME, ...OTHERS.filter(() => chance.chance(0.4))]);
  const present = members(conversation);
  if (present.length === 0) return server.add(id, ME);
  const who = chance.pick(present);
  const what = chance.random();
  if (what < 0.5) server.send(id, who);
  else if (what < 0.6) server.mark(id, who, 'delivered', chance.below(conversation.last_seq + 1));
  else if (what < 0.75) server.mark(id, who, 'read', chance.below(conversation.last_seq + 1));
  else if (what < 0.8) server.rename(id, `title ${conversation.revision}`);
  else if (what < 0.92) {
    const absent = [ME, ...OTHERS].filter((userId) => !present.includes(userId));
    if (absent.length > 0) server.add(id, chance.pick(absent));
  } else server.remove(id, who);
}

function check(server: ServerModel, record: ConversationRecord, before: ConversationRecord | undefined): void {
  const { window, header, cursor, watermarks } = record;
  const stored = server.conversations.get(header.id)!;
  window.messages.forEach((message, index) => {
    const seq = oldest(window) + index;
    if (message.seq !== seq || message.id !== stored.messages[seq - 1]?.id)
      throw new Error(`M1: ${header.id} has ${message.seq} at ${seq}`);
  });
  if (!before) return;
  if (cursor < before.cursor) throw new Error(`M2: ${before.cursor} → ${cursor}`);
  for (const [userId, mark] of watermarks) {
    const was = before.watermarks.get(userId);
    if (userId !== ME && was && (mark.read_seq < was.read_seq || mark.delivered_seq < was.delivered_seq))
      throw new Error(`M3: of ${userId}`);
  }
}

function compare(server: ServerModel, keeper: RecordKeeper): void {
  const mine = [...server.conversations.values()].filter((conversation) => server.isMember(conversation.id, ME));
  expect([...keeper.records.current.keys()].toSorted(), 'M5: conversations').toEqual(mine.map(({ id }) => id).toSorted());
  for (const conversation of mine) {
    const record = keeper.get(conversation.id)!;
    const own = conversation.members.get(ME)!;
    expect(record.header, 'M5: header').toEqual(headerOf(conversation));
    expect([record.cursor, record.role, record.window.newest], 'M5: own').toEqual([
      conversation.revision,
      own.role,
      conversation.last_seq
    ]);
    expect(record.unread, `M5: unread in ${conversation.id}`).toBe(server.unread(conversation.id, ME));
    expect(record.preview?.id, 'M5: preview').toBe(conversation.messages.at(-1)?.id);
    const told = conversation.is_large ? [ME] : members(conversation);
    const marks = told.map((id): [string, number, number] => {
      const { delivered_seq, read_seq } = conversation.members.get(id)!;
      return [id, delivered_seq, read_seq];
    });
    const known = [...record.watermarks].map(([id, { delivered_seq, read_seq }]): [string, number, number] => [
      id,
      delivered_seq,
      read_seq
    ]);
    expect(known.toSorted(), 'M5: watermarks').toEqual(marks.toSorted());
    if (record.membersKnown)
      expect([...record.members.keys()].toSorted(), 'M5: members').toEqual(members(conversation).toSorted());
  }
}
