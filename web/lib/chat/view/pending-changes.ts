import type { OutboxItem } from '../outbox/plan.ts';
import { makesMessage, type OutboxEntry } from '../outbox/entry.ts';
import type { MessageStatus, PendingChange, Poll, Reaction, TimelineMessage } from '../snapshots.ts';

export type Pending = { readonly entry: OutboxEntry; readonly change: PendingChange };

/** What is on its way for each stored message, in the order of writing. */
export function changesBySeq(
  items: readonly OutboxItem[],
  statuses: readonly MessageStatus[]
): ReadonlyMap<number, readonly Pending[]> {
  const bySeq = new Map<number, Pending[]>();
  items.forEach(({ entry }, index) => {
    if (makesMessage(entry.action)) return;
    const status = statuses[index];
    const change: PendingChange = {
      id: entry.id,
      status: status === 'kept' || status === 'refused' ? status : 'sending',
      refusal: entry.refusal
    };
    bySeq.set(entry.action.seq, [...(bySeq.get(entry.action.seq) ?? []), { entry, change }]);
  });
  return bySeq;
}

/** A message as it will be. What was refused is not done, but said. */
export function changed(message: TimelineMessage, { entry, change }: Pending): TimelineMessage {
  const { action, content } = entry;
  if (change.status === 'refused') return { ...message, change };
  switch (action.type) {
    case 'edit':
      return { ...message, content, edited: true, change };
    case 'delete':
      return { ...message, content: '', deleted: true, attachments: [], attachmentCount: 0, reactions: [], change };
    case 'react':
      return { ...message, reactions: reacted(message.reactions, action.emoji, action.on), change };
    case 'pin':
      return { ...message, pinned: action.on, change };
    case 'vote':
      return { ...message, poll: message.poll && voted(message.poll, action.options), change };
    case 'send':
    case 'poll':
      return message;
    default: {
      const never: never = action;
      return never;
    }
  }
}

function voted(poll: Poll, chosen: readonly number[]): Poll {
  const had = poll.options.some((option) => option.mine);
  return {
    ...poll,
    voters: poll.voters + Number(chosen.length > 0) - Number(had),
    options: poll.options.map((option, n) => {
      const mine = chosen.includes(n);
      return { ...option, mine, votes: option.votes + Number(mine) - Number(option.mine) };
    })
  };
}

function reacted(reactions: readonly Reaction[], emoji: string, on: boolean): readonly Reaction[] {
  const present = reactions.find((reaction) => reaction.emoji === emoji);
  if (!present) return on ? [...reactions, { emoji, count: 1, mine: true, people: [] }] : reactions;
  if (present.mine === on) return reactions;
  const count = present.count + (on ? 1 : -1);
  if (count === 0) return reactions.filter((reaction) => reaction !== present);
  return reactions.map((reaction) => (reaction === present ? { ...reaction, count, mine: on } : reaction));
}
