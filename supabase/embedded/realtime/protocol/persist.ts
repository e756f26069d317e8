/** What a sender says about storing a broadcast for replay: `true`, or `{ttl}` in seconds. */
import { z } from 'zod';

/** Null keeps it as long as anything is kept. */
export interface Persist {
  ttlSeconds: number | null;
}

const metadataSchema = z.looseObject({ persist: z.unknown().optional() });
const wishSchema = z.looseObject({ ttl: z.unknown().optional() });

/** The wish in the metadata of a kind 3 frame; in text, which goes on to the receivers unread, there is none. */
export function persistOf(metadata: unknown): unknown {
  return metadataSchema.safeParse(metadata).data?.persist;
}

/** Null when nothing is to be stored; undefined when the time is no whole number of seconds from 1 to `most`. */
export function parsePersist(wish: unknown, most: number): Persist | null | undefined {
  if (wish === true) return { ttlSeconds: null };
  const parsed = wishSchema.safeParse(wish);
  if (!parsed.success) return null;
  const { ttl } = parsed.data;
  if (ttl === undefined || ttl === null) return { ttlSeconds: null };
  const seconds = z.int().min(1).max(most).safeParse(ttl);
  return seconds.success ? { ttlSeconds: seconds.data } : undefined;
}
