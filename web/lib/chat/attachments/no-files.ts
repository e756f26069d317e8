import { Refused } from '../errors.ts';
import type { FileBackend } from './file-backend.ts';
import type { FileStore } from './file-store.ts';
import type { Room } from './room.ts';

/** For a chat that is made without anywhere to send files. */
export function noFiles(): { backend: FileBackend; store: FileStore; room: Room } {
  const refuse = () => Promise.reject(new Refused('not_allowed', 'This chat sends no files.', 0));
  return {
    backend: { announce: refuse, upload: refuse, discard: refuse, addresses: refuse, types: async () => new Map() },
    store: {
      put: refuse,
      get: async () => null,
      note: async () => {},
      list: async () => [],
      size: async () => 0,
      remove: async () => {},
      wipe: async () => {}
    },
    room: { estimate: async () => null, persist: async () => false }
  };
}
