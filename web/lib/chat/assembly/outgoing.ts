import type { FileAddresses } from '../attachments/file-addresses.ts';
import { lateAddresses } from '../attachments/late-addresses.ts';
import type { FileBackend } from '../attachments/file-backend.ts';
import type { FileStore } from '../attachments/file-store.ts';
import { noFiles } from '../attachments/no-files.ts';
import { Uploads } from '../attachments/uploads.ts';
import { derive } from '../derive.ts';
import { boxingStore } from '../on-device/boxing-store.ts';
import { Outbox } from '../outbox/outbox.ts';
import { UnsentCount } from '../tabs/unsent-count.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type OutgoingParts = {
  files: { backend: FileBackend; store: FileStore };
  uploads: Uploads;
  addresses: Pick<FileAddresses, 'of' | 'download' | 'clear'>;
  outbox: Outbox;
  unsent: UnsentCount;
};

/** What a person has done, on its way to the server, with its files. */
export function outgoingParts(ports: ChatPorts, parts: Parts): OutgoingParts {
  const { userId, store, clock, newId, surroundings, tabs, log } = ports;
  const { backend } = parts;
  const files = ports.files ?? noFiles();
  const uploads = new Uploads({ userId, ...files, newId, clock, renew: () => void parts.renewal.ask(), log });
  const outbox: Outbox = new Outbox({
    userId,
    store: ports.onDevice ? boxingStore(store, ports.onDevice, (id) => parts.gate.isEncrypted(id)) : store,
    clock,
    newId,
    perform: (entry) => parts.gate.perform(entry, () => uploads.send(entry, () => backend.perform(entry))),
    cancel: (id) => uploads.cancel(id),
    onStored: (message, { action }) => {
      parts.pulse.active();
      // How many have voted is in the message; that one has, the entry knows.
      parts.learn(action.type === 'vote' ? { ...message, my_votes: action.options } : message);
      parts.settle();
    },
    isOnline: () => surroundings.online,
    tabs: {
      id: tabs.id,
      whenGone: (tab, run) => tabs.whenGone(tab, run),
      get leads() {
        return parts.topics.leads;
      }
    },
    log
  });
  outbox.items.subscribe(() => uploads.follow(outbox.items.current));
  const waiting = derive([outbox.items], (all) => all.filter((item) => item.state !== 'stored').length);
  return {
    files,
    uploads,
    addresses: lateAddresses({ backend: files.backend, blob: (id) => uploads.blob(id), clock }),
    outbox,
    unsent: new UnsentCount(waiting, tabs)
  };
}
