import { describe, expect, test } from 'vitest';
import {
  at,
  between,
  emptyWindow,
  hasOlder,
  oldest,
  place,
  prepend,
  withStubs
} from '../../web/lib/chat/record/message-window.ts';
import { message } from './support/rows.ts';

const seqs = (window: ReturnType<typeof emptyWindow>) => window.messages.map(({ seq }) => seq);
const page = (...numbers: number[]) => numbers.map((seq) => message(seq, seq + 1));
const loaded = (from: number, to: number) => ({
  messages: page(...Array.from({ length: to - from + 1 }, (_, i) => from + i)),
  newest: to
});

describe('a window has no holes', () => {
  test.each([
    ['the next message is added', 6, [4, 5, 6]],
    ['a known one changes nothing', 5, [4, 5]],
    ['one that is not loaded changes nothing', 2, [4, 5]]
  ])('%s', (_name, seq, expected) => {
    expect(seqs(place(loaded(4, 5), message(seq, seq + 1))!)).toEqual(expected);
  });

  test('one beyond the next is refused', () => {
    expect(place(loaded(4, 5), message(7, 8))).toBeNull();
  });

  test('a changed message takes the place of the older one, and an older one not that of the newer', () => {
    const edited = place(loaded(4, 5), message(4, 9, null, 'edited'))!;
    expect(edited.messages[0]).toMatchObject({ content: 'edited', revision: 9 });
    expect(place(edited, message(4, 8, null, 'before'))).toBe(edited);
  });

  test.each([
    ['a page that joins', [3, 2, 1], [1, 2, 3, 4, 5]],
    ['a page that overlaps', [5, 4, 3, 2], [2, 3, 4, 5]],
    ['a page with a hole joins up to it', [3, 1], [3, 4, 5]],
    ['a page that does not join', [2, 1], [4, 5]],
    ['an empty page', [], [4, 5]]
  ])('%s', (_name, numbers, expected) => {
    expect(seqs(prepend(loaded(4, 5), page(...numbers)))).toEqual(expected);
  });
});

test('an empty window knows where it ends', () => {
  expect([oldest(emptyWindow(7)), hasOlder(emptyWindow(7)), hasOlder(emptyWindow(0))]).toEqual([8, true, false]);
  expect([oldest(loaded(1, 3)), hasOlder(loaded(1, 3))]).toEqual([1, false]);
});

test('between gives all or nothing', () => {
  expect(between(loaded(4, 6), 4, 6)?.map(({ seq }) => seq)).toEqual([5, 6]);
  expect(between(loaded(4, 6), 3, 6)?.length).toBe(3);
  expect(between(loaded(4, 6), 2, 6)).toBeNull();
  expect(between(loaded(4, 6), 4, 7)).toBeNull();
  expect(between(loaded(4, 6), 6, 6)).toEqual([]);
});

describe('a page with holes', () => {
  test('has a stub for what the server does not show', () => {
    const page = withStubs([message(9, 20), message(6, 12)], 10, 6);
    expect(page.map(({ seq, kind }) => [seq, kind])).toEqual([
      [9, 'text'],
      [8, 'withheld'],
      [7, 'withheld'],
      [6, 'text']
    ]);
    const window = prepend(emptyWindow(9), page);
    expect(window.messages).toHaveLength(4);
    expect(at(place(window, message(8, 3))!, 8)).toMatchObject({ kind: 'text' });
  });

  test('that the server shows nothing of is all stubs, down to the beginning', () => {
    expect(withStubs([], 3, 1).map(({ seq }) => seq)).toEqual([2, 1]);
  });
});
