/** How an upload becomes an object: bytes aside, row and file together, old bytes away. */
import { randomUUID } from 'node:crypto';
import type { Caller } from './caller.ts';
import { findBucket } from './buckets.ts';
import type { Database, Queryable } from './database.ts';
import { StorageError } from './errors.ts';
import type { FileStore, WrittenFile } from './files.ts';
import { checkAllowed } from './mime.ts';
import { checkObjectName } from './names.ts';
import { findObject, insertObject, lockName, type NewObject, type ObjectMetadata, upsertObject } from './objects.ts';
import type { UploadBody } from './upload-body.ts';

export interface Target {
  bucket: string;
  name: string;
  upsert: boolean;
  /** Name of the operation for policies. */
  operation: string;
}

/** Above this size, or when the size is not known, the caller's right is tried out before the bytes are taken. */
const PROBE_ABOVE_BYTES = 1024 * 1024;

export class Uploads {
  readonly #database: Database;
  readonly #files: FileStore;
  readonly #sizeLimit: number;

  constructor(database: Database, files: FileStore, sizeLimit: number) {
    this.#database = database;
    this.#files = files;
    this.#sizeLimit = sizeLimit;
  }

  /** Rules of the bucket. @throws {StorageError} no_such_bucket, invalid_key */
  async rules(bucket: string, name: string): Promise<{ sizeLimit: number; allowed: string[] | null }> {
    checkObjectName(name);
    const found = await findBucket(this.#database.owner, bucket);
    if (!found) throw new StorageError('no_such_bucket');
    const sizeLimit = Math.min(found.file_size_limit ?? Infinity, this.#sizeLimit);
    return { sizeLimit, allowed: found.allowed_mime_types };
  }

  /** Whether the caller may put an object there. @throws {StorageError} access_denied, resource_already_exists */
  async permit(caller: Caller, target: Target, described: Partial<ObjectMetadata> = {}): Promise<void> {
    const object = newObject(target, randomUUID(), caller.sub, described, null);
    await this.#database.probe(caller, target.operation, (tx) =>
      target.upsert ? upsertObject(tx, object) : insertObject(tx, object, randomUUID())
    );
  }

  /** Takes the bytes and makes the object, as the caller. `owner` differs from the caller with a signed upload URL. */
  async put(
    caller: Caller,
    target: Target,
    body: UploadBody,
    rules: { sizeLimit: number; allowed: string[] | null },
    owner = caller.sub
  ): Promise<{ id: string }> {
    const { mimetype, declaredSize } = body;
    checkAllowed(mimetype, rules.allowed);
    if (declaredSize !== undefined && declaredSize > rules.sizeLimit) throw new StorageError('too_large');
    if ((declaredSize ?? Infinity) > PROBE_ABOVE_BYTES) {
      await this.permit(caller, target, { mimetype, ...(declaredSize !== undefined && { contentLength: declaredSize }) });
    }
    const file = await this.#files.receive(body.stream, rules.sizeLimit);
    return this.place(caller, target, file, () => ({ mimetype, ...body.rest() }), owner);
  }

  /** Makes the object of a file that is here. The file is gone when that fails. */
  async place(
    caller: Caller,
    target: Target,
    file: WrittenFile,
    description: () => { mimetype: string; cacheControl: string; userMetadata: Record<string, unknown> },
    owner = caller.sub
  ): Promise<{ id: string }> {
    try {
      const { mimetype, cacheControl, userMetadata } = description();
      const object = newObject(target, file.version, owner, describe(file, mimetype, cacheControl), userMetadata);
      return await this.#place(caller, target, object, file.version);
    } catch (error) {
      await this.#files.remove(file.version);
      throw error;
    }
  }

  /** Whether the object is there with just these bytes. */
  async isPlaced(target: Target, version: string): Promise<boolean> {
    return (await findObject(this.#database.owner, target.bucket, target.name))?.version === version;
  }

  /** Another object with the same bytes. */
  async copy(caller: Caller, target: Target, source: string, object: Omit<NewObject, 'version'>): Promise<{ id: string }> {
    const version = await this.#files.duplicate(source);
    try {
      return await this.#place(caller, target, { ...object, version });
    } catch (error) {
      await this.#files.remove(version);
      throw error;
    }
  }

  /** Row and file become valid together; the bytes that they replace go when nobody can be told of them any more. */
  async #place(caller: Caller, target: Target, object: NewObject, received?: string): Promise<{ id: string }> {
    const { id, replaced } = await this.#database.asOwner(target.operation, async (tx, become) => {
      await lockName(tx, target.bucket, target.name);
      const before = await findObject(tx, target.bucket, target.name);
      await become(caller);
      const written = await write(tx, object, target.upsert);
      if (received) await this.#files.keep(received);
      return { id: written, replaced: before?.version };
    });
    if (replaced !== object.version) await this.#files.remove(replaced);
    return { id };
  }
}

async function write(tx: Queryable, object: NewObject, upsert: boolean): Promise<string> {
  if (upsert) return (await upsertObject(tx, object)).id;
  const id = randomUUID();
  await insertObject(tx, object, id);
  return id;
}

function newObject(
  { bucket, name }: Target,
  version: string,
  owner: string | undefined,
  metadata: Partial<ObjectMetadata>,
  userMetadata: Record<string, unknown> | null
): NewObject {
  return { bucket, name, version, owner, metadata, userMetadata };
}

function describe({ eTag, size }: WrittenFile, mimetype: string, cacheControl: string): ObjectMetadata {
  const lastModified = new Date().toISOString();
  return { eTag, size, mimetype, cacheControl, lastModified, contentLength: size, httpStatusCode: 200 };
}
