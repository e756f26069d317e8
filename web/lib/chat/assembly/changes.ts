import { undelivered } from '../receipts/what-is-delivered.ts';
import { hasReached } from '../record/message-window.ts';
import type { RecordChange } from '../record/record-keeper.ts';
import type { MarkRow } from '../wire/receipts.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type ChangeParts = {
  /** The record has changed. */
  onChange: (change: RecordChange) => void;
  /** The server has taken these marks of one's own. */
  marked: (rows: readonly MarkRow[]) => void;
  /** Messages that were stored and that the record has reached are shown by the record. */
  settle: () => void;
};

/** What follows from changes of the record. */
export function changeParts({ userId: me, onDevice, clock, log }: ChatPorts, parts: Parts): ChangeParts {
  const { keeper } = parts;

  function settle(): void {
    const { outbox } = parts;
    const reached = outbox.items.current.filter(({ stored }) => {
      const record = stored && keeper.get(stored.conversation_id);
      return record && hasReached(record.window, stored);
    });
    outbox.settle(reached.map(({ entry }) => entry.id));
  }

  return {
    settle,
    onChange({ changed, arrived, lost }) {
      const { saver, people, pulse, personal, outbox, hub, receipts, open } = parts;
      const records = keeper.records.current;
      saver.changed(changed, lost);
      people.learnFrom(records, changed);
      if (arrived.length > 0) pulse.active();
      parts.gate.arrived(arrived);
      const own = arrived.filter((message) => message.sender_id === me).map((message) => message.id);
      personal.sent(own);
      outbox.settle(own);
      settle();
      for (const { conversation_id, sender_id } of arrived) if (sender_id) hub.clear(conversation_id, [sender_id]);
      for (const id of changed) {
        const record = records.get(id);
        const seq = record && undelivered(record, me);
        if (seq) receipts.delivered(id, seq);
        open.get(id)?.refresh();
      }
      if (lost.length > 0 && parts.gate.loaded) onDevice?.forget(lost).catch((error: unknown) => log('opened_unkept', error));
      for (const id of lost) {
        receipts.forget(id);
        hub.forget(id);
        open.get(id)?.lost.set(true);
      }
      parts.follow();
    },
    marked(rows) {
      for (const { conversation_id, delivered_seq, read_seq } of rows) {
        const at = new Date(clock.now()).toISOString();
        keeper.apply({ type: 'receipt', conversation_id, user_id: me, delivered_seq, delivered_at: at, read_seq, read_at: at });
      }
    }
  };
}
