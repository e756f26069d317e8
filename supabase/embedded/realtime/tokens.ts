/**
 * Who is speaking: the JWT of a connection or channel, checked as Realtime checks it. HS256, HS384 and HS512 with the project's
 * secret, or with a symmetric key that the token names (`kid`); RS, ES and EdDSA with the public key that it names.
 */
import { compactVerify, decodeProtectedHeader, errors, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { Refused } from './errors.ts';
import { hmacHolds, isHmac } from './hmac.ts';

const claimsSchema = z.looseObject({ role: z.string().min(1), exp: z.number(), sub: z.string().optional() });

/** `exp` is in seconds since 1970. Everything else goes to the policies as it is. */
export type Claims = z.infer<typeof claimsSchema>;

const part = z.string().optional();

/** What verifying needs of a key (RFC 7517, 7518 6, 8037 2); a private key is as good as its public half. */
const jwkSchema = z.object({ kty: z.string(), kid: part, crv: part, x: part, y: part, n: part, e: part, k: part });

/** A JSON Web Key Set, such as `supabase gen signing-key` makes; of its keys only those with an id can be named by a token. */
export const jwksSchema = z.object({ keys: z.array(jwkSchema) });
export type Jwks = z.infer<typeof jwksSchema>;

/** The type of key that each algorithm needs. */
const KEY_TYPES: Record<string, string> = {
  ...{ HS256: 'oct', HS384: 'oct', HS512: 'oct' },
  ...{ RS256: 'RSA', RS384: 'RSA', RS512: 'RSA' },
  ...{ ES256: 'EC', ES384: 'EC', ES512: 'EC' },
  ...{ EdDSA: 'OKP', Ed25519: 'OKP' }
};

type Key = Awaited<ReturnType<typeof importJWK>>;

const secondsNow = () => Math.floor(Date.now() / 1000);

export class Tokens {
  readonly #secret: Uint8Array;
  readonly #jwks: Jwks;
  readonly #now: () => number;
  /** Keys that were used before, by algorithm and id. */
  readonly #imported = new Map<string, Promise<Key>>();

  /** `now` gives seconds since 1970. */
  constructor(secret: string, jwks: Jwks = { keys: [] }, now: () => number = secondsNow) {
    this.#secret = new TextEncoder().encode(secret);
    this.#jwks = jwks;
    this.#now = now;
  }

  /** Throws Refused when the token is not genuine, lacks a claim or has expired. */
  async verify(token: string): Promise<Claims> {
    const claims = claimsSchema.safeParse(await this.#payload(cleaned(token)));
    if (!claims.success) throw new Refused('InvalidJWTToken', { reason: 'Fields `role` and `exp` are required in JWT' });
    return this.still(claims.data);
  }

  /** Claims that were verified before. Throws Refused when they have expired since. */
  still(claims: Claims): Claims {
    const late = this.#now() - Math.round(claims.exp);
    if (late >= 0) throw new Refused('InvalidJWTToken', { reason: `Token has expired ${late} seconds ago` });
    return claims;
  }

  /** How long the claims hold, in milliseconds; not above zero when they do no longer. */
  remainingMs(claims: Claims): number {
    return (Math.round(claims.exp) - this.#now()) * 1000;
  }

  async #payload(token: string): Promise<unknown> {
    try {
      const { alg = '', kid, crit } = decodeProtectedHeader(token);
      const key = await this.#keyFor(alg, kid);
      // Extensions that have to be understood (RFC 7515 4.1.11) are jose's to refuse.
      if (key instanceof Uint8Array && isHmac(alg) && crit === undefined) return claimsOfHmac(token, alg, key);
      const { payload } = await compactVerify(token, key, { algorithms: [alg] });
      return JSON.parse(new TextDecoder().decode(payload));
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (error instanceof errors.JWSSignatureVerificationFailed) throw new Refused('JwtSignatureError', {}, { cause: error });
      throw new Refused('MalformedJWT', {}, { cause: error });
    }
  }

  async #keyFor(alg: string, kid: string | undefined): Promise<Key> {
    const type = KEY_TYPES[alg];
    if (type === undefined) throw new Refused('JwtSignerError');
    const jwk = kid === undefined ? undefined : this.#jwks.keys.find((key) => key.kty === type && key.kid === kid);
    // Auth names the project's secret too, which is in no set of keys.
    if (!jwk && type === 'oct') return this.#secret;
    if (!jwk) throw new Refused('JwtSignerError', kid === undefined ? {} : { kid });
    const name = `${alg} ${kid}`;
    const key = this.#imported.get(name) ?? importJWK(jwk as JWK, alg);
    this.#imported.set(name, key);
    try {
      return await key;
    } catch (cause) {
      throw new Refused('JwtSignerError', { kid: kid! }, { cause });
    }
  }
}

/** Without what copying it from place to place may have added: line breaks, spaces, escapes of a URL. */
function cleaned(token: string): string {
  return token.replace(/%[0-9a-f]{2}/gi, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16))).replace(/\s/g, '');
}

function claimsOfHmac(token: string, alg: string, secret: Uint8Array): unknown {
  const parts = token.split('.');
  if (parts.length !== 3) throw new Refused('MalformedJWT');
  if (!hmacHolds(token, alg, secret)) throw new Refused('JwtSignatureError');
  return JSON.parse(Buffer.from(parts[1]!, 'base64url').toString());
}
