import type { Backend } from '../../backend.ts';
import type { OpenedRow } from '../../encryption/opened-rows.ts';
import type { Live } from '../../live.ts';
import type { Log } from '../../log.ts';
import type { HiddenMessages } from '../../personal/hidden-messages.ts';
import type { ConversationRecords } from '../../record/conversation-record.ts';
import type { MessageRow } from '../../wire/rows.ts';
import type { OnDevice } from '../on-device.ts';
import type { OpenedMessage, OpenedQuery } from './opened-index.ts';
import { excerptOf, wantedOf, type Stretch } from './wanted.ts';

export type { OpenedQuery } from './opened-index.ts';

/** A message of an encrypted conversation that this device has opened and found. */
export type OpenedFound = Omit<OpenedMessage, 'createdAt' | 'expiresAt' | 'text'> & { createdAt: Date; excerpt: Stretch[] };

export type OpenedSearchPorts = {
  onDevice: Pick<OnDevice, 'find' | 'learn' | 'forget'>;
  backend: Pick<Backend, 'find' | 'history'>;
  /** Rows as a member reads them, which may take a while: see `changes`. What was opened is learnt by the way. */
  rows: (conversationId: string, rows: readonly MessageRow[]) => readonly OpenedRow<MessageRow>[];
  changes: Live<unknown>;
  records: () => ConversationRecords;
  hidden: () => HiddenMessages;
  log: Log;
};

const LIMIT = 50;
const PAGE = 100;
/** So far one press of a button goes back. */
const PAGES = 3;

/** Searches what this device has opened of encrypted conversations, and opens more of them to search it. */
export class OpenedSearch {
  #ports: OpenedSearchPorts;
  /** The oldest message that was had for searching, by conversation; 0: there is none before. */
  #reached = new Map<string, number>();

  constructor(ports: OpenedSearchPorts) {
    this.#ports = ports;
  }

  /** Newest first, at most 50. What was found is looked at again where there is a network: it may have been changed or deleted since. */
  async find(query: OpenedQuery): Promise<OpenedFound[]> {
    await this.#renew(await this.#find(query));
    const wanted = wantedOf(query.text);
    return (await this.#find(query)).map(({ createdAt, expiresAt: _, text, ...message }) => ({
      ...message,
      createdAt: new Date(createdAt),
      excerpt: excerptOf(text, wanted)
    }));
  }

  /**
   * Opens older messages of a conversation, so that they are found from now on. Resolves to how far back that goes: the moment of the
   * oldest, or null when nothing is before it. Rejects as a call does.
   */
  async further(conversationId: string): Promise<Date | null> {
    const { backend, records } = this.#ports;
    let before =
      this.#reached.get(conversationId) ?? records().get(conversationId)?.window.messages[0]?.seq ?? Number.MAX_SAFE_INTEGER;
    let oldest: MessageRow | undefined;
    for (let page = 0; page < PAGES && before > 1; page += 1) {
      const rows = await backend.history(conversationId, before, PAGE);
      await this.#open(conversationId, rows);
      oldest = rows.at(-1) ?? oldest;
      before = rows.length < PAGE ? 0 : rows.at(-1)!.seq;
      this.#reached.set(conversationId, before);
    }
    return before <= 1 || !oldest ? null : new Date(oldest.created_at);
  }

  async #find(query: OpenedQuery): Promise<OpenedMessage[]> {
    const { onDevice, records, hidden } = this.#ports;
    const known = records();
    const found = await onDevice.find(query, LIMIT);
    // Of what one is not in any more, nothing is kept.
    const gone = found.map(({ conversationId }) => conversationId).filter((id) => !known.has(id));
    if (gone.length > 0) await onDevice.forget([...new Set(gone)]);
    return found.filter(({ conversationId, seq }) => known.has(conversationId) && !hidden().get(conversationId)?.has(seq));
  }

  async #renew(found: readonly OpenedMessage[]): Promise<void> {
    const { backend, onDevice, log } = this.#ports;
    const renewals = [...Map.groupBy(found, ({ conversationId }) => conversationId)].map(async ([id, messages]) => {
      const seqs = messages.map(({ seq }) => seq);
      const rows = await backend.find(id, { type: 'these', seqs });
      const there = new Set(rows.map(({ seq }) => seq));
      const gone = seqs.filter((seq) => !there.has(seq)).map((seq) => ({ conversationId: id, seq, opened: null }));
      if (gone.length > 0) await onDevice.learn(gone);
      await this.#open(id, rows);
    });
    for (const { status, reason } of (await Promise.allSettled(renewals)) as PromiseRejectedResult[])
      if (status === 'rejected') log('search_not_renewed', reason);
  }

  /** Resolves once all that can be opened of these rows is. */
  async #open(conversationId: string, given: readonly MessageRow[]): Promise<void> {
    const { rows, changes } = this.#ports;
    const inOrder = given.toSorted((a, b) => a.seq - b.seq);
    while (rows(conversationId, inOrder).some(({ closed }) => closed === 'waiting'))
      await new Promise<void>((resolve) => {
        const release = changes.subscribe(() => {
          release();
          resolve();
        });
      });
  }
}
