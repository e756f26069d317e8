/**
 * Uploads under way, on disk: the bytes so far under the upload's id, and beside them what the upload is. Both stay over a restart.
 * Of an upload that has become an object only the latter is left, for a client that has missed the last answer and asks.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { FileStore } from '@tus/file-store';
import { ERRORS, Upload } from '@tus/server';

export class PartialFiles extends FileStore {
  readonly #lifetimeMs: number;

  constructor(directory: string, lifetimeMs: number) {
    super({ directory, expirationPeriodInMilliseconds: lifetimeMs });
    this.#lifetimeMs = lifetimeMs;
  }

  pathOf(id: string): string {
    return path.join(this.directory, id);
  }

  override async getUpload(id: string): Promise<Upload> {
    return (await this.unfinished(id)) ?? this.#finished(id);
  }

  /** The upload if its bytes still lie here, be they all or some. @throws tus's own error when there never was one */
  async unfinished(id: string): Promise<Upload | undefined> {
    try {
      return await super.getUpload(id);
    } catch (error) {
      if (error === ERRORS.FILE_NO_LONGER_EXISTS) return undefined;
      throw error;
    }
  }

  async #finished(id: string): Promise<Upload> {
    const upload = (await this.configstore.get(id))!;
    return new Upload({ ...upload, offset: upload.size ?? 0 });
  }

  /** Its bytes lie elsewhere now. */
  async finish(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  async forget(...ids: string[]): Promise<void> {
    for (const id of ids) {
      await rm(this.pathOf(id), { force: true });
      await rm(`${this.pathOf(id)}.json`, { force: true });
    }
  }

  /** Forgets what is past its time, finished or not. Returns how many. */
  override async deleteExpired(): Promise<number> {
    const ids = new Set((await readdir(this.directory)).map((file) => path.basename(file, '.json')));
    const before = Date.now() - this.#lifetimeMs;
    let forgotten = 0;
    for (const id of ids) {
      const created = (await this.configstore.get(id))?.creation_date;
      // One that lost its description in a crash is as old as its bytes.
      const at = created ? Date.parse(created) : await modifiedAt(this.pathOf(id));
      if (at >= before) continue;
      await this.forget(id);
      forgotten += 1;
    }
    return forgotten;
  }
}

async function modifiedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0
  );
}
