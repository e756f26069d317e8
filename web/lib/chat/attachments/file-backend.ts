import type { EntryFile } from './entry-file.ts';

export type Transfer = {
  path: string;
  blob: Blob;
  mimeType: string;
  /** Where an upload that was begun goes on; null to begin one. */
  url: string | null;
  /** One was begun, and goes on there. */
  onUrl: (url: string) => void;
  /** Bytes that have arrived. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
};

/** Files on the server. Everything rejects with the classes of errors.ts. */
export type FileBackend = {
  /** Says which file will come; the same again changes nothing. `size`: as it was first said. `taken`: a message has it already. */
  announce(conversationId: string, file: EntryFile): Promise<{ path: string; size: number; taken: boolean }>;
  /** Brings the bytes there, beginning with those that are missing. One that is there is as good as brought. */
  upload(transfer: Transfer): Promise<void>;
  /** Takes back a file that no message has taken. */
  discard(conversationId: string, id: string): Promise<void>;
  /** Addresses by path, good for `seconds` without any other right; those that may not be had are missing. */
  addresses(paths: readonly string[], seconds: number): Promise<ReadonlyMap<string, string>>;
  /** What may be sent: the largest size in bytes, by type. */
  types(): Promise<ReadonlyMap<string, number>>;
};
