import { expect, test } from 'vitest';
import { RowMaker } from '#lib/state/rows.ts';
import type { TimelineMessage } from '#lib/chat/index.ts';
import { message } from './fake-chat.ts';

const at = (time: string) => new Date(`2026-03-05T${time}:00`);
const none = Number.MAX_SAFE_INTEGER;
const opened = (messages: TimelineMessage[], readSeqAtOpen: number) => ({
  messages,
  loaded: true,
  hasOlder: false,
  readSeqAtOpen
});

test('messages of one person in quick succession are one run', () => {
  const rows = new RowMaker().rows(
    opened(
      [
        message(1, 'a', { createdAt: at('10:00') }),
        message(2, 'b', { createdAt: at('10:02') }),
        message(3, 'c', { mine: true, createdAt: at('10:03') }),
        message(4, 'd', { createdAt: at('10:04') }),
        message(5, 'e', { createdAt: at('10:20') })
      ],
      none
    )
  );
  expect(rows.map((row) => [row.startsRun, row.endsRun])).toEqual([
    [true, false],
    [false, true],
    [true, true],
    [true, true],
    [true, true]
  ]);
});

test('a day begins with its first message, and ends the run before it', () => {
  const rows = new RowMaker().rows(
    opened(
      [
        message(1, 'late', { createdAt: new Date('2026-03-05T23:59:00') }),
        message(2, 'early', { createdAt: new Date('2026-03-06T00:01:00') })
      ],
      none
    )
  );
  expect(rows.map((row) => row.newDay)).toEqual([true, true]);
  expect(rows.map((row) => row.endsRun)).toEqual([true, true]);
});

test('the first unread message is the first of somebody else after what had been read', () => {
  const messages = [
    message(1, 'a'),
    message(2, 'b', { mine: true }),
    message(3, 'c', { mine: true }),
    message(4, 'd'),
    message(5, 'e')
  ];
  const unread = (readSeq: number) => new RowMaker().rows(opened(messages, readSeq)).findIndex((row) => row.firstUnread);
  expect(unread(1)).toBe(3);
  expect(unread(4)).toBe(4);
  expect(unread(5)).toBe(-1);
  expect(unread(0)).toBe(0);
});

test('what has not changed is the same row again', () => {
  const maker = new RowMaker();
  const messages = Array.from({ length: 4 }, (_, i) => message(i + 1, `line ${i}`, { createdAt: at('10:00') }));
  const before = maker.rows(opened(messages, none));
  const after = maker.rows(opened([...messages, message(5, 'new', { createdAt: at('10:01') })], none));
  expect(after.slice(0, 3).every((row, i) => row === before[i])).toBe(true);
  // The last of before no longer ends its run.
  expect(after[3]).not.toBe(before[3]);
});

test('what comes while the conversation is open is not unread when it was opened', () => {
  const maker = new RowMaker();
  const unread = (messages: TimelineMessage[], loaded = true) =>
    maker.rows({ messages, loaded, hasOlder: false, readSeqAtOpen: 1 }).findIndex((row) => row.firstUnread);
  const messages = [message(1, 'a')];
  expect(unread([message(null, 'kept', { mine: true })], false)).toBe(-1);
  expect(unread(messages)).toBe(-1);
  expect(unread([...messages, message(2, 'b')])).toBe(-1);
});

test('the oldest message waits for what stands above it, so that nothing moves when that comes in', () => {
  const maker = new RowMaker();
  const messages = [1, 2, 3].map((seq) => message(seq, `line ${seq}`, { createdAt: at('10:00') }));
  const below = (rows: readonly { message: TimelineMessage }[], seq: number) => rows.filter(({ message }) => message.seq! > seq);
  const before = maker.rows({ ...opened(messages.slice(1), none), hasOlder: true });
  expect(before.map(({ message }) => message.seq)).toEqual([3]);
  const after = maker.rows(opened(messages, none));
  expect(after.map(({ message }) => message.seq)).toEqual([1, 2, 3]);
  expect(below(after, 2)).toEqual(before);
});
