/**
 * The bytes of objects, each version a file under its id. A file is written aside first and given its place only when the
 * row that names it is about to be committed; what a crash leaves over is swept away at the next start.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StorageError } from './errors.ts';

export interface WrittenFile {
  /** Id of the version, which is also the file's name. */
  version: string;
  size: number;
  /** MD5 of the bytes in quotes, as S3 makes it. */
  eTag: string;
}

const VERSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class FileStore {
  readonly #root: string;
  readonly #incoming: string;

  constructor(root: string) {
    this.#root = path.resolve(root);
    this.#incoming = path.join(this.#root, 'incoming');
  }

  /** Makes the folders, and removes uploads that never came to their end. */
  async open(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true });
    await mkdir(this.#incoming, { recursive: true });
  }

  pathOf(version: string): string {
    if (!VERSION.test(version)) throw new TypeError(`not the id of a version: ${version}`);
    return path.join(this.#root, version.slice(0, 2), version);
  }

  /** Writes the stream aside. @throws {StorageError} too_large when it has more than `limit` bytes; nothing is kept then. */
  async receive(body: Readable, limit: number): Promise<WrittenFile> {
    const version = randomUUID();
    const file = path.join(this.#incoming, version);
    const hash = createHash('md5');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        hash.update(chunk);
        if (size > limit) done(new StorageError('too_large'));
        else done(null, chunk);
      }
    });
    try {
      // `flush`: the bytes are on the disk before the row that promises them is.
      await pipeline(body, measure, createWriteStream(file, { flush: true, mode: 0o600 }));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return { version, size, eTag: `"${hash.digest('hex')}"` };
  }

  /** Takes a file that lies elsewhere as received; it stays where it is too. */
  async adopt(source: string, version: string): Promise<WrittenFile> {
    const hash = createHash('md5');
    const file = await open(source, 'r+');
    try {
      for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
      // The bytes are on the disk before the row that promises them is.
      await file.sync();
      const { size } = await file.stat();
      const received = path.join(this.#incoming, version);
      await rm(received, { force: true });
      await link(source, received);
      return { version, size, eTag: `"${hash.digest('hex')}"` };
    } finally {
      await file.close();
    }
  }

  /** Gives a received file its place. */
  async keep(version: string): Promise<void> {
    const target = this.pathOf(version);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(path.join(this.#incoming, version), target);
  }

  /** Makes another version with the same bytes. Versions never change, so two may share a file. */
  async duplicate(version: string): Promise<string> {
    const copy = randomUUID();
    const target = this.pathOf(copy);
    await mkdir(path.dirname(target), { recursive: true });
    await link(this.pathOf(version), target).catch(() => copyFile(this.pathOf(version), target, constants.COPYFILE_FICLONE));
    return copy;
  }

  /** Removes versions, wherever they are. */
  async remove(...versions: (string | null | undefined)[]): Promise<void> {
    for (const version of versions) {
      if (!version || !VERSION.test(version)) continue;
      await rm(this.pathOf(version), { force: true });
      await rm(path.join(this.#incoming, version), { force: true });
    }
  }

  /**
   * Removes files that no row names, which a crash between placing a file and committing its row leaves behind.
   * `known` gives those of the versions that have a row. Files younger than `before` may still be on their way.
   */
  async sweep(known: (versions: string[]) => Promise<Set<string>>, before: Date): Promise<number> {
    let removed = 0;
    for (const folder of await readdir(this.#root, { withFileTypes: true })) {
      if (!folder.isDirectory() || folder.name.length !== 2) continue;
      const versions = (await readdir(path.join(this.#root, folder.name))).filter((name) => VERSION.test(name));
      const named = await known(versions);
      for (const version of versions.filter((name) => !named.has(name))) {
        const { ctime } = await stat(this.pathOf(version));
        if (ctime >= before) continue;
        await this.remove(version);
        removed += 1;
      }
    }
    return removed;
  }
}
