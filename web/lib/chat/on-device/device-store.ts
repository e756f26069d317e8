import type { Bytes, SecretKey } from '../../e2ee/bytes.ts';

/** What lies here: drafts of encrypted conversations, and what of their messages is searched. */
export type BoxKind = 'draft' | 'searched';

/** Something that only this device opens. `id`: which of its kind. `version` rises by one with each change. */
export type Box = { id: string; version: number; boxed: Bytes };

/** Where a device keeps what only it can open, and the key for that. All methods resolve only when the change is durable. */
export type DeviceStore = {
  /** The key of one person on this device: the same at every call, `fresh` if there was none. */
  key(userId: string, fresh: SecretKey): Promise<SecretKey>;
  boxes(userId: string, kind: BoxKind): Promise<Box[]>;
  box(userId: string, kind: BoxKind, id: string): Promise<Box | null>;
  /** Replaces the box of the version before (0: there is none). Returns whether it could: else another tab was quicker. */
  put(userId: string, kind: BoxKind, box: Box): Promise<boolean>;
  remove(userId: string, kind: BoxKind, ids: readonly string[]): Promise<void>;
  /** Forgets all of one person, the key too. */
  wipe(userId: string): Promise<void>;
};
