import { Refused } from '../errors.ts';
import type { Attachment } from './attachment.ts';
import { decryptDownload, type SealedDownload } from './decrypt-download.ts';

export type SealedAttachment = Pick<Attachment, 'id' | 'path' | 'mimeType' | 'size'> & { key: NonNullable<Attachment['key']> };

type Opened = { url: Promise<string>; bytes: number; /** How many show it. */ shown: number };

/** So many bytes of files that nobody shows stay open, so that scrolling back does not fetch them again. */
const KEPT_BYTES = 64 * 1024 ** 2;

/** Addresses of encrypted files: of their bytes in this page, once they are fetched and opened. */
export class SealedAddresses {
  #signed: (path: string) => Promise<string>;
  #open: (download: SealedDownload) => Promise<Blob>;
  #keptBytes: number;
  /** By path and key, the least recently asked for first. */
  #opened = new Map<string, Opened>();

  /** `signed`: where the encrypted bytes are had. */
  constructor(signed: (path: string) => Promise<string>, { open = decryptDownload, keptBytes = KEPT_BYTES } = {}) {
    this.#signed = signed;
    this.#open = open;
    this.#keptBytes = keptBytes;
  }

  /** `shown`: aborted once it is shown no more; left out, it is used at once. */
  async of(attachment: SealedAttachment, shown?: AbortSignal): Promise<string> {
    const { path, key } = attachment;
    // Who has a file's key may say where another one lies.
    const name = `${path}/${key.secret.join()}/${key.prefix.join()}`;
    const opened = this.#opened.get(name) ?? this.#begin(name, attachment);
    this.#opened.delete(name);
    this.#opened.set(name, opened);
    opened.shown += 1;
    const release = () => {
      opened.shown -= 1;
      this.#close();
    };
    try {
      const url = await opened.url;
      if (!shown || shown.aborted) opened.shown -= 1;
      else shown.addEventListener('abort', release, { once: true });
      return url;
    } catch (error) {
      opened.shown -= 1;
      throw error;
    }
  }

  /** Lets go of everything. */
  clear(): void {
    for (const { url } of this.#opened.values()) void url.then((address) => URL.revokeObjectURL(address)).catch(() => {});
    this.#opened.clear();
  }

  #begin(name: string, { path, key, mimeType, size }: SealedAttachment): Opened {
    const fetched = async () => {
      if (!path) throw new Refused('file_not_found', 'The server does not have this file.', 404);
      const blob = await this.#open({ address: await this.#signed(path), key, mimeType, size });
      return URL.createObjectURL(blob);
    };
    const opened: Opened = { url: fetched(), bytes: size, shown: 0 };
    opened.url.then(
      () => this.#close(),
      () => this.#opened.get(name) === opened && this.#opened.delete(name)
    );
    return opened;
  }

  /** The newest stays: somebody has just asked for it. */
  #close(): void {
    let bytes = [...this.#opened.values()].reduce((sum, opened) => sum + opened.bytes, 0);
    for (const [name, opened] of [...this.#opened].slice(0, -1)) {
      if (bytes <= this.#keptBytes) return;
      if (opened.shown > 0) continue;
      bytes -= opened.bytes;
      this.#opened.delete(name);
      void opened.url.then((address) => URL.revokeObjectURL(address)).catch(() => {});
    }
  }
}
