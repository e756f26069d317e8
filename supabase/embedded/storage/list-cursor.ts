/** Where the next page of a list begins, as an opaque text for the client. */
import { z } from 'zod';
import { StorageError } from './errors.ts';

const cursorSchema = z.object({
  /** Name after which the page begins. */
  after: z.string(),
  /** The place of that name where the list is sorted by a time. */
  time: z.iso.datetime().optional(),
  column: z.enum(['name', 'created_at', 'updated_at']),
  order: z.enum(['asc', 'desc'])
});

export type ListCursor = z.output<typeof cursorSchema>;

export function encodeCursor(cursor: ListCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws {StorageError} invalid_parameter when it is not one that this server gave. */
export function decodeCursor(text: string): ListCursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new StorageError('invalid_parameter', 'Invalid Parameter continuation token', { cause });
  }
}
