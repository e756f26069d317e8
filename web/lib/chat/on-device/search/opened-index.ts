import * as z from 'zod/mini';
import { isIn, lineOf, wantedOf } from './wanted.ts';

/** What of an opened message is searched and shown of it. */
export const openedSchema = z.object({
  conversationId: z.string(),
  seq: z.number(),
  senderId: z.nullable(z.string()),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  expiresAt: z.nullable(z.number()),
  threadSeq: z.nullable(z.number()),
  text: z.string(),
  /** Names of its files. */
  files: z.array(z.string())
});
export type OpenedMessage = z.infer<typeof openedSchema>;

export type OpenedQuery = {
  text: string;
  conversationId?: string | undefined;
  senderId?: string | undefined;
  /** Moments: from this one on, and before that one. */
  after?: Date | undefined;
  before?: Date | undefined;
  withFiles?: boolean | undefined;
};

/** Messages that were opened, and what was said in them. In memory: what lies on the disk is kept-index.ts's. */
export class OpenedIndex {
  #all = new Map<string, { message: OpenedMessage; line: string }>();

  put(message: OpenedMessage): void {
    const line = lineOf([message.text, ...message.files].join(' '));
    this.#all.set(nameOf(message), { message, line });
  }

  remove(place: Pick<OpenedMessage, 'conversationId' | 'seq'>): void {
    this.#all.delete(nameOf(place));
  }

  /** Newest first, at most `limit`. `now`: what has disappeared by then is not found. Nothing to search for finds nothing. */
  find({ text, conversationId, senderId, after, before, withFiles }: OpenedQuery, now: number, limit: number): OpenedMessage[] {
    const wanted = wantedOf(text);
    if (wanted.length === 0 && !withFiles) return [];
    return [...this.#all.values()]
      .filter(
        ({ message, line }) =>
          (!conversationId || message.conversationId === conversationId) &&
          (!senderId || message.senderId === senderId) &&
          (!after || message.createdAt >= after.getTime()) &&
          (!before || message.createdAt < before.getTime()) &&
          (!withFiles || message.files.length > 0) &&
          (message.expiresAt === null || message.expiresAt > now) &&
          (wanted.length === 0 || isIn(wanted, line))
      )
      .map(({ message }) => message)
      .toSorted((a, b) => b.createdAt - a.createdAt || b.seq - a.seq)
      .slice(0, limit);
  }
}

const nameOf = ({ conversationId, seq }: Pick<OpenedMessage, 'conversationId' | 'seq'>): string => `${conversationId}/${seq}`;
