import { closedText } from './preview.ts';
import { attachmentsText } from './attachments.ts';
import type { Person, SystemNotice, TimelineMessage } from '#lib/chat/index.ts';
import type { NoticeParts } from '#lib/i18n/en/notices.ts';
import { t } from '#lib/i18n/words.svelte.ts';
import { durationName, moneyText } from './amounts.ts';
import { nameList } from './person.ts';

/** A system message in words, as this person reads it. */
export function noticeText({ notice, sender, mine, senderId }: TimelineMessage, me: string): string {
  if (!notice) return '';
  const codes: Readonly<Record<string, (parts: NoticeParts) => string>> = t.notices.codes;
  const words = codes[notice.code];
  return words?.(parts(notice, mine ? t.notices.you : nameOf(sender, senderId), mine, me)) ?? t.notices.unknown;
}

/** One line for a list. */
export function summaryText(message: TimelineMessage, me: string): string {
  if (message.deleted) return t.notices.deleted;
  if (message.closed) return closedText(message.closed);
  return message.notice ? noticeText(message, me) : message.content || attachmentsText(message);
}

function parts(notice: SystemNotice, who: string, you: boolean, me: string): NoticeParts {
  const { args } = notice;
  const text = (name: string) => String(args[name] ?? '');
  const amount = args['amount_minor'];
  const seconds = args['seconds'];
  return {
    who,
    you,
    whom: whom(notice, me),
    title: text('title'),
    role: text('role'),
    amount: amount == null ? '' : moneyText(Number(amount), text('currency')),
    duration: typeof seconds === 'number' ? durationName(seconds) : null,
    reason: text('reason'),
    change: text('change'),
    isOn: args['hands_history'] === true
  };
}

function whom({ people, args }: SystemNotice, me: string): string {
  const count = typeof args['count'] === 'number' ? args['count'] : 1;
  const names = people.map((person) => (person.id === me ? t.notices.youAsObject : person.displayName));
  if (names.length === 0) return count === 1 ? t.notices.somebodyAsObject : t.notices.people(count);
  return names.length < count
    ? t.notices.andOthers(names.slice(0, 3).join(', '), count - Math.min(names.length, 3))
    : nameList(names);
}

const nameOf = (sender: Person | null, senderId: string | null) =>
  sender?.displayName ?? (senderId === null ? t.notices.somebody : t.notices.someone);
