import type { Conversation } from '#lib/state/conversation.svelte.ts';
import { type Row, senderName } from '#lib/state/rows.ts';

/** What the virtual list is given: the rows, and whether they grew at the front, so that what is on screen stays where it is. */
export type Shown = { readonly rows: readonly Row[]; readonly prepended: boolean };

export class Feed {
  #drawn: readonly Row[] = [];
  /** Highest `seq` when the list was first shown: only what came after it is read out. */
  #heardSeq: number | null = null;

  /** What to draw next, compared with what was drawn last. */
  next(rows: readonly Row[]): Shown {
    const first = this.#drawn[0]?.message.key;
    const prepended = first !== undefined && rows[0]?.message.key !== first && rows.length > this.#drawn.length;
    return { rows, prepended };
  }

  /** To be told after each drawing. Returns whether the end is another message than before. */
  drawn({ rows }: Shown): boolean {
    const last = this.#drawn.at(-1)?.message.key;
    this.#drawn = rows;
    return rows.at(-1)?.message.key !== last;
  }

  /** Text for a live region: the newest message of somebody else that came while the list was open. */
  announcement(conversation: Conversation): string {
    const last = conversation.timeline.messages.at(-1);
    const seq = last?.seq ?? 0;
    this.#heardSeq ??= seq;
    if (!last || last.mine || last.notice || seq <= this.#heardSeq) return '';
    return `${senderName(last)}: ${last.content}`;
  }
}

/** `seq` of the row at an index, or of the nearest stored one before it; 0 if there is none. */
export function seqAt(rows: readonly Row[], index: number): number {
  for (let i = Math.min(index, rows.length - 1); i >= 0; i--) {
    const seq = rows[i]?.message.seq;
    if (seq != null) return seq;
  }
  return 0;
}
