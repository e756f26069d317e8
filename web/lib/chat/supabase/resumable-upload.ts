import type { SupabaseClient } from '@supabase/supabase-js';
import { Upload, type DetailedError, type UploadOptions } from 'tus-js-client';
import type { Transfer } from '../attachments/file-backend.ts';
import { NotSignedIn, Refused, Unreachable } from '../errors.ts';
import { failure } from './call.ts';
import { fetchStack } from './tus-fetch.ts';

/** What Supabase Storage takes as a part (its documentation says: exactly this). */
const PART_BYTES = 6 * 1024 * 1024;
/** What is this small goes with the request that begins the upload. */
const AT_ONCE_BYTES = 1024 * 1024;
/** Without a byte arriving for so long there is no connection, whatever it says of itself. */
const STALLED_AFTER_MS = 45_000;

/** Storage's own answers by status, as refusals of the catalogue. */
const CODES: Record<number, string> = { 403: 'not_allowed', 413: 'attachment_too_large', 415: 'attachment_type_refused' };

/** Brings a file to Storage by the tus protocol. */
export async function resumableUpload(supabase: SupabaseClient, bucket: string, transfer: Transfer): Promise<void> {
  const { path, blob, mimeType, url, onUrl, onProgress, signal } = transfer;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => reject(new Unreachable(`Nothing arrived for ${STALLED_AFTER_MS / 1000} s.`)), STALLED_AFTER_MS);
  };
  const giveUp = () => reject(new Unreachable('The upload was given up.'));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });

  const endpoint = `${storageUrl(supabase)}/upload/resumable`;
  const options: UploadOptions = {
    endpoint,
    uploadUrl: url,
    metadata: { bucketName: bucket, objectName: path, contentType: mimeType, cacheControl: '3600' },
    chunkSize: PART_BYTES,
    uploadDataDuringCreation: blob.size <= AT_ONCE_BYTES,
    // The outbox decides when to try again, and where an upload goes on is kept with the file.
    retryDelays: null,
    storeFingerprintForResuming: false,
    fileReader: { openFile: async (file: Blob) => sliced(file) },
    ...('XMLHttpRequest' in globalThis ? {} : { httpStack: fetchStack }),
    async onBeforeRequest(request) {
      alive();
      const { apikey, authorization } = await keys(supabase);
      request.setHeader('apikey', apikey);
      request.setHeader('authorization', authorization);
    },
    onUploadUrlAvailable: () => upload.url && onUrl(upload.url),
    onProgress(bytes) {
      alive();
      onProgress(bytes);
    },
    onSuccess: () => resolve(),
    onError: (error) => reject(asOurs(error))
  };
  const upload = new Upload(blob as File, options);
  try {
    alive();
    if (!signal.aborted) upload.start();
    await promise.catch((error: unknown) => {
      // A file that is there already is this one: its name has its id in it, and only its sender may write to it.
      if (!(error instanceof Refused && error.status === 409)) throw error;
    });
  } catch (error) {
    // The server keeps what it has: the next attempt goes on there.
    await upload.abort().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

/** supabase-js does not hand out the address of Storage, but those of files in it. */
function storageUrl(supabase: SupabaseClient): string {
  const { publicUrl } = supabase.storage.from('any').getPublicUrl('any').data;
  return publicUrl.slice(0, publicUrl.indexOf('/object/'));
}

/** What supabase-js sends with each request of its own, as its Realtime client has it. */
async function keys({ realtime }: SupabaseClient): Promise<{ apikey: string; authorization: string }> {
  const apikey = realtime.apiKey ?? '';
  return { apikey, authorization: `Bearer ${(await realtime.accessToken?.()) ?? apikey}` };
}

/** The same in a page, in a worker and in Node. */
const sliced = (blob: Blob) => ({
  size: blob.size,
  slice: async (start: number, end: number) => ({ value: blob.slice(start, end), done: end >= blob.size }),
  close() {}
});

function asOurs(error: Error | DetailedError): Error {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (!response) return new Unreachable('The server cannot be reached.', { cause: error });
  const status = response.getStatus();
  // Storage says so of a token that is not accepted, in JSON; of a right that is missing, in words.
  if (status === 400 && response.getBody().includes('"AccessDenied"'))
    return new NotSignedIn('The token is not accepted.', { cause: error });
  // Under way twice (another offset than the server's), or locked by a request of ours that the server has not noticed the end of.
  if (status === 423 || (status === 409 && 'originalRequest' in error && error.originalRequest?.getMethod() === 'PATCH')) {
    return new Unreachable('Storage is not done with the attempt before.', { cause: error });
  }
  const message = response.getBody().trim() || `Storage answered ${status}.`;
  return failure(status, { code: CODES[status] ?? `http_${status}`, message }, response.getHeader('retry-after') ?? null);
}
