import { seeded, type Chance } from '../support/random.ts';
import type { Backend } from '../../../web/lib/chat/backend.ts';
import type { OutboxEntry } from '../../../web/lib/chat/outbox/entry.ts';
import type { KeptRead } from '../../../web/lib/chat/receipts/kept-read.ts';
import { Device } from './device.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import type { SimServer } from './server.ts';
import { SimClock } from './sim-clock.ts';
import type { Tab } from './tab.ts';

/** Everything that one seed makes: a server, a network, people with devices, and what they were promised. */
export class SimWorld {
  readonly chance: Chance;
  readonly clock: SimClock;
  readonly server: SimServer;
  readonly network: Network;
  readonly devices: Device[] = [];
  readonly ledger = new Ledger();
  /** What has gone wrong where nobody could be told. */
  readonly failures: Error[] = [];
  #ids = 0;
  #counted = 0;

  constructor(seed: number, makeServer: (clock: SimClock, chance: Chance) => SimServer) {
    this.chance = seeded(seed);
    this.clock = new SimClock(this.chance.random);
    this.server = makeServer(this.clock, this.chance);
    this.network = new Network(this.server, this.clock, this.chance);
  }

  /** Like UUIDv7: they sort by the time they were made. */
  readonly newId = (): string => {
    const time = this.clock.now().toString(16).padStart(12, '0');
    const count = (this.#ids += 1).toString(16).padStart(15, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-8${count.slice(3, 6)}-${count.slice(6).padStart(12, '0')}`;
  };

  /** 1, 2, 3, …: so that no two texts are the same. */
  count(): number {
    return (this.#counted += 1);
  }

  readonly log = (event: string, detail: unknown): void => {
    if (process.env.SIM_LOG) console.log(new Date(this.clock.now()).toISOString().slice(11), event, detail);
  };

  addDevice(userId: string): Device {
    const device = new Device(`${userId.slice(-2)}/${this.devices.length}`, userId, this);
    this.devices.push(device);
    return device;
  }

  tabs(): Tab[] {
    return this.devices.flatMap((device) => [...device.tabs]);
  }

  asked(tab: Tab, entry: Parameters<Backend['perform']>[0]): void {
    this.log(`${tab.id} asks`, entry);
    try {
      this.ledger.ask(entry);
    } catch (error) {
      this.failures.push(error as Error);
    }
  }

  read(reads: readonly KeptRead[]): void {
    for (const read of reads) this.ledger.read(read, this.clock.now());
  }

  kept(tab: Tab, entry: OutboxEntry): void {
    this.ledger.keep(tab.id, entry);
  }
}
