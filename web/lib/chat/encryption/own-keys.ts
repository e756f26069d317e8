import {
  Distrusted,
  handOver,
  importIdentity,
  type KeyEvent,
  newIdentity,
  nextEntry,
  type Bytes,
  type PersonKeys,
  takeOver
} from '../../e2ee/index.ts';
import type { Clock } from '../clock.ts';
import { Refused } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import { shownRequest, withNumbers, type AskingDevice } from './asking.ts';
import { KeyBackup, type BackupSecret, type RestoredKey } from './key-backup.ts';
import type { KeyBackend } from './key-backend.ts';
import { epochName } from './epoch-name.ts';
import type { KeptDevice, KeyStore, OwnIdentity } from './key-store.ts';
import { newDevice, publicKeysOf } from './new-device.ts';
import type { PeopleKeys } from './people-keys.ts';
import { holds, standingOf, type Standing } from './standing.ts';
import { boxHere, openHere } from './vault.ts';
import type { DeviceRequest, OwnDevice } from './wire.ts';

export type OwnKeysOptions = {
  me: string;
  backend: KeyBackend;
  store: KeyStore;
  people: PeopleKeys;
  newId: () => string;
  clock: Clock;
};

/** Two devices may write into the log at once. */
const APPEND_TRIES = 3;

const IDENTITY_NAME = 'identity';

/** This person's identity and devices, seen from this one. Methods reject with the classes of errors.ts, Distrusted and WrongSecret. */
export class OwnKeys {
  #options: OwnKeysOptions;
  #backup: KeyBackup;
  #standing = new LiveValue<Standing>({ state: 'unknown' });
  #device: KeptDevice | null = null;
  #asked = false;

  constructor(options: OwnKeysOptions) {
    this.#options = options;
    this.#backup = new KeyBackup(options.me, options.backend);
  }

  get standing(): Live<Standing> {
    return this.#standing;
  }

  /** This device, once it was let in; else null. */
  get device(): KeptDevice | null {
    return this.#standing.current.state === 'ready' ? this.#device : null;
  }

  /** Looks again at all of it: on this device, in the log, in the backup. */
  async refresh(): Promise<void> {
    const { me, backend, people } = this.#options;
    await this.#recall();
    const [backup] = await Promise.all([backend.backup(), people.follow([me])]);
    let keys: PersonKeys | null;
    try {
      keys = people.get(me);
    } catch {
      this.#standing.set({ state: 'distrusted' });
      return;
    }
    const device = this.#asked ? this.#device : null;
    const request = keys && device ? await shownRequest(keys, device, await backend.deviceRequests()) : null;
    const next = standingOf({ device: this.#device, keys, backup, request });
    if (keys && next.state === 'ready' && next.backup === 'kept' && !this.#device!.backup!.isFull)
      await this.#fill(keys.identityNumber);
    if (JSON.stringify(next) !== JSON.stringify(this.#standing.current)) this.#standing.set(next);
  }

  /** Without a network it is as it was. */
  async #recall(): Promise<void> {
    const { me, store, people } = this.#options;
    this.#device = await store.device(me);
    await people.load();
    if (this.#standing.current.state !== 'unknown' || !this.#device) return;
    const keys = people.get(me);
    if (keys && holds(this.#device, keys)) this.#standing.set({ state: 'ready', backup: 'kept' });
  }

  /**
   * A first identity, or a new one, which makes all devices of before worthless. What opens the backup has been verified by then:
   * nothing is published before.
   */
  async begin(secret: BackupSecret, label: string): Promise<void> {
    const { me, people } = this.#options;
    await people.follow([me]);
    const made = await newIdentity();
    const fresh = await newDevice(me, this.#options.newId());
    const identity = await this.#ownIdentity(fresh, made.publicKey, made.secret, made.pkcs8);
    const device = await this.#backup.begin({ ...fresh, identity }, secret);
    this.#device = device;
    await this.#fill((this.#keys()?.identityNumber ?? 0) + 1);
    await this.#append(device, { kind: 'identity', identityKey: identity.publicKey }, '');
    await this.#append(device, { kind: 'device_added', ...publicKeysOf(device) }, label);
    await this.refresh();
  }

  /** Lets this device in by what opens the backup. Throws WrongSecret. */
  async restore(typed: string, label: string): Promise<void> {
    const { number, secret } = await this.#backup.open(typed);
    await this.#enter(await this.#newcomer(), number, secret, label);
  }

  /** Asks the other devices to let this one in: standing shows the number to compare. */
  async ask(label: string): Promise<void> {
    const device = await this.#newcomer();
    await this.#options.store.putDevice(device);
    await this.#options.backend.requestDevice(publicKeysOf(device), label);
    this.#asked = true;
    await this.refresh();
  }

  /** Its owner says that both devices show the same number: what was handed over is taken. */
  async take(): Promise<void> {
    const { me, store, backend } = this.#options;
    const device = await store.device(me);
    await this.refresh();
    if (this.device) return this.#taken(this.device);
    const request = device && (await backend.deviceRequests()).find(({ keys }) => keys.deviceId === device.deviceId);
    const backup = await backend.backup();
    if (!device || !request?.handedOver || !backup) throw new Refused('device_not_found', 'Nothing was handed over yet.', 0);
    const secret = await takeOver(me, device.deviceId, device.sealing, request.handedOver);
    await this.#enter(device, backup.number, secret, request.label);
    await this.#taken(device);
  }

  async #taken({ deviceId }: KeptDevice): Promise<void> {
    await this.#options.backend.endDeviceRequest(deviceId);
    this.#asked = false;
  }

  /** Asks no more. */
  async giveUp(): Promise<void> {
    const device = await this.#options.store.device(this.#options.me);
    if (device) await this.#options.backend.endDeviceRequest(device.deviceId);
    this.#asked = false;
    await this.refresh();
  }

  /** Devices of this person that ask to be let in by this one. */
  async asking(): Promise<readonly AskingDevice[]> {
    const { backend } = this.#options;
    const keys = this.#mustHold();
    return withNumbers(keys, await backend.deviceRequests());
  }

  /** Its owner says that both devices show the same number: the other one is let in. */
  async approve(request: DeviceRequest): Promise<void> {
    const { me, backend, people } = this.#options;
    await people.follow([me]);
    const keys = this.#mustHold();
    const device = this.#device!;
    if (!device.backup?.isFull) await this.#fill(keys.identityNumber);
    const sealed = await handOver(me, request.keys, await this.#backup.secretOf(device));
    if (!keys.devices.has(request.keys.deviceId))
      await this.#append(device, { kind: 'device_added', ...request.keys }, request.label);
    await backend.handOver(request.keys.deviceId, sealed);
  }

  async refuse(deviceId: string): Promise<void> {
    await this.#options.backend.endDeviceRequest(deviceId);
  }

  devices(): Promise<readonly OwnDevice[]> {
    return this.#options.backend.ownDevices();
  }

  /** Takes the trust from a device. What opened the backup it knew: a new one begins, under `secret`. Repeating it goes on. */
  async remove(deviceId: string, secret: BackupSecret): Promise<void> {
    const { me, people } = this.#options;
    await people.follow([me]);
    if (this.#mustHold().devices.has(deviceId)) await this.#append(this.#device!, { kind: 'device_removed', deviceId }, '');
    this.#device = await this.#backup.begin(this.#device!, secret);
    await this.#fill(this.#mustHold().identityNumber);
    await this.refresh();
  }

  /** What opens the backup, typed in again here after another device has begun a new one. Throws WrongSecret. */
  async reopen(typed: string): Promise<void> {
    const { number, secret } = await this.#backup.open(typed);
    this.#device = await this.#backup.take(this.#device!, number, secret, false);
    await this.#fill(this.#mustHold().identityNumber);
    await this.refresh();
  }

  /** Puts keys of epochs into the backup; where it is behind, they come with the next one. */
  async backUp(keys: readonly RestoredKey[]): Promise<void> {
    if (!this.#device) return;
    await this.#backup.save(
      this.#device,
      keys.map(({ conversationId, number, secret }) => [{ kind: 'epoch', conversationId, number }, secret])
    );
  }

  /** Puts all keys that are here into the backup that this device fills. What breaks off is gone on with at the next look. */
  async #fill(identityNumber: number): Promise<void> {
    const { me, store } = this.#options;
    const device = this.#device!;
    await store.putDevice(device);
    const kept = (await store.secrets(me)).map(async ({ conversationId, number, boxed }) => {
      const secret = await openHere(device.local, epochName(conversationId, number), boxed);
      return [{ kind: 'epoch' as const, conversationId, number }, secret] as const;
    });
    const identity = await openHere(device.local, IDENTITY_NAME, device.identity!.boxed);
    await this.#backup.save(device, [[{ kind: 'identity', number: identityNumber }, identity], ...(await Promise.all(kept))]);
    this.#device = { ...device, backup: { ...device.backup!, isFull: true } };
    await store.putDevice(this.#device);
  }

  async #ownIdentity({ local }: KeptDevice, publicKey: Bytes, secret: OwnIdentity['secret'], pkcs8: Bytes): Promise<OwnIdentity> {
    return { publicKey, secret, boxed: await boxHere(local, IDENTITY_NAME, pkcs8) };
  }

  /** Becomes a device of the identity that this backup holds. */
  async #enter(newcomer: KeptDevice, number: number, secret: Bytes, label: string): Promise<void> {
    const { store, people, me } = this.#options;
    await people.follow([me]);
    const keys = this.#keys();
    if (!keys) throw new Refused('key_log_behind', 'There are no keys yet.', 0);
    const { identity, epochs } = await this.#backup.contents(secret, keys.identityNumber);
    if (!identity) throw new Distrusted('altered', 'The backup does not have the identity that holds.');
    const signing = await importIdentity(identity, keys.identityKey);
    const imported = await this.#ownIdentity(newcomer, keys.identityKey, signing, identity);
    const device = await this.#backup.take({ ...newcomer, identity: imported }, number, secret, true);
    await store.putDevice(device);
    const boxed = epochs.map(async ({ conversationId, number: epoch, secret: key }) => ({
      conversationId,
      number: epoch,
      boxed: await boxHere(device.local, epochName(conversationId, epoch), key)
    }));
    await store.putSecrets(me, await Promise.all(boxed));
    if (!keys.devices.has(device.deviceId)) await this.#append(device, { kind: 'device_added', ...publicKeysOf(device) }, label);
    await this.refresh();
  }

  /** The device that is here, unless it was one and is none any more: an id is never used again. */
  async #newcomer(): Promise<KeptDevice> {
    const { me, store, newId } = this.#options;
    const here = await store.device(me);
    const keys = this.#keys();
    const isOver = here && keys?.past.has(here.deviceId) && !keys.devices.has(here.deviceId);
    return here && !isOver ? here : newDevice(me, newId());
  }

  async #append(device: KeptDevice, event: KeyEvent, label: string): Promise<void> {
    const { me, backend, people, clock } = this.#options;
    for (let tried = 1; ; tried += 1) {
      await people.follow([me]);
      const entry = await nextEntry(me, this.#keys(), event, clock.now(), device.identity!.secret);
      try {
        await backend.appendKeyLog(entry, label);
        return await people.follow([me]);
      } catch (error) {
        // Another device has just written the next one.
        if (!(error instanceof Refused && error.code === 'key_log_behind') || tried >= APPEND_TRIES) throw error;
      }
    }
  }

  #keys(): PersonKeys | null {
    return this.#options.people.get(this.#options.me);
  }

  #mustHold(): PersonKeys {
    const keys = this.#keys();
    if (!keys || !this.#device || !holds(this.#device, keys))
      throw new Refused('device_not_found', 'This device is not trusted by its owner’s keys.', 0);
    return keys;
  }
}
