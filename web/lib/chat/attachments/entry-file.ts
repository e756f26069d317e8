import * as z from 'zod/mini';

/** What an entry of the outbox says of a file that goes with it. The bytes lie in a FileStore. */
export const entryFileSchema = z.object({
  /** Made once: the file's id on the server too, so that announcing it again changes nothing. */
  id: z.guid(),
  name: z.string(),
  mimeType: z.string(),
  /** Bytes. */
  size: z.number(),
  /** Pixels. */
  width: z.optional(z.number()),
  height: z.optional(z.number()),
  durationMs: z.optional(z.number()),
  /** https://blurha.sh */
  blurhash: z.optional(z.string()),
  /** How loud a sound is along its length, each 0 to 1. */
  peaks: z.optional(z.array(z.number()))
});
export type EntryFile = z.infer<typeof entryFileSchema>;

/** A file to be sent, and what is known of it. */
export type LocalFile = Omit<EntryFile, 'id' | 'size'> & { readonly blob: Blob };
