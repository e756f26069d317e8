import { newSealingKeys, newSigningKeys, type DeviceKeys } from '../../e2ee/index.ts';
import type { KeptDevice } from './key-store.ts';
import { newLocalKey } from './vault.ts';

/** Keys of a device that nobody vouches for yet. */
export async function newDevice(userId: string, deviceId: string): Promise<KeptDevice> {
  const [signing, sealing, local] = await Promise.all([newSigningKeys(false), newSealingKeys(), newLocalKey()]);
  return { userId, deviceId, signing, sealing, local, identity: null, backup: null };
}

export const publicKeysOf = ({ deviceId, signing, sealing }: KeptDevice): DeviceKeys => ({
  deviceId,
  signingKey: signing.publicKey,
  sealingKey: sealing.publicKey
});
