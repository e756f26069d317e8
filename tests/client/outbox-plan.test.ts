import { describe, expect, test } from 'vitest';
import { afterFailure, due, shownStatuses, type OutboxItem } from '../../web/lib/chat/outbox/plan.ts';
import { ALICE, messageId } from './support/rows.ts';

const NOW = 1_000_000;
const half = () => 0.5;
const REFUSAL = { code: 'message_too_long', message: 'The message is too long.' };

/** `a1` is the first entry of conversation a. Marks: ! refused, > sending, ~ saving, = stored, +n due in n ms after so many attempts. */
function items(...words: string[]): OutboxItem[] {
  return words.map((word, index) => {
    const [, conversationId, mark = '', ms = ''] = /^(\w)\w([!>~=+]?)(\d*)$/.exec(word)!;
    const state = { '>': 'sending', '~': 'saving', '=': 'stored' }[mark] ?? 'waiting';
    return {
      state: state as OutboxItem['state'],
      isInDoubt: false,
      stored: null,
      entry: {
        version: 2,
        action: { type: 'send', replyTo: null },
        id: messageId(index + 1),
        userId: ALICE,
        conversationId: conversationId!,
        content: word,
        writtenAt: 0,
        attempts: mark === '+' ? 1 : 0,
        nextAttemptAt: mark === '+' ? NOW + Number(ms) : 0,
        refusal: mark === '!' ? REFUSAL : null
      }
    };
  });
}

describe('what is sent next', () => {
  test.each<[name: string, words: string[], sent: string[], wake: number | null]>([
    ['nothing of nothing', [], [], null],
    ['the first of each conversation', ['a1', 'a2', 'b1'], ['a1', 'b1'], null],
    ['nothing behind one that is being sent', ['a1>', 'a2'], [], null],
    ['nothing behind one that is not kept yet', ['a1~', 'a2'], [], null],
    ['nothing behind one that waits for its next attempt', ['a1+500', 'a2', 'b1'], ['b1'], 500],
    ['what is behind a refused one', ['a1!', 'a2'], ['a2'], null],
    ['what is behind a stored one', ['a1=', 'a2'], ['a2'], null],
    ['what has become due', ['a1+0'], ['a1+0'], null],
    ['at most four conversations at a time', ['a1', 'b1', 'c1', 'd1', 'e1'], ['a1', 'b1', 'c1', 'd1'], null],
    ['and fewer when some are being sent', ['a1>', 'b1>', 'c1>', 'd1', 'e1'], ['d1'], null],
    ['the earliest wakes', ['a1+500', 'b1+300'], [], 300]
  ])('%s', (_name, words, sent, wake) => {
    const plan = due(items(...words), NOW, 0);
    expect(plan.send.map((item) => item.entry.content)).toEqual(sent);
    expect(plan.wakeAt).toBe(wake === null ? null : NOW + wake);
  });

  test('nothing while the server wants a pause, whatever it is', () => {
    expect(due(items('a1', 'b1+100'), NOW, NOW + 2000)).toEqual({ send: [], wakeAt: NOW + 2000 });
  });
});

describe('after an attempt that failed', () => {
  const [item] = items('a1');
  const { entry } = item!;

  test('refused: it stays, with the reason', () => {
    expect(afterFailure(entry, { status: 'refused', ...REFUSAL }, NOW, half)).toMatchObject({ refusal: REFUSAL, attempts: 0 });
  });

  test('limited: when the server says', () => {
    expect(afterFailure(entry, { status: 'limited', retryAfterMs: 7000 }, NOW, half)).toMatchObject({
      nextAttemptAt: NOW + 7000,
      attempts: 1
    });
  });

  test('unreachable: later every time, never more than half a minute', () => {
    let current = entry;
    const waits = Array.from({ length: 8 }, () => {
      current = afterFailure(current, { status: 'unreachable' }, NOW, half);
      return current.nextAttemptAt - NOW;
    });
    expect(waits).toEqual([750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500]);
  });
});

describe('what is shown', () => {
  test.each<[words: string[], online: boolean, shown: string[]]>([
    [['a1', 'a2'], true, ['sending', 'sending']],
    [['a1', 'a2'], false, ['kept', 'kept']],
    [['a1~'], true, ['sending']],
    [['a1>', 'a2'], true, ['sending', 'sending']],
    [['a1+500', 'a2', 'b1'], true, ['kept', 'kept', 'sending']],
    [['a1!', 'a2'], true, ['refused', 'sending']],
    [['a1='], false, ['sent']]
  ])('%j, online: %j → %j', (words, online, shown) => {
    expect(shownStatuses(items(...words), online)).toEqual(shown);
  });
});
