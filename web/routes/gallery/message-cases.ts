import type { Poll, TimelineMessage } from '#lib/chat/index.ts';
import type { Row } from '#lib/state/rows.ts';
import { bob, carol, dora, me } from './people.ts';
import { onItsWay, sampleFile } from './sample-files.ts';
import { ago, rowOf, sample } from './sample-messages.ts';
import { QUOTED_SEQ } from './still-chat.ts';

/** A state that a message can be in, under the name that stands above it. */
export type MessageCase = { readonly name: string; readonly row: Row };

let seq = 100;
const theirs = (name: string, given: Partial<TimelineMessage>, row: Partial<Row> = {}): MessageCase => ({
  name,
  row: rowOf(sample({ seq: seq++, ...given }), row)
});
const own = (name: string, given: Partial<TimelineMessage>): MessageCase => theirs(name, { mine: true, ...given });

const poll: Poll = {
  options: [
    { text: 'Nine', votes: 1, mine: false },
    { text: 'Ten', votes: 3, mine: true }
  ],
  voters: 4,
  isMultiple: false,
  isAnonymous: false,
  closesAt: null,
  closedAt: null
};
const tooLong = { code: 'message_too_long', message: 'A message may have 5000 characters.' };
const CODE = 'Like this:\n```ts\nconst door = await open({ back: true });\n```\nand **then** `close()` it.';
const MARKUP = 'Bring:\n- *cups*\n- the **big** pot\n> and no sugar\n\nMore on https://example.org/list';

export const statuses: readonly MessageCase[] = [
  own('sending', { seq: null, content: 'On its way', status: 'sending' }),
  own('kept for later', { seq: null, content: 'Kept until there is a network', status: 'kept' }),
  own('refused', { seq: null, content: 'Far too long', status: 'refused', refusal: tooLong }),
  own('sent', { content: 'Stored', status: 'sent' }),
  own('delivered', { content: 'With everybody', status: 'delivered' }),
  own('read', { content: 'Read by everybody', status: 'read' }),
  own('a change on its way', {
    content: 'Changed just now',
    edited: true,
    status: 'read',
    change: { id: 'change-1', status: 'sending', refusal: null }
  }),
  own('a change that was refused', {
    content: 'Could not be changed',
    status: 'read',
    change: { id: 'change-2', status: 'refused', refusal: tooLong }
  })
];

export const texts: readonly MessageCase[] = [
  theirs('of today, first of the day', { content: 'Good morning' }, { newDay: true }),
  theirs('first unread', { content: 'Is anybody there?' }, { firstUnread: true }),
  theirs('with a long name', { content: 'Hello', sender: dora }),
  theirs('of a deleted account', { content: 'I was here', sender: null }),
  theirs('emoji alone', { content: '🎉👋' }),
  theirs('marks', { content: MARKUP }),
  theirs('code', { content: CODE }),
  theirs('calls me', {
    content: 'Is the key with you, @alice?',
    mentions: [{ handle: 'alice', person: me, isMe: true }]
  }),
  theirs('from right to left', { content: 'שלום, מתי נפגשים?' }),
  theirs('one long word', {
    content: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2)
  })
];

export const states: readonly MessageCase[] = [
  theirs('answers', { content: 'I do.', replyTo: QUOTED_SEQ }),
  own('answers, own', { content: 'You do?', replyTo: QUOTED_SEQ, status: 'read' }),
  theirs('answers what is not loaded', { content: 'As I said.', replyTo: 99_999 }),
  theirs('edited, pinned', { content: 'The code is 4711', edited: true, pinned: true }),
  theirs('disappears', { content: 'Gone by tonight', expiresAt: ago(-300) }),
  theirs('deleted', { deleted: true }),
  theirs('deleted by a moderator', { deleted: true, deletedByOther: true }),
  own('deleted, own', { deleted: true, status: null }),
  theirs('forwarded', {
    content: 'The ferry leaves at six.',
    forwarded: { senderId: carol.id, sender: carol, conversationId: 'elsewhere', seq: 4, sentAt: ago(90) }
  }),
  theirs('reactions', {
    content: 'We won!',
    reactions: [
      { emoji: '🎉', count: 3, mine: true, people: [me, bob, carol] },
      { emoji: '👍', count: 12, mine: false, people: [bob] }
    ]
  }),
  theirs('a thread', { content: 'Who takes the early shift?', thread: { count: 4, lastAt: ago(6) } })
];

export const polls: readonly MessageCase[] = [
  theirs('a poll', { content: 'When do we open?', poll }),
  own('anonymous, several answers, with an end', {
    content: 'Which cakes?',
    poll: { ...poll, isMultiple: true, isAnonymous: true, closesAt: ago(-600) }
  }),
  theirs('ended', { content: 'Which day?', poll: { ...poll, closedAt: ago(2) } })
];

export const files: readonly MessageCase[] = [
  theirs('a picture', { content: 'The new sign', attachments: [sampleFile('sign')] }),
  theirs('a picture that cannot be had', { attachments: [sampleFile('lost')] }),
  own('a picture on its way', { seq: null, status: 'sending', attachments: [sampleFile('upload', onItsWay)] }),
  theirs('several pictures', { attachments: [sampleFile('one'), sampleFile('two'), sampleFile('three')] }),
  theirs('a file', {
    attachments: [sampleFile('menu', { name: 'Menu of the summer season, second draft.pdf', mimeType: 'application/pdf' })]
  }),
  own('a file on its way', {
    seq: null,
    content: 'Here it comes',
    status: 'sending',
    attachments: [sampleFile('bill', { ...onItsWay, name: 'bill.pdf', mimeType: 'application/pdf' })]
  }),
  theirs('a voice message', {
    attachments: [sampleFile('voice', { name: 'voice-message.webm', mimeType: 'audio/webm', durationMs: 2000 })]
  })
];

export const notices: readonly MessageCase[] = [
  theirs('something happened', { notice: { code: 'member_left', args: { user_id: bob.id }, people: [bob] } })
];
