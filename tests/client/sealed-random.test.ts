/**
 * Encrypted conversations under random mishaps: members come and go, devices are added while others are away, removed, lost with all
 * that lay on them and restored, keys are renewed by several at once, answers are lost. Afterwards who should read can, and nobody
 * else could ever.
 */
import { expect, test } from 'vitest';
import { newRecoveryCode } from '../../web/lib/e2ee/index.ts';
import { seeded, type Chance } from './support/random.ts';
import { SealedDevice } from './support/sealed-person.ts';
import { SealedServer } from './support/sealed-server.ts';

const RUNS = Number(process.env.SEALED_RUNS ?? 30);
const STEPS = 18;
const ROOM = '0d000000-0000-4000-8000-00000000000d';
const PEOPLE = [1, 2, 3, 4].map((n) => `0a000000-0000-4000-8000-00000000000${n}`);

type Life = { userId: string; code: string; devices: SealedDevice[]; gone: { device: SealedDevice; epochs: number }[] };
/** What was said, and who was a member with a key of that epoch then. */
type Said = { text: string; readers: ReadonlySet<string>; devices: ReadonlySet<SealedDevice> };

class Story {
  readonly server = new SealedServer();
  readonly lives = new Map<string, Life>();
  readonly said: Said[] = [];
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  get members(): Life[] {
    return [...this.server.conversation(ROOM).members].map((userId) => this.lives.get(userId)!);
  }

  async begin(): Promise<void> {
    for (const userId of PEOPLE) {
      const device = await SealedDevice.open(this.server, userId);
      const code = await newRecoveryCode();
      await device.own.begin({ kind: 'recovery_code', text: code }, '');
      this.lives.set(userId, { userId, code, devices: [device], gone: [] });
    }
    this.server.create(ROOM, PEOPLE.slice(0, 3));
    await this.lives.get(PEOPLE[0]!)!.devices[0]!.encryption.turnOn(this.server.header(ROOM));
    this.server.losesAnswer = () => this.#chance.chance(0.05);
  }

  /** Tries again where an answer was lost, as a person or the outbox does. */
  async #surely<T>(task: () => Promise<T>): Promise<T> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await task();
      } catch (error) {
        if ((error as Error).name !== 'Unreachable' || tried > 30) throw error;
      }
    }
  }

  async say(device: SealedDevice): Promise<void> {
    const text = `words ${this.said.length} of ${device.userId}`;
    device.see(ROOM);
    await this.#surely(() => device.say(ROOM, text));
    // Whom its key was sealed to, says the public part of the epoch.
    const { messages, epochs } = this.server.conversation(ROOM);
    const row = messages.findLast(({ sender_id }) => sender_id === device.userId)!;
    const { members } = epochs[row.envelope!.epoch - 1]!;
    const ids = new Set(members.flatMap(({ deviceIds }) => deviceIds));
    const all = [...this.lives.values()].flatMap(({ devices }) => devices);
    const had = await Promise.all(all.map(async (one) => [one, (await one.store.device(one.userId))!.deviceId] as const));
    const devices = new Set(had.filter(([, id]) => ids.has(id)).map(([one]) => one));
    this.said.push({ text, readers: new Set(members.map(({ userId }) => userId)), devices });
  }

  async step(): Promise<void> {
    const life = this.#one(this.members);
    const device = this.#one(life.devices);
    const dice = this.#chance.random();
    if (dice < 0.4) return this.say(device);
    if (dice < 0.55) {
      const others = this.members.filter((other) => other !== life);
      await Promise.all([this.say(device), this.say(this.#one(this.#one(others).devices))]);
      return;
    }
    if (dice < 0.65) return this.#addDevice(life);
    if (dice < 0.75) return this.#loseAll(life);
    if (dice < 0.82) return this.#remove(life);
    const outside = [...this.lives.values()].filter((other) => !this.members.includes(other));
    if (dice < 0.92 && outside.length > 0) this.server.join(ROOM, this.#one(outside).userId);
    else if (this.members.length > 2) this.server.leave(ROOM, life.userId);
  }

  /** While the others are away: they hear of it when they say something next. */
  async #addDevice(life: Life): Promise<void> {
    if (life.devices.length >= 3) return;
    const fresh = await SealedDevice.open(this.server, life.userId);
    if (this.#chance.chance(0.5)) await this.#surely(() => fresh.own.restore(life.code, ''));
    else {
      const old = this.#one(life.devices);
      await this.#surely(() => old.own.refresh());
      await this.#surely(() => fresh.own.ask(''));
      const [asking] = await this.#surely(() => old.own.asking());
      await this.#surely(() => old.own.approve(asking!));
      await this.#surely(() => fresh.own.take());
    }
    life.devices.push(fresh);
  }

  /** The browser's data is gone: only the code is left. */
  async #loseAll(life: Life): Promise<void> {
    const fresh = await SealedDevice.open(this.server, life.userId);
    await this.#surely(() => fresh.own.restore(life.code, ''));
    life.devices = [fresh];
  }

  async #remove(life: Life): Promise<void> {
    const [first, second] = life.devices;
    if (!first || !second) return;
    await this.#surely(() => first.own.refresh());
    const { deviceId } = (await second.store.device(life.userId))!;
    const code = await newRecoveryCode();
    await this.#surely(() => first.own.remove(deviceId, { kind: 'recovery_code', text: code }));
    life.code = code;
    life.gone.push({ device: second, epochs: this.server.conversation(ROOM).epochs.length });
    life.devices = life.devices.filter((device) => device !== second);
    for (const device of life.devices) if (device !== first) await this.#surely(() => device.own.reopen(code));
  }

  #one<T>(all: readonly T[]): T {
    return this.#chance.pick(all);
  }

  /** Nobody who should read cannot, nobody who should not can, and nobody was told. */
  async check(): Promise<void> {
    this.server.losesAnswer = () => false;
    for (const life of this.members) {
      for (const device of life.devices) {
        await device.own.refresh();
        const texts = await device.texts(ROOM);
        for (const { text, readers, devices } of this.said) {
          if (devices.has(device)) expect(texts, `${life.userId} should read ${text}`).toContain(text);
          if (!readers.has(life.userId)) expect(texts, `${life.userId} should not read ${text}`).not.toContain(text);
        }
      }
    }
    for (const life of this.lives.values()) {
      for (const { device, epochs } of life.gone) {
        if (!this.server.conversation(ROOM).members.has(life.userId)) continue;
        const texts = await device.texts(ROOM);
        const after = this.server.conversation(ROOM).messages.filter(({ envelope }) => envelope!.epoch > epochs);
        for (const { seq } of after) expect(texts[seq - 1], 'read by a removed device').toBeNull();
      }
    }
    const told = this.server.told.join('\n');
    for (const { text } of this.said) expect(told).not.toContain(text);
  }
}

test.each(Array.from({ length: RUNS }, (_, run) => run + 1))('run %i', { timeout: 60_000 }, async (seed) => {
  const chance = seeded(seed);
  const story = new Story(chance);
  await story.begin();
  for (let step = 0; step < STEPS; step += 1) await story.step();
  await story.check();
  expect(story.said.length).toBeGreaterThan(0);
});
