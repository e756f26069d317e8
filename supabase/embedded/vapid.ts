/**
 * The key pair by which push services know who sends (VAPID, RFC 8292): made on the first start, kept in the home. Browsers
 * subscribe with the public key, so that another pair makes every subscription worthless.
 */
import { createECDH } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StackError } from './errors.ts';
import { secretsFile } from './functions/environment.ts';

const base64url = (bytes: number) =>
  z.string().refine((text) => /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes, `not ${bytes} bytes`);

const vapidSchema = z.object({
  /** The point on P-256, uncompressed, as PushManager.subscribe() takes it. */
  publicKey: base64url(65),
  privateKey: base64url(32)
});

export type VapidKeys = z.infer<typeof vapidSchema>;

export function makeVapidKeys(): VapidKeys {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  // A private key that begins with zeros comes without them.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  return { publicKey: pair.getPublicKey('base64url'), privateKey: privateKey.toString('base64url') };
}

/**
 * The keys of `functions/.env` of the project, where it has some; else those of `home`, which the first call makes.
 * @throws {StackError} vapid_invalid
 */
export async function loadVapidKeys(home: string, project: string): Promise<VapidKeys> {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = await secretsFile(project);
  if (publicKey || privateKey) return parseKeys(path.join(project, 'functions', '.env'), { publicKey, privateKey });
  const file = path.join(home, 'vapid.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return parseKeys(file, parsed(text));
  const keys = makeVapidKeys();
  // Renamed into place, so that a start killed in between leaves none rather than half of one.
  await writeFile(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return keys;
}

/** What the function push finds in its environment. Whom a push service may write to is the operator's to say, in `functions/.env`. */
export function vapidEnvironment({ publicKey, privateKey }: VapidKeys): Record<string, string> {
  return { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseKeys(file: string, value: unknown): VapidKeys {
  const { success, data, error } = vapidSchema.safeParse(value);
  if (!success) throw new StackError('vapid_invalid', { path: file }, { cause: error });
  return data;
}
