/** Passwords: bcrypt by pgcrypto, so that the work is the database's, and rows made by seeds and by hosted projects match. */
import { randomBytes } from 'node:crypto';
import { PASSWORD_REQUIREMENTS, type AuthConfig } from '../config.ts';
import type { Queryable } from '../database.ts';
import { AuthError, WeakPassword } from '../errors.ts';

/** bcrypt reads no more bytes than these. */
const MAX_BYTES = 72;

export function checkStrength(config: AuthConfig, password: string): void {
  if (Buffer.byteLength(password) > MAX_BYTES) {
    throw new AuthError('validation_failed', `Password cannot be longer than ${MAX_BYTES} characters`);
  }
  const messages: string[] = [];
  const reasons: string[] = [];
  if (password.length < config.minimum_password_length) {
    reasons.push('length');
    messages.push(`Password should be at least ${config.minimum_password_length} characters.`);
  }
  const sets = PASSWORD_REQUIREMENTS[config.password_requirements];
  if (!sets.every((set: string) => [...set].some((character) => password.includes(character)))) {
    reasons.push('characters');
    messages.push(`Password should contain at least one character of each: ${sets.join(', ')}.`);
  }
  if (reasons.length > 0) throw new WeakPassword(messages.join(' '), reasons);
}

/** For accounts that begin without one: nobody knows it, and nobody can guess it. */
export function unguessablePassword(): string {
  return randomBytes(32).toString('base64url');
}

export function isBcryptHash(text: string): boolean {
  return /^\$2[abxy]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.test(text);
}

export async function hashPassword(tx: Queryable, password: string, cost: number): Promise<string> {
  const { rows } = await tx.query<{ hash: string }>(`select extensions.crypt($1, extensions.gen_salt('bf', $2::int)) as hash`, [
    password,
    cost
  ]);
  return rows[0]!.hash;
}

/** $2b$ and $2y$ are other names for the same algorithm, which pgcrypto knows as $2a$. */
const asPgcrypto = (hash: string): string => hash.replace(/^\$2[by]\$/, '$2a$');

/**
 * Says whether the password belongs to the hash. Without a hash it takes as long as with one, so that the time of an
 * answer does not tell whether somebody has an account.
 */
export async function passwordMatches(tx: Queryable, password: string, hash: string | null, cost: number): Promise<boolean> {
  const usable = hash !== null && isBcryptHash(hash);
  const compared = usable ? asPgcrypto(hash) : `$2a$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
  const { rows } = await tx.query<{ matches: boolean }>('select extensions.crypt($1, $2) = $2 as matches', [password, compared]);
  return usable && rows[0]!.matches;
}
