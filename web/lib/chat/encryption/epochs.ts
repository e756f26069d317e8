import {
  checkSecret,
  Distrusted,
  epochHash,
  isCurrent,
  newEpoch,
  openEpoch,
  type Bytes,
  type Epoch,
  type PersonKeys
} from '../../e2ee/index.ts';
import type { Sealed } from '../../e2ee/sealing.ts';
import { Refused } from '../errors.ts';
import type { Log } from '../log.ts';
import type { AboutRow, ConversationBackend, OfferedEpoch } from './conversation-backend.ts';
import { followEpochs } from './follow-epochs.ts';
import type { KeptDevice, KeyStore } from './key-store.ts';
import { epochName } from './epoch-name.ts';
import type { OwnKeys } from './own-keys.ts';
import type { PeopleKeys } from './people-keys.ts';
import { boxHere, openHere } from './vault.ts';

/** A key to send with. */
export type EpochKey = { number: number; secret: Bytes };

type Options = {
  me: string;
  own: OwnKeys;
  people: PeopleKeys;
  backend: ConversationBackend;
  store: KeyStore;
  /** Seals again, under a new key, what a group calls itself; null where that cannot be read here, or is nothing. */
  reseal: (conversationId: string, key: EpochKey) => Promise<AboutRow | null>;
  /** There is another epoch after one that was there before. */
  onNext: (conversationId: string, before: Epoch, newest: Epoch) => void;
  log: Log;
};

/** Who makes an epoch at the same time as others wins, or takes theirs; so often that is tried. */
const TRIES = 5;

/** The keys of conversations: followed, opened, made. */
export class Epochs {
  #options: Options;
  #newest = new Map<string, Epoch>();
  #all = new Map<string, Map<number, Epoch>>();
  #secrets = new Map<string, Bytes>();
  /** Where reading on has broken off. */
  #broken = new Set<string>();
  #refreshing = new Map<string, { running: Promise<void>; next?: Promise<void> }>();

  constructor(options: Options) {
    this.#options = options;
  }

  newest(conversationId: string): Epoch | null {
    return this.#newest.get(conversationId) ?? null;
  }

  all(conversationId: string): Epoch[] {
    return [...(this.#all.get(conversationId)?.values() ?? [])];
  }

  epoch(conversationId: string, number: number): Epoch | null {
    return this.#all.get(conversationId)?.get(number) ?? null;
  }

  /** The key of an epoch; null where this device does not have it. Throws Distrusted `altered` for one that is not what all got. */
  async secret(conversationId: string, number: number): Promise<Bytes | null> {
    const { me, own, store } = this.#options;
    const name = epochName(conversationId, number);
    const known = this.#secrets.get(name);
    if (known) return known;
    const device = own.device;
    const kept = device && (await store.secret(me, conversationId, number));
    const epoch = this.epoch(conversationId, number);
    if (!device || !kept || !epoch) return null;
    const secret = await openHere(device.local, name, kept.boxed);
    await checkSecret(epoch, secret);
    this.#secrets.set(name, secret);
    return secret;
  }

  /** Whether an epoch is for just these people, with the devices that they have as far as is known here. */
  isFor(epoch: Epoch, memberIds: readonly string[]): boolean {
    return isCurrent(epoch, this.#keysOf(memberIds));
  }

  /** What the server has was had once, and what is asked for just now has come. */
  async ready(conversationId: string): Promise<void> {
    const running = this.#refreshing.get(conversationId)?.running;
    if (running) await running;
    else if (!(await this.#recall(conversationId)) || this.#broken.has(conversationId)) await this.refresh(conversationId);
  }

  /** Reads on, in a round that begins after this call: epochs that were made since, and the keys of them that were sealed to this device. */
  refresh(conversationId: string): Promise<void> {
    const { running, next } = this.#refreshing.get(conversationId) ?? {};
    if (next) return next;
    if (running) {
      const after = running.catch(() => {}).then(() => this.#run(conversationId));
      this.#refreshing.set(conversationId, { running, next: after });
      return after;
    }
    return this.#run(conversationId);
  }

  #run(conversationId: string): Promise<void> {
    this.#broken.add(conversationId);
    const running = this.#refresh(conversationId).finally(() => {
      if (this.#refreshing.get(conversationId)?.running === running) this.#refreshing.delete(conversationId);
    });
    this.#refreshing.set(conversationId, { running });
    return running;
  }

  /** Makes the next epoch, unless somebody else has just done so. */
  async start(conversationId: string): Promise<void> {
    const { backend, people } = this.#options;
    for (let tried = 0; tried < TRIES; tried += 1) {
      await this.refresh(conversationId);
      const memberIds = await backend.memberIds(conversationId);
      await people.follow(memberIds);
      const before = this.newest(conversationId);
      const made = await this.#make(conversationId, memberIds);
      try {
        await backend.startEpoch(conversationId, made.offered);
        const { epoch } = made.offered;
        await this.#keep(conversationId, [epoch], new Map([[epoch.number, made.secret]]));
        if (before) this.#options.onNext(conversationId, before, epoch);
        return;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.code === 'epoch_taken') return this.refresh(conversationId);
        if (error.code !== 'epoch_members_changed') throw error;
      }
    }
    throw new Refused('epoch_members_changed', 'The members change faster than keys can be made.', 409);
  }

  /** The first epoch, with which a conversation begins to be encrypted; `about` of a group. */
  async begin(conversationId: string, about: (key: EpochKey) => Promise<AboutRow | null>, withoutDevice: boolean): Promise<void> {
    const { backend, people } = this.#options;
    const memberIds = await backend.memberIds(conversationId);
    await people.follow(memberIds);
    const { offered, secret } = await this.#make(conversationId, memberIds, about);
    await backend.turnOn(conversationId, offered, withoutDevice);
    await this.#keep(conversationId, [offered.epoch], new Map([[offered.epoch.number, secret]]));
  }

  async #make(
    conversationId: string,
    memberIds: readonly string[],
    about = (key: EpochKey) => this.#options.reseal(conversationId, key)
  ): Promise<{ offered: OfferedEpoch; secret: Bytes }> {
    const { me } = this.#options;
    const { deviceId, signing } = this.#mustHave();
    const before = this.newest(conversationId);
    const place = {
      conversationId,
      number: (before?.number ?? 0) + 1,
      previous: before ? await epochHash(before) : new Uint8Array()
    };
    const maker = { userId: me, deviceId, signingSecret: signing.secret };
    const { epoch, secret, sealed } = await newEpoch(place, maker, this.#keysOf(memberIds));
    return { offered: { epoch, keys: sealed, about: await about({ number: epoch.number, secret }) }, secret };
  }

  async #refresh(conversationId: string): Promise<void> {
    const { backend } = this.#options;
    await this.#recall(conversationId);
    const known = this.newest(conversationId);
    const fresh = await backend.epochs(conversationId, known?.number ?? 0);
    const newest = fresh.at(-1);
    if (newest) {
      await this.#followMembers(newest);
      await followEpochs(
        known,
        fresh,
        new Map(this.#keysOf(newest.members.map(({ userId }) => userId)).map((keys) => [keys.userId, keys]))
      );
    }
    await this.#keep(conversationId, fresh, new Map());
    await this.#fetchKeys(conversationId);
    this.#broken.delete(conversationId);
    const before = known ?? fresh.at(-2);
    if (newest && before) this.#options.onNext(conversationId, before, newest);
  }

  /** What lies on this device; whether anything does. */
  async #recall(conversationId: string): Promise<boolean> {
    const { me, store } = this.#options;
    if (!this.#all.has(conversationId)) {
      const kept = (await store.epochs(me, conversationId)).map(({ epoch }) => epoch);
      this.#learn(
        conversationId,
        kept.toSorted((a, b) => a.number - b.number)
      );
    }
    return (this.#all.get(conversationId)?.size ?? 0) > 0;
  }

  /** Logs that are at least as long as they were when the epoch was made. */
  async #followMembers({ members }: Epoch): Promise<void> {
    const { people } = this.#options;
    const behind = members.filter(({ userId, logLength }) => (people.get(userId)?.length ?? 0) < logLength);
    if (behind.length > 0) await people.follow(behind.map(({ userId }) => userId));
  }

  /** Opens the keys that were sealed to this device and that it does not have. */
  async #fetchKeys(conversationId: string): Promise<void> {
    const { me, own, backend, store, log } = this.#options;
    const device = own.device;
    const epochs = this.all(conversationId);
    if (!device || epochs.length === 0) return;
    const has = await Promise.all(epochs.map(async ({ number }) => (await store.secret(me, conversationId, number)) !== null));
    const missing = epochs.filter((_, n) => !has[n]);
    if (missing.length === 0) return;
    const sealed = await backend.epochKeys(conversationId, device.deviceId, Math.min(...missing.map(({ number }) => number)) - 1);
    const opened = new Map<number, Bytes>();
    for (const epoch of missing) {
      const key = sealed.get(epoch.number);
      if (!key) continue;
      const secret = await this.#open(epoch, device, key);
      if (secret instanceof Distrusted) log('epoch_distrusted', { conversationId, number: epoch.number, error: secret });
      else opened.set(epoch.number, secret);
    }
    await this.#keep(conversationId, [], opened);
  }

  async #open(epoch: Epoch, { deviceId, sealing }: KeptDevice, sealed: Sealed): Promise<Bytes | Distrusted> {
    try {
      return await openEpoch(epoch, deviceId, sealing, sealed);
    } catch (error) {
      if (error instanceof Distrusted) return error;
      throw error;
    }
  }

  async #keep(conversationId: string, epochs: readonly Epoch[], secrets: ReadonlyMap<number, Bytes>): Promise<void> {
    const { me, own, store, log } = this.#options;
    await store.putEpochs(
      me,
      epochs.map((epoch) => ({ conversationId, number: epoch.number, epoch }))
    );
    this.#learn(conversationId, epochs);
    const device = own.device;
    if (!device || secrets.size === 0) return;
    const boxed = [...secrets].map(async ([number, secret]) => {
      this.#secrets.set(epochName(conversationId, number), secret);
      return { conversationId, number, boxed: await boxHere(device.local, epochName(conversationId, number), secret) };
    });
    await store.putSecrets(me, await Promise.all(boxed));
    // What does not get through is brought when another device is let in, at the latest.
    own
      .backUp([...secrets].map(([number, secret]) => ({ conversationId, number, secret })))
      .catch((error: unknown) => log('backup_behind', error));
  }

  #learn(conversationId: string, epochs: readonly Epoch[]): void {
    const all = this.#all.get(conversationId) ?? new Map<number, Epoch>();
    this.#all.set(conversationId, all);
    for (const epoch of epochs) all.set(epoch.number, epoch);
    const newest = epochs.at(-1);
    if (newest) this.#newest.set(conversationId, newest);
  }

  #keysOf(memberIds: readonly string[]): PersonKeys[] {
    return memberIds.flatMap((userId) => this.#options.people.get(userId) ?? []);
  }

  #mustHave(): KeptDevice {
    const { device } = this.#options.own;
    if (!device) throw new Refused('keys_missing', 'This device has no keys to encrypt with.', 0);
    return device;
  }
}
