import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AuthError } from '../errors.ts';
import type { User } from '../accounts/users.ts';

const text = z.string().optional().catch(undefined);
/** What this server reads of a token; the keys of a project have a role only. */
const claimsSchema = z.object({ sub: text, role: text, session_id: text });
export type Claims = z.infer<typeof claimsSchema>;

/** How somebody proved who they are, and when (seconds), the latest first. */
export interface AmrEntry {
  method: string;
  timestamp: number;
}

export interface AccessToken {
  token: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

/** Signs and checks access tokens: HS256 with the project's secret (RFC 7519, RFC 8176 for `amr`). */
export class AccessTokens {
  readonly #key: KeyObject;
  readonly #issuer: string;
  readonly #expiry: number;

  constructor(secret: string, issuer: string, expiry: number) {
    this.#key = createSecretKey(Buffer.from(secret));
    this.#issuer = issuer;
    this.#expiry = expiry;
  }

  async issue(user: User, sessionId: string, amr: AmrEntry[]): Promise<AccessToken> {
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiresAt = issuedAt + this.#expiry;
    const token = await new SignJWT({
      email: user.email ?? '',
      phone: user.phone ?? '',
      app_metadata: user.raw_app_meta_data ?? {},
      user_metadata: user.raw_user_meta_data ?? {},
      role: user.role,
      aal: 'aal1',
      amr,
      session_id: sessionId,
      is_anonymous: user.is_anonymous
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(this.#issuer)
      .setSubject(user.id)
      .setAudience(user.aud)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.#key);
    return { token, expiresAt };
  }

  async verify(token: string): Promise<Claims> {
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: ['HS256'] });
      return claimsSchema.parse(payload);
    } catch (cause) {
      if (!(cause instanceof errors.JOSEError)) throw cause;
      const reason = cause instanceof errors.JWTExpired ? 'token has invalid claims: token is expired' : cause.message;
      throw new AuthError('bad_jwt', `invalid JWT: unable to parse or verify signature, ${reason}`, { cause });
    }
  }
}
