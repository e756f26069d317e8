import { expect, test } from 'vitest';
import { AppUpdate } from '#lib/state/app-update.svelte.ts';
import { TAKE_OVER } from '#lib/state/take-over.ts';

/** The service workers of a page: what has happened to them is told by `found` and `installed`. */
function workers({ controlled = true, waiting = false } = {}) {
  const said: unknown[] = [];
  const worker = () =>
    Object.assign(new EventTarget(), { state: 'installing', postMessage: (data: unknown) => void said.push(data) });
  const next = worker();
  const registration = Object.assign(new EventTarget(), {
    waiting: waiting ? next : null,
    installing: null as ReturnType<typeof worker> | null
  });
  const container = Object.assign(new EventTarget(), {
    controller: controlled ? worker() : null,
    ready: Promise.resolve(registration)
  });
  let reloads = 0;
  const update = new AppUpdate(container as unknown as ServiceWorkerContainer, () => void reloads++);
  const found = () => {
    registration.installing = next;
    registration.dispatchEvent(new Event('updatefound'));
  };
  const installed = () => {
    next.state = 'installed';
    next.dispatchEvent(new Event('statechange'));
  };
  return {
    update,
    said,
    found,
    installed,
    takenOver: () => container.dispatchEvent(new Event('controllerchange')),
    reloads: () => reloads
  };
}

test('a new version is offered once it is installed, and the page reloads when it has taken over', async () => {
  const { update, said, found, installed, takenOver, reloads } = workers();
  update.start();
  await Promise.resolve();
  found();
  expect(update.ready).toBe(false);
  installed();
  expect(update.ready).toBe(true);
  takenOver();
  expect(reloads()).toBe(0);
  update.apply();
  expect(said).toEqual([TAKE_OVER]);
  takenOver();
  expect(reloads()).toBe(1);
});

test('one that waits since another visit is offered at once', async () => {
  const { update } = workers({ waiting: true });
  update.start();
  await Promise.resolve();
  expect(update.ready).toBe(true);
});

test('the first version of all is not offered', async () => {
  const { update, found, installed } = workers({ controlled: false });
  update.start();
  await Promise.resolve();
  found();
  installed();
  expect(update.ready).toBe(false);
});

test('who looks no more is not told', async () => {
  const { update, found, installed } = workers();
  update.start()();
  await Promise.resolve();
  found();
  installed();
  expect(update.ready).toBe(false);
});
