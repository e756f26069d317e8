import * as z from 'zod/mini';
import type { Log } from '../log.ts';
import { syncAnswerSchema, type Cursors, type SyncAnswer } from '../wire/sync.ts';
import type { Tabs } from './tabs.ts';

const answeredSchema = z.object({
  type: z.literal('answered'),
  cursors: z.record(z.string(), z.tuple([z.number(), z.number()])),
  personal: z.number(),
  answer: syncAnswerSchema
});

/** An answer of sync(), and what was asked. */
export type Answered = { readonly cursors: Cursors; readonly personal: number; readonly answer: SyncAnswer };

/** What one tab is answered by sync() the others hear: they need not ask, too. */
export class SharedAnswers {
  #tabs: Tabs;
  #log: Log;
  #unlisten: (() => void) | null = null;

  constructor(tabs: Tabs, log: Log) {
    this.#tabs = tabs;
    this.#log = log;
  }

  start(heard: (answered: Answered) => void): void {
    this.#unlisten ??= this.#tabs.listen((data) => {
      const answered = answeredSchema.safeParse(data);
      if (answered.success) heard(answered.data);
    });
  }

  stop(): void {
    this.#unlisten?.();
    this.#unlisten = null;
  }

  tell(answered: Answered): void {
    try {
      this.#tabs.post({ type: 'answered', ...answered });
    } catch (error) {
      this.#log('tab_unheard', error);
    }
  }
}
