import { expect, test } from 'vitest';
import { Unreachable } from '../../web/lib/chat/errors.ts';
import { whenCalled } from '../../web/lib/chat/when-called.ts';

class Counter {
  #count = 0;

  async add(by: number): Promise<number> {
    this.#count += by;
    return this.#count;
  }

  async fail(): Promise<never> {
    throw new RangeError('no');
  }
}

test('is made once, with the first call, and works as itself', async () => {
  let made = 0;
  const counter = whenCalled(async () => {
    made += 1;
    return new Counter();
  });
  expect(made).toBe(0);
  expect(await Promise.all([counter.add(1), counter.add(2)])).toEqual([1, 3]);
  await expect(counter.fail()).rejects.toBeInstanceOf(RangeError);
  expect(made).toBe(1);
});

test('what cannot be loaded is out of reach, until it can', async () => {
  let isThere = false;
  const counter = whenCalled(async () => {
    if (!isThere) throw new TypeError('Failed to fetch dynamically imported module');
    return new Counter();
  });
  await expect(counter.add(1)).rejects.toBeInstanceOf(Unreachable);
  isThere = true;
  expect(await counter.add(1)).toBe(1);
});
