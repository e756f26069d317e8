/** Several tabs of one browser, with the real client in each, none of which gets a socket: how often the server is asked. */
import { beforeEach, expect, test } from 'vitest';
import { NO_FAULTS } from './simulation/faults.ts';
import { ModelServer } from './simulation/model-server.ts';
import { SimWorld } from './simulation/world.ts';
import type { Device } from './simulation/device.ts';
import type { Tab } from './simulation/tab.ts';

const [ALICE, BOB] = ['0a', '0b'].map((name) => `aaaaaaaa-0000-4000-8000-0000000000${name}`) as [string, string];
const SECOND = 1_000;

let world: SimWorld;
let device: Device;
let conversation: string;
/** Answers of sync() that tabs of Alice were given, by tab. */
let asked: string[];

beforeEach(async () => {
  asked = [];
  world = new SimWorld(1, (clock) => {
    const limits = { smallMax: 20, receiptsMax: 4, page: 50, reactionPeople: 3 };
    return new ModelServer(
      [ALICE, BOB],
      limits,
      () => clock.now(),
      () => 0
    );
  });
  world.network.hasNoSockets = true;
  world.network.faults = { ...NO_FAULTS, slow: 0 };
  conversation = await world.server.backend(BOB).startDirect(ALICE);
  device = world.addDevice(ALICE);
});

/** Tabs that have been there for a while, the first of them the leader. */
async function open(count: number): Promise<Tab[]> {
  const tabs: Tab[] = [];
  for (let n = 0; n < count; n += 1) {
    tabs.push(device.open());
    await world.clock.pass(SECOND);
  }
  await world.clock.pass(60 * SECOND);
  for (const tab of tabs) tab.view(conversation);
  world.network.onRequest = (peer, name) => void (name === 'sync' && asked.push((peer as Tab).id));
  return tabs;
}

let messages = 0;
async function bobSays(content: string): Promise<void> {
  const id = `eeeeeeee-0000-4000-8000-${String((messages += 1)).padStart(12, '0')}`;
  await world.server.backend(BOB).perform({ id, conversationId: conversation, content, action: { type: 'send', replyTo: null } });
}

const texts = (tab: Tab) => tab.view(conversation).timeline.current.messages.map(({ content }) => content);

test('the leader asks for all of them, and all have what it is answered', async () => {
  const [leader, ...others] = await open(5);
  const said: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    said.push(`message ${n}`);
    await bobSays(`message ${n}`);
    await world.clock.pass(6 * SECOND);
  }
  for (const tab of [leader!, ...others]) expect(texts(tab)).toEqual(said);
  expect(asked.length).toBeGreaterThan(10);
  expect(new Set(asked)).toEqual(new Set([leader!.id]));
});

test('while the leader is hidden, the tab that is looked at asks as often as it needs, for all', async () => {
  const [leader, shown, other] = await open(3);
  for (const tab of [leader!, other!]) tab.show(false);
  await world.clock.pass(60 * SECOND);
  asked = [];
  await bobSays('to whoever looks');
  await world.clock.pass(17 * SECOND);
  for (const tab of [leader!, shown!, other!]) expect(texts(tab)).toEqual(['to whoever looks']);
  expect(new Set(asked)).toEqual(new Set([shown!.id]));
});

test('when the leader dies the next one asks at once', async () => {
  const [leader, second, third] = await open(3);
  asked = [];
  await bobSays('while nobody leads');
  leader!.crash();
  await world.clock.pass(SECOND);
  for (const tab of [second!, third!]) expect(texts(tab)).toEqual(['while nobody leads']);
});
