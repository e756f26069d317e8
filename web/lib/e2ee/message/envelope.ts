import { box, deriveSecret, unbox } from '../boxed.ts';
import { type Bytes, type Random, systemRandom, type SecretKey } from '../bytes.ts';
import { Distrusted } from '../errors.ts';
import type { DeviceKeys } from '../identity/key-log.ts';
import { pad, unpad } from '../padding.ts';
import { isSignedBy, sign } from '../signing.ts';
import { transcript } from '../transcript.ts';

/** What this version makes and reads. Another number stands for another scheme, such as MLS (RFC 9420). */
export const SCHEME = 1;

/** What an envelope holds: a message, another text for one, a reaction to one, or what a group calls itself. */
export type ContentKind = 'message' | 'edit' | 'reaction' | 'about';

/** Where an envelope belongs. It opens nowhere else. */
export type Place = {
  conversationId: string;
  /** Of the message itself, also for an edit of it and a reaction to it; of `about`, that of the conversation. */
  messageId: string;
  kind: ContentKind;
  senderId: string;
};

/** What the server stores and passes on. */
export type Envelope = {
  scheme: number;
  epoch: number;
  deviceId: string;
  /** Rises with everything that this device says in this conversation. */
  counter: number;
  /** Newest message that the sender had seen: what comes before cannot be put after, nor the other way round. */
  afterSeq: number;
  ciphertext: Bytes;
  signature: Bytes;
};

type Sender = { deviceId: string; signingSecret: SecretKey };
type Order = Pick<Envelope, 'counter' | 'afterSeq'>;

/** Encrypts content under the key of an epoch and signs it as this device. */
export async function seal(
  content: Bytes,
  place: Place,
  sender: Sender,
  epoch: { number: number; secret: Bytes },
  order: Order,
  random: Random = systemRandom
): Promise<Envelope> {
  const head = { scheme: SCHEME, epoch: epoch.number, deviceId: sender.deviceId, ...order };
  const context = contextOf(place, head);
  const ciphertext = await box(await contentSecret(epoch.secret, place.kind), pad(content), context, random);
  return { ...head, ciphertext, signature: await sign(sender.signingSecret, signedBytes(context, ciphertext)) };
}

/**
 * Opens an envelope that stands at this place. `device` are the keys of the device that it names, by the sender's key log.
 * Throws Distrusted when it was made by somebody else, for another place, or changed since.
 */
export async function open(envelope: Envelope, place: Place, device: DeviceKeys | undefined, secret: Bytes): Promise<Bytes> {
  if (envelope.scheme !== SCHEME) throw new Distrusted('unsupported_scheme', 'This was encrypted by a newer version.');
  if (!device) throw new Distrusted('unknown_device', 'This was sent by a device that is not its sender’s.');
  const context = contextOf(place, envelope);
  if (!(await isSignedBy(device.signingKey, envelope.signature, signedBytes(context, envelope.ciphertext))))
    throw new Distrusted('bad_signature', 'This was not sent by whom it names, or belongs somewhere else.');
  try {
    return unpad(await unbox(await contentSecret(secret, place.kind), envelope.ciphertext, context));
  } catch (cause) {
    throw new Distrusted('altered', 'This cannot be opened with the key of its epoch.', { cause });
  }
}

const contentSecret = (epochSecret: Bytes, kind: ContentKind): Promise<Bytes> =>
  deriveSecret(epochSecret, transcript('content', [kind]));

const contextOf = (place: Place, head: Omit<Envelope, 'ciphertext' | 'signature'>): Bytes =>
  transcript('envelope', [
    head.scheme,
    place.conversationId,
    place.messageId,
    place.kind,
    place.senderId,
    head.deviceId,
    head.epoch,
    head.counter,
    head.afterSeq
  ]);

const signedBytes = (context: Bytes, ciphertext: Bytes): Bytes => transcript('signed-envelope', [context, ciphertext]);
