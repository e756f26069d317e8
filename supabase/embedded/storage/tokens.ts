/** Tokens of signed URLs: each is good for one object, one action and a limited time. */
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { StorageError } from './errors.ts';

const downloadToken = z.object({ url: z.string(), scope: z.literal('download'), exp: z.number() });
const uploadToken = z.object({
  url: z.string(),
  scope: z.literal('upload'),
  exp: z.number(),
  upsert: z.boolean(),
  owner: z.string().optional()
});

const TOKENS = { download: downloadToken, upload: uploadToken };
type Scope = keyof typeof TOKENS;

export type DownloadToken = z.output<typeof downloadToken>;
export type UploadToken = z.output<typeof uploadToken>;

/** `object` is `bucket/name`. */
export function signDownload(secret: Uint8Array, object: string, expiresIn: number): Promise<string> {
  return sign(secret, { url: object, scope: 'download' }, expiresIn);
}

export function signUpload(
  secret: Uint8Array,
  object: string,
  expiresIn: number,
  { owner, upsert }: { owner: string | undefined; upsert: boolean }
): Promise<string> {
  return sign(secret, { url: object, scope: 'upload', upsert, ...(owner !== undefined && { owner }) }, expiresIn);
}

/** @throws {StorageError} invalid_jwt, or invalid_signature when it was made for something else. */
export async function verifyToken<S extends Scope>(
  secret: Uint8Array,
  token: string,
  scope: S,
  object: string
): Promise<z.output<(typeof TOKENS)[S]>> {
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], requiredClaims: ['exp', 'url'] }));
  } catch (cause) {
    const expired = cause instanceof errors.JWTExpired;
    throw new StorageError('invalid_jwt', expired ? '"exp" claim timestamp check failed' : (cause as Error).message, { cause });
  }
  const parsed = TOKENS[scope].safeParse(payload);
  if (!parsed.success) throw new StorageError('invalid_signature', `Token is not scoped for ${scope}`);
  if (parsed.data.url !== object) throw new StorageError('invalid_signature');
  return parsed.data as z.output<(typeof TOKENS)[S]>;
}

function sign(secret: Uint8Array, claims: Record<string, unknown>, expiresIn: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + expiresIn)
    .sign(secret);
}
