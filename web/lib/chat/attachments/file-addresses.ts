import type { Clock } from '../clock.ts';
import { Refused, Unreachable } from '../errors.ts';
import type { Attachment } from './attachment.ts';
import type { FileBackend } from './file-backend.ts';
import type { SealedAddresses } from './sealed-addresses.ts';

/** What an address is asked for of. */
export type Asked = Pick<Attachment, 'id' | 'path' | 'key' | 'mimeType' | 'size'>;

export type AddressOptions = {
  backend: Pick<FileBackend, 'addresses'>;
  /** The bytes of a file that waits on this device. */
  blob: (fileId: string) => Promise<Blob | null>;
  clock: Clock;
};

const GOOD_FOR_S = 3600;
/** Whoever gets one shall have it for a while. */
const RENEWED_BEFORE_MS = 10 * 60_000;

/** Where the bytes of attachments are had: signed addresses, asked for together, and those of files that wait on this device. */
export class FileAddresses {
  #options: AddressOptions;
  #signed = new Map<string, { address: Promise<string>; until: number }>();
  #local = new Map<string, string>();
  #sealed: Promise<SealedAddresses> | null = null;
  #wanted = new Map<string, PromiseWithResolvers<string>>();

  constructor(options: AddressOptions) {
    this.#options = options;
  }

  /** An address to show it from until `shown` is aborted. Once sent, a file is shown from the same bytes on this device until the page is closed. */
  async of(attachment: Asked, shown?: AbortSignal): Promise<string> {
    const { id, path, key } = attachment;
    const local = this.#local.get(id) ?? (path === null ? await this.#fromDevice(id) : null);
    if (local) return local;
    if (path === null) throw new Refused('file_lost', 'This file is not on this device.', 0);
    return key ? (await this.#getSealed()).of({ ...attachment, key }, shown) : this.#signedFor(path);
  }

  /** An address that saves it under its name. */
  async download(attachment: Asked & Pick<Attachment, 'name'>): Promise<string> {
    const { path, name, key } = attachment;
    if (path === null || key) return this.of(attachment);
    return `${await this.#signedFor(path)}&download=${encodeURIComponent(name)}`;
  }

  /** Lets go of everything. */
  clear(): void {
    for (const url of this.#local.values()) URL.revokeObjectURL(url);
    this.#local.clear();
    this.#signed.clear();
    void this.#sealed?.then((sealed) => sealed.clear());
    this.#sealed = null;
  }

  /** What opens encrypted files is loaded with the first one. */
  #getSealed(): Promise<SealedAddresses> {
    return (this.#sealed ??= import('./sealed-addresses.ts').then(
      ({ SealedAddresses: Made }) => new Made((path) => this.#signedFor(path)),
      (cause: unknown) => {
        this.#sealed = null;
        throw new Unreachable('What opens files could not be loaded.', { cause });
      }
    ));
  }

  async #fromDevice(id: string): Promise<string | null> {
    const blob = await this.#options.blob(id);
    const known = this.#local.get(id);
    if (known || !blob) return known ?? null;
    const url = URL.createObjectURL(blob);
    this.#local.set(id, url);
    return url;
  }

  #signedFor(path: string): Promise<string> {
    const now = this.#options.clock.now();
    const known = this.#signed.get(path);
    if (known && known.until > now) return known.address;
    const wanted = Promise.withResolvers<string>();
    if (this.#wanted.size === 0) queueMicrotask(() => void this.#ask());
    this.#wanted.set(path, wanted);
    const entry = { address: wanted.promise, until: now + GOOD_FOR_S * 1000 - RENEWED_BEFORE_MS };
    this.#signed.set(path, entry);
    wanted.promise.catch(() => this.#signed.get(path) === entry && this.#signed.delete(path));
    return wanted.promise;
  }

  /** What a screen shows is asked for at once. */
  async #ask(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = new Map();
    try {
      const addresses = await this.#options.backend.addresses([...wanted.keys()], GOOD_FOR_S);
      for (const [path, { resolve, reject }] of wanted) {
        const address = addresses.get(path);
        if (address) resolve(address);
        else reject(new Refused('file_not_found', 'This file is not there, or not for you.', 404));
      }
    } catch (error) {
      for (const { reject } of wanted.values()) reject(error);
    }
  }
}
