import type { OutboxEntry } from '../outbox/entry.ts';
import type { Store } from '../outbox/store.ts';
import { boxEntry, openEntry } from './boxed-entry.ts';
import type { DeviceBox } from './device-box.ts';

/** Writes entries in boxes. Boxing takes time: what is done with an entry meanwhile waits its turn. */
export class BoxedOutbox {
  #box: DeviceBox;
  /** What is still being written, by entry. */
  #writing = new Map<string, Promise<void>>();

  constructor(box: DeviceBox) {
    this.#box = box;
  }

  /** As they were written; those that cannot be opened any more are refused. Rejects where the key cannot be had. */
  opened(entries: readonly OutboxEntry[]): Promise<OutboxEntry[]> {
    return Promise.all(entries.map((entry) => openEntry(this.#box, entry)));
  }

  put(store: Pick<Store, 'put'>, entry: OutboxEntry): Promise<void> {
    return this.#inOrder(entry.id, async () => store.put(entry.boxed ? entry : await boxEntry(this.#box, entry)));
  }

  remove(store: Pick<Store, 'remove'>, id: string): Promise<void> {
    return this.#inOrder(id, () => store.remove(id));
  }

  #inOrder(id: string, write: () => Promise<void>): Promise<void> {
    const before = this.#writing.get(id);
    const written = (before ? before.then(write, write) : write()).finally(() => {
      if (this.#writing.get(id) === written) this.#writing.delete(id);
    });
    this.#writing.set(id, written);
    return written;
  }
}
