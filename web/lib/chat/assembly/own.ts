import { assemblePersonal, type OwnThings } from '../personal/assemble-personal.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type OwnParts = { personal: OwnThings };

/** What is a person's own: drafts, settings, notifications and the like. */
export function ownParts({ userId, store, onDevice, clock, newId, surroundings, tabs, log }: ChatPorts, parts: Parts): OwnParts {
  const { backend, outbox } = parts;
  return {
    personal: assemblePersonal({
      userId,
      backend,
      store,
      clock,
      newId,
      tabs,
      log,
      leads: () => parts.topics.leads,
      isOnline: () => surroundings.online,
      synced: () => parts.syncer.now(),
      needsSync: () => void parts.look.now(),
      outbox: outbox.items,
      isEncrypted: (id) => parts.gate.isEncrypted(id),
      onDevice: onDevice ?? null,
      countsOf: (id) => {
        const header = parts.keeper.get(id)?.header;
        return { lastSeq: header?.last_seq ?? 0, quietCount: header?.quiet_count ?? 0 };
      }
    })
  };
}
