import * as z from 'zod/mini';
import { bytesSchema } from '../../../web/lib/e2ee/base64url.ts';

const bytes = bytesSchema();
const sealed = z.object({ enc: bytesSchema(32), ciphertext: bytes });
const device = z.object({ deviceId: z.string(), signingKey: bytesSchema(32), sealingKey: bytesSchema(32) });

/** The form of vectors.json. Bytes are base64url; secret keys PKCS #8. docs/encryption.md names each part. */
export const vectorsSchema = z.object({
  transcript: z.object({
    label: z.string(),
    text: z.string(),
    bytes,
    number: z.number(),
    list: z.array(z.string()),
    expected: bytes
  }),
  person: z.object({
    userId: z.string(),
    identitySecret: bytes,
    log: z.array(
      z.object({
        number: z.number(),
        previous: bytes,
        at: z.number(),
        event: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('identity'), identityKey: bytesSchema(32) }),
          z.extend(device, { kind: z.literal('device_added') }),
          z.object({ kind: z.literal('device_removed'), deviceId: z.string() })
        ]),
        signature: bytesSchema(64)
      })
    ),
    head: bytesSchema(32),
    fingerprint: z.string()
  }),
  device: z.object({ keys: device, signingSecret: bytes, sealingSecret: bytes, approvalNumber: z.string() }),
  epoch: z.object({
    epoch: z.object({
      conversationId: z.string(),
      number: z.number(),
      previous: bytes,
      makerId: z.string(),
      makerDeviceId: z.string(),
      members: z.array(
        z.object({ userId: z.string(), logLength: z.number(), identityKey: bytesSchema(32), deviceIds: z.array(z.string()) })
      ),
      commitment: bytesSchema(32),
      signature: bytesSchema(64)
    }),
    secret: bytesSchema(32),
    hash: bytesSchema(32),
    sealed
  }),
  message: z.object({
    place: z.object({
      conversationId: z.string(),
      messageId: z.string(),
      kind: z.enum(['message', 'edit', 'reaction']),
      senderId: z.string()
    }),
    content: z.string(),
    nonce: bytesSchema(12),
    envelope: z.object({
      scheme: z.number(),
      epoch: z.number(),
      deviceId: z.string(),
      counter: z.number(),
      afterSeq: z.number(),
      ciphertext: bytes,
      signature: bytesSchema(64)
    })
  }),
  file: z.object({ secret: bytesSchema(32), prefix: bytesSchema(7), length: z.number(), sha256: bytesSchema(32) }),
  backup: z.object({
    secret: bytesSchema(32),
    passphrase: z.string(),
    byPassphrase: z.object({
      kind: z.literal('passphrase'),
      salt: bytesSchema(16),
      cost: z.object({ memory: z.number(), passes: z.number() }),
      boxed: bytes
    }),
    recoveryCode: z.string(),
    byCode: z.object({ kind: z.literal('recovery_code'), boxed: bytes }),
    part: bytes
  })
});

export type Vectors = z.output<typeof vectorsSchema>;
