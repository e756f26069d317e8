/** Who asks: read from the bearer token and checked against the database, so that an ended session ends at once. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Claims } from '../sessions/access-tokens.ts';
import { administrator, type Actor } from '../audit.ts';
import { AuthError } from '../errors.ts';
import type { Auth } from '../auth.ts';
import { findUserById, isBanned, type User } from '../accounts/users.ts';

const ADMIN_ROLES = ['service_role', 'supabase_admin'];
const uuid = z.guid();

export interface Session {
  id: string;
  created_at: Date;
}

export interface Caller {
  user: User;
  /** Null for a token that this server did not make for a session. */
  session: Session | null;
}

async function claimsOf(auth: Auth, request: FastifyRequest): Promise<Claims> {
  const token = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new AuthError('no_authorization');
  return auth.tokens.verify(token);
}

export async function requireUser(auth: Auth, request: FastifyRequest): Promise<Caller> {
  return loadCaller(auth, await claimsOf(auth, request));
}

async function loadCaller(auth: Auth, claims: Claims): Promise<Caller> {
  if (claims.sub === undefined || claims.sub === '') throw new AuthError('bad_jwt', 'invalid claim: missing sub claim');
  if (!uuid.safeParse(claims.sub).success) {
    throw new AuthError('bad_jwt', 'invalid claim: sub claim must be a UUID', { status: 400 });
  }
  const user = await findUserById(auth.db, claims.sub);
  if (user === null) throw new AuthError('user_not_found', 'User from sub claim in JWT does not exist', { status: 403 });
  const session = await findSession(auth, user, claims.session_id);
  if (isBanned(user)) throw new AuthError('user_banned');
  return { user, session };
}

async function findSession(auth: Auth, user: User, id: string | undefined): Promise<Session | null> {
  if (id === undefined || id === '') return null;
  if (!uuid.safeParse(id).success) throw new AuthError('bad_jwt', 'invalid claim: session_id claim must be a UUID');
  const { rows } = await auth.db.query<Session>('select id, created_at from auth.sessions where id = $1 and user_id = $2', [
    id,
    user.id
  ]);
  if (rows[0] === undefined) throw new AuthError('session_not_found');
  return rows[0];
}

/** Only for the holder of the secret key, or a person whose role is one of the administrators'. */
export async function requireAdmin(auth: Auth, request: FastifyRequest): Promise<Actor> {
  const claims = await claimsOf(auth, request);
  if (claims.session_id !== undefined && claims.session_id !== '') await loadCaller(auth, claims);
  if (claims.role === undefined || !ADMIN_ROLES.includes(claims.role)) throw new AuthError('not_admin');
  return administrator(claims.role);
}
