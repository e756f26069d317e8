import { expect, test, vi } from 'vitest';
import { derive } from '../../web/lib/chat/derive.ts';
import { LiveValue } from '../../web/lib/chat/live.ts';

test('a value tells its listeners of changes, and only of changes', () => {
  const value = new LiveValue(1);
  const listener = vi.fn();
  const release = value.subscribe(listener);
  value.subscribe(listener);
  value.set(1);
  expect(listener).toHaveBeenCalledTimes(0);
  value.set(2);
  expect(listener).toHaveBeenCalledTimes(2);
  release();
  release();
  value.set(3);
  expect(listener).toHaveBeenCalledTimes(3);
});

test('a listener may unsubscribe while it is told', () => {
  const value = new LiveValue(1);
  const last = vi.fn();
  const release = value.subscribe(() => release());
  value.subscribe(last);
  value.set(2);
  value.set(3);
  expect(last).toHaveBeenCalledTimes(2);
});

test('a derived value is computed when read and changed, and is the same object otherwise', () => {
  const left = new LiveValue(1);
  const right = new LiveValue(2);
  const compute = vi.fn((a: number, b: number) => ({ sum: a + b }));
  const sum = derive([left, right], compute);
  expect(compute).not.toHaveBeenCalled();
  const first = sum.current;
  expect(sum.current).toBe(first);
  left.set(5);
  right.set(6);
  expect(sum.current).toEqual({ sum: 11 });
  expect(compute).toHaveBeenCalledTimes(2);
});

test('a derived value follows its sources, through others', () => {
  const source = new LiveValue(1);
  const doubled = derive([source], (n) => n * 2);
  const text = derive([doubled], (n) => `${n}`);
  const seen: string[] = [];
  const release = text.subscribe(() => seen.push(text.current));
  source.set(2);
  release();
  source.set(3);
  expect(seen).toEqual(['4']);
  expect(text.current).toBe('6');
});
