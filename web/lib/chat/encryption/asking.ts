import { approvalNumber, type PersonKeys } from '../../e2ee/index.ts';
import type { KeptDevice } from './key-store.ts';
import { publicKeysOf } from './new-device.ts';
import type { Circumstances } from './standing.ts';
import type { DeviceRequest } from './wire.ts';

/** A device that asks to be let in, and the number that it has to show too. */
export type AskingDevice = DeviceRequest & { number: string };

/** Those that ask this device: what was a device once is none any more. */
export function withNumbers(keys: PersonKeys, requests: readonly DeviceRequest[]): Promise<AskingDevice[]> {
  const asking = requests.filter((request) => !keys.past.has(request.keys.deviceId));
  const numbered = asking.map(async (request) => ({
    ...request,
    number: await approvalNumber(keys.userId, keys.identityKey, request.keys)
  }));
  return Promise.all(numbered);
}

/** What this device shows while it asks; null when its request is gone. */
export async function shownRequest(
  keys: PersonKeys,
  device: KeptDevice,
  requests: readonly DeviceRequest[]
): Promise<Circumstances['request']> {
  const request = requests.find((one) => one.keys.deviceId === device.deviceId);
  if (!request) return null;
  const own = publicKeysOf(device);
  return {
    number: await approvalNumber(keys.userId, keys.identityKey, own),
    isHandedOver: request.handedOver !== null
  };
}
