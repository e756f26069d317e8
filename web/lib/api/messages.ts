import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { maybePerson, moment, nothing, PROFILE } from './rows.ts';

/** More people than this are counted, not named. */
const MOST = 500;

const reactionSchema = z.object({ emoji: z.string(), person: maybePerson });
/** Who gave which reaction; an account that is gone has no name. */
export type GivenReaction = z.output<typeof reactionSchema>;

const voteSchema = z.object({ option: z.number(), person: maybePerson });
export type GivenVote = z.output<typeof voteSchema>;

const editSchema = z.pipe(
  z.object({ version: z.number(), content: z.string(), written_at: moment }),
  z.transform(({ written_at, ...edit }) => ({ ...edit, writtenAt: written_at }))
);
/** What a message said before it was edited. */
export type EarlierText = z.output<typeof editSchema>;

/** What is asked about single messages of one conversation when somebody wants to know more, and how long messages stay. */
export class MessageCalls {
  readonly #supabase: SupabaseClient;
  readonly #conversationId: string;

  constructor(supabase: SupabaseClient, conversationId: string) {
    this.#supabase = supabase;
    this.#conversationId = conversationId;
  }

  /** In the order in which they were given. */
  reactions(seq: number): Promise<GivenReaction[]> {
    return call(this.#supabase, z.array(reactionSchema), (rest) =>
      rest
        .from('reactions')
        .select(`emoji,person:profiles(${PROFILE})`)
        .eq('conversation_id', this.#conversationId)
        .eq('seq', seq)
        .order('id')
        .limit(MOST)
    );
  }

  /** In the order in which they voted. */
  votes(seq: number): Promise<GivenVote[]> {
    return call(this.#supabase, z.array(voteSchema), (rest) =>
      rest
        .from('poll_votes')
        .select(`option,person:profiles(${PROFILE})`)
        .eq('conversation_id', this.#conversationId)
        .eq('seq', seq)
        .order('option')
        .order('id')
        .limit(MOST)
    );
  }

  /** The oldest first; without what it says now. */
  earlierTexts(seq: number): Promise<EarlierText[]> {
    return call(this.#supabase, z.array(editSchema), (rest) =>
      rest
        .from('message_edits')
        .select('version,content,written_at')
        .eq('conversation_id', this.#conversationId)
        .eq('seq', seq)
        .order('version')
    );
  }

  /** What is said from now on disappears after so many seconds; null: it stays. */
  async setDisappearing(seconds: number | null): Promise<void> {
    await call(this.#supabase, nothing, (rest) =>
      rest.rpc('set_disappearing', { conversation_id: this.#conversationId, seconds })
    );
  }
}
