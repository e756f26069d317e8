/** Statements on storage.buckets. Each runs in a transaction that says on whose behalf. */
import type { Queryable } from './database.ts';

export interface Bucket {
  id: string;
  name: string;
  owner: string | null;
  public: boolean;
  created_at: Date;
  updated_at: Date;
  /** Bytes. */
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
  type: 'STANDARD' | 'ANALYTICS' | 'VECTOR';
}

export interface BucketSettings {
  public?: boolean | undefined;
  file_size_limit?: number | null | undefined;
  allowed_mime_types?: string[] | null | undefined;
}

export interface BucketPage {
  limit?: number | undefined;
  offset?: number | undefined;
  sortColumn?: 'id' | 'name' | 'created_at' | 'updated_at' | undefined;
  sortOrder?: 'asc' | 'desc' | undefined;
  search?: string | undefined;
}

const COLUMNS = `id, name, coalesce(owner::text, '') as owner, public, created_at, updated_at,
  file_size_limit::float8 as file_size_limit, allowed_mime_types, type`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The deprecated column `owner` takes user ids only; `owner_id` takes any. */
export function ownerUuid(sub: string | undefined): string | null {
  return sub && UUID.test(sub) ? sub : null;
}

export async function findBucket(tx: Queryable, id: string): Promise<Bucket | undefined> {
  return (await tx.query<Bucket>(`select ${COLUMNS} from storage.buckets where id = $1`, [id])).rows[0];
}

export async function listBuckets(tx: Queryable, page: BucketPage): Promise<Bucket[]> {
  const { limit, offset, sortColumn = 'name', sortOrder = 'asc', search = '' } = page;
  const { rows } = await tx.query<Bucket>(
    `select ${COLUMNS} from storage.buckets
     where position(lower($1) in lower(name)) > 0
     order by ${sortColumn} ${sortOrder} limit $2 offset $3`,
    [search, limit ?? null, offset ?? 0]
  );
  return rows;
}

export async function insertBucket(tx: Queryable, id: string, owner: string | undefined, set: BucketSettings): Promise<void> {
  await tx.query(
    `insert into storage.buckets (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
     values ($1, $1, $2, $3, $4, $5, $6)`,
    [id, ownerUuid(owner), owner ?? null, set.public ?? false, set.file_size_limit ?? null, set.allowed_mime_types ?? null]
  );
}

/** Changes what is given; false when there is no such bucket that the caller may change. */
export async function updateBucket(tx: Queryable, id: string, set: BucketSettings): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update storage.buckets
     set public = coalesce($2, public),
         file_size_limit = case when $3 then $4 else file_size_limit end,
         allowed_mime_types = case when $5 then $6 else allowed_mime_types end,
         updated_at = now()
     where id = $1`,
    [
      id,
      set.public ?? null,
      set.file_size_limit !== undefined,
      set.file_size_limit ?? null,
      set.allowed_mime_types !== undefined,
      set.allowed_mime_types ?? null
    ]
  );
  return rowCount === 1;
}

export async function deleteBucket(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('delete from storage.buckets where id = $1', [id])).rowCount === 1;
}

export async function isEmptyBucket(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('select from storage.objects where bucket_id = $1 limit 1', [id])).rowCount === 0;
}
