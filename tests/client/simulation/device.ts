import type { OutboxEntry } from '../../../web/lib/chat/outbox/entry.ts';
import type { KeptRead } from '../../../web/lib/chat/receipts/kept-read.ts';
import { memoryStore } from '../../../web/lib/chat/outbox/memory-store.ts';
import { frozen } from './frozen.ts';
import { FakeBrowser } from '../support/fake-tabs.ts';
import { Tab } from './tab.ts';
import type { SimWorld } from './world.ts';

/** A browser of one person: a store that survives, and tabs that do not. */
export class Device {
  readonly name: string;
  readonly userId: string;
  readonly world: SimWorld;
  readonly browser = new FakeBrowser();
  readonly store = memoryStore(frozen);
  readonly tabs = new Set<Tab>();
  isOnline = true;
  hasToken = true;
  #opened = 0;
  #storeAt = 0;

  constructor(name: string, userId: string, world: SimWorld) {
    this.name = name;
    this.userId = userId;
    this.world = world;
  }

  open(): Tab {
    const tab = new Tab(`${this.name}.${(this.#opened += 1)}`, this);
    this.tabs.add(tab);
    void tab.chat.start();
    return tab;
  }

  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    if (!isOnline) this.world.network.cut((peer) => this.tabs.has(peer as Tab), 'closed');
    for (const tab of this.tabs) tab.surroundingsChanged();
  }

  setToken(hasToken: boolean): void {
    this.hasToken = hasToken;
    // Realtime closes the channels of a token that has expired.
    if (!hasToken) this.world.network.cut((peer) => this.tabs.has(peer as Tab), 'closed');
    else for (const tab of this.tabs) tab.renewed();
  }

  /** The store does this when it has done what was asked before. */
  inTurn(run: () => void): void {
    const { clock, chance } = this.world;
    this.#storeAt = Math.max(this.#storeAt, clock.now()) + 1 + chance.below(20);
    clock.after(this.#storeAt - clock.now(), run);
  }

  soon(run: () => void): void {
    this.world.clock.after(1 + this.world.chance.below(10), run);
  }

  didStore(tab: Tab, operation: string, args: readonly unknown[]): void {
    if (operation === 'put') this.world.kept(tab, args[0] as OutboxEntry);
    if (operation === 'raiseReads') this.world.read(args[0] as readonly KeptRead[]);
    if (operation === 'remove') this.world.ledger.remove(args[0] as string);
  }
}
