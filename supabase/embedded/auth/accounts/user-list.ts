import type { Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import { AUDIENCE, WITH_IDENTITIES, type User } from './users.ts';

const DEFAULT_SIZE = 50;
const MAX_SIZE = 1000;

export interface Page {
  /** From 1. */
  number: number;
  size: number;
}

export function readPage(number: string, size: string): Page {
  return { number: positive(number, 1), size: Math.min(positive(size, DEFAULT_SIZE), MAX_SIZE) };
}

function positive(text: string, byDefault: number): number {
  if (text === '') return byDefault;
  const number = Number(text);
  if (!/^\d{1,9}$/.test(text) || number === 0) {
    throw new AuthError('validation_failed', `Bad Pagination Parameters: ${JSON.stringify(text)} is not a positive number`);
  }
  return number;
}

/** A page of all accounts, the newest first, and how many there are. `filter` is a part of the address or the full name. */
export async function listUsers(db: Queryable, page: Page, filter: string): Promise<{ users: User[]; total: number }> {
  const pattern = `%${filter.replace(/[\\%_]/g, '\\$&')}%`;
  const matching = `aud = $1 and ($2 = '%%' or email ilike $2 or raw_user_meta_data ->> 'full_name' ilike $2)`;
  const { rows: users } = await db.query<User>(
    `select ${WITH_IDENTITIES} from auth.users u where ${matching} order by created_at desc, id limit $3 offset $4`,
    [AUDIENCE, pattern, page.size, (page.number - 1) * page.size]
  );
  const { rows } = await db.query<{ total: number }>(`select count(*)::int as total from auth.users where ${matching}`, [
    AUDIENCE,
    pattern
  ]);
  return { users, total: rows[0]!.total };
}
