import type { Lock, PersonKeys } from '../../e2ee/index.ts';
import type { KeptDevice } from './key-store.ts';

/**
 * How this device stands with its owner's keys.
 *
 *     none ──── begin ────────────────────────────────→ ready
 *     elsewhere ── ask → asking ── handed over, agreed ──↗
 *         └────── restore, or begin anew ───────────────↗
 *     ready ── removed elsewhere, or begun anew there ──→ elsewhere
 */
export type Standing =
  /** Nothing was asked yet. */
  | { readonly state: 'unknown' }
  /** The server shows another past of the own keys than it did: nothing is done with them. */
  | { readonly state: 'distrusted' }
  /** This person has no keys. */
  | { readonly state: 'none' }
  /** Other devices of theirs have keys. `was`: so had this one. */
  | { readonly state: 'elsewhere'; readonly was: boolean; readonly locks: readonly Lock['kind'][]; readonly devices: number }
  /** It asks to be let in: both devices are to show this number. `isHandedOver`: the other one has agreed. */
  | { readonly state: 'asking'; readonly number: string; readonly isHandedOver: boolean }
  /** `backup` is `behind` when another device has begun a new one, or none could be had: what opens it has to be typed in again. */
  | { readonly state: 'ready'; readonly backup: 'kept' | 'behind' };

export type Circumstances = {
  device: KeptDevice | null;
  /** What the own key log says. */
  keys: PersonKeys | null;
  backup: { number: number; locks: readonly Lock[] } | null;
  request: { number: string; isHandedOver: boolean } | null;
};

export function standingOf({ device, keys, backup, request }: Circumstances): Standing {
  if (!keys) return { state: 'none' };
  if (device && holds(device, keys))
    return { state: 'ready', backup: backup && device.backup?.number === backup.number ? 'kept' : 'behind' };
  if (request) return { state: 'asking', ...request };
  const was = device !== null && keys.past.has(device.deviceId);
  return { state: 'elsewhere', was, locks: backup?.locks.map(({ kind }) => kind) ?? [], devices: keys.devices.size };
}

/** Whether the log vouches for just this device, and this device has the identity that holds. */
export function holds({ deviceId, signing, identity }: KeptDevice, keys: PersonKeys): boolean {
  const listed = keys.devices.get(deviceId);
  return (
    listed !== undefined &&
    same(listed.signingKey, signing.publicKey) &&
    identity !== null &&
    same(identity.publicKey, keys.identityKey)
  );
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, n) => byte === b[n]);
