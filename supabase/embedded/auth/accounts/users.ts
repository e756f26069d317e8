import { randomUUID } from 'node:crypto';
import type { Queryable } from '../database.ts';
import { isAbsent, type Json } from '../json.ts';

export const AUDIENCE = 'authenticated';
const INSTANCE = '00000000-0000-0000-0000-000000000000';

export interface Identity {
  id: string;
  provider_id: string;
  user_id: string;
  identity_data: Json;
  provider: string;
  email: string | null;
  last_sign_in_at: string | null;
  created_at: string;
  updated_at: string;
}

/** A row of auth.users with its identities. */
export interface User {
  id: string;
  aud: string;
  role: string;
  email: string | null;
  phone: string | null;
  encrypted_password: string | null;
  email_confirmed_at: Date | null;
  phone_confirmed_at: Date | null;
  confirmed_at: Date | null;
  invited_at: Date | null;
  confirmation_sent_at: Date | null;
  recovery_sent_at: Date | null;
  email_change: string | null;
  email_change_sent_at: Date | null;
  email_change_confirm_status: number;
  reauthentication_sent_at: Date | null;
  last_sign_in_at: Date | null;
  banned_until: Date | null;
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
  raw_app_meta_data: Json | null;
  raw_user_meta_data: Json | null;
  is_anonymous: boolean;
  is_sso_user: boolean;
  identities: Identity[];
}

/** Columns of `auth.users u` and its identities, the oldest first. */
export const WITH_IDENTITIES = `u.*, coalesce(
  (select jsonb_agg(i order by i.created_at, i.id) from auth.identities i where i.user_id = u.id), '[]'
) as identities`;

export async function findUserById(db: Queryable, id: string): Promise<User | null> {
  const { rows } = await db.query<User>(`select ${WITH_IDENTITIES} from auth.users u where u.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Accounts of single sign-on may share an address and are not found by it. */
export async function findUserByEmail(db: Queryable, email: string, options: { lock?: boolean } = {}): Promise<User | null> {
  const { rows } = await db.query<User>(
    `select ${WITH_IDENTITIES} from auth.users u
     where u.instance_id = $1 and lower(u.email) = $2 and u.aud = $3 and not u.is_sso_user ${options.lock ? 'for update of u' : ''}`,
    [INSTANCE, email.toLowerCase(), AUDIENCE]
  );
  return rows[0] ?? null;
}

/** Whether somebody else has the address, as their own or by an identity of theirs. */
export async function isEmailTaken(db: Queryable, email: string, exceptFor?: string): Promise<boolean> {
  const { rows } = await db.query(
    `select from auth.identities where email = $1 and user_id is distinct from $2::uuid
     union all
     select from auth.users where instance_id = $3 and lower(email::text) = $1 and not is_sso_user and id is distinct from $2::uuid
     limit 1`,
    [email.toLowerCase(), exceptFor ?? null, INSTANCE]
  );
  return rows.length > 0;
}

export interface NewUser {
  id?: string;
  aud?: string;
  role?: string;
  email?: string;
  passwordHash?: string;
  appMetadata: Json;
  userMetadata: Json;
  isAnonymous?: boolean;
}

export async function insertUser(tx: Queryable, user: NewUser): Promise<User> {
  const { rows } = await tx.query<User>(
    `insert into auth.users (
       instance_id, id, aud, role, email, encrypted_password, raw_app_meta_data, raw_user_meta_data, is_anonymous,
       confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at
     ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', '', now(), now())
     returning *, '[]'::jsonb as identities`,
    [
      INSTANCE,
      user.id ?? randomUUID(),
      user.aud ?? AUDIENCE,
      user.role ?? AUDIENCE,
      user.email?.toLowerCase() ?? null,
      user.passwordHash ?? '',
      JSON.stringify(user.appMetadata),
      JSON.stringify(user.userMetadata),
      user.isAnonymous ?? false
    ]
  );
  return rows[0]!;
}

/** The columns that this server changes. Metadata is merged (see mergeMetadata), never replaced. */
export interface UserChanges {
  role?: string;
  email?: string;
  encrypted_password?: string | null;
  email_confirmed_at?: Date | null;
  invited_at?: Date;
  confirmation_token?: string;
  confirmation_sent_at?: Date | null;
  recovery_token?: string;
  recovery_sent_at?: Date | null;
  email_change?: string;
  email_change_token_new?: string;
  email_change_token_current?: string;
  email_change_confirm_status?: number;
  email_change_sent_at?: Date | null;
  phone?: string | null;
  phone_change?: string;
  phone_change_token?: string;
  phone_change_sent_at?: Date | null;
  reauthentication_token?: string;
  reauthentication_sent_at?: Date | null;
  banned_until?: Date | null;
  deleted_at?: Date;
  is_anonymous?: boolean;
}

export async function updateUser(tx: Queryable, id: string, changes: UserChanges): Promise<User> {
  const columns = Object.keys(changes);
  const { rows } = await tx.query<User>(
    `with u as (
       update auth.users set ${columns.map((column, at) => `${column} = $${at + 2}, `).join('')} updated_at = now()
       where id = $1 returning *
     ) select ${WITH_IDENTITIES} from u`,
    [id, ...Object.values(changes)]
  );
  return rows[0]!;
}

/** Sets the given keys and leaves the others; null removes a key. One statement, so that two writers both succeed. */
export async function mergeMetadata(
  tx: Queryable,
  id: string,
  column: 'raw_user_meta_data' | 'raw_app_meta_data',
  updates: Json
): Promise<void> {
  const removed = Object.keys(updates).filter((key) => isAbsent(updates[key]));
  const set = Object.fromEntries(Object.entries(updates).filter(([, value]) => !isAbsent(value)));
  await tx.query(
    `update auth.users set ${column} = (case jsonb_typeof(${column}) when 'object' then ${column} else '{}' end || $2::jsonb) - $3::text[],
       updated_at = now()
     where id = $1`,
    [id, JSON.stringify(set), removed]
  );
}

export const isBanned = (user: User): boolean => user.banned_until !== null && user.banned_until.getTime() > Date.now();
