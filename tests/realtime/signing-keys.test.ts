/** Tokens signed with keys of their own, as Supabase Auth signs them, instead of the project's secret. */
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jwksSchema, Tokens } from '../../supabase/embedded/realtime/tokens.ts';
import { attempt, broadcasts, subscribe } from './listening.ts';
import { JWT_SECRET, startWorld, type World } from './world.ts';

const PRIVATE = { config: { private: true } };
const ALGORITHMS = ['RS256', 'RS512', 'ES256', 'ES384', 'EdDSA', 'HS512'];

/** Keys as `supabase gen signing-key` writes them: the private half included. */
const keys = new Map<string, JWK>();
let world: World;

async function newKey(alg: string): Promise<JWK> {
  const kid = `key for ${alg}`;
  if (alg.startsWith('HS')) return { kty: 'oct', k: randomBytes(64).toString('base64url'), kid, alg };
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig', key_ops: ['sign', 'verify'], ext: true };
}

function sign(claims: Record<string, unknown>, alg: string, key: JWK | Uint8Array, kid?: string): Promise<string> {
  return new SignJWT({ role: 'authenticated', exp: Math.floor(Date.now() / 1000) + 600, ...claims })
    .setProtectedHeader({ alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
    .sign(key instanceof Uint8Array ? key : withoutUsage(key));
}

/** jose signs with no key that says it may verify as well, as the CLI's do. */
function withoutUsage(key: JWK): JWK {
  return { ...key, key_ops: undefined, use: undefined };
}

beforeAll(async () => {
  for (const alg of ALGORITHMS) keys.set(alg, await newKey(alg));
  world = await startWorld({ jwks: jwksSchema.parse({ keys: [...keys.values()] }) });
});
afterAll(() => world.stop());

describe.each(ALGORITHMS)('with %s', (alg) => {
  test('a person connects, joins and hears what is theirs', async () => {
    const id = crypto.randomUUID();
    const key = keys.get(alg)!;
    const channel = world.client(await sign({ sub: id }, alg, key, key.kid)).channel(`user:${id}`, PRIVATE);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await world.sql.query(`select realtime.send('{"n": 1}', 'hello', $1)`, [`user:${id}`]);
    expect((await inbox.first(1))[0]!.payload.n).toBe(1);
  });

  test('a signature by another key of the same name is refused', async () => {
    const ann = await world.person();
    const forged = await sign({ sub: ann.id }, alg, await newKey(alg), `key for ${alg}`);
    expect(await joinError(ann.token, forged)).toBe('JwtSignatureError: Failed to validate JWT signature');
  });
});

test('the secret is used where a token names no key of the set', async () => {
  const id = crypto.randomUUID();
  const secret = new TextEncoder().encode(JWT_SECRET);
  for (const token of [await sign({ sub: id }, 'HS256', secret), await sign({ sub: id }, 'HS384', secret, 'the secret')])
    await subscribe(world.client(token).channel(`user:${id}`, PRIVATE));
});

test('a key that nobody knows is named in the refusal', async () => {
  const ann = await world.person();
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const token = await sign({ sub: ann.id }, 'ES256', await exportJWK(privateKey), 'unknown');
  expect(await joinError(ann.token, token)).toBe(
    'JwtSignerError: Failed to generate JWT signer for key ID (kid) "unknown", check your JWT secret or JWKS configuration'
  );
});

test('spaces, line breaks and escapes that came into a token on its way do no harm', async () => {
  const token = await sign({ sub: 'ann' }, 'HS256', new TextEncoder().encode(JWT_SECRET));
  const worn = `${token.slice(0, 20)}\n ${token.slice(20).replaceAll('.', '%2E')}%0A`;
  expect(await new Tokens(JWT_SECRET).verify(worn)).toMatchObject({ sub: 'ann' });
});

describe('what would let anybody in is refused:', () => {
  const tokens = () => new Tokens(JWT_SECRET, jwksSchema.parse({ keys: [...keys.values()] }));

  test('a public key in the place of a secret', async () => {
    const { x } = keys.get('ES256')!;
    const token = await sign({}, 'HS256', new TextEncoder().encode(x), 'key for ES256');
    await expect(tokens().verify(token)).rejects.toMatchObject({ code: 'JwtSignatureError' });
  });

  test('no signature', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"role":"service_role","exp":9999999999}').toString('base64url')}.`;
    await expect(tokens().verify(unsigned)).rejects.toMatchObject({ code: 'JwtSignerError' });
  });

  test('an algorithm that fits no key of its name', async () => {
    const key = keys.get('RS256')!;
    const token = await sign({}, 'RS256', key, 'key for ES256');
    await expect(tokens().verify(token)).rejects.toMatchObject({ code: 'JwtSignerError' });
  });
});

/** What joining says to a client whose connection is let in with the one token and whose channel brings the other. */
async function joinError(connect: string, join: string): Promise<string> {
  const client = world.client(connect);
  await client.setAuth(join);
  const [first] = await attempt(client.channel('anything', PRIVATE)).first(1);
  return first!.error!.message;
}
