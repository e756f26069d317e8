import type { Bytes } from '../bytes.ts';
import { openSealed, type Sealed, sealTo, type SealingKeys } from '../sealing.ts';
import { transcript } from '../transcript.ts';
import type { DeviceKeys } from './key-log.ts';
import { digits } from './safety-number.ts';

/**
 * Six groups of five digits that a new device shows and the approving one shows too: the server passes the keys on, and 100 bits
 * are more than it can search for a pair of its own. A QR code holds the same as approvalCode().
 */
export const approvalNumber = (userId: string, device: DeviceKeys): Promise<string> => digits(approvalCode(userId, device));

export const approvalCode = (userId: string, { deviceId, signingKey, sealingKey }: DeviceKeys): Bytes =>
  transcript('approval', [userId, deviceId, signingKey, sealingKey]);

/** Hands a person's own secrets (see backup/contents.ts) to a device of theirs that was approved. */
export const handOver = (userId: string, to: DeviceKeys, secrets: Bytes): Promise<Sealed> =>
  sealTo(to.sealingKey, secrets, handOverInfo(userId, to.deviceId));

export const takeOver = (userId: string, deviceId: string, keys: SealingKeys, sealed: Sealed): Promise<Bytes> =>
  openSealed(keys, sealed, handOverInfo(userId, deviceId));

const handOverInfo = (userId: string, deviceId: string): Bytes => transcript('hand-over', [userId, deviceId]);
