import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { Role } from '#lib/chat/index.ts';
import { call } from '#lib/chat/supabase/call.ts';
import { nothing } from './rows.ts';

const detailsSchema = z.pipe(
  z.object({ team_id: z.nullable(z.guid()), is_public: z.boolean() }),
  z.transform(({ team_id, is_public }) => ({ teamId: team_id, isPublic: is_public }))
);
/** What of a conversation the chat client does not know: the team of a channel, and whether everybody there may find it. */
export type ConversationDetails = z.output<typeof detailsSchema>;

export type DetailsChange = {
  description?: string;
  postRole?: Role;
  slowModeSeconds?: number;
  isPublic?: boolean;
  isClosed?: boolean;
};

const fileSchema = z.object({
  id: z.guid(),
  seq: z.number(),
  name: z.string(),
  mime_type: z.string(),
  size: z.number()
});
/** A file of a message. `size` in bytes. */
export type SharedFile = z.output<typeof fileSchema>;

/** Changing what a conversation is set to; the chat client tells of it. */
export class ConversationSettings {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** Null for who is not in it. */
  async details(id: string): Promise<ConversationDetails | null> {
    const [details] = await call(this.#supabase, z.array(detailsSchema), (rest) =>
      rest.from('conversation_list').select('team_id,is_public').eq('id', id)
    );
    return details ?? null;
  }

  /** What is left out stays; an empty description is taken away. */
  async change(id: string, { description, postRole, slowModeSeconds, isPublic, isClosed }: DetailsChange): Promise<void> {
    await call(this.#supabase, nothing, (rest) =>
      rest.rpc('configure_conversation', {
        conversation_id: id,
        description: description ?? null,
        post_role: postRole ?? null,
        slow_mode_seconds: slowModeSeconds ?? null,
        is_public: isPublic ?? null,
        is_closed: isClosed ?? null
      })
    );
  }

  /** What is said from now on goes after so many seconds; null for never. */
  async setDisappearing(id: string, seconds: number | null): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('set_disappearing', { conversation_id: id, seconds }));
  }

  /** The files of its messages, the newest first; at most 100. */
  files(id: string): Promise<SharedFile[]> {
    return call(this.#supabase, z.array(fileSchema), (rest) =>
      rest
        .from('attachments')
        .select('id,seq,name,mime_type,size')
        .eq('conversation_id', id)
        .not('seq', 'is', null)
        .order('seq', { ascending: false })
        .limit(100)
    );
  }
}
