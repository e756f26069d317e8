/** A row of `realtime.messages` out of the stream. */
import { z } from 'zod';
import type { StoredMessage } from '../database/messages.ts';

const rowSchema = z.object({
  id: z.string(),
  topic: z.string(),
  extension: z.string(),
  event: z.string().nullable(),
  private: z.string().nullable(),
  payload: z.string().nullable(),
  binary_payload: z.string().nullable()
});

/** Null for what is no broadcast. Values are Postgres' text: `t` and `f`, bytes as `\x…`. */
export function readRow(values: Record<string, unknown>): StoredMessage | null {
  const row = rowSchema.parse(values);
  if (row.extension !== 'broadcast') return null;
  return {
    id: row.id,
    topic: row.topic,
    event: row.event,
    private: row.private === null ? null : row.private === 't',
    payload: row.payload,
    binary_payload: row.binary_payload === null ? null : Buffer.from(row.binary_payload.slice(2), 'hex')
  };
}
