import { seeded, type Chance } from '../support/random.ts';
import { BAD_NETWORK, NO_FAULTS, type Faults } from './faults.ts';
import { heal, mishap, withhold } from './mishaps.ts';
import { check, checkPromises, compare, comparePersonal, truthFor } from './oracle.ts';
import { operate } from './operations.ts';
import type { Step } from './script.ts';
import type { SimServer } from './server.ts';
import type { SimClock } from './sim-clock.ts';
import { SimWorld } from './world.ts';

const SECOND = 1_000;
/** Longer than whatever a client waits before it tries again or looks whether it has missed something. */
const QUIET_MS = 200 * SECOND;

export type Counts = Readonly<Record<string, number>>;

export type SimulationOptions = {
  makeServer: (clock: SimClock, chance: Chance) => SimServer;
  /** What happens, one thing after the other. */
  script: readonly Step[];
  /** What the network does meanwhile. @default BAD_NETWORK */
  faults?: Faults;
  /** Nobody ever gets a socket: everything comes by polling. */
  hasNoSockets?: boolean;
  /**
   * Moderators withhold what somebody says. Not where conversations become large: there the sender's own devices learn what they
   * are shown from an event that may be lost.
   */
  withholds?: boolean;
};

/** One run. @throws what is not as it must be. */
export async function simulate(seed: number, options: SimulationOptions): Promise<Counts> {
  const world = new SimWorld(seed, options.makeServer);
  const { clock, network, server } = world;
  network.hasNoSockets = options.hasNoSockets ?? false;

  // Two groups and a direct conversation; every person has a device, some have two.
  const [first, second, third] = server.people as [string, string, string];
  const begin = async () => {
    await server.backend(first).createGroup('all', server.people);
    await server.backend(second).createGroup('two', [first, second]);
    await server.backend(third).startDirect(first);
    await server.drain();
  };
  await begin();
  for (const userId of server.people) world.addDevice(userId);
  world.addDevice(first);
  for (const device of world.devices) device.open();
  world.devices[0]!.open();
  await clock.pass(5 * SECOND);

  network.faults = options.faults ?? BAD_NETWORK;
  for (const step of options.script) {
    const chance = seeded(step.seed);
    operate(world, step.operation, chance);
    if (step.mishap) mishap(world, step.mishap, chance);
    if (step.withholds && options.withholds) withhold(world, chance);
    await clock.pass(step.waitMs);
    check(world);
  }

  network.faults = NO_FAULTS;
  heal(world);
  await clock.pass(60 * SECOND);
  // What was broken before the healing is over by now: what is still to come is told.
  heal(world);
  await clock.pass(QUIET_MS);
  check(world);
  await finish(world);
  return { ...network.counts, ...world.ledger.counts() };
}

/** All of every conversation is on every screen, and then looked at. */
async function finish(world: SimWorld): Promise<void> {
  const truths = new Map<string, Awaited<ReturnType<typeof truthFor>>>();
  for (const tab of world.tabs()) for (const { id } of tab.chat.conversations.current.items) tab.view(id);
  for (let page = 0; page < 3; page += 1) {
    await world.clock.pass(8 * SECOND);
    for (const tab of world.tabs()) for (const view of tab.views.values()) void view.loadOlder();
  }
  // What is opened may be delivered by that, which is told to those whom it concerns at once, and to the others when they ask.
  await world.clock.pass(130 * SECOND);
  for (const userId of world.server.people) truths.set(userId, await truthFor(world, userId));
  for (const tab of world.tabs()) compare(tab, truths.get(tab.userId)!);
  await comparePersonal(world);
  await checkPromises(world, truths);
  for (const tab of world.tabs()) {
    tab.crash();
  }
}
