import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { moment } from './rows.ts';

const foundSchema = z.pipe(
  z.object({
    conversation_id: z.guid(),
    seq: z.number(),
    sender_id: z.nullable(z.guid()),
    created_at: moment,
    thread_seq: z.nullable(z.number()),
    attachments: z.array(z.object({ name: z.string() })),
    highlight: z.string(),
    cursor: z.string()
  }),
  z.transform(({ conversation_id, sender_id, created_at, thread_seq, attachments, highlight, ...row }) => ({
    ...row,
    conversationId: conversation_id,
    senderId: sender_id,
    createdAt: created_at,
    threadSeq: thread_seq,
    files: attachments.map(({ name }) => name),
    excerpt: marked(highlight)
  }))
);
/** A message that was found. `cursor` brings what comes after it. */
export type Found = z.output<typeof foundSchema>;

/** A stretch of an excerpt; `found` is what was searched for. */
export type Stretch = { text: string; found: boolean };

export type MessageQuery = {
  text: string;
  conversationId?: string | undefined;
  senderId?: string | undefined;
  /** Moments: from this one on, and before that one. */
  after?: Date | undefined;
  before?: Date | undefined;
  withFiles?: boolean | undefined;
  newestFirst?: boolean | undefined;
};

const PAGE = 20;

/** Splits an excerpt at the marks of search_messages(): U+0002 before and U+0003 after what was found. */
export function marked(highlight: string): Stretch[] {
  return highlight
    .split(/(\u0002[^\u0003]*\u0003)/u)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('\u0002') ? { text: part.slice(1, -1), found: true } : { text: part, found: false }));
}

/** Finding what was said. */
export class MessageSearch {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** A page of results, best first or newest first; the next one with the `cursor` of the last. */
  async find(query: MessageQuery, cursor: string | null = null): Promise<{ found: Found[]; hasMore: boolean }> {
    const found = await call(this.#supabase, z.array(foundSchema), (rest) =>
      rest.rpc('search_messages', {
        query: query.text,
        conversation_id: query.conversationId ?? null,
        sender_id: query.senderId ?? null,
        sent_after: query.after?.toISOString() ?? null,
        sent_before: query.before?.toISOString() ?? null,
        has_attachment: query.withFiles ?? false,
        newest_first: query.newestFirst ?? false,
        max_results: PAGE + 1,
        cursor
      })
    );
    return { found: found.slice(0, PAGE), hasMore: found.length > PAGE };
  }
}
