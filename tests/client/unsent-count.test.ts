import { beforeEach, expect, test } from 'vitest';
import { LiveValue } from '../../web/lib/chat/live.ts';
import { UnsentCount } from '../../web/lib/chat/tabs/unsent-count.ts';
import { settled } from './support/fake-clock.ts';
import { FakeBrowser } from './support/fake-tabs.ts';

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
});

function tab(id: string, unsent = 0) {
  const own = new LiveValue(unsent);
  const count = new UnsentCount(own, browser.open(id));
  count.start();
  return { own, count };
}

test('what other tabs have not sent counts as well, and no longer when they have', async () => {
  const first = tab('first', 2);
  const second = tab('second', 1);
  await settled();
  expect(second.count.total.current).toBe(3);
  second.own.set(4);
  await settled();
  expect(first.count.total.current).toBe(6);
  second.own.set(0);
  first.own.set(0);
  await settled();
  expect([first.count.total.current, second.count.total.current]).toEqual([0, 0]);
});

test('a tab that is gone has nothing any more: another one has taken it up', async () => {
  const first = tab('first');
  tab('second', 3);
  await settled();
  first.own.set(0);
  await settled();
  expect(first.count.total.current).toBe(3);
  browser.kill('second');
  await settled();
  expect(first.count.total.current).toBe(0);
});

test('after stop() only the own ones count', async () => {
  const first = tab('first', 1);
  tab('second', 3);
  await settled();
  expect(first.count.total.current).toBe(4);
  first.count.stop();
  expect(first.count.total.current).toBe(1);
});
