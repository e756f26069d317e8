import { backoffMs } from '../backoff.ts';
import type { MessageStatus } from '../snapshots.ts';
import type { MessageRow } from '../wire/rows.ts';
import { makesMessage, type Action, type OutboxEntry } from './entry.ts';

/*
 * What the outbox decides, without doing it.
 *
 *                                    ┌─ unreachable, limited: attempts + 1, nextAttemptAt ─┐
 *                                    ▼                                                     │
 *   add() → saving ── kept by ──→ waiting ── first of its conversation, and due ──→ sending ┤
 *                     the store      ▲                                                     ├─ stored → gone, once the record has it
 *                                    └──── retry() ──── refused ◄──────────────────────────┘
 *                                                         └── discard() → gone
 */
export type OutboxItem = {
  readonly entry: OutboxEntry;
  readonly state: 'saving' | 'waiting' | 'sending' | 'stored';
  /** An attempt may have arrived whose answer has not: it may have been done already, and is repeated until that is known. */
  readonly isInDoubt: boolean;
  /** The message as it was stored, until the record has it. */
  readonly stored: MessageRow | null;
};

/** How an attempt to send ended, by what is to be done. */
export type Outcome =
  | { status: 'stored'; message: MessageRow }
  | { status: 'refused'; code: string; message: string }
  | { status: 'limited'; retryAfterMs: number }
  | { status: 'unreachable' };

/** At most this many conversations are sent to at the same time. */
const PARALLEL = 4;

/**
 * Which entries are to be sent now, the oldest of each conversation, and when to look again. A refused one does not hold up those
 * behind it; one that waits for its next attempt does, so that order is kept.
 */
export function due(
  items: readonly OutboxItem[],
  now: number,
  pausedUntil: number
): { send: OutboxItem[]; wakeAt: number | null } {
  const taken = new Set<string>();
  let free = PARALLEL;
  for (const { entry, state } of items) {
    if (state !== 'sending') continue;
    taken.add(entry.conversationId);
    free -= 1;
  }
  const send: OutboxItem[] = [];
  let wakeAt: number | null = null;
  for (const item of items) {
    const { conversationId, nextAttemptAt, refusal } = item.entry;
    if (item.state === 'stored' || refusal || taken.has(conversationId)) continue;
    taken.add(conversationId);
    if (item.state === 'saving') continue;
    const at = Math.max(nextAttemptAt, pausedUntil);
    if (at > now) wakeAt = Math.min(at, wakeAt ?? Infinity);
    else if (free > 0) {
      send.push(item);
      free -= 1;
    }
  }
  return { send, wakeAt };
}

/**
 * What still waits and is not worth sending any more, because the same thing is now to be otherwise. Not what may have been done
 * already: its late request would undo what comes now, were it not repeated before.
 */
export function overtakenBy(items: readonly OutboxItem[], conversationId: string, action: Action): OutboxItem[] {
  if (makesMessage(action)) return [];
  return items.filter(({ entry, state, isInDoubt }) => {
    if (state !== 'waiting' || isInDoubt || entry.conversationId !== conversationId) return false;
    const before = entry.action;
    if (makesMessage(before) || before.seq !== action.seq) return false;
    if (action.type === 'delete') return true;
    if (before.type === 'react' && action.type === 'react') return before.emoji === action.emoji;
    return before.type === action.type;
  });
}

/** Taking back a reaction or a pin that was not given yet leaves nothing to do. */
export const undoes = (before: Action, after: Action): boolean =>
  (before.type === 'react' || before.type === 'pin') && before.type === after.type && before.on !== after.on;

/** The entry after an attempt that did not store it. */
export function afterFailure(
  entry: OutboxEntry,
  outcome: Exclude<Outcome, { status: 'stored' }>,
  now: number,
  random: () => number
): OutboxEntry {
  switch (outcome.status) {
    case 'refused':
      return { ...entry, refusal: { code: outcome.code, message: outcome.message } };
    case 'limited':
      return { ...entry, attempts: entry.attempts + 1, nextAttemptAt: now + outcome.retryAfterMs };
    case 'unreachable': {
      const attempts = entry.attempts + 1;
      return { ...entry, attempts, nextAttemptAt: now + backoffMs(attempts, random) };
    }
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

/** Whether it may have been done, as far as the answer tells. */
export function isInDoubtAfter({ status }: Exclude<Outcome, { status: 'stored' }>, before: boolean): boolean {
  if (status === 'limited') return before;
  return status === 'unreachable';
}

/** What the person is shown. Behind one that is kept, the others of its conversation are kept too. */
export function shownStatuses(items: readonly OutboxItem[], online: boolean): MessageStatus[] {
  const held = new Set<string>();
  return items.map(({ entry, state }) => {
    if (state === 'stored') return 'sent';
    if (entry.refusal) return 'refused';
    if (state === 'sending' && entry.attempts === 0) return 'sending';
    if (online && entry.attempts === 0 && !held.has(entry.conversationId)) return 'sending';
    held.add(entry.conversationId);
    return 'kept';
  });
}
