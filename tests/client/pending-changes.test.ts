import { describe, expect, test } from 'vitest';
import { readEntries, type Action, type OutboxEntry } from '../../web/lib/chat/outbox/entry.ts';
import { overtakenBy, undoes, type OutboxItem } from '../../web/lib/chat/outbox/plan.ts';
import { withOwnReactions } from '../../web/lib/chat/record/own-reactions.ts';
import { mainTimeline } from './support/main-timeline.ts';
import { ALICE, AT, BOB, CONVERSATION, message, messageId, record } from './support/rows.ts';

const entry = (n: number, action: Action, changes: Partial<OutboxEntry> = {}): OutboxEntry => ({
  version: 2,
  action,
  id: messageId(100 + n),
  userId: ALICE,
  conversationId: CONVERSATION,
  content: '',
  writtenAt: 0,
  attempts: 0,
  nextAttemptAt: 0,
  refusal: null,
  ...changes
});
const item = (made: OutboxEntry, state: OutboxItem['state'] = 'waiting'): OutboxItem => ({
  entry: made,
  state,
  isInDoubt: false,
  stored: null
});
const react = (emoji: string, on: boolean): Action => ({ type: 'react', seq: 2, emoji, on });
const reaction = (user_ids: string[], last?: { user_id: string; added: boolean }) => ({
  count: user_ids.length,
  user_ids,
  since: AT,
  last
});

describe('a change that is on its way', () => {
  const shown = (...items: OutboxItem[]) => mainTimeline(ALICE)(record(3), items, new Map(), true)[1]!;

  test('of the text is shown as if it were stored', () => {
    const made = entry(1, { type: 'edit', seq: 2 }, { content: 'better' });
    expect(shown(item(made))).toMatchObject({
      content: 'better',
      edited: true,
      change: { id: made.id, status: 'sending', refusal: null }
    });
  });

  test('that deletes leaves nothing of it', () => {
    expect(shown(item(entry(1, { type: 'delete', seq: 2 })))).toMatchObject({ content: '', deleted: true });
  });

  test('that was refused is not done, but said', () => {
    const refusal = { code: 'not_allowed', message: 'Not yours.' };
    const made = entry(1, { type: 'edit', seq: 2 }, { content: 'mine now', refusal });
    expect(shown(item(made))).toMatchObject({ content: 'message 2', edited: false, change: { status: 'refused', refusal } });
  });

  test('gives and takes back reactions', () => {
    expect(shown(item(entry(1, react('👍', true)))).reactions).toEqual([{ emoji: '👍', count: 1, mine: true, people: [] }]);
    const both = [item(entry(1, react('👍', true))), item(entry(2, react('👍', false)))];
    expect(shown(...both).reactions).toEqual([]);
  });

  test('is no message of its own', () => {
    expect(mainTimeline(ALICE)(record(3), [item(entry(1, react('👍', true)))], new Map(), true)).toHaveLength(3);
  });
});

describe('what is overtaken', () => {
  const waiting = [
    item(entry(1, { type: 'edit', seq: 2 })),
    item(entry(2, react('👍', true))),
    item(entry(3, react('🎉', true)), 'sending'),
    item(entry(4, { type: 'edit', seq: 3 })),
    item(entry(5, { type: 'send', replyTo: null }))
  ];
  test.each<[name: string, action: Action, overtaken: number[]]>([
    ['by another edit: the one before', { type: 'edit', seq: 2 }, [1]],
    ['by deleting: everything about that message', { type: 'delete', seq: 2 }, [1, 2]],
    ['by taking a reaction back: giving it', react('👍', false), [2]],
    ['not what is being sent', react('🎉', false), []],
    ['by a message: nothing', { type: 'send', replyTo: 2 }, []]
  ])('%s', (_name, action, overtaken) => {
    expect(overtakenBy(waiting, CONVERSATION, action).map((one) => one.entry.id)).toEqual(
      overtaken.map((n) => messageId(100 + n))
    );
  });

  test('not what may have been done already', () => {
    const doubtful = waiting.map((one) => ({ ...one, isInDoubt: true }));
    expect(overtakenBy(doubtful, CONVERSATION, { type: 'delete', seq: 1 })).toEqual([]);
  });

  test('only the opposite undoes', () => {
    expect(undoes(react('👍', true), react('👍', false))).toBe(true);
    expect(undoes(react('👍', true), react('👍', true))).toBe(false);
  });
});

describe('one’s own reactions', () => {
  const at = (changes: object) => ({ ...message(2, 9), ...changes });

  test('are what the server says, where it does', () => {
    expect(
      withOwnReactions(at({ reactions: { '👍': reaction([ALICE]) }, my_reactions: [] }), undefined, ALICE).my_reactions
    ).toEqual([]);
  });

  test('are known from the first few, from the last change, and else as before', () => {
    const before = at({ my_reactions: ['🎉', '❤️'] });
    const reactions = {
      '👍': reaction([BOB, ALICE]),
      '🎉': reaction([BOB], { user_id: ALICE, added: false }),
      '❤️': reaction([BOB], { user_id: BOB, added: true }),
      '👀': reaction([BOB], { user_id: BOB, added: true })
    };
    expect(withOwnReactions(at({ reactions }), before, ALICE).my_reactions).toEqual(['👍', '❤️']);
  });
});

test('an entry of the first version is a message to be sent', () => {
  const { action: _, ...rest } = entry(1, { type: 'delete', seq: 1 }, { content: 'hello' });
  expect(readEntries([{ ...rest, version: 1 }])).toEqual([{ ...rest, version: 2, action: { type: 'send', replyTo: null } }]);
});
