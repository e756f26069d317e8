import type { MessageRow } from '../wire/rows.ts';

/**
 * The loaded messages of a conversation: an unbroken run of numbers that ends at `newest`, the last message known. It may be
 * empty (nothing loaded yet): then `newest` still says where it ends.
 */
export type MessageWindow = { readonly messages: readonly MessageRow[]; readonly newest: number };

export const emptyWindow = (newest: number): MessageWindow => ({ messages: [], newest });

/** Number of the oldest loaded message; newest + 1 when none is. */
export const oldest = (window: MessageWindow): number => window.newest - window.messages.length + 1;

export const hasOlder = (window: MessageWindow): boolean => oldest(window) > 1;

export function at(window: MessageWindow, seq: number): MessageRow | undefined {
  return window.messages[seq - oldest(window)];
}

/** Whether what the server has stored is in here, or would not be loaded anyway. */
export function hasReached(window: MessageWindow, stored: MessageRow): boolean {
  if (stored.seq > window.newest) return false;
  const loaded = at(window, stored.seq);
  return !loaded || loaded.revision >= stored.revision;
}

/**
 * A new or changed message. Null when it would leave a hole after `newest`. One that is not loaded, or not newer than what is
 * loaded, changes nothing.
 */
export function place(window: MessageWindow, message: MessageRow): MessageWindow | null {
  const { messages, newest } = window;
  if (message.seq > newest + 1) return null;
  if (message.seq === newest + 1) return { messages: [...messages, message], newest: message.seq };
  const loaded = at(window, message.seq);
  // Of the same revision, the message itself says more than its number.
  const isRevealed = loaded?.kind === 'withheld' && message.kind !== 'withheld' && loaded.revision === message.revision;
  if (!loaded || (loaded.revision >= message.revision && !isRevealed)) return window;
  return { messages: messages.with(message.seq - oldest(window), message), newest };
}

/** A page of history, newest first, as the API gives it. What does not join the window without a hole is left out. */
export function prepend(window: MessageWindow, page: readonly MessageRow[]): MessageWindow {
  const older: MessageRow[] = [];
  let next = oldest(window) - 1;
  for (const message of page) {
    if (message.seq > next) continue;
    if (message.seq < next) break;
    older.unshift(message);
    next -= 1;
  }
  return older.length === 0 ? window : { messages: [...older, ...window.messages], newest: window.newest };
}

/**
 * A page of history, newest first, from before `before` down to `last`, with a stub for each number that the server does not show
 * this person: it may not be seen (withheld, or just expired), and so the run stays unbroken.
 */
export function withStubs(page: readonly MessageRow[], before: number, last: number): readonly MessageRow[] {
  const whole: MessageRow[] = [];
  const rows = new Map(page.map((message) => [message.seq, message]));
  for (let seq = before - 1; seq >= last; seq--) whole.push(rows.get(seq) ?? stub(seq));
  return whole;
}

/** Behind every revision: whatever the server says of it replaces it. */
const stub = (seq: number): MessageRow => ({
  conversation_id: NOWHERE,
  seq,
  id: NOWHERE,
  sender_id: null,
  kind: 'withheld',
  content: '',
  system: null,
  is_quiet: true,
  edited_at: null,
  reply_to: null,
  pinned_at: null,
  reactions: {},
  deleted_at: null,
  created_at: new Date(0).toISOString(),
  revision: 0
});

const NOWHERE = '00000000-0000-0000-0000-000000000000';

/** Messages with from < seq <= to; null unless all of them are loaded. */
export function between(window: MessageWindow, from: number, to: number): readonly MessageRow[] | null {
  if (from >= to) return [];
  const first = oldest(window);
  if (from + 1 < first || to > window.newest) return null;
  return window.messages.slice(from + 1 - first, to + 1 - first);
}
