/** Who makes a request: what the bearer token says, once its signature is verified. */
import type { FastifyRequest } from 'fastify';
import { jwtVerify } from 'jose';
import { StorageError } from './errors.ts';

export interface Caller {
  /** Database role that the request runs as. */
  role: string;
  /** User id; neither the anonymous nor the service key has one. */
  sub: string | undefined;
  /** Claims of the token as JSON. */
  claims: string;
  authenticated: boolean;
}

const NOBODY: Caller = { role: 'anon', sub: undefined, claims: '{"role":"anon"}', authenticated: false };

/** @throws {StorageError} access_denied when there is no token or it does not verify; why is in the message. */
export async function requireCaller(request: FastifyRequest, secret: Uint8Array): Promise<Caller> {
  try {
    const { payload } = await jwtVerify(bearer(request), secret, { algorithms: ['HS256'] });
    const role = typeof payload.role === 'string' && payload.role ? payload.role : 'anon';
    return { role, sub: payload.sub, claims: JSON.stringify(payload), authenticated: true };
  } catch (cause) {
    throw new StorageError('access_denied', (cause as Error).message, { cause });
  }
}

/** The same where a request without a valid token is served too, as somebody unknown. */
export async function callerOrNobody(request: FastifyRequest, secret: Uint8Array): Promise<Caller> {
  if (!bearer(request)) return NOBODY;
  try {
    return await requireCaller(request, secret);
  } catch {
    return NOBODY;
  }
}

function bearer(request: FastifyRequest): string {
  return (request.headers.authorization ?? '').replace(/^Bearer\s+/i, '');
}
