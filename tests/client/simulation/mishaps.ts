/** What happens to devices, tabs and the server in a simulation, by chance. */
import type { Chance } from '../support/random.ts';
import type { SimWorld } from './world.ts';

const SECOND = 1_000;

type Mishap = (world: SimWorld, chance: Chance) => void;

const MISHAPS: Record<string, [weight: number, mishap: Mishap]> = {
  crash: [
    6,
    (world, chance) => {
      const tabs = world.tabs();
      if (tabs.length === 0) return;
      const tab = chance.pick(tabs);
      tab.crash();
      later(world, chance, 10, () => {
        if (tab.device.tabs.size === 0) tab.device.open();
      });
    }
  ],
  reload: [
    2,
    (world, chance) => {
      const tabs = world.tabs();
      if (tabs.length === 0) return;
      const tab = chance.pick(tabs);
      tab.surroundingsChanged('leaving');
      tab.crash();
      tab.device.open();
    }
  ],
  stop: [
    2,
    (world, chance) => {
      const tabs = world.tabs().filter((tab) => !tab.isFrozen);
      if (tabs.length === 0) return;
      const tab = chance.pick(tabs);
      void tab.chat.stop().then(() => {
        if (tab.isAlive) tab.crash();
        if (tab.device.tabs.size === 0) tab.device.open();
      });
    }
  ],
  'new tab': [
    3,
    ({ devices }, chance) => {
      const device = chance.pick(devices);
      if (device.tabs.size < 3) device.open();
    }
  ],
  'leader dies': [
    3,
    (world) => {
      const tab = world.tabs().find(({ device, id }) => device.browser.leader === id && device.tabs.size > 1);
      tab?.crash();
    }
  ],
  freeze: [
    2,
    (world, chance) => {
      const tabs = world.tabs();
      if (tabs.length === 0) return;
      const tab = chance.pick(tabs);
      tab.freeze();
      later(world, chance, 40, () => {
        if (tab.isAlive) tab.thaw();
      });
    }
  ],
  hide: [
    3,
    (world, chance) => {
      const tabs = world.tabs();
      if (tabs.length > 0) chance.pick(tabs).show(chance.chance(0.6));
    }
  ],
  offline: [
    4,
    (world, chance) => {
      const device = chance.pick(world.devices);
      device.setOnline(false);
      later(world, chance, 40, () => device.setOnline(true));
    }
  ],
  'token expires': [
    3,
    (world, chance) => {
      const device = chance.pick(world.devices);
      device.setToken(false);
      later(world, chance, 20, () => device.setToken(true));
    }
  ],
  'socket cut': [6, ({ network, devices }, chance) => cutOne(network, chance.pick(devices).userId, 'closed')],
  'socket half open': [4, ({ network, devices }, chance) => cutOne(network, chance.pick(devices).userId, 'deaf')],
  'server restarts': [
    2,
    (world, chance) => {
      const { network } = world;
      network.isServerDown = true;
      network.cut(() => true, 'closed');
      later(world, chance, 15, () => {
        network.isServerDown = false;
      });
    }
  ],
  'sockets blocked': [
    2,
    (world, chance) => {
      const { network } = world;
      network.areSocketsBlocked = true;
      network.cut(() => true, 'closed');
      later(world, chance, 30, () => {
        network.areSocketsBlocked = false;
      });
    }
  ]
};

/** The name of each as often as it is likely. */
export const MISHAP_DECK: readonly string[] = Object.entries(MISHAPS).flatMap(([name, [weight]]) =>
  Array.from({ length: weight }, () => name)
);

export function mishap(world: SimWorld, name: string, chance: Chance): void {
  world.network.count(`mishap ${name}`);
  world.log('mishap', name);
  MISHAPS[name]![1](world, chance);
}

/** Moderators decide about somebody. */
export function withhold({ clock, network, server }: SimWorld, chance: Chance): void {
  network.count('mishap withheld');
  void clock.wait(server.withhold(chance.pick(server.people), chance.chance(0.5)));
}

/** Everything works again, and everybody is there. */
export function heal(world: SimWorld): void {
  world.server.settle();
  world.network.isServerDown = false;
  world.network.areSocketsBlocked = false;
  for (const device of world.devices) {
    device.setOnline(true);
    device.setToken(true);
    if (device.tabs.size === 0) device.open();
    for (const tab of device.tabs) {
      if (tab.isFrozen) tab.thaw();
      tab.show(true);
    }
  }
}

function cutOne(network: SimWorld['network'], userId: string, how: 'closed' | 'deaf'): void {
  network.cut((peer) => peer.userId === userId, how);
}

/** Within so many seconds. */
function later({ clock }: SimWorld, chance: Chance, seconds: number, run: () => void): void {
  clock.after(chance.below(seconds * SECOND), run);
}
