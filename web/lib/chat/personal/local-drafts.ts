import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { OnDevice } from '../on-device/on-device.ts';
import type { Draft } from './personal.ts';
import { draftKey } from './tables.ts';

export type LocalDraftsOptions = { onDevice: Pick<OnDevice, 'drafts' | 'keepDraft'> | null; log: Log };

/** What one has begun to write where the server is not to read it: this device keeps it, in a box. */
export class LocalDrafts {
  #options: LocalDraftsOptions;
  #all = new LiveValue<ReadonlyMap<string, Draft>>(new Map());
  /** Where something was written here: what lies on the device is older. */
  #touched = new Set<string>();

  constructor(options: LocalDraftsOptions) {
    this.#options = options;
  }

  get all(): Live<ReadonlyMap<string, Draft>> {
    return this.#all;
  }

  /** What this device has kept from before. Never rejects. */
  async restore(): Promise<void> {
    const { onDevice, log } = this.#options;
    try {
      for (const draft of (await onDevice?.drafts()) ?? []) if (!this.#touched.has(keyOf(draft))) this.#set(draft);
    } catch (error) {
      log('drafts_unreadable', error);
    }
  }

  /** Blank ends it. */
  save(draft: Draft): void {
    const { onDevice, log } = this.#options;
    this.#touched.add(keyOf(draft));
    this.#set(draft);
    onDevice?.keepDraft(draft).catch((error: unknown) => log('drafts_unwritable', error));
  }

  /** Nothing is begun there any more. */
  end(conversationId: string, threadSeq: number): void {
    if (this.#all.current.has(draftKey(conversationId, threadSeq)))
      this.save({ conversationId, threadSeq, text: '', replyTo: null, savedAt: new Date(0) });
  }

  #set(draft: Draft): void {
    const next = new Map(this.#all.current);
    if (draft.text.trim() === '') next.delete(keyOf(draft));
    else next.set(keyOf(draft), draft);
    if (next.size > 0 || this.#all.current.size > 0) this.#all.set(next);
  }
}

const keyOf = ({ conversationId, threadSeq }: Draft): string => draftKey(conversationId, threadSeq);
