import type { OpenedRow } from '../../encryption/opened-rows.ts';
import type { MessageRow } from '../../wire/rows.ts';
import type { Learnt } from './kept-index.ts';

/** What rows that were opened bring the index: each once, as long as it is the same object. */
export class OpenedReader {
  #seen = new WeakSet<object>();

  /** Of rows that cannot be opened yet nothing is said. */
  read(rows: readonly OpenedRow<MessageRow>[]): Learnt[] {
    return rows.flatMap((row): Learnt[] => {
      if (this.#seen.has(row)) return [];
      this.#seen.add(row);
      const { conversation_id: conversationId, seq } = row;
      if (row.closed === 'waiting' || row.closed === 'no_key') return [];
      // What is not to be believed is not to be found; nor what was deleted.
      if (row.deleted_at !== null || row.closed) return [{ conversationId, seq, opened: null }];
      return row.opened ? [{ conversationId, seq, opened: openedOf(row) }] : [];
    });
  }
}

/** The names of files stand in the sealed part: those of the row are the server's. */
const openedOf = (row: OpenedRow<MessageRow> & { sealed_files?: readonly { name: string }[] }) => ({
  conversationId: row.conversation_id,
  seq: row.seq,
  senderId: row.sender_id,
  createdAt: Date.parse(row.created_at),
  expiresAt: row.expires_at ? Date.parse(row.expires_at) : null,
  threadSeq: row.thread_seq ?? null,
  text: row.content,
  files: (row.sealed_files ?? []).map(({ name }) => name)
});
