import type { Clock } from '../clock.ts';
import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { OutboxItem } from '../outbox/plan.ts';
import type { DraftRow } from '../wire/personal.ts';
import { shownDrafts } from './overlay.ts';
import type { Log } from '../log.ts';
import { LocalDrafts, type LocalDraftsOptions } from './local-drafts.ts';
import type { Draft, Drafts } from './personal.ts';
import type { Rows } from './personal-record.ts';
import { draftKey } from './tables.ts';
import { draftWishKey } from './wish.ts';
import type { Wishes } from './wishes.ts';

/** The server is told once nothing was typed for so long, and at the latest so long after it was told last. */
const SAVE_AFTER_MS = 1_000;
const SAVE_WITHIN_MS = 5_000;

export type OwnDraftsOptions = {
  rows: Live<Rows<'drafts'>>;
  wishes: Wishes;
  /** What is on its way. */
  outbox: Live<readonly OutboxItem[]>;
  /** Only its members may read what is written there: the server is told nothing. */
  isEncrypted: (conversationId: string) => boolean;
  onDevice: LocalDraftsOptions['onDevice'];
  log: Log;
  clock: Clock;
  newId: () => string;
};

const NONE: ReadonlySet<string> = new Set();

/** What one has begun to write. A draft has the id of the message that it will become, and is over once that is on its way. */
export class OwnDrafts implements Drafts {
  readonly all: Live<ReadonlyMap<string, Draft>>;
  #options: OwnDraftsOptions;
  #rows: Live<Rows<'drafts'>>;
  #underWay: Live<ReadonlySet<string>>;
  #sent = new LiveValue(NONE);
  #local: LocalDrafts;

  constructor(options: OwnDraftsOptions) {
    this.#options = options;
    const { rows, wishes, outbox } = options;
    this.#local = new LocalDrafts(options);
    this.#rows = derive([rows, wishes.items], shownDrafts);
    this.#underWay = derive([outbox], (items) => new Set(items.map(({ entry }) => entry.id)));
    let made = new WeakMap<DraftRow, Draft>();
    this.all = derive([this.#rows, this.#underWay, this.#sent, this.#local.all], (drafts, sending, sent, local) => {
      const shown = new Map<string, Draft>();
      const before = made;
      made = new WeakMap();
      for (const [key, row] of drafts) {
        if (row.content === '' || sending.has(row.id) || sent.has(row.id)) continue;
        const draft = before.get(row) ?? toDraft(row);
        made.set(row, draft);
        shown.set(key, draft);
      }
      for (const [key, draft] of local) shown.set(key, draft);
      return shown;
    });
  }

  save(conversationId: string, text: string, { replyTo = null, threadSeq = 0 }: Parameters<Drafts['save']>[2] = {}): void {
    const { wishes, clock, newId, isEncrypted } = this.#options;
    if (isEncrypted(conversationId))
      return this.#local.save({ conversationId, threadSeq, text, replyTo, savedAt: new Date(clock.now()) });
    const before = this.#rows.current.get(draftKey(conversationId, threadSeq));
    const content = text.trim() === '' ? '' : text;
    if (content === (before?.content ?? '') && (content === '' || replyTo === before?.reply_to)) return;
    // By the server's rule the later one stays: what is written after another was seen is later, whatever the clocks say.
    const savedAt = Math.max(clock.now(), before ? Date.parse(before.saved_at) + 1 : 0);
    wishes.add(
      {
        type: 'draft',
        conversationId,
        threadSeq,
        id: before && before.content !== '' && !this.#isOver(before.id) ? before.id : newId(),
        content,
        replyTo: content === '' ? null : replyTo,
        savedAt: new Date(savedAt).toISOString()
      },
      { afterMs: SAVE_AFTER_MS, withinMs: SAVE_WITHIN_MS }
    );
  }

  /**
   * The draft is sent now, or was just taken out of the text field to be sent: the id for its message, if there is one. What of it was
   * not saved yet need not be.
   */
  becomes(conversationId: string, threadSeq = 0): { id?: string } {
    this.#local.end(conversationId, threadSeq);
    const row = this.#rows.current.get(draftKey(conversationId, threadSeq));
    const isOpen = row !== undefined && (row.content !== '' || row.revision === 0) && !this.#isOver(row.id);
    if (!isOpen) return {};
    this.#options.wishes.drop(draftWishKey(conversationId, threadSeq));
    return { id: row.id };
  }

  /** Those that only this device keeps come back. */
  restore(): Promise<void> {
    return this.#local.restore();
  }

  /** These messages of one's own exist. */
  sent(messageIds: readonly string[]): void {
    if (messageIds.length > 0) this.#sent.set(new Set([...this.#sent.current, ...messageIds]));
  }

  /** A message will not be sent: the draft that it was does not come back by itself. */
  discarded(messageId: string): void {
    const row = [...this.#rows.current.values()].find(({ id }) => id === messageId);
    if (row) this.save(row.conversation_id, '', { threadSeq: row.thread_seq });
  }

  /** The message that it was exists, or is on its way. */
  #isOver(id: string): boolean {
    return this.#sent.current.has(id) || this.#underWay.current.has(id);
  }
}

const toDraft = (row: DraftRow): Draft => ({
  conversationId: row.conversation_id,
  threadSeq: row.thread_seq,
  text: row.content,
  replyTo: row.reply_to,
  savedAt: new Date(row.saved_at)
});
