import type { FastifyReply, FastifyRequest } from 'fastify';
import pg from 'pg';
import { AuthError, WeakPassword } from '../errors.ts';

const VERSION_HEADER = 'x-supabase-api-version';
/** From this version on a client reads the code from `code`; before it, `code` repeats the HTTP status. */
const CODES_IN_CODE = '2024-01-01';

/** Two transactions stood in each other's way (40001, 40P01), or one waited too long for the other (55P03). */
const PASSING = new Set(['40001', '40P01', '55P03']);

/** Answers a refusal in the shape that the client's API version reads. */
export function replyWithError(thrown: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toAuthError(thrown);
  if (error.status >= 500) request.log.error({ err: thrown }, error.message);
  const weak = error instanceof WeakPassword ? { weak_password: { reasons: error.reasons } } : {};
  reply.code(error.status).header('x-sb-error-code', error.code);
  if (wantsCodes(request.headers[VERSION_HEADER])) {
    return reply.header(VERSION_HEADER, CODES_IN_CODE).send({ code: error.code, message: error.message, ...weak });
  }
  const id = error.status >= 500 ? { error_id: request.id } : {};
  return reply.send({ code: error.status, error_code: error.code, msg: error.message, ...id, ...weak });
}

function wantsCodes(version: string | string[] | undefined): boolean {
  return typeof version === 'string' && /^\d{4}-\d\d-\d\d$/.test(version) && version >= CODES_IN_CODE;
}

/** What the client is told of anything that went wrong. */
export function toAuthError(error: Error): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof pg.DatabaseError) return fromDatabase(error);
  const status = 'statusCode' in error ? Number(error.statusCode) : undefined;
  if (status === 413) return new AuthError('request_entity_too_large', undefined, { cause: error });
  if (status !== undefined && status >= 400 && status < 500) return new AuthError('validation_failed', error.message, { status });
  return new AuthError('unexpected_failure', undefined, { cause: error });
}

function fromDatabase(error: pg.DatabaseError): AuthError {
  // A value that no column takes, such as half a surrogate pair or a name of more than 255 characters.
  if (error.code?.startsWith('22')) return new AuthError('validation_failed', `Unable to store: ${error.message}`);
  if (error.code !== undefined && PASSING.has(error.code)) return new AuthError('conflict', undefined, { cause: error });
  if (error.constraint === 'users_email_partial_key') return new AuthError('email_exists');
  // What a project's own trigger raises: PTxyz chooses the status, as with PostgREST.
  if (error.code?.startsWith('PT'))
    return new AuthError('unexpected_failure', error.message, { status: raisedStatus(error.code) });
  if (error.code === 'P0001') return new AuthError('unexpected_failure', error.message);
  return new AuthError('unexpected_failure', undefined, { cause: error });
}

function raisedStatus(code: string): number {
  const status = Number(code.slice(2));
  return status >= 400 && status < 600 ? status : 500;
}
