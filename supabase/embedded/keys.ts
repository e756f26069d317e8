/**
 * The project's keys: made on the first start, kept in the home, the same ever after. They have the shape of Supabase's own:
 * opaque `sb_publishable_…` and `sb_secret_…` for callers, and the two tokens that these stand for inside.
 * Source: https://supabase.com/docs/guides/api/api-keys
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { StackError } from './errors.ts';

const keysSchema = z.object({
  /** Signs every token of the project, HS256. */
  jwtSecret: z.string().min(32),
  /** For browsers and apps: acts as the role `anon`, or as whoever is signed in. */
  publishableKey: z.string().startsWith('sb_publishable_'),
  /** For servers only: acts as `service_role`, past row-level security. */
  secretKey: z.string().startsWith('sb_secret_'),
  /** What the two stand for. Also accepted as keys, as Supabase still does. */
  anonToken: z.string(),
  serviceRoleToken: z.string()
});

export type Keys = z.infer<typeof keysSchema>;

const TEN_YEARS_S = 10 * 365 * 24 * 3600;

/** Reads the keys of `home`, making them on the first call. @throws {StackError} keys_invalid */
export async function loadKeys(home: string, project: string): Promise<Keys> {
  const file = path.join(home, 'keys.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return parseKeys(file, text);
  const keys = await makeKeys(project);
  // Renamed into place, so that a start killed in between leaves none rather than half of one.
  await writeFile(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return keys;
}

function parseKeys(file: string, text: string): Keys {
  try {
    return keysSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StackError('keys_invalid', { path: file }, { cause });
  }
}

async function makeKeys(project: string): Promise<Keys> {
  const jwtSecret = randomBytes(32).toString('base64url');
  return {
    jwtSecret,
    publishableKey: opaqueKey('sb_publishable_', project),
    secretKey: opaqueKey('sb_secret_', project),
    anonToken: await roleToken('anon', jwtSecret),
    serviceRoleToken: await roleToken('service_role', jwtSecret)
  };
}

/** 22 random characters and an 8-character checksum, by which a scanner tells a leaked key from a look-alike. */
export function opaqueKey(prefix: string, project: string, random = randomBytes(16)): string {
  const body = `${prefix}${random.toString('base64url')}`;
  const checksum = createHash('sha256').update(`${project}|${body}`).digest('base64url').slice(0, 8);
  return `${body}_${checksum}`;
}

function roleToken(role: string, secret: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: 'supabase', role, iat: now, exp: now + TEN_YEARS_S })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret));
}
