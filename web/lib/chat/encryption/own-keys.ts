import {
  approvalCode,
  approvalNumber,
  Distrusted,
  handOver,
  importIdentity,
  type KeyEvent,
  newIdentity,
  nextEntry,
  type Bytes,
  type PersonKeys,
  takeOver,
  toBase64Url
} from '../../e2ee/index.ts';
import type { Clock } from '../clock.ts';
import { Refused } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import { KeyBackup, type BackupSecret, type RestoredKey } from './key-backup.ts';
import type { KeyBackend } from './key-backend.ts';
import type { KeptDevice, KeyStore } from './key-store.ts';
import { newDevice, publicKeysOf } from './new-device.ts';
import type { PeopleKeys } from './people-keys.ts';
import { holds, standingOf, type Standing } from './standing.ts';
import { boxHere } from './vault.ts';
import type { DeviceRequest, OwnDevice } from './wire.ts';

export type OwnKeysOptions = {
  me: string;
  backend: KeyBackend;
  store: KeyStore;
  people: PeopleKeys;
  newId: () => string;
  clock: Clock;
};

/** A device that asks to be let in, and the number that it has to show too. */
export type AskingDevice = DeviceRequest & { number: string };

/** Two devices may write into the log at once. */
const APPEND_TRIES = 3;

/** The name under which the key of an epoch lies on this device. */
export const epochName = (conversationId: string, number: number) => `epoch:${conversationId}:${number}`;

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
    const { me, backend, store, people } = this.#options;
    this.#device = await store.device(me);
    const [backup] = await Promise.all([backend.backup(), people.follow([me])]);
    let keys: PersonKeys | null;
    try {
      keys = people.get(me);
    } catch {
      this.#standing.set({ state: 'distrusted' });
      return;
    }
    const request = keys && this.#asked ? await this.#request(keys) : null;
    const next = standingOf({ device: this.#device, keys, backup, request });
    if (JSON.stringify(next) !== JSON.stringify(this.#standing.current)) this.#standing.set(next);
  }

  /**
   * A first identity, or a new one, which makes all devices of before worthless. What opens the backup has been verified by then:
   * nothing is published before.
   */
  async begin(secret: BackupSecret, label: string): Promise<void> {
    const { me, store } = this.#options;
    const identity = await newIdentity();
    const fresh = await newDevice(me, this.#options.newId());
    const device = await this.#backup.begin(
      { ...fresh, identity: { publicKey: identity.publicKey, secret: identity.secret } },
      secret
    );
    const identityNumber = (this.#keys()?.identityNumber ?? 0) + 1;
    await this.#backup.save(device, [[{ kind: 'identity', number: identityNumber }, identity.pkcs8]]);
    await store.putDevice(device);
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
    const request = device && (await backend.deviceRequests()).find(({ keys }) => keys.deviceId === device.deviceId);
    const backup = await backend.backup();
    if (!device || !request?.handedOver || !backup) throw new Refused('device_not_found', 'Nothing was handed over yet.', 0);
    const secret = await takeOver(me, device.deviceId, device.sealing, request.handedOver);
    await this.#enter(device, backup.number, secret, request.label);
    await backend.endDeviceRequest(device.deviceId);
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
    const { me, backend } = this.#options;
    const keys = this.#mustHold();
    const requests = (await backend.deviceRequests()).filter((request) => !keys.past.has(request.keys.deviceId));
    return Promise.all(
      requests.map(async (request) => ({ ...request, number: await approvalNumber(me, keys.identityKey, request.keys) }))
    );
  }

  /** Its owner says that both devices show the same number: the other one is let in. */
  async approve(request: DeviceRequest): Promise<void> {
    const { me, backend } = this.#options;
    const keys = this.#mustHold();
    const device = this.#device!;
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

  /** Takes the trust from a device. What opened the backup it knew: a new one begins, under `secret`. */
  async remove(deviceId: string, secret: BackupSecret): Promise<void> {
    this.#mustHold();
    await this.#append(this.#device!, { kind: 'device_removed', deviceId }, '');
    await this.#renew(secret);
  }

  /** What opens the backup, typed in again here after another device has begun a new one. Throws WrongSecret. */
  async reopen(typed: string): Promise<void> {
    const { number, secret } = await this.#backup.open(typed);
    await this.#options.store.putDevice(await this.#backup.take(this.#device!, number, secret));
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

  async #renew(secret: BackupSecret): Promise<void> {
    const { me, store } = this.#options;
    const before = this.#device!;
    const { number, identityNumber } = { number: before.backup, identityNumber: this.#keys()!.identityNumber };
    const old = number ? await this.#backup.contents(await this.#backup.secretOf(before), identityNumber) : null;
    if (!old?.identity) throw new Refused('backup_behind', 'The backup has to be opened first.', 0);
    const device = await this.#backup.begin(before, secret);
    await this.#backup.save(device, [
      [{ kind: 'identity', number: identityNumber }, old.identity],
      ...old.epochs.map(({ secret: key, ...part }) => [{ kind: 'epoch' as const, ...part }, key] as const)
    ]);
    await store.putDevice(device);
    this.#device = await store.device(me);
    await this.refresh();
  }

  /** Becomes a device of the identity that this backup holds. */
  async #enter(newcomer: KeptDevice, number: number, secret: Bytes, label: string): Promise<void> {
    const { store, people, me } = this.#options;
    await people.follow([me]);
    const keys = this.#keys();
    if (!keys) throw new Refused('key_log_behind', 'There are no keys yet.', 0);
    const { identity, epochs } = await this.#backup.contents(secret, keys.identityNumber);
    if (!identity) throw new Distrusted('altered', 'The backup does not have the identity that holds.');
    const imported = { publicKey: keys.identityKey, secret: await importIdentity(identity, keys.identityKey) };
    const device = await this.#backup.take({ ...newcomer, identity: imported }, number, secret);
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
    return here && !this.#keys()?.past.has(here.deviceId) ? here : newDevice(me, newId());
  }

  async #request(keys: PersonKeys) {
    const device = this.#device;
    const request = device && (await this.#options.backend.deviceRequests()).find((one) => one.keys.deviceId === device.deviceId);
    if (!request) return null;
    const own = publicKeysOf(device);
    return {
      number: await approvalNumber(this.#options.me, keys.identityKey, own),
      code: toBase64Url(approvalCode(this.#options.me, keys.identityKey, own)),
      isHandedOver: request.handedOver !== null
    };
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
