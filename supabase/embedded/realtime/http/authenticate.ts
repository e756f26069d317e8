import type { FastifyRequest } from 'fastify';
import { Refused } from '../errors.ts';
import type { Claims, Tokens } from '../tokens.ts';

/** The claims of a request's token: `Authorization: Bearer …`, else `apikey`. Null when there is none that holds. */
export async function authenticate({ headers }: FastifyRequest, tokens: Tokens): Promise<Claims | null> {
  const bearer = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const token = bearer ?? headers['apikey'];
  if (typeof token !== 'string' || token === '') return null;
  try {
    return await tokens.verify(token);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
