import { fromUtf8, utf8, type Bytes, type SecretKey } from '../../e2ee/bytes.ts';
import { boxHere, newLocalKey, openHere } from '../encryption/vault.ts';
import type { DeviceStore } from './device-store.ts';

/** A box that is not of this device's present key, or was changed: nobody can open it any more. */
export class Unopenable extends Error {
  override readonly name = 'Unopenable';
}

/** Boxes and opens what one person keeps on this device, as JSON. `name`: what it lies there as, and opens only as. */
export class DeviceBox {
  #userId: string;
  #store: DeviceStore;
  #key: Promise<SecretKey> | null = null;

  constructor(userId: string, store: DeviceStore) {
    this.#userId = userId;
    this.#store = store;
  }

  async seal(name: string, value: unknown): Promise<Bytes> {
    return boxHere(await this.#getKey(), name, utf8(JSON.stringify(value)));
  }

  /** Throws Unopenable, or whatever keeps it from the key. */
  async open(name: string, boxed: Bytes): Promise<unknown> {
    const key = await this.#getKey();
    try {
      return JSON.parse(fromUtf8(await openHere(key, name, boxed)));
    } catch (cause) {
      throw new Unopenable(`${name} cannot be opened.`, { cause });
    }
  }

  #getKey(): Promise<SecretKey> {
    return (this.#key ??= newLocalKey()
      .then((fresh) => this.#store.key(this.#userId, fresh))
      .catch((error: unknown) => {
        this.#key = null;
        throw error;
      }));
  }
}
