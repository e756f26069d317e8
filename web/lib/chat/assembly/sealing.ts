import { EncryptionGate } from '../encryption/gate.ts';
import type { OpenedSearch } from '../on-device/search/opened-search.ts';
import { at } from '../record/message-window.ts';
import { Refused } from '../errors.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type SealingParts = {
  gate: EncryptionGate;
  /** Searches what was opened. */
  search: () => Promise<OpenedSearch>;
};

/** What stands between the chat and its encrypted conversations. */
export function sealingParts(ports: ChatPorts, parts: Parts): SealingParts {
  const { encryption, log } = ports;
  const { keeper, backend, look } = parts;
  let search: Promise<OpenedSearch> | null = null;
  return {
    search: () => (search ??= import('../on-device/search/search-of.ts').then(({ searchOf }) => searchOf(ports, parts))),
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
      needsSync: () => void look.now(),
      onLoaded: () => void parts.personal.encrypted(),
      log
    })
  };
}
