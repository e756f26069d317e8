import type { Person, SystemNotice, TimelineMessage } from '#lib/chat/index.ts';
import { durationName, moneyText } from './amounts.ts';
import { nameList } from './person.ts';

type Args = SystemNotice['args'];

/** Each code of the table system_codes in English. `who` did it; `whom` it concerns. */
const WORDS: Record<string, (who: string, whom: string, args: Args) => string> = {
  members_added: (who, whom) => `${who} added ${whom}`,
  member_joined: (who) => `${who} joined`,
  member_left: (who) => `${who} left`,
  member_removed: (who, whom) => `${who} removed ${whom}`,
  role_changed: (who, whom, { role }) => `${who} made ${whom} ${role === 'owner' ? 'the owner' : article(String(role))}`,
  renamed: (who, _, { title }) => `${who} changed the title to “${String(title)}”`,
  configured: (who) => `${who} changed the settings`,
  disappearing_changed: (who, _, { seconds }) =>
    typeof seconds === 'number'
      ? `${who} let messages disappear after ${durationName(seconds)}`
      : `${who} let messages stay from now on`,
  message_pinned: (who) => `${who} pinned a message`,
  negotiation_started: (who, _, { title }) => `${who} began to negotiate about “${String(title)}”`,
  offer_made: (who, _, args) => `${who} offered ${amount(args)}`,
  offer_countered: (who, _, args) => `${who} offered ${amount(args)} instead`,
  offer_accepted: (who) => `${who} accepted the offer`,
  offer_rejected: (who) => `${who} rejected the offer`,
  offer_withdrawn: (who) => `${who} withdrew the offer`,
  offer_expired: () => 'The offer has expired',
  negotiation_closed: (_who, _whom, { reason }) => REASONS[String(reason)] ?? 'The negotiation has ended',
  deal_paid: (who) => `${who} marked the deal as paid`,
  deal_completed: (who) => `${who} completed the deal`,
  deal_cancelled: (who) => `${who} cancelled the deal`
};

const REASONS: Readonly<Record<string, string>> = {
  listing_sold: 'The negotiation has ended: it was sold to somebody else',
  listing_withdrawn: 'The negotiation has ended: the listing was withdrawn',
  account_deleted: 'The negotiation has ended: an account was deleted'
};

/** Codes that have words. */
export const wordedCodes: readonly string[] = Object.keys(WORDS);

/** A system message in words, as this person reads it. */
export function noticeText({ notice, sender, mine, senderId }: TimelineMessage, me: string): string {
  if (!notice) return '';
  const who = mine ? 'You' : nameOf(sender, senderId);
  const words = WORDS[notice.code];
  return words
    ? words(who, whom(notice, me), notice.args)
    : 'Something happened here that this version of Parley has no words for';
}

/** One line for a list. */
export function summaryText(message: TimelineMessage, me: string): string {
  if (message.deleted) return 'This message was deleted';
  return message.notice ? noticeText(message, me) : message.content;
}

function whom({ people, args }: SystemNotice, me: string): string {
  const count = typeof args['count'] === 'number' ? args['count'] : 1;
  const names = people.map((person) => (person.id === me ? 'you' : person.displayName));
  if (names.length === 0) return count === 1 ? 'somebody' : `${count} people`;
  return names.length < count
    ? `${names.slice(0, 3).join(', ')} and ${count - Math.min(names.length, 3)} others`
    : nameList(names);
}

const amount = ({ amount_minor, currency }: Args) => moneyText(Number(amount_minor), String(currency));

const nameOf = (sender: Person | null, senderId: string | null) =>
  sender?.displayName ?? (senderId === null ? 'Somebody' : 'Someone');

const article = (word: string) => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
