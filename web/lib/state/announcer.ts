import type { TimelineMessage } from '#lib/chat/index.ts';
import { previewText } from '#lib/format/preview.ts';
import { senderName } from './rows.ts';

/** What a screen reader is told of an open conversation. */
export class Announcer {
  /** Highest `seq` when it was first shown: only what came after it is read out. */
  #heardSeq: number | null = null;

  /** The newest message of somebody else that came while the list was open; '' if there is none. */
  text(messages: readonly TimelineMessage[]): string {
    const last = messages.at(-1);
    const seq = last?.seq ?? 0;
    this.#heardSeq ??= seq;
    if (!last || last.mine || last.notice || seq <= this.#heardSeq) return '';
    return `${senderName(last)}: ${previewText(last)}`;
  }
}
