import * as z from 'zod/mini';
import { type DeviceBox, Unopenable } from '../device-box.ts';
import type { Box, DeviceStore } from '../device-store.ts';
import { OpenedIndex, type OpenedMessage, type OpenedQuery, openedSchema } from './opened-index.ts';

/** So many numbers of a conversation share a box: few enough to be written again at each change, many enough to be opened quickly. */
const BLOCK = 100;

const blockSchema = z.array(openedSchema);

/** What is to be known of a message: what it says, or that nothing of it is to be found any more. */
export type Learnt = { conversationId: string; seq: number; opened: OpenedMessage | null };

/** An index of opened messages that lies on this device in boxes. What cannot be opened any more is begun anew. */
export class KeptIndex {
  #userId: string;
  #store: DeviceStore;
  #box: DeviceBox;
  #now: () => number;
  #index = new OpenedIndex();
  /** What is in the index, by block. */
  #blocks = new Map<string, { version: number; messages: readonly OpenedMessage[] }>();
  /** What is to be written, by block and number. */
  #waiting = new Map<string, Map<number, OpenedMessage | null>>();
  #writing: Promise<void> | null = null;

  constructor(userId: string, store: DeviceStore, box: DeviceBox, now: () => number) {
    this.#userId = userId;
    this.#store = store;
    this.#box = box;
    this.#now = now;
  }

  /** Resolves once it is written. */
  learn(all: readonly Learnt[]): Promise<void> {
    for (const { conversationId, seq, opened } of all) {
      const id = blockOf(conversationId, seq);
      const block = this.#waiting.get(id) ?? new Map<number, OpenedMessage | null>();
      this.#waiting.set(id, block.set(seq, opened));
    }
    return (this.#writing ??= this.#write().finally(() => (this.#writing = null)));
  }

  async find(query: OpenedQuery, limit: number): Promise<OpenedMessage[]> {
    await this.#writing;
    const boxes = await this.#store.boxes(this.#userId, 'searched');
    const there = new Set(boxes.map(({ id }) => id));
    for (const id of this.#blocks.keys()) if (!there.has(id)) this.#show(id, 0, []);
    await Promise.all(boxes.map((box) => this.#read(box)));
    return this.#index.find(query, this.#now(), limit);
  }

  /** Nothing of these conversations is known any more; of none when left out. */
  async forget(conversationIds?: ReadonlySet<string>): Promise<void> {
    await this.#writing;
    const ids = (await this.#store.boxes(this.#userId, 'searched')).map(({ id }) => id);
    const gone = conversationIds ? ids.filter((id) => conversationIds.has(conversationOf(id))) : ids;
    await this.#store.remove(this.#userId, 'searched', gone);
    for (const id of gone) this.#show(id, 0, []);
  }

  async #write(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (!next) return;
      this.#waiting.delete(next[0]);
      await this.#change(...next);
    }
  }

  async #change(id: string, changes: ReadonlyMap<number, OpenedMessage | null>): Promise<void> {
    for (;;) {
      const box = await this.#store.box(this.#userId, 'searched', id);
      const before = box ? await this.#read(box) : [];
      const messages = [
        ...before.filter(({ seq, expiresAt }) => !changes.has(seq) && (expiresAt === null || expiresAt > this.#now())),
        ...[...changes.values()].flatMap((opened) => opened ?? [])
      ].toSorted((a, b) => a.seq - b.seq);
      if (JSON.stringify(messages) === JSON.stringify(before)) return;
      const version = (box?.version ?? 0) + 1;
      const boxed = await this.#box.seal(nameOf(id), messages);
      if (!(await this.#store.put(this.#userId, 'searched', { id, version, boxed }))) continue;
      return this.#show(id, version, messages);
    }
  }

  async #read({ id, version, boxed }: Box): Promise<readonly OpenedMessage[]> {
    const known = this.#blocks.get(id);
    if (known && known.version === version) return known.messages;
    const messages = await this.#opened(id, boxed);
    this.#show(id, version, messages);
    return messages;
  }

  async #opened(id: string, boxed: Box['boxed']): Promise<readonly OpenedMessage[]> {
    try {
      const { success, data } = blockSchema.safeParse(await this.#box.open(nameOf(id), boxed));
      return success ? data : [];
    } catch (error) {
      if (error instanceof Unopenable) return [];
      throw error;
    }
  }

  #show(id: string, version: number, messages: readonly OpenedMessage[]): void {
    for (const message of this.#blocks.get(id)?.messages ?? []) this.#index.remove(message);
    for (const message of messages) this.#index.put(message);
    this.#blocks.set(id, { version, messages });
  }
}

const blockOf = (conversationId: string, seq: number): string => `${conversationId}/${Math.floor(seq / BLOCK)}`;
const conversationOf = (block: string): string => block.slice(0, block.indexOf('/'));
const nameOf = (block: string): string => `searched/${block}`;
