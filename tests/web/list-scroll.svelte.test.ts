import { flushSync, tick } from 'svelte';
import { expect, test, vi } from 'vitest';
import { ListScroll } from '#lib/state/list-scroll.svelte.ts';
import { RowMaker } from '#lib/state/rows.ts';
import { message } from './fake-chat.ts';

const ROW_PX = 50;
const VIEWPORT_PX = 400;

/** Messages with these numbers, and a list that draws each in the same height: what virtua and the browser do, without a browser. */
function list(first: number, last: number, readSeq = Number.MAX_SAFE_INTEGER) {
  const maker = new RowMaker();
  let messages = $state.raw(between(first, last));
  let hasOlder = $state(first > 1);
  const near: string[] = [];
  const seen: number[] = [];
  const rows = $derived(maker.rows({ messages, loaded: true, hasOlder, readSeqAtOpen: readSeq }));
  const scroller = {
    scrollTop: 0,
    get scrollHeight() {
      return rows.length * ROW_PX;
    }
  };
  const offset = () => Math.max(0, Math.min(scroller.scrollTop, rows.length * ROW_PX - VIEWPORT_PX));
  const handle = {
    getScrollOffset: offset,
    getScrollSize: () => rows.length * ROW_PX,
    getViewportSize: () => VIEWPORT_PX,
    findItemIndex: (px: number) => Math.min(rows.length - 1, Math.floor(px / ROW_PX)),
    scrollToIndex: vi.fn((index: number) => void (scroller.scrollTop = index * ROW_PX))
  };
  let scroll!: ListScroll;
  const end = $effect.root(() => {
    scroll = new ListScroll({
      rows: () => rows,
      stage: () => 'history',
      hasNewer: () => false,
      lastSeq: () => messages.at(-1)?.seq ?? 0,
      onseen: (seq) => void seen.push(seq),
      onnear: (end) => void near.push(end)
    });
    scroll.list = handle as unknown as NonNullable<ListScroll['list']>;
    scroll.scroller = scroller as unknown as HTMLElement;
  });
  flushSync();
  return {
    scroll,
    near,
    seen,
    offset,
    end,
    placed: () => vi.waitFor(() => expect(scroll.placed).toBe(true)),
    async scrollTo(px: number) {
      scroller.scrollTop = px;
      scroll.scrolled(px);
      await tick();
    },
    async prepend(from: number) {
      messages = [...between(from, messages[0]!.seq! - 1), ...messages];
      hasOlder = from > 1;
      flushSync();
      await tick();
    },
    async append(...contents: string[]) {
      const after = messages.at(-1)?.seq ?? 0;
      messages = [...messages, ...contents.map((content, n) => message(after + n + 1, content))];
      flushSync();
      await tick();
    }
  };
}

const between = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) =>
    message(first + n, `message ${first + n}`, { createdAt: new Date(first + n) })
  );

test('opens at the end, and follows it', async () => {
  const { scroll, placed, append, offset, seen, end } = list(1, 40);
  await placed();
  expect(offset()).toBe(40 * ROW_PX - VIEWPORT_PX);
  expect(seen.at(-1)).toBe(40);
  await append('new');
  expect(offset()).toBe(41 * ROW_PX - VIEWPORT_PX);
  expect(scroll.below).toBe(0);
  expect(seen.at(-1)).toBe(41);
  end();
});

test('opens at the first unread message', async () => {
  const { scroll, placed, offset, end } = list(1, 60, 20);
  await placed();
  expect(offset()).toBe(20 * ROW_PX);
  expect(scroll.atEnd).toBe(false);
  expect(scroll.below).toBe(60 - 28);
  end();
});

test('rows that come in above are told to the list as such, which keeps its place; those below are not', async () => {
  const { scroll, placed, prepend, append, scrollTo, near, end } = list(101, 160);
  await placed();
  expect(near).not.toContain('older');
  await scrollTo(300);
  expect(near).toContain('older');
  await prepend(51);
  expect(scroll.shown.rows[0]?.message.seq).toBe(52);
  expect(scroll.shown.prepended).toBe(true);
  await append('new');
  expect(scroll.shown.prepended).toBe(false);
  await prepend(1);
  expect(scroll.shown.rows[0]?.message.seq).toBe(1);
  expect(scroll.shown.generation).toBe(0);
  end();
});

test('whoever has scrolled up stays there, and is told how much came below', async () => {
  const { scroll, placed, append, scrollTo, offset, end } = list(1, 40);
  await placed();
  await scrollTo(500);
  await append('one', 'two');
  expect(offset()).toBe(500);
  expect(scroll.atEnd).toBe(false);
  expect(scroll.below).toBe(2);
  scroll.toEnd();
  await tick();
  expect(offset()).toBe(42 * ROW_PX - VIEWPORT_PX);
  end();
});

test('leads to a message and marks it', async () => {
  const { scroll, placed, offset, end } = list(1, 60);
  await placed();
  await scroll.reveal(10);
  expect(offset()).toBe(9 * ROW_PX);
  expect(scroll.marked).toBe(10);
  expect(scroll.atEnd).toBe(false);
  end();
});
