/** Statements on storage.objects. Each runs in a transaction that says on whose behalf. */
import { ownerUuid } from './buckets.ts';
import type { Queryable } from './database.ts';

export interface ObjectMetadata {
  eTag: string;
  /** Bytes. */
  size: number;
  mimetype: string;
  cacheControl: string;
  /** ISO 8601. */
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
}

export interface StoredObject {
  id: string;
  name: string;
  bucket_id: string;
  owner: string | null;
  owner_id: string | null;
  /** Names the file. */
  version: string | null;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
  metadata: Partial<ObjectMetadata> | null;
  user_metadata: Record<string, unknown> | null;
}

export interface NewObject {
  bucket: string;
  name: string;
  version: string;
  owner: string | undefined;
  metadata: Partial<ObjectMetadata>;
  userMetadata: Record<string, unknown> | null;
}

const COLUMNS = `id, name, bucket_id, owner, owner_id, version, created_at, updated_at, last_accessed_at, metadata, user_metadata`;

const INSERT = `
  insert into storage.objects (bucket_id, name, version, owner, owner_id, metadata, user_metadata, id)
  values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, gen_random_uuid()))`;

function values(object: NewObject, id: string | undefined): unknown[] {
  const { bucket, name, version, owner, metadata, userMetadata } = object;
  return [bucket, name, version, ownerUuid(owner), owner ?? null, metadata, userMetadata, id ?? null];
}

export async function findObject(tx: Queryable, bucket: string, name: string): Promise<StoredObject | undefined> {
  const { rows } = await tx.query<StoredObject>(`select ${COLUMNS} from storage.objects where bucket_id = $1 and name = $2`, [
    bucket,
    name
  ]);
  return rows[0];
}

export async function existingNames(tx: Queryable, bucket: string, names: string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ name: string }>('select name from storage.objects where bucket_id = $1 and name = any($2)', [
    bucket,
    names
  ]);
  return new Set(rows.map(({ name }) => name));
}

/** Holds back other writers of this name until the end of the transaction, whether there is such an object yet or not. */
export async function lockName(tx: Queryable, bucket: string, name: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${bucket}/${name}`]);
}

/** Needs no right to read: nothing is returned, and the id is given. */
export async function insertObject(tx: Queryable, object: NewObject, id: string): Promise<void> {
  await tx.query(INSERT, values(object, id));
}

/** Inserts or replaces; the caller needs the rights to select, insert and, where it exists, update. */
export async function upsertObject(tx: Queryable, object: NewObject): Promise<StoredObject> {
  const { rows } = await tx.query<StoredObject>(
    `${INSERT}
     on conflict (bucket_id, name) do update
     set version = excluded.version, metadata = excluded.metadata, user_metadata = excluded.user_metadata,
         owner = coalesce(excluded.owner, objects.owner), owner_id = coalesce(excluded.owner_id, objects.owner_id)
     returning ${COLUMNS}`,
    values(object, undefined)
  );
  return rows[0]!;
}

/** Gives the object another name, bucket or both; nothing when the caller may not see or change it. */
export async function renameObject(
  tx: Queryable,
  from: { bucket: string; name: string },
  to: { bucket: string; name: string },
  owner: string | undefined
): Promise<StoredObject | undefined> {
  const { rows } = await tx.query<StoredObject>(
    `update storage.objects
     set bucket_id = $3, name = $4, owner = coalesce($5, owner), owner_id = coalesce($6, owner_id)
     where bucket_id = $1 and name = $2 returning ${COLUMNS}`,
    [from.bucket, from.name, to.bucket, to.name, ownerUuid(owner), owner ?? null]
  );
  return rows[0];
}

/** Deletes those of the names that the caller may delete, and says which. */
export async function deleteObjects(tx: Queryable, bucket: string, names: string[]): Promise<StoredObject[]> {
  const { rows } = await tx.query<StoredObject>(
    `delete from storage.objects where bucket_id = $1 and name = any($2) returning ${COLUMNS}`,
    [bucket, names]
  );
  return rows;
}

export async function deleteAllObjects(tx: Queryable, bucket: string): Promise<StoredObject[]> {
  const { rows } = await tx.query<StoredObject>(`delete from storage.objects where bucket_id = $1 returning ${COLUMNS}`, [
    bucket
  ]);
  return rows;
}
