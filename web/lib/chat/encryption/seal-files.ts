import { encryptFile, newFileKey } from '../../e2ee/index.ts';
import type { EntryFile } from '../attachments/entry-file.ts';
import type { FileSealing, KeptFile } from '../attachments/file-store.ts';
import type { SealFile } from '../attachments/uploads.ts';
import { Refused } from '../errors.ts';
import { FILE_VERSION, type SealedFile } from './sealed-file.ts';

/** What the server is told of every file. */
export const TOLD = { name: 'encrypted', mimeType: 'application/octet-stream' };

/**
 * Encrypts the files of a message and announces them. `sealed`: of each, by the id that it has on this device, what stands in the
 * message. Under an id that was announced as it stands, before the conversation was encrypted, a file cannot go.
 */
export function sealFiles(newId: () => string, sealed: Map<string, SealedFile>): SealFile {
  return async (conversationId, file, { backend, store, userId, log }) => {
    const takeBack = (id: string) =>
      backend.discard(conversationId, id).catch((error: unknown) => log('file_not_discarded', error));
    for (let anew = false; ; anew = true) {
      const kept = await store.get(userId, file.id);
      if (!kept) throw lost(file);
      const sealing = (!anew && kept.sealing) || sealingOf(kept, anew, newId);
      // Unlike how far an upload is this has to be kept: who would encrypt it anew could not go on with it.
      if (sealing !== kept.sealing) await store.note(userId, file.id, { sealing, uploadUrl: null, uploaded: false });
      const { id, ...key } = sealing;
      // In memory: what may be sent is far smaller than what a page may use.
      const blob = await new Response(kept.blob.stream().pipeThrough(encryptFile(key))).blob();
      sealed.set(file.id, { version: FILE_VERSION, ...file, ...sealing, size: kept.blob.size });
      if (!kept.sealing && id !== file.id) await takeBack(file.id);
      const announced = await backend.announce(conversationId, { id, ...TOLD, size: blob.size });
      if (announced.size === blob.size) return { ...announced, blob, mimeType: TOLD.mimeType };
      await takeBack(id);
      if (anew) throw lost(file);
    }
  };
}

const lost = ({ name }: EntryFile) => new Refused('file_lost', `${name} is not on this device any more.`, 0);

/** One of which the server has bytes as they stand gets another id: nothing may be mixed with them. */
const sealingOf = (kept: KeptFile, anew: boolean, newId: () => string): FileSealing => ({
  ...newFileKey(),
  id: anew || kept.uploaded || kept.uploadUrl !== null ? newId() : kept.id
});
