import type { Bytes } from '../bytes.ts';
import { openSealed, type Sealed, sealTo, type SealingKeys } from '../sealing.ts';
import { transcript } from '../transcript.ts';
import type { DeviceKeys } from './key-log.ts';
import { digits } from './safety-number.ts';

/**
 * Six groups of five digits that a new device shows, and the approving one shows too. Each puts in what it knows itself: the new
 * one its own keys and the identity that the server told it of, the old one its own identity and the keys that the server passed
 * on. They agree only if the server told both the truth, and the owner says on *both* devices that they do. 100 bits are more
 * than a server can search for keys of its own. A QR code holds the same as approvalCode().
 */
export const approvalNumber = (userId: string, identityKey: Bytes, device: DeviceKeys): Promise<string> =>
  digits(approvalCode(userId, identityKey, device));

export const approvalCode = (userId: string, identityKey: Bytes, { deviceId, signingKey, sealingKey }: DeviceKeys): Bytes =>
  transcript('approval', [userId, identityKey, deviceId, signingKey, sealingKey]);

/** Hands a person's own secrets (see backup/contents.ts) to a device of theirs that was approved. */
export const handOver = (userId: string, to: DeviceKeys, secrets: Bytes): Promise<Sealed> =>
  sealTo(to.sealingKey, secrets, handOverInfo(userId, to.deviceId));

/** What was handed over. Whose it is, it does not say: an identity in it is imported with the key that was approved. */
export const takeOver = (userId: string, deviceId: string, keys: SealingKeys, sealed: Sealed): Promise<Bytes> =>
  openSealed(keys, sealed, handOverInfo(userId, deviceId));

const handOverInfo = (userId: string, deviceId: string): Bytes => transcript('hand-over', [userId, deviceId]);
