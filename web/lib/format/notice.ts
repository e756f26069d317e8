import type { Person, SystemNotice, TimelineMessage } from '#lib/chat/index.ts';
import { nameList } from './person.ts';

/** What each code of a system message is in English. `who` did it; `whom` it concerns. */
const WORDS: Record<string, (who: string, whom: string, args: SystemNotice['args']) => string> = {
  members_added: (who, whom) => `${who} added ${whom}`,
  member_left: (who) => `${who} left`,
  member_removed: (who, whom) => `${who} removed ${whom}`,
  role_changed: (who, whom, { role }) => `${who} made ${whom} ${role === 'owner' ? 'the owner' : article(String(role))}`,
  renamed: (who, _, { title }) => `${who} renamed the group to “${String(title)}”`
};

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

const nameOf = (sender: Person | null, senderId: string | null) =>
  sender?.displayName ?? (senderId === null ? 'Somebody' : 'Someone');

const article = (word: string) => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
