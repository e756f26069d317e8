import type { Clock } from '../clock.ts';
import { NotSignedIn, Refused, Unreachable } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { OutboxEntry } from '../outbox/entry.ts';
import type { OutboxItem } from '../outbox/plan.ts';
import type { EntryFile, LocalFile } from './entry-file.ts';
import type { FileBackend } from './file-backend.ts';
import type { FileStore, KeptFile } from './file-store.ts';
import { checkRoom, type Room } from './room.ts';

type UploadsOptions = {
  userId: string;
  backend: FileBackend;
  store: FileStore;
  room: Room;
  newId: () => string;
  clock: Clock;
  /** A token was refused: another one is asked for. */
  renew: () => void;
  log: Log;
};

type Sent = Pick<OutboxEntry, 'id' | 'conversationId' | 'files'>;

/** Encrypts a file that lies here and announces it: what goes to the server in its place, and where to. */
export type SealFile = (
  conversationId: string,
  file: EntryFile,
  to: Pick<UploadsOptions, 'backend' | 'store' | 'userId' | 'log'>
) => Promise<Announced & { blob: Blob; mimeType: string }>;
type Announced = Awaited<ReturnType<FileBackend['announce']>>;

/** Files that lie here, and the id of the entry that is to go with them. */
export type KeptFiles = { id: string; files: EntryFile[] };

/** A file without an entry is left over from a crash; one younger than this may have its entry in a moment. */
const STRAY_AFTER_MS = 3_600_000;

/** The files of what the outbox sends: kept here until they are on the server, brought there before their message. */
export class Uploads {
  #options: UploadsOptions;
  #progress = new Map<string, LiveValue<number>>();
  #running = new Map<string, AbortController>();
  /** Ids of files by entry, of what the outbox has. */
  #held = new Map<string, readonly string[]>();
  #asked = false;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Keeps files that are to go with an entry, which is to have this id. @throws {NoRoom} */
  async keep(files: readonly LocalFile[]): Promise<KeptFiles> {
    const { userId, store, room, newId, clock } = this.#options;
    const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
    checkRoom(bytes, await store.size(userId), await room.estimate());
    if (!this.#asked) void room.persist();
    this.#asked = true;
    const described = files.map(({ blob, ...file }): EntryFile => ({ ...file, id: newId(), size: blob.size }));
    const keptAt = clock.now();
    const entryId = newId();
    await store.put(
      described.map(({ id }, n): KeptFile => ({
        userId,
        id,
        entryId,
        blob: files[n]!.blob,
        keptAt,
        uploadUrl: null,
        uploaded: false
      }))
    );
    return { id: entryId, files: described };
  }

  /** How much of a file is on the server, 0 to 1. */
  progress(fileId: string): Live<number> {
    let progress = this.#progress.get(fileId);
    if (!progress) this.#progress.set(fileId, (progress = new LiveValue(0)));
    return progress;
  }

  /** The bytes of a file that waits here. */
  async blob(fileId: string): Promise<Blob | null> {
    const { store, userId, log } = this.#options;
    const kept = await store.get(userId, fileId).catch((error: unknown) => {
      log('files_unreadable', error);
      return null;
    });
    return kept?.blob ?? null;
  }

  /** Brings what goes with an entry, by `seal` where it is encrypted, then has the entry performed. Rejects as a call does. */
  async send<T>(entry: Sent, perform: () => Promise<T>, seal?: SealFile): Promise<T> {
    if (!entry.files) return perform();
    const controller = new AbortController();
    this.#running.set(entry.id, controller);
    try {
      for (const file of entry.files) await this.#bring(entry.conversationId, file, controller.signal, seal);
    } catch (error) {
      if (error instanceof NotSignedIn) this.#options.renew();
      throw error;
    } finally {
      this.#running.delete(entry.id);
    }
    try {
      return await perform();
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'attachment_not_uploaded')) throw error;
      // What was brought has been thrown away since: it is brought once more.
      for (const { id } of entry.files) await this.#note(id, { uploadUrl: null, uploaded: false });
      throw new Unreachable('The files are not there any more.', { cause: error });
    }
  }

  /** Breaks off the uploads of an entry. False when there are none, or no more. */
  cancel(entryId: string): boolean {
    const controller = this.#running.get(entryId);
    controller?.abort();
    return controller !== undefined;
  }

  /** Breaks off all of them: what is here already, and there, goes on later. */
  stop(): void {
    for (const controller of this.#running.values()) controller.abort();
  }

  /** These are the entries that the outbox has: files of those that it had are not needed any more. */
  follow(items: readonly OutboxItem[]): void {
    const held = new Map(items.flatMap(({ entry: { id, files } }) => (files ? [[id, files.map((file) => file.id)]] : [])));
    const gone = [...this.#held].filter(([entryId]) => !held.has(entryId)).flatMap(([, ids]) => ids);
    this.#held = held;
    if (gone.length === 0) return;
    for (const id of gone) this.#progress.delete(id);
    const { store, userId, log } = this.#options;
    store.remove(userId, gone).catch((error: unknown) => log('files_unwritable', error));
  }

  /** Removes files whose entries are not among these: what a crash has left over. */
  async tidy(entryIds: ReadonlySet<string>): Promise<void> {
    const { store, userId, clock, log } = this.#options;
    try {
      const before = clock.now() - STRAY_AFTER_MS;
      const strays = (await store.list(userId)).filter(({ entryId, keptAt }) => keptAt < before && !entryIds.has(entryId));
      if (strays.length > 0)
        await store.remove(
          userId,
          strays.map(({ id }) => id)
        );
    } catch (error) {
      log('files_unreadable', error);
    }
  }

  /** Takes back on the server what will not be sent; it would expire there too. */
  async discard({ conversationId, files = [] }: Sent): Promise<void> {
    const { backend, log } = this.#options;
    for (const { id } of files)
      await backend.discard(conversationId, id).catch((error: unknown) => log('file_not_discarded', error));
  }

  async #bring(conversationId: string, file: EntryFile, signal: AbortSignal, seal?: SealFile): Promise<void> {
    const { backend, store, userId } = this.#options;
    const progress = this.progress(file.id) as LiveValue<number>;
    const sealed = await seal?.(conversationId, file, this.#options);
    const { path, taken } = sealed ?? (await backend.announce(conversationId, file));
    if (signal.aborted) throw new Unreachable('The upload was given up.');
    const kept = await store.get(userId, file.id);
    if (taken || kept?.uploaded) return progress.set(1);
    if (!kept) throw new Refused('file_lost', `${file.name} is not on this device any more.`, 0);
    const { blob, mimeType } = sealed ?? { blob: kept.blob, mimeType: file.mimeType };
    await backend.upload({
      path,
      blob,
      mimeType,
      url: kept.uploadUrl,
      onUrl: (uploadUrl) => void this.#note(file.id, { uploadUrl, uploaded: false }),
      onProgress: (bytes) => progress.set(blob.size === 0 ? 1 : bytes / blob.size),
      signal
    });
    progress.set(1);
    await this.#note(file.id, { uploadUrl: null, uploaded: true });
  }

  async #note(id: string, how: Pick<KeptFile, 'uploadUrl' | 'uploaded'>): Promise<void> {
    const { store, userId, log } = this.#options;
    await store.note(userId, id, how).catch((error: unknown) => log('files_unwritable', error));
  }
}
