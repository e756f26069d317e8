import { EncryptionGate } from '../encryption/gate.ts';
import { at } from '../record/message-window.ts';
import { Refused } from '../errors.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type SealingParts = { gate: EncryptionGate };

/** What stands between the chat and its encrypted conversations. */
export function sealingParts({ encryption, log }: ChatPorts, parts: Parts): SealingParts {
  const { keeper, backend, look } = parts;
  return {
    gate: new EncryptionGate({
      port: encryption ?? null,
      records: keeper.records,
      async message(conversationId, seq) {
        const record = keeper.get(conversationId);
        const known = record && at(record.window, seq);
        const row = known ?? (await backend.find(conversationId, { type: 'these', seqs: [seq] }))[0];
        if (!row) throw new Refused('message_not_found', 'There is no such message.', 404);
        return row;
      },
      uploads: () => parts.uploads,
      needsSync: () => void look.now(),
      onLoaded: () => void parts.personal.encrypted(),
      log
    })
  };
}
