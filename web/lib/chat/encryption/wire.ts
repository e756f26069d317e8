import * as z from 'zod/mini';
import { bytesSchema, toBase64Url } from '../../e2ee/base64url.ts';
import type { Sealed } from '../../e2ee/sealing.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '../../e2ee/signing.ts';
import type { DeviceKeys, KeyLogEntry, Lock } from '../../e2ee/index.ts';

/* Keys as the API carries them: bytes are base64url. */

const id = z.guid();
const key = bytesSchema(PUBLIC_KEY_BYTES);

const deviceKeys = { signingKey: key, sealingKey: key };
const keyEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('identity'), identityKey: key }),
  z.object({ kind: z.literal('device_added'), deviceId: id, ...deviceKeys }),
  z.object({ kind: z.literal('device_removed'), deviceId: id })
]);

export const keyLogRowSchema = z.object({
  user_id: id,
  entry: z.object({
    number: z.number(),
    previous: bytesSchema(),
    at: z.number(),
    event: keyEventSchema,
    signature: bytesSchema(SIGNATURE_BYTES)
  })
});
export type KeyLogRow = { user_id: string; entry: KeyLogEntry };

export const sealedSchema = z.object({ enc: bytesSchema(), ciphertext: bytesSchema() });

export const deviceRequestSchema = z.object({
  id,
  keys: z.object(deviceKeys),
  label: z.string(),
  expires_at: z.string(),
  handed_over: z.nullable(sealedSchema)
});

export const epochSchema = z.object({
  conversationId: id,
  number: z.number(),
  previous: bytesSchema(),
  makerId: id,
  makerDeviceId: id,
  members: z.array(z.object({ userId: id, logLength: z.number(), identityKey: key, deviceIds: z.array(id) })),
  commitment: bytesSchema(32),
  signature: bytesSchema(SIGNATURE_BYTES)
});

const lockSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('passphrase'),
    salt: bytesSchema(),
    cost: z.object({ memory: z.number(), passes: z.number() }),
    boxed: bytesSchema()
  }),
  z.object({ kind: z.literal('recovery_code'), boxed: bytesSchema() })
]);
export const backupSchema = z.object({ number: z.number(), locks: z.array(lockSchema) });

export const backupPartSchema = z.object({ part: z.string(), boxed: bytesSchema() });

export const ownDeviceSchema = z.object({
  id,
  label: z.string(),
  added_at: z.string(),
  removed_at: z.nullable(z.string())
});

/** Bytes anywhere in a value as base64url, for JSON. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64Url(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toJson(field)]));
}

/** A device of this person that asks to be let in. */
export type DeviceRequest = { keys: DeviceKeys; label: string; expiresAt: Date; handedOver: Sealed | null };

/** The backup of this person's keys: the ways to open it, and which of theirs it is. */
export type Backup = { number: number; locks: readonly Lock[] };

/** A device as its owner knows it. */
export type OwnDevice = { id: string; label: string; addedAt: Date; removedAt: Date | null };
