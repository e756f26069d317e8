/** The buckets of config.toml, `[storage.buckets.NAME]`: there from the start, with the settings written there. */
import { findBucket, insertBucket, updateBucket } from './buckets.ts';
import type { Database } from './database.ts';
import { checkMimeTypes } from './mime.ts';
import { checkBucketName } from './names.ts';

export interface ConfiguredBucket {
  public?: boolean;
  /** Bytes. */
  file_size_limit?: number | undefined;
  allowed_mime_types?: string[];
}

export async function seedBuckets(database: Database, buckets: Record<string, ConfiguredBucket>): Promise<void> {
  for (const [name, { public: open = false, file_size_limit = null, allowed_mime_types = [] }] of Object.entries(buckets)) {
    checkBucketName(name);
    checkMimeTypes(allowed_mime_types);
    const set = {
      public: open,
      file_size_limit,
      allowed_mime_types: allowed_mime_types.length > 0 ? allowed_mime_types : null
    };
    await database.asOwner('storage.bucket.create', async (tx) => {
      if (await findBucket(tx, name)) await updateBucket(tx, name, set);
      else await insertBucket(tx, name, undefined, set);
    });
  }
}
