import { sameAttachments } from '../attachments/attachment.ts';
import type { Mention, Poll, Reaction, SystemNotice, TimelineMessage } from '../snapshots.ts';

/** Whether a message looks as it did, so that what draws it need not. Forwarded, expiry and place never change. */
export function looksSame(a: TimelineMessage, b: TimelineMessage): boolean {
  return (
    a.seq === b.seq &&
    a.status === b.status &&
    a.content === b.content &&
    a.closed === b.closed &&
    a.deleted === b.deleted &&
    a.edited === b.edited &&
    a.pinned === b.pinned &&
    a.thread?.count === b.thread?.count &&
    a.thread?.lastAt?.getTime() === b.thread?.lastAt?.getTime() &&
    sameAttachments(a.attachments, b.attachments) &&
    sameReactions(a.reactions, b.reactions) &&
    samePoll(a.poll, b.poll) &&
    sameMentions(a.mentions, b.mentions) &&
    a.forwarded?.sender === b.forwarded?.sender &&
    a.change?.id === b.change?.id &&
    a.change?.status === b.change?.status &&
    sameNotice(a.notice, b.notice) &&
    a.sender === b.sender &&
    a.senderId === b.senderId &&
    a.createdAt.getTime() === b.createdAt.getTime() &&
    a.expiresAt?.getTime() === b.expiresAt?.getTime() &&
    a.refusal?.code === b.refusal?.code
  );
}

function sameReactions(a: readonly Reaction[], b: readonly Reaction[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ emoji, count, mine, people }, index) => {
      const other = b[index]!;
      const samePeople = people.length === other.people.length && people.every((person, n) => person === other.people[n]);
      return emoji === other.emoji && count === other.count && mine === other.mine && samePeople;
    })
  );
}

function samePoll(a: Poll | null, b: Poll | null): boolean {
  if (!a || !b) return a === b;
  return (
    a.voters === b.voters &&
    a.closedAt?.getTime() === b.closedAt?.getTime() &&
    a.options.every(({ votes, mine }, n) => votes === b.options[n]?.votes && mine === b.options[n].mine)
  );
}

const sameMentions = (a: readonly Mention[], b: readonly Mention[]): boolean =>
  a === b || (a.length === b.length && a.every(({ handle, person }, n) => handle === b[n]?.handle && person === b[n].person));

/** The args of a message never change: who is known may. */
function sameNotice(a: SystemNotice | null, b: SystemNotice | null): boolean {
  return (
    a?.code === b?.code &&
    a?.people.length === b?.people.length &&
    (a?.people.every((person, index) => person === b?.people[index]) ?? true)
  );
}
