import type { RealtimeChannel } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { attempt, Inbox, subscribe, systemMessages } from './listening.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** The client's own view of who is here, each time it changes: keys with the number of their metas. */
function view(channel: RealtimeChannel): Inbox<Record<string, number>> {
  const inbox = new Inbox<Record<string, number>>();
  const note = () =>
    inbox.put(Object.fromEntries(Object.entries(channel.presenceState()).map(([key, metas]) => [key, metas.length])));
  channel.on('presence', { event: 'sync' }, note);
  return inbox;
}

const shows = (wanted: Record<string, number>) => (seen: Record<string, number>) =>
  JSON.stringify(Object.entries(seen).sort()) === JSON.stringify(Object.entries(wanted).sort());

function inRoom(room: string, key: string) {
  return [room, { config: { private: true, presence: { key } } }] as const;
}

test('members see each other come, change and go', async () => {
  const [ann, bob] = [await world.person(), await world.person()];
  const room = await world.room(ann, bob);
  const mine = world.client(ann.token).channel(...inRoom(room, 'ann'));
  const theirs = world.client(bob.token).channel(...inRoom(room, 'bob'));
  const [mineView, theirView] = [view(mine), view(theirs)];
  const changes = new Inbox<{ key: string; newPresences: unknown[] }>();
  theirs.on('presence', { event: 'join' }, (change) => changes.put(change));
  await subscribe(mine);
  expect(await mineView.first(1)).toEqual([{}]);
  expect(await mine.track({ state: 'active' })).toBe('ok');
  await mineView.find(shows({ ann: 1 }));
  await subscribe(theirs);
  await theirView.find(shows({ ann: 1 }));
  await theirs.track({ state: 'idle' });
  await mineView.find(shows({ ann: 1, bob: 1 }));

  const before = changes.all.length;
  await mine.track({ state: 'away' });
  const change = await changes.find(({ key }) => key === 'ann', before);
  expect(change.newPresences).toMatchObject([{ state: 'away' }]);
  expect(theirs.presenceState().ann).toMatchObject([{ state: 'away' }]);

  expect(await mine.untrack()).toBe('ok');
  await theirView.find((seen) => !('ann' in seen) && 'bob' in seen);
});

test('two tabs are two metas of one key, and leave one by one', async () => {
  const [ann, bob] = [await world.person(), await world.person()];
  const room = await world.room(ann, bob);
  const clients = [world.client(ann.token), world.client(ann.token)];
  const tabs = clients.map((client) => client.channel(...inRoom(room, 'ann')));
  const watcher = world.client(bob.token).channel(...inRoom(room, 'bob'));
  const seen = view(watcher);
  await Promise.all([...tabs, watcher].map((channel) => subscribe(channel)));
  for (const [index, tab] of tabs.entries()) await tab.track({ device: index });
  await seen.find(shows({ ann: 2 }));
  const before = seen.all.length;
  await clients[0]!.removeChannel(tabs[0]!);
  await seen.find(shows({ ann: 1 }), before);
  expect(watcher.presenceState().ann).toMatchObject([{ device: 1 }]);
});

test('who crashes leaves', async () => {
  const [ann, bob] = [await world.person(), await world.person()];
  const room = await world.room(ann, bob);
  const watcher = world.client(bob.token).channel(...inRoom(room, 'bob'));
  const seen = view(watcher);
  await subscribe(watcher);
  const sockets: WebSocket[] = [];
  class Remembered extends WebSocket {
    constructor(address: string | URL) {
      super(address);
      sockets.push(this);
    }
  }
  const crashing = world.client(ann.token, { transport: Remembered as never }).channel(...inRoom(room, 'ann'));
  view(crashing);
  await subscribe(crashing);
  await crashing.track({});
  await seen.find(shows({ ann: 1 }));
  const before = seen.all.length;
  sockets[0]!.terminate();
  await seen.find(shows({}), before);
});

test('the same again changes nothing', async () => {
  const ann = await world.person();
  const room = await world.room(ann);
  const channel = world.client(ann.token).channel(...inRoom(room, 'ann'));
  const seen = view(channel);
  await subscribe(channel);
  await channel.track({ state: 'active' });
  await seen.find(shows({ ann: 1 }));
  const [reference] = channel.presenceState().ann!.map(({ presence_ref }) => presence_ref);
  expect(await channel.track({ state: 'active' })).toBe('ok');
  await channel.track({ state: 'away' });
  await seen.first(3);
  expect(channel.presenceState().ann).toMatchObject([{ state: 'away' }]);
  expect(channel.presenceState().ann![0]!.presence_ref).not.toBe(reference);
  // state, active, away: the second one said nothing to anybody.
  expect(seen.all).toHaveLength(3);
});

test('is refused to strangers, and to who may only read', async () => {
  const [ann, eve] = [await world.person(), await world.person()];
  const room = await world.room(ann);
  const [first] = await attempt(world.client(eve.token).channel(...inRoom(room, 'eve'))).first(1);
  expect(first!.error!.message).toMatch(/^Unauthorized/);
  const own = world.client(ann.token).channel(...inRoom(`user:${ann.id}`, 'ann'));
  const seen = view(own);
  await subscribe(own);
  await seen.first(1);
  expect(await own.track({})).toBe('error');
});

test('a sixth call within 30 s closes the channel with the real words', async () => {
  const ann = await world.person();
  const room = await world.room(ann);
  const channel = world.client(ann.token).channel(...inRoom(room, 'ann'));
  const system = systemMessages(channel);
  const statuses = await subscribe(channel);
  for (let n = 1; n <= 5; n += 1) expect(await channel.track({ n })).toBe('ok');
  // It is never answered: the channel is closed instead.
  void channel.track({ n: 6 });
  expect((await system.first(1))[0]!.message).toBe('Client presence rate limit exceeded');
  await statuses.find(({ status }) => status === 'CLOSED');
});

test('fifty who come at once see all fifty', async () => {
  const people = await Promise.all(Array.from({ length: 50 }, () => world.person()));
  const room = await world.room(...people);
  const everyone = Object.fromEntries(people.map((_, index) => [`p${index}`, 1]));
  await Promise.all(
    people.map(async ({ token }, index) => {
      const channel = world.client(token).channel(...inRoom(room, `p${index}`));
      const seen = view(channel);
      await subscribe(channel);
      await channel.track({ index });
      await seen.find(shows(everyone));
    })
  );
});
