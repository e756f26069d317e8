/** A WebSocket request turned into what the connection needs, or into the reason why not. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { Refused } from '../errors.ts';
import { codecFor, type Codec } from '../protocol/codec.ts';
import type { Claims, Tokens } from '../tokens.ts';

export const SOCKET_PATH = '/socket/websocket';

const querySchema = z.object({ apikey: z.string().min(1).optional(), vsn: z.string().optional() });

/** What a connection begins with. Its token is what channels use that bring none of their own. */
export interface Handshake {
  codec: Codec;
  token: string;
  claims: Claims;
  /** The request's `x-…` headers: policies see them as `request.headers`. */
  headers: Record<string, string>;
}

/** The request is answered with this status and `{"error": message}` instead of being upgraded. */
export class HandshakeRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HandshakeRefused';
    this.status = status;
  }
}

/** Throws HandshakeRefused. */
export async function readHandshake(request: IncomingMessage, tokens: Tokens): Promise<Handshake> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname !== SOCKET_PATH)
    throw new HandshakeRefused(404, `There is no WebSocket at ${url.pathname}, only at ${SOCKET_PATH}`);
  const query = querySchema.safeParse(Object.fromEntries(url.searchParams));
  const headers = extraHeaders(request);
  const token = headers['x-api-key'] ?? query.data?.apikey;
  if (token === undefined) throw new HandshakeRefused(401, 'API key is missing');
  const codec = codecFor(query.data?.vsn);
  if (!codec) throw new HandshakeRefused(400, `Protocol version ${query.data?.vsn} is not served: 1.0.0 and 2.0.0 are`);
  try {
    return { codec, token, claims: await tokens.verify(token), headers };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const expired = error.message.startsWith('Token has expired');
    throw new HandshakeRefused(401, expired ? 'Token has expired' : error.message, { cause: error });
  }
}

function extraHeaders({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith('x-'));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
