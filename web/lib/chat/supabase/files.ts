import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { FileBackend } from '../attachments/file-backend.ts';
import { Unreachable } from '../errors.ts';
import { call, failure } from './call.ts';

const BUCKET = 'attachments';
/** How PostgREST says that a message has a file. */
const announced = z.object({ path: z.string(), size: z.number(), seq: z.nullable(z.number()) });
const typeRow = z.object({ mime_type: z.string(), max_bytes: z.number() });

/** Attachments behind PostgREST and Storage. */
export function supabaseFiles(supabase: SupabaseClient): FileBackend {
  return {
    async announce(conversationId, { id, name, mimeType, size, width, height, durationMs, blurhash }) {
      const measures = { width, height, duration_ms: durationMs, blurhash };
      const args = { conversation_id: conversationId, id, name, mime_type: mimeType, size, ...measures };
      const { path, size: as, seq } = await call(supabase, announced, (rest) => rest.rpc('create_attachment', args).single());
      return { path, size: as, taken: seq !== null };
    },
    async upload(transfer) {
      // Not needed before something is sent.
      const { resumableUpload } = await import('./resumable-upload.ts').catch((cause: unknown) => {
        throw new Unreachable('What uploads files could not be loaded.', { cause });
      });
      await resumableUpload(supabase, BUCKET, transfer);
    },
    async discard(conversationId, id) {
      await call(supabase, z.unknown(), (rest) => rest.rpc('discard_attachment', { conversation_id: conversationId, id }));
    },
    async addresses(paths, seconds) {
      const { data, error } = await supabase.storage.from(BUCKET).createSignedUrls([...paths], seconds);
      if (error) throw failure('status' in error ? Number(error.status) : 0, error, null);
      return new Map(data.flatMap(({ path, signedUrl }) => (path && signedUrl ? [[path, signedUrl] as const] : [])));
    },
    async types() {
      const types = await call(supabase, z.array(typeRow), (rest) => rest.from('attachment_types').select());
      return new Map(types.map(({ mime_type, max_bytes }) => [mime_type, max_bytes]));
    }
  };
}
