import {
  type DeviceKeys,
  type KeyEvent,
  type KeyLogEntry,
  type NewIdentity,
  newIdentity,
  newSealingKeys,
  newSigningKeys,
  nextEntry,
  type PersonKeys,
  readKeyLog,
  type SealingKeys,
  type SigningKeys
} from '../../web/lib/e2ee/index.ts';

/** A device with both halves of its keys. */
export type Device = { keys: DeviceKeys; signing: SigningKeys; sealing: SealingKeys };

export async function newDevice(deviceId: string): Promise<Device> {
  const [signing, sealing] = await Promise.all([newSigningKeys(false), newSealingKeys()]);
  return { keys: { deviceId, signingKey: signing.publicKey, sealingKey: sealing.publicKey }, signing, sealing };
}

/** Somebody with an identity and a key log, as they and nobody else could make it. */
export class Someone {
  readonly userId: string;
  identity: NewIdentity;
  readonly log: KeyLogEntry[] = [];
  keys!: PersonKeys;

  private constructor(userId: string, identity: NewIdentity) {
    this.userId = userId;
    this.identity = identity;
  }

  static async named(userId: string): Promise<Someone> {
    const person = new Someone(userId, await newIdentity());
    await person.happen({ kind: 'identity', identityKey: person.identity.publicKey });
    return person;
  }

  async happen(event: KeyEvent): Promise<void> {
    const before = this.keys ?? null;
    const last = this.log.at(-1);
    this.log.push(await nextEntry(this.userId, before, event, (last?.at ?? 0) + 1, this.identity.secret));
    this.keys = await readKeyLog(this.userId, this.log, before);
  }

  async addDevice(deviceId: string): Promise<Device> {
    const device = await newDevice(deviceId);
    await this.happen({ kind: 'device_added', ...device.keys });
    return device;
  }

  async startOver(): Promise<void> {
    this.identity = await newIdentity();
    await this.happen({ kind: 'identity', identityKey: this.identity.publicKey });
  }
}

/** The same bytes with one bit turned over. */
export function flipped(bytes: Uint8Array, at: number, bit = 0): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[at] = copy[at]! ^ (1 << bit);
  return copy;
}
