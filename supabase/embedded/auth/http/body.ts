import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuthError } from '../errors.ts';

/** As the service written in Go reads them: a field that is missing or null is its empty value. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
export const metadata = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? null);

export const pkceFields = { code_challenge: text, code_challenge_method: text };

/**
 * Reads a body as JSON, whatever its content type says.
 * @throws AuthError `bad_json` for what is not JSON or has a value of the wrong type
 */
export function readBody<T extends z.ZodType>(request: FastifyRequest, schema: T): z.output<T> {
  const parsed = schema.safeParse(parseJson(typeof request.body === 'string' ? request.body : '') ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AuthError('bad_json', `Could not parse request body as JSON: ${issue!.path.join('.') || 'body'}: ${issue!.message}`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body, refuseNul);
  } catch (error) {
    if (error instanceof AuthError) throw error;
    throw new AuthError('bad_json', `Could not parse request body as JSON: ${(error as Error).message}`);
  }
}

/** Postgres stores no NUL, neither as text nor in JSON. */
function refuseNul(key: string, value: unknown): unknown {
  if (key.includes('\0') || (typeof value === 'string' && value.includes('\0'))) {
    throw new AuthError('validation_failed', 'Text must not contain the character U+0000');
  }
  return value;
}

/** One value of the query string, or '' without it. */
export function queryText(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

const emailSyntax = z.email({ pattern: z.regexes.html5Email });

/** The address in lower case, as it is kept. */
export function readEmail(email: string): string {
  if (email === '') throw new AuthError('validation_failed', 'An email address is required');
  if (email.length > 255) throw new AuthError('validation_failed', 'An email address is too long');
  if (!emailSyntax.safeParse(email).success) {
    throw new AuthError('validation_failed', 'Unable to validate email address: invalid format');
  }
  return email.toLowerCase();
}
