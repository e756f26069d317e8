import type { FileKey } from '../../e2ee/index.ts';

/** How a file is encrypted: the same at every attempt, so that an upload that was begun goes on. `id`: the server's for it. */
export type FileSealing = FileKey & { id: string };

/** A file on this device that waits to be sent, or is just being sent. */
export type KeptFile = {
  userId: string;
  /** Of the file. */
  id: string;
  /** The entry that it goes with. */
  entryId: string;
  blob: Blob;
  /** Milliseconds since 1970. */
  keptAt: number;
  /** Where an upload that was begun goes on. */
  uploadUrl: string | null;
  /** All of it is on the server. */
  uploaded: boolean;
  /** Set once it goes to an encrypted conversation. */
  sealing?: FileSealing | undefined;
};

/** Where files wait. All methods resolve only when the change is durable. */
export type FileStore = {
  /** Adds all of them, or none. */
  put(files: readonly KeptFile[]): Promise<void>;
  get(userId: string, id: string): Promise<KeptFile | null>;
  /** Notes how far the upload is; nothing happens if the file is not there. */
  note(userId: string, id: string, how: Partial<Pick<KeptFile, 'uploadUrl' | 'uploaded' | 'sealing'>>): Promise<void>;
  /** What lies here, without the bytes. */
  list(userId: string): Promise<Pick<KeptFile, 'id' | 'entryId' | 'keptAt'>[]>;
  /** Bytes of all that waits. */
  size(userId: string): Promise<number>;
  remove(userId: string, ids: readonly string[]): Promise<void>;
  wipe(userId: string): Promise<void>;
};
