/** People and plain HTTP, on the shared stack: no client library between the test and the bytes. */
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { sharedStack } from '../support/stack.ts';

export interface Person {
  id: string;
  token: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON; null when there is no body. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asked for
  body: any;
}

export interface Call {
  token?: string;
  /** Default: the publishable key. */
  key?: string | null;
  headers?: Record<string, string>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  body?: unknown;
}

export async function call(
  method: string,
  path: string,
  { token, key = sharedStack().publishableKey, headers, body }: Call = {}
): Promise<Answer> {
  const response = await fetch(`${sharedStack().apiUrl}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { apikey: key }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers
    },
    body:
      body === undefined || typeof body === 'string' || body instanceof Uint8Array
        ? (body as RequestInit['body'])
        : JSON.stringify(body)
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

export const rpc = (name: string, args: unknown, token?: string): Promise<Answer> =>
  call('POST', `/rest/v1/rpc/${name}`, { token, body: args });

const session = z.object({ access_token: z.string(), user: z.object({ id: z.string() }) });

export async function signUp(name: string): Promise<Person> {
  const { status, body } = await call('POST', '/auth/v1/signup', {
    body: { email: `${name}.${randomUUID()}@rest.example`, password: 'a secret of 16', data: { display_name: name } }
  });
  if (status !== 200) throw new Error(`${name} could not sign up: ${JSON.stringify(body)}`);
  const { access_token: token, user } = session.parse(body);
  return { id: user.id, token };
}

export async function directConversation(one: Person, other: Person): Promise<string> {
  const { body } = await rpc('start_direct_conversation', { user_id: other.id }, one.token);
  return body[0].id as string;
}

/** How many messages a conversation has. */
export async function countMessages(conversation: string, { token }: Person): Promise<number> {
  const { headers } = await call('HEAD', `/rest/v1/messages?conversation_id=eq.${conversation}`, {
    token,
    headers: { prefer: 'count=exact' }
  });
  return Number(headers.get('content-range')!.split('/')[1]);
}

/** A token of any claims, signed as the project signs unless a secret is given. */
export function signToken(
  claims: Record<string, unknown>,
  { secret = sharedStack().jwtSecret, expires = 3600 } = {}
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + expires)
    .sign(new TextEncoder().encode(secret));
}

/** The four fields of PostgREST's errors, and no others. */
export const errorShape = z.strictObject({
  code: z.string().min(1),
  message: z.string().min(1),
  details: z.string().nullable(),
  hint: z.string().nullable()
});
