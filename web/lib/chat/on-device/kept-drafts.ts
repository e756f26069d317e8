import * as z from 'zod/mini';
import type { Draft } from '../personal/personal.ts';
import { draftKey } from '../personal/tables.ts';
import type { DeviceBox } from './device-box.ts';
import type { Box, DeviceStore } from './device-store.ts';

const draftSchema = z.object({
  conversationId: z.guid(),
  threadSeq: z.number(),
  text: z.string(),
  replyTo: z.nullable(z.number()),
  savedAt: z.number()
});

/** Drafts of encrypted conversations, which this device keeps for itself. */
export class KeptDrafts {
  #userId: string;
  #store: DeviceStore;
  #box: DeviceBox;
  /** The newest of each place, until it is written. */
  #waiting = new Map<string, Draft>();
  #writing: Promise<void> | null = null;

  constructor(userId: string, store: DeviceStore, box: DeviceBox) {
    this.#userId = userId;
    this.#store = store;
    this.#box = box;
  }

  /** What cannot be opened any more is removed: nobody ever will. */
  async all(): Promise<Draft[]> {
    const opened = await Promise.all((await this.#store.boxes(this.#userId, 'draft')).map((box) => this.#open(box)));
    return opened.flatMap((draft) => draft ?? []);
  }

  /** A blank text removes it. Resolves once the newest is written. */
  keep(draft: Draft): Promise<void> {
    this.#waiting.set(draftKey(draft.conversationId, draft.threadSeq), draft);
    return (this.#writing ??= this.#write().finally(() => (this.#writing = null)));
  }

  async #write(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (!next) return;
      const [id, draft] = next;
      this.#waiting.delete(id);
      if (draft.text.trim() === '') await this.#store.remove(this.#userId, 'draft', [id]);
      else await this.#put(id, draft);
    }
  }

  async #put(id: string, draft: Draft): Promise<void> {
    const boxed = await this.#box.seal(`draft/${id}`, { ...draft, savedAt: draft.savedAt.getTime() });
    for (;;) {
      const version = ((await this.#store.box(this.#userId, 'draft', id))?.version ?? 0) + 1;
      if (await this.#store.put(this.#userId, 'draft', { id, version, boxed })) return;
    }
  }

  async #open({ id, boxed }: Box): Promise<Draft | null> {
    try {
      const { savedAt, ...draft } = draftSchema.parse(await this.#box.open(`draft/${id}`, boxed));
      return { ...draft, savedAt: new Date(savedAt) };
    } catch {
      await this.#store.remove(this.#userId, 'draft', [id]);
      return null;
    }
  }
}
