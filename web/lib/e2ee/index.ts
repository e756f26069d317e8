/*
 * End-to-end encryption: what is signed, sealed and checked, without a server, a store or a screen. docs/encryption.md is the
 * protocol; tests/e2ee/vectors.json lets another implementation check itself.
 */
export { type Bytes, type Random, systemRandom } from './bytes.ts';
export { fromBase64Url, toBase64Url } from './base64url.ts';
export { Distrusted, type DistrustCode, WrongSecret } from './errors.ts';
export { newSigningKeys, type SigningKeys } from './signing.ts';
export { newSealingKeys, type Sealed, type SealingKeys } from './sealing.ts';
export { importIdentity, newIdentity, type NewIdentity } from './identity/identity.ts';
export {
  type DeviceKeys,
  type HeldKeys,
  type KeyEvent,
  type KeyLogEntry,
  type KnownHead,
  nextEntry,
  type PersonKeys,
  readKeyLog
} from './identity/key-log.ts';
export { approvalCode, approvalNumber, handOver, takeOver } from './identity/approval.ts';
export { fingerprint, isSameSafetyCode, safetyCode, safetyNumber } from './identity/safety-number.ts';
export {
  checkEpoch,
  checkMaker,
  checkSecret,
  type Epoch,
  type EpochMember,
  epochHash,
  isCurrent,
  type NewEpoch,
  newEpoch,
  openEpoch,
  sealEpochKey
} from './epoch/epoch.ts';
export { type ContentKind, type Envelope, open, type Place, SCHEME, seal } from './message/envelope.ts';
export { inOrder, type SeenOrder } from './message/order.ts';
export { decryptFile, encryptedLength, encryptFile, type FileKey, newFileKey } from './file/file-cipher.ts';
export { ARGON2_COST, type Argon2Cost, type Lock, lockWithCode, lockWithPassphrase, unlock } from './backup/lock.ts';
export { backUp, newBackupSecret, type Part, restore } from './backup/contents.ts';
export { newRecoveryCode, readRecoveryCode } from './backup/recovery-code.ts';
