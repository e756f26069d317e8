/** Files on a server, in memory: what create_attachment() and the resumable uploads of Storage do, written from their contract. */
import type { FileBackend, Transfer } from '../../../web/lib/chat/attachments/file-backend.ts';
import type { EntryFile } from '../../../web/lib/chat/attachments/entry-file.ts';
import { Refused, Unreachable } from '../../../web/lib/chat/errors.ts';
import type { Bytes } from '../../../web/lib/e2ee/index.ts';
import type { AttachmentRow } from '../../../web/lib/chat/wire/rows.ts';

const PART = 64 * 1024;

export class FileServer {
  isEncrypted = true;
  /** So many bytes arrive yet, then the network is gone. */
  arrives = Infinity;
  readonly announced = new Map<string, EntryFile & { path: string }>();
  readonly stored = new Map<string, Bytes>();
  /** Bytes of parts, by where they went: an upload that goes on does not begin anew. */
  readonly parts: string[] = [];
  #begun = new Map<string, { path: string; bytes: Bytes }>();

  readonly backend: FileBackend = {
    announce: async (conversationId, file) => {
      const known = this.announced.get(file.id);
      if (known) return { path: known.path, size: known.size, taken: false };
      const { id, name, mimeType, size, ...measures } = file;
      const saysNothing = name === 'encrypted' && mimeType === 'application/octet-stream' && Object.keys(measures).length === 0;
      if (this.isEncrypted && !saysNothing) throw new Refused('plaintext_refused', 'It says what it is.', 400);
      const path = `${conversationId}/${id}/${name}`;
      this.announced.set(id, { ...file, path });
      return { path, size, taken: false };
    },
    upload: (transfer) => this.#upload(transfer),
    discard: async (_conversationId, id) => void this.announced.delete(id),
    addresses: async (paths) => new Map(paths.map((path) => [path, this.address(path)])),
    types: async () => new Map()
  };

  /** As the rows of a message have them. */
  rows(ids: readonly string[]): AttachmentRow[] {
    return ids.map((id) => {
      const { path, name, mimeType } = this.announced.get(id)!;
      return { id, path, name, mime_type: mimeType, size: this.stored.get(path)!.length };
    });
  }

  address(path: string): string {
    return URL.createObjectURL(new Blob([this.stored.get(path)!]));
  }

  async #upload({ path, blob, url, onUrl }: Transfer): Promise<void> {
    if (this.stored.has(path)) return;
    const at = url ?? `${path}?upload`;
    const begun = (url && this.#begun.get(url)) || { path, bytes: new Uint8Array() };
    this.#begun.set(at, begun);
    onUrl(at);
    while (begun.bytes.length < blob.size) {
      const part = new Uint8Array(await blob.slice(begun.bytes.length, begun.bytes.length + PART).arrayBuffer());
      if ((this.arrives -= part.length) < 0) throw new Unreachable('The network is gone.');
      this.parts.push(`${begun.bytes.length}`);
      begun.bytes = new Uint8Array([...begun.bytes, ...part]);
    }
    this.stored.set(begun.path, begun.bytes);
  }
}
