/** Who is speaking: the JWT of a connection or channel, checked as Realtime checks it. */
import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import { z } from 'zod';
import { Refused } from './errors.ts';

const claimsSchema = z.looseObject({ role: z.string().min(1), exp: z.number(), sub: z.string().optional() });

/** `exp` is in seconds since 1970. Everything else goes to the policies as it is. */
export type Claims = z.infer<typeof claimsSchema>;

const ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const secondsNow = () => Math.floor(Date.now() / 1000);

export class Tokens {
  readonly #secret: Uint8Array;
  readonly #now: () => number;

  /** `now` gives seconds since 1970. */
  constructor(secret: string, now: () => number = secondsNow) {
    this.#secret = new TextEncoder().encode(secret);
    this.#now = now;
  }

  /** Throws Refused when the token is not genuine, lacks a claim or has expired. */
  async verify(token: string): Promise<Claims> {
    const claims = claimsSchema.safeParse(await this.#payload(token));
    if (!claims.success) throw new Refused('InvalidJWTToken', { reason: 'Fields `role` and `exp` are required in JWT' });
    const late = this.#now() - Math.round(claims.data.exp);
    if (late >= 0) throw new Refused('InvalidJWTToken', { reason: `Token has expired ${late} seconds ago` });
    return claims.data;
  }

  /** How long the claims hold, in milliseconds; not above zero when they do no longer. */
  remainingMs(claims: Claims): number {
    return (Math.round(claims.exp) - this.#now()) * 1000;
  }

  async #payload(token: string): Promise<unknown> {
    try {
      const { alg = '' } = decodeProtectedHeader(token);
      if (!ALGORITHMS.includes(alg)) throw new Refused('JwtSignerError');
      const { payload } = await compactVerify(token, this.#secret, { algorithms: ALGORITHMS });
      return JSON.parse(new TextDecoder().decode(payload));
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (error instanceof errors.JWSSignatureVerificationFailed) throw new Refused('JwtSignatureError', {}, { cause: error });
      throw new Refused('MalformedJWT', {}, { cause: error });
    }
  }
}
