import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { calmly, eachFrame, showNow } from '#lib/state/pace.ts';
import { Reactive } from '#lib/state/reactive.svelte.ts';
import { Settable } from './settable.ts';

let frames: (() => void)[] = [];
const drawFrame = () => {
  const due = frames;
  frames = [];
  for (const run of due) run();
};

beforeEach(() => {
  frames = [];
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
});

afterEach(() => {
  showNow();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** What a component that shows a list of messages has drawn, one entry a drawing. */
function drawn(messages: Settable<readonly number[]>) {
  const drawings: (readonly number[])[] = [];
  const shown = new Reactive(messages, eachFrame);
  const end = $effect.root(() => {
    $effect(() => void drawings.push(shown.current));
  });
  flushSync();
  return { drawings, shown, end };
}

test('what comes between two frames is drawn once, all of it and in order', () => {
  const messages = new Settable<readonly number[]>([]);
  const { drawings, shown, end } = drawn(messages);
  for (let n = 1; n <= 50; n++) {
    messages.set([...messages.current, n]);
    flushSync();
  }
  expect(drawings).toEqual([[]]);
  // Whoever asks in between is told what is.
  expect(shown.current).toHaveLength(50);
  drawFrame();
  flushSync();
  expect(drawings).toEqual([[], Array.from({ length: 50 }, (_, n) => n + 1)]);

  messages.set([51]);
  drawFrame();
  flushSync();
  expect(drawings.at(-1)).toEqual([51]);
  expect(drawings).toHaveLength(3);
  end();
});

test('all that changed is drawn by the same frame, and one frame is asked for', () => {
  const [messages, list] = [new Settable<readonly number[]>([]), new Settable<readonly number[]>([])];
  const [a, b] = [drawn(messages), drawn(list)];
  messages.set([1]);
  list.set([2]);
  messages.set([1, 3]);
  expect(frames).toHaveLength(1);
  drawFrame();
  flushSync();
  expect([a.drawings.at(-1), b.drawings.at(-1)]).toEqual([[1, 3], [2]]);
  a.end();
  b.end();
});

test('what the person has done is shown without waiting for a frame', () => {
  const messages = new Settable<readonly number[]>([]);
  const { drawings, end } = drawn(messages);
  messages.set([1]);
  showNow();
  flushSync();
  expect(drawings.at(-1)).toEqual([1]);
  drawFrame();
  flushSync();
  expect(drawings).toHaveLength(2);
  end();
});

test('a hidden tab does not wait for a frame', () => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  const messages = new Settable<readonly number[]>([]);
  const { drawings, end } = drawn(messages);
  messages.set([1]);
  flushSync();
  expect(drawings).toEqual([[], [1]]);
  expect(frames).toEqual([]);
  end();
});

test('a tab that is hidden, or covered, before its frame came does not wait for it', () => {
  const messages = new Settable<readonly number[]>([]);
  const { drawings, end } = drawn(messages);
  messages.set([1]);
  vi.advanceTimersByTime(100);
  flushSync();
  expect(drawings).toEqual([[], [1]]);
  // It comes after all: nothing is left to be drawn, and the next change waits for the next one.
  drawFrame();
  messages.set([1, 2]);
  flushSync();
  expect(drawings).toHaveLength(2);
  drawFrame();
  flushSync();
  expect(drawings.at(-1)).toEqual([1, 2]);
  end();
});

test('nobody is told after they have gone', () => {
  const messages = new Settable<readonly number[]>([]);
  const { drawings, end } = drawn(messages);
  messages.set([1]);
  end();
  drawFrame();
  flushSync();
  expect(drawings).toEqual([[]]);
});

test('calmly: the first at once, then twice a second, the last one always', () => {
  const pace = calmly();
  const update = vi.fn();
  pace(update);
  expect(update).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 10; n++) {
    pace(update);
    vi.advanceTimersByTime(20);
  }
  expect(update).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(300);
  expect(update).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  expect(update).toHaveBeenCalledTimes(2);
  pace(update);
  expect(update).toHaveBeenCalledTimes(3);
});
