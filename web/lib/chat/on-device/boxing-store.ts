import type { OutboxEntry } from '../outbox/entry.ts';
import type { Store } from '../outbox/store.ts';
import type { OnDevice } from './on-device.ts';

type Outgoing = Pick<Store, 'entries' | 'put' | 'remove'>;

/**
 * A store whose outbox keeps what is written in encrypted conversations in boxes. What boxes is loaded when there is such an entry;
 * what cannot be boxed is not kept.
 */
export function boxingStore(
  store: Store,
  onDevice: Pick<OnDevice, 'entries' | 'put' | 'remove'>,
  isEncrypted: (id: string) => boolean
): Outgoing {
  const boxed = ({ boxed: box, conversationId }: OutboxEntry) => box || isEncrypted(conversationId);
  let isUsed = false;
  return {
    async entries(userId) {
      const entries = await store.entries(userId);
      if (!entries.some((entry) => entry.boxed)) return entries;
      // What cannot be opened now stays where it is, and is asked for again.
      return onDevice.entries(entries).catch(() => entries.filter((entry) => !entry.boxed));
    },
    put: (entry) => (boxed(entry) ? ((isUsed = true), onDevice.put(store, entry)) : store.put(entry)),
    remove: (id) => (isUsed ? onDevice.remove(store, id) : store.remove(id))
  };
}
