import { derive } from '../derive.ts';
import type { Live } from '../live.ts';
import type { PersonalChange, ScheduledRow } from '../wire/personal.ts';
import type { ScheduledMessage, ScheduledMessages } from './personal.ts';
import type { PersonalBackend } from './personal-backend.ts';
import type { Rows } from './personal-record.ts';

export type ScheduledOptions = {
  rows: Live<Rows<'scheduled_messages'>>;
  backend: PersonalBackend;
  newId: () => string;
  /** The server has changed a row for us. */
  onChanged: (change: PersonalChange) => void;
  /** Asks sync(). */
  synced: () => Promise<unknown>;
};

/** Messages that are sent later. The server sends them, so it is asked at once: one that waited here would come too late. */
export function scheduledMessages({ rows, backend, newId, onChanged, synced }: ScheduledOptions): ScheduledMessages {
  return {
    all: derive([rows], (all) => [...all.values()].map(toScheduled).sort((a, b) => a.sendAt.getTime() - b.sendAt.getTime())),
    async schedule(conversationId, message) {
      const id = newId();
      onChanged(await backend.schedule(conversationId, id, message));
      return id;
    },
    async edit(id, change) {
      onChanged(await backend.editScheduled(id, change));
    },
    async cancel(id) {
      onChanged(await backend.cancelScheduled(id));
    },
    async sendNow(id) {
      await backend.sendScheduled(id);
      await synced();
    }
  };
}

const toScheduled = (row: ScheduledRow): ScheduledMessage => ({
  id: row.id,
  conversationId: row.conversation_id,
  text: row.content,
  replyTo: row.reply_to,
  threadSeq: row.thread_seq,
  attachmentIds: row.attachment_ids,
  sendAt: new Date(row.send_at),
  refusal: row.refusal
});
