/** What a client says of a file before its bytes come: the header Upload-Metadata, with the names that Supabase gave its keys. */
import { z } from 'zod';
import { StorageError } from '../errors.ts';
import { userMetadata } from '../upload-body.ts';

export interface FileDescription {
  bucket: string;
  name: string;
  mimetype: string;
  cacheControl: string;
  userMetadata: Record<string, unknown>;
}

const text = z.string().nullish();
const metadataSchema = z.object({
  bucketName: z.string(),
  objectName: z.string(),
  contentType: text,
  /** Seconds. */
  cacheControl: text,
  /** JSON. */
  metadata: text
});

/** @throws {StorageError} invalid_request when bucket or name are missing */
export function describeFile(metadata: Record<string, string | null> | undefined): FileDescription {
  const parsed = metadataSchema.safeParse(metadata ?? {});
  if (!parsed.success) {
    throw new StorageError('invalid_request', 'Upload-Metadata must give bucketName and objectName', { cause: parsed.error });
  }
  const { bucketName, objectName, contentType, cacheControl, metadata: json } = parsed.data;
  return {
    bucket: bucketName,
    name: objectName,
    mimetype: contentType || 'application/octet-stream',
    cacheControl: /^\d+$/.test(cacheControl ?? '') ? `max-age=${cacheControl}` : 'no-cache',
    userMetadata: userMetadata(json ?? undefined)
  };
}
