import type { ProgressOf } from '../attachments/attachment.ts';
import { makesMessage } from '../outbox/entry.ts';
import { shownStatuses, type OutboxItem } from '../outbox/plan.ts';
import type { ConversationRecord } from '../record/conversation-record.ts';
import { reachOf, statusAt } from '../record/message-status.ts';
import type { MessageStatus, TimelineMessage } from '../snapshots.ts';
import type { MessageRow } from '../wire/rows.ts';
import { looksSame } from './looks-same.ts';
import { changed, changesBySeq } from './pending-changes.ts';
import type { Directory } from './people.ts';
import { keyOf, onItsWay, shown } from './shown-message.ts';

/** What of a conversation is listed: a run of its rows, and which messages of the outbox come after them. */
export type Excerpt = { readonly rows: readonly MessageRow[]; readonly sends: (item: OutboxItem) => boolean };

/**
 * Messages as a person sees them: rows of the record, then what is on its way. An outbox entry whose message the record has is not
 * shown twice. A message that looks as before is the same object as before, so that lists redraw little; of a row that is the same,
 * nothing is computed again, so that ten thousand loaded messages cost no more than ten.
 */
export function timelineBuilder(me: string, progress?: ProgressOf) {
  let previous = new Map<string, TimelineMessage>();
  let directory: Directory | undefined;
  let made = new WeakMap<MessageRow, { status: MessageStatus | null; message: TimelineMessage }>();

  return (
    record: ConversationRecord | undefined,
    { rows, sends }: Excerpt,
    items: readonly OutboxItem[],
    people: Directory,
    online: boolean
  ): readonly TimelineMessage[] => {
    if (people !== directory) made = new WeakMap();
    directory = people;
    const next = new Map<string, TimelineMessage>();
    const statuses = shownStatuses(items, online);
    const changes = changesBySeq(items, statuses);
    const same = (message: TimelineMessage) => {
      const before = previous.get(message.key);
      return before && looksSame(before, message) ? before : message;
    };
    const keep = (message: TimelineMessage) => next.set(message.key, message);

    const reach = record && reachOf(record, me);
    for (const row of rows) {
      if (row.kind === 'withheld') continue;
      const status = reach && row.sender_id === me && row.kind !== 'system' ? statusAt(reach, row.seq) : null;
      const own = changes.get(row.seq);
      const known = made.get(row);
      if (known && known.status === status && !own) keep(known.message);
      else {
        const message = same((own ?? []).reduce(changed, shown(row, status, me, people)));
        if (!own) made.set(row, { status, message });
        keep(message);
      }
    }
    // One that was retried is stored after those written later: what has its number already goes by that.
    const sent = items
      .map((item, index) => ({ item, status: statuses[index] ?? 'sending', seq: item.stored?.seq ?? Number.MAX_SAFE_INTEGER }))
      .filter(({ item }) => makesMessage(item.entry.action) && sends(item) && !next.has(keyOf(me, item.entry.id)));
    for (const { item, status } of sent.toSorted((a, b) => a.seq - b.seq)) keep(same(onItsWay(item, status, people, progress)));
    previous = next;
    return [...next.values()];
  };
}
