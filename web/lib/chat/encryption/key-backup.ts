import {
  backUp,
  lockWithCode,
  lockWithPassphrase,
  newBackupSecret,
  type Bytes,
  type Lock,
  type Part,
  restore,
  unlock,
  WrongSecret
} from '../../e2ee/index.ts';
import type { KeyBackend } from './key-backend.ts';
import type { KeptDevice } from './key-store.ts';
import { boxHere, openHere } from './vault.ts';

/** What its owner knows and opens the backup with. */
export type BackupSecret = { kind: Lock['kind']; text: string };

type Calls = Pick<KeyBackend, 'backup' | 'setBackup' | 'saveBackupParts' | 'backupParts'>;

const LOCAL_NAME = 'backup';
/** In one call. */
const PARTS_MAX = 100;

/** The backup of one person's keys: begun, opened, and filled. */
export class KeyBackup {
  #userId: string;
  #backend: Calls;

  constructor(userId: string, backend: Calls) {
    this.#userId = userId;
    this.#backend = backend;
  }

  /** Begins a new backup; what was in an older one is gone. Resolves to the device with it. */
  async begin(device: KeptDevice, { kind, text }: BackupSecret): Promise<KeptDevice> {
    const secret = newBackupSecret();
    const lock =
      kind === 'passphrase'
        ? await lockWithPassphrase(secret, this.#userId, text)
        : await lockWithCode(secret, this.#userId, text);
    const number = ((await this.#backend.backup())?.number ?? 0) + 1;
    await this.#backend.setBackup({ number, locks: [lock] });
    return this.take(device, number, secret, false);
  }

  /** The backup's secret, by what its owner has typed. Throws WrongSecret. */
  async open(typed: string): Promise<{ number: number; secret: Bytes }> {
    const backup = await this.#backend.backup();
    if (!backup) throw new WrongSecret('There is no backup.');
    for (const lock of backup.locks) {
      const secret = await unlock(lock, this.#userId, typed).catch((error: unknown) => {
        if (error instanceof WrongSecret) return null;
        throw error;
      });
      if (secret) return { number: backup.number, secret };
    }
    throw new WrongSecret('This opens no lock of the backup.');
  }

  /** The device, which from now on fills this backup. */
  async take(device: KeptDevice, number: number, secret: Bytes, isFull: boolean): Promise<KeptDevice> {
    return { ...device, backup: { number, boxed: await boxHere(device.local, LOCAL_NAME, secret), isFull } };
  }

  /** For a device of the same person that is let in. */
  async secretOf({ local, backup }: KeptDevice): Promise<Bytes> {
    if (!backup) throw new WrongSecret('This device fills no backup.');
    return openHere(local, LOCAL_NAME, backup.boxed);
  }

  async save(device: KeptDevice, parts: readonly (readonly [Part, Bytes])[]): Promise<void> {
    if (!device.backup) return;
    const secret = await this.secretOf(device);
    for (let from = 0; from < parts.length; from += PARTS_MAX) {
      const boxed = parts
        .slice(from, from + PARTS_MAX)
        .map(async ([part, plaintext]) => [nameOf(part), await backUp(secret, this.#userId, part, plaintext)] as const);
      await this.#backend.saveBackupParts(device.backup.number, new Map(await Promise.all(boxed)));
    }
  }

  /** The secret half of an identity (PKCS #8), and the keys of epochs; what cannot be opened is left out. */
  async contents(secret: Bytes, identityNumber: number): Promise<{ identity: Bytes | null; epochs: RestoredKey[] }> {
    const boxed = await this.#backend.backupParts();
    const open = async (part: Part) => {
      const found = boxed.get(nameOf(part));
      return found ? restore(secret, this.#userId, part, found).catch(() => null) : null;
    };
    const epochs = [...boxed.keys()].map(async (name): Promise<RestoredKey[]> => {
      const part = epochOf(name);
      const key = part && (await open(part));
      return key ? [{ conversationId: part.conversationId, number: part.number, secret: key }] : [];
    });
    return { identity: await open({ kind: 'identity', number: identityNumber }), epochs: (await Promise.all(epochs)).flat() };
  }
}

/** The key of an epoch, as a backup has it: still to be checked against the epoch. */
export type RestoredKey = { conversationId: string; number: number; secret: Bytes };

const nameOf = (part: Part): string =>
  part.kind === 'epoch' ? `epoch:${part.conversationId}:${part.number}` : `identity:${part.number}`;

function epochOf(name: string): Extract<Part, { kind: 'epoch' }> | null {
  const [kind, conversationId, number] = name.split(':');
  return kind === 'epoch' && conversationId ? { kind, conversationId, number: Number(number) } : null;
}
