/**
 * One call for many: what is asked for while a call is under way goes with the next. Nobody waits for company, and when there is much
 * to do, few calls do it.
 */
export function together<Item>(call: (items: Item[]) => Promise<void>): (item: Item) => Promise<void> {
  let items: Item[] = [];
  let next: Promise<void> | undefined;
  let underWay: Promise<unknown> = Promise.resolve();

  async function callNext(before: Promise<unknown>): Promise<void> {
    await before;
    const taken = items;
    items = [];
    next = undefined;
    await call(taken);
  }

  return (item) => {
    items.push(item);
    if (!next) {
      next = callNext(underWay);
      // Whoever waits for it is told that it failed; the next call only waits for its end.
      underWay = next.catch(() => undefined);
    }
    return next;
  };
}
