/**
 * The plan of the outbox against any sequence of events; what fails is shrunk. After each of them:
 *   P1  one entry of a conversation is sent at a time, and of four conversations at most
 *   P2  what is sent is the oldest of its conversation that is neither refused nor stored
 *   P3  whoever is told to look again is told of a time to come, and has something that waits for it
 * and once everything is answered:
 *   P4  nothing waits, and each conversation was stored in the order of writing, but for what was refused and retried
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { afterFailure, due, isInDoubtAfter, type OutboxItem, type Outcome } from '../../web/lib/chat/outbox/plan.ts';
import { ALICE, message, messageId } from './support/rows.ts';

const CONVERSATIONS = ['a', 'b', 'c', 'd', 'e'];
type Failure = Exclude<Outcome, { status: 'stored' }>;

const OUTCOMES: readonly Failure[] = [
  { status: 'unreachable' },
  { status: 'limited', retryAfterMs: 3_000 },
  { status: 'refused', code: 'message_too_long', message: 'The message is too long.' }
];

/** `nth`: of those that this can happen to. */
const event = fc.oneof(
  fc.record({ type: fc.constant('written' as const), conversation: fc.constantFrom(...CONVERSATIONS) }),
  fc.record({ type: fc.constant('kept' as const), nth: fc.nat(9) }),
  fc.record({ type: fc.constant('stored' as const), nth: fc.nat(9) }),
  fc.record({ type: fc.constant('failed' as const), nth: fc.nat(9), outcome: fc.constantFrom(...OUTCOMES) }),
  fc.record({ type: fc.constant('retried' as const), nth: fc.nat(9) }),
  fc.record({ type: fc.constant('passed' as const), ms: fc.nat(40_000) })
);

class Plan {
  items: OutboxItem[] = [];
  now = 1_000_000;
  pausedUntil = 0;
  readonly stored: { conversation: string; id: string }[] = [];
  readonly retried = new Set<string>();
  #written = 0;

  /** Something is neither stored nor refused. */
  get isBusy(): boolean {
    return this.items.some(({ entry, state }) => state !== 'stored' && !entry.refusal);
  }

  write(conversationId: string): void {
    const entry: OutboxItem['entry'] = {
      version: 2,
      action: { type: 'send', replyTo: null },
      id: messageId((this.#written += 1)),
      userId: ALICE,
      conversationId,
      content: '',
      writtenAt: this.now,
      attempts: 0,
      nextAttemptAt: 0,
      refusal: null
    };
    this.items.push({ entry, state: 'saving', isInDoubt: false, stored: null });
  }

  change(nth: number, which: (item: OutboxItem) => boolean, to: (item: OutboxItem) => OutboxItem): void {
    const able = this.items.filter(which);
    const chosen = able[nth % able.length];
    if (chosen) this.items = this.items.map((item) => (item === chosen ? to(item) : item));
  }

  store(nth: number): void {
    const isSent = ({ state }: OutboxItem) => state === 'sending';
    this.change(nth, isSent, (item) => {
      this.stored.push({ conversation: item.entry.conversationId, id: item.entry.id });
      return { ...item, state: 'stored', stored: message(1, 1, ALICE) };
    });
  }

  fail(nth: number, outcome: Failure): void {
    const isSent = ({ state }: OutboxItem) => state === 'sending';
    if (outcome.status === 'limited' && this.items.some(isSent)) this.pausedUntil = this.now + outcome.retryAfterMs;
    this.change(nth, isSent, (item) => ({
      ...item,
      state: 'waiting',
      isInDoubt: isInDoubtAfter(outcome, item.isInDoubt),
      entry: afterFailure(item.entry, outcome, this.now, () => 0.5)
    }));
  }

  retry(nth: number): void {
    const isRefused = ({ entry }: OutboxItem) => entry.refusal !== null;
    this.change(nth, isRefused, (item) => {
      this.retried.add(item.entry.id);
      return { ...item, state: 'saving', entry: { ...item.entry, attempts: 0, nextAttemptAt: 0, refusal: null } };
    });
  }

  flush(): void {
    const { send, wakeAt } = due(this.items, this.now, this.pausedUntil);
    for (const item of send) {
      const before = this.items.slice(0, this.items.indexOf(item));
      const held = before.filter(({ entry, state }) => state !== 'stored' && !entry.refusal);
      assert(!held.some(({ entry }) => entry.conversationId === item.entry.conversationId), 'P2');
    }
    this.items = this.items.map((item) => (send.includes(item) ? { ...item, state: 'sending' } : item));
    const sending = this.items.filter(({ state }) => state === 'sending').map(({ entry }) => entry.conversationId);
    assert.equal(new Set(sending).size, sending.length, 'P1');
    assert(sending.length <= 4, 'P1');
    if (wakeAt === null) return;
    assert(wakeAt > this.now, 'P3');
    assert(
      this.items.some(({ state }) => state === 'waiting'),
      'P3'
    );
  }
}

function happens(plan: Plan, what: typeof event extends fc.Arbitrary<infer Event> ? Event : never): void {
  switch (what.type) {
    case 'written':
      return plan.write(what.conversation);
    case 'kept':
      return plan.change(
        what.nth,
        ({ state }) => state === 'saving',
        (item) => ({ ...item, state: 'waiting' })
      );
    case 'stored':
      return plan.store(what.nth);
    case 'failed':
      return plan.fail(what.nth, what.outcome);
    case 'retried':
      return plan.retry(what.nth);
    case 'passed':
      plan.now += what.ms;
      return;
    default: {
      const never: never = what;
      return never;
    }
  }
}

test('P1 to P4 hold whatever happens', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120, size: 'max' }), (events) => {
      const plan = new Plan();
      for (const what of events) {
        happens(plan, what);
        plan.flush();
      }
      // All is well from now on.
      for (let round = 0; round < 300 && plan.isBusy; round += 1) {
        happens(plan, { type: 'kept', nth: 0 });
        plan.store(0);
        plan.now += 30_000;
        plan.flush();
      }
      assert(!plan.isBusy, 'P4');
      for (const conversation of CONVERSATIONS) {
        const ids = plan.stored
          .filter((one) => one.conversation === conversation && !plan.retried.has(one.id))
          .map(({ id }) => id);
        assert.deepEqual(ids, ids.toSorted(), 'P4');
      }
    }),
    { numRuns: 500 }
  );
});
