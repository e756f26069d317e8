import type { Bytes, SecretKey } from '../../e2ee/bytes.ts';
import type { SigningKeys } from '../../e2ee/signing.ts';
import type { SealingKeys } from '../../e2ee/sealing.ts';
import type { Epoch, KeyLogEntry } from '../../e2ee/index.ts';
import type { EnvelopeRow } from '../wire/rows.ts';

/** This browser as a device of one person. The secret halves cannot be read out of it. */
export type KeptDevice = {
  userId: string;
  deviceId: string;
  signing: SigningKeys;
  sealing: SealingKeys;
  /** AES-256-GCM: boxes what else lies on this device, so that a copy of its disk's files alone is of no use. */
  local: SecretKey;
  /** The person's identity; null until this device was let in. */
  identity: OwnIdentity | null;
  /** The backup that this device fills: its secret, boxed under `local`. `isFull`: all that was here when it began is in it. */
  backup: { number: number; boxed: Bytes; isFull: boolean } | null;
};

/** The identity to sign with; its secret half (PKCS #8), boxed under the device's `local` key, for the next backup. */
export type OwnIdentity = SigningKeys & { boxed: Bytes };

/** What is remembered of somebody's key log. */
export type KnownPerson = {
  /** Whose log it is. */
  of: string;
  /** All of it, so that it need not be asked for again. */
  entries: readonly KeyLogEntry[];
  length: number;
  head: Bytes;
  /** The identity key that was compared with them; null while none was. */
  verified: Bytes | null;
};

/** An epoch that was followed, by its public part. */
export type KeptEpoch = { conversationId: string; number: number; epoch: Epoch };

/** The key of an epoch, boxed under the device's `local` key. */
export type KeptSecret = { conversationId: string; number: number; boxed: Bytes };

/** Where keys survive on this device, apart from messages. All methods resolve only when the change is durable. */
export type KeyStore = {
  device(userId: string): Promise<KeptDevice | null>;
  putDevice(device: KeptDevice): Promise<void>;
  people(userId: string): Promise<KnownPerson[]>;
  /** Notes what is known of a log. A length that was reached is not taken back. */
  putPerson(userId: string, person: KnownPerson): Promise<void>;
  epochs(userId: string, conversationId: string): Promise<KeptEpoch[]>;
  putEpochs(userId: string, epochs: readonly KeptEpoch[]): Promise<void>;
  secrets(userId: string): Promise<KeptSecret[]>;
  secret(userId: string, conversationId: string, number: number): Promise<KeptSecret | null>;
  putSecrets(userId: string, secrets: readonly KeptSecret[]): Promise<void>;
  /** Counts what this device says in a conversation: 1, 2, 3, …, never the same twice, whichever tab asks. */
  nextCounter(userId: string, conversationId: string): Promise<number>;
  /** From now on it counts on from here at least. */
  raiseCounter(userId: string, conversationId: string, to: number): Promise<void>;
  /** What was made of an entry of the outbox: a repeated attempt sends the same bytes. */
  envelope(userId: string, entryId: string): Promise<EnvelopeRow | null>;
  putEnvelope(userId: string, entryId: string, envelope: EnvelopeRow): Promise<void>;
  removeEnvelope(userId: string, entryId: string): Promise<void>;
  /** Forgets all keys of one person. */
  wipe(userId: string): Promise<void>;
};
