import { derive } from '../derive.ts';
import type { Live } from '../live.ts';
import type { TimelineMessage } from '../snapshots.ts';
import { shownHidden } from './overlay.ts';
import type { Rows } from './personal-record.ts';
import type { Wishes } from './wishes.ts';

/** By conversation: the numbers of the messages that this person has taken out of their own sight. */
export type HiddenMessages = ReadonlyMap<string, ReadonlySet<number>>;

/** A conversation's set stays the same object while it is the same. */
export function hiddenMessages(rows: Live<Rows<'hidden_messages'>>, wishes: Wishes): Live<HiddenMessages> {
  const shown = derive([rows, wishes.items], shownHidden);
  let before: HiddenMessages = new Map();
  return derive([shown], (all) => {
    const bySeq = Map.groupBy(all.values(), ({ conversation_id }) => conversation_id);
    const next = new Map<string, ReadonlySet<number>>();
    for (const [id, hidden] of bySeq) {
      const seqs = new Set(hidden.map(({ seq }) => seq));
      const known = before.get(id);
      next.set(id, known && isSame(known, seqs) ? known : seqs);
    }
    before = next;
    return next;
  });
}

/** What of a timeline is shown. */
export function withoutHidden(
  messages: readonly TimelineMessage[],
  hidden: ReadonlySet<number> | undefined
): readonly TimelineMessage[] {
  return hidden ? messages.filter(({ seq }) => seq === null || !hidden.has(seq)) : messages;
}

const isSame = (a: ReadonlySet<number>, b: ReadonlySet<number>) => a.size === b.size && [...a].every((seq) => b.has(seq));
