import { argon2id } from 'hash-wasm';
import { box, deriveSecret, SECRET_BYTES, unbox } from '../boxed.ts';
import { type Bytes, type Random, systemRandom, utf8 } from '../bytes.ts';
import { WrongSecret } from '../errors.ts';
import { transcript } from '../transcript.ts';
import { readRecoveryCode } from './recovery-code.ts';

/** How a passphrase becomes a key (argon2id, RFC 9106): memory in KiB. */
export type Argon2Cost = { memory: number; passes: number };

/** RFC 9106's second recommendation: 64 MiB, three passes, four lanes; about a second in a browser. */
export const ARGON2_COST: Argon2Cost = { memory: 65_536, passes: 3 };
const LANES = 4;
const SALT_BYTES = 16;
/** No lock that a server hands out is worked on with less, nor with so much that the tab dies. */
const LEAST_COST: Argon2Cost = { memory: 19_456, passes: 2 };
const MOST_COST: Argon2Cost = { memory: 1_048_576, passes: 16 };

/** One way into a backup: the backup's secret, boxed with what its owner knows. */
export type Lock = { kind: 'passphrase'; salt: Bytes; cost: Argon2Cost; boxed: Bytes } | { kind: 'recovery_code'; boxed: Bytes };

/** Locks a backup's secret with a passphrase, compared after NFKC, so that every keyboard types the same one. */
export async function lockWithPassphrase(
  backupSecret: Bytes,
  userId: string,
  passphrase: string,
  cost: Argon2Cost = ARGON2_COST,
  random: Random = systemRandom
): Promise<Lock> {
  const salt = random(SALT_BYTES);
  const secret = await passphraseSecret(passphrase, salt, cost);
  return { kind: 'passphrase', salt, cost, boxed: await box(secret, backupSecret, context(userId, 'passphrase'), random) };
}

/** Locks a backup's secret with a recovery code. Throws WrongSecret for text that is none. */
export async function lockWithCode(
  backupSecret: Bytes,
  userId: string,
  code: string,
  random: Random = systemRandom
): Promise<Lock> {
  const boxed = await box(await codeSecret(code), backupSecret, context(userId, 'recovery_code'), random);
  return { kind: 'recovery_code', boxed };
}

/** The backup's secret. Throws WrongSecret when the passphrase or code is not the lock's. */
export async function unlock(lock: Lock, userId: string, typed: string): Promise<Bytes> {
  const secret = lock.kind === 'passphrase' ? await passphraseSecret(typed, lock.salt, lock.cost) : await codeSecret(typed);
  try {
    return await unbox(secret, lock.boxed, context(userId, lock.kind));
  } catch (cause) {
    throw new WrongSecret('This does not open the backup.', { cause });
  }
}

async function passphraseSecret(passphrase: string, salt: Bytes, { memory, passes }: Argon2Cost): Promise<Bytes> {
  const isSane =
    memory >= LEAST_COST.memory && passes >= LEAST_COST.passes && memory <= MOST_COST.memory && passes <= MOST_COST.passes;
  if (!isSane) throw new WrongSecret('This backup asks for a cost that no Parley sets.');
  const hash = await argon2id({
    password: utf8(passphrase.normalize('NFKC')),
    salt,
    parallelism: LANES,
    iterations: passes,
    memorySize: memory,
    hashLength: SECRET_BYTES,
    outputType: 'binary'
  });
  return new Uint8Array(hash);
}

async function codeSecret(code: string): Promise<Bytes> {
  const bytes = await readRecoveryCode(code);
  if (!bytes) throw new WrongSecret('This is not a recovery code.');
  return deriveSecret(bytes, transcript('recovery-code', []));
}

const context = (userId: string, kind: Lock['kind']): Bytes => transcript('backup-lock', [userId, kind]);
