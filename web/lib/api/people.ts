import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { Person } from '#lib/chat/index.ts';
import { call } from '#lib/chat/supabase/call.ts';
import { profileSchema } from '#lib/chat/wire/rows.ts';
import { toPerson } from '#lib/chat/view/people.ts';
import { moment, nothing, personSchema, PROFILE } from './rows.ts';

const profilePageSchema = z.pipe(
  z.object({ ...profileSchema.shape, created_at: moment, is_bot: z.boolean() }),
  z.transform((row) => ({ ...toPerson(row), joinedAt: row.created_at, isBot: row.is_bot }))
);
/** Somebody as their own page shows them. */
export type Profile = z.output<typeof profilePageSchema>;

const sharedSchema = z.pipe(
  z.object({
    conversations: z.object({ id: z.guid(), kind: z.string(), title: z.nullable(z.string()), member_count: z.number() })
  }),
  z.transform(({ conversations: { member_count, ...rest } }) => ({ ...rest, memberCount: member_count }))
);
/** A group or channel that one is in together with somebody. */
export type Shared = z.output<typeof sharedSchema>;

const blockedSchema = z.pipe(
  z.object({ created_at: moment, person: personSchema }),
  z.transform(({ created_at, person }) => ({ ...person, since: created_at }))
);
export type Blocked = z.output<typeof blockedSchema>;

export const REPORT_REASONS = ['spam', 'harassment', 'hate', 'violence', 'sexual', 'illegal', 'other'] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

/** Other people: who they are, what one has in common with them, and reporting them. Blocking is the chat client's. */
export class People {
  readonly #supabase: SupabaseClient;
  readonly #me: string;

  constructor(supabase: SupabaseClient, me: string) {
    this.#supabase = supabase;
    this.#me = me;
  }

  /** Null for an account that is not there. */
  async profile(userId: string): Promise<Profile | null> {
    const [profile] = await call(this.#supabase, z.array(profilePageSchema), (rest) =>
      rest.from('profiles').select(`${PROFILE},created_at,is_bot`).eq('id', userId)
    );
    return profile ?? null;
  }

  /** These people, in no order; who is not there is missing. */
  async byId(userIds: readonly string[]): Promise<ReadonlyMap<string, Person>> {
    if (userIds.length === 0) return new Map();
    const people = await call(this.#supabase, z.array(personSchema), (rest) =>
      rest
        .from('profiles')
        .select(PROFILE)
        .in('id', [...new Set(userIds)])
    );
    return new Map(people.map((person) => [person.id, person]));
  }

  /** Groups and channels that both are in. */
  async shared(userId: string): Promise<Shared[]> {
    const shared = await call(this.#supabase, z.array(sharedSchema), (rest) =>
      rest
        .from('members')
        .select('conversations!inner(id,kind,title,member_count)')
        .eq('user_id', userId)
        .is('left_at', null)
        .in('conversations.kind', ['group', 'channel'])
        .limit(200)
    );
    return shared.sort((a, b) => (a.title ?? '').localeCompare(b.title ?? ''));
  }

  /** Teams that both are in. */
  async sharedTeams(userId: string): Promise<{ id: string; name: string }[]> {
    const rows = await call(this.#supabase, z.array(z.object({ teams: z.object({ id: z.guid(), name: z.string() }) })), (rest) =>
      rest.from('team_members').select('teams!inner(id,name)').eq('user_id', userId).limit(100)
    );
    return rows.map(({ teams }) => teams);
  }

  /** Whom one has blocked, the newest first. */
  blocked(): Promise<Blocked[]> {
    return call(this.#supabase, z.array(blockedSchema), (rest) =>
      rest
        .from('blocks')
        .select(`created_at,person:profiles!blocks_blocked_id_fkey(${PROFILE})`)
        .eq('user_id', this.#me)
        .is('lifted_at', null)
        .order('created_at', { ascending: false })
        .limit(1000)
    );
  }

  async report(userId: string, reason: ReportReason, note: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('report_user', { user_id: userId, reason, note }));
  }

  async reportMessage(conversationId: string, seq: number, reason: ReportReason, note: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) =>
      rest.rpc('report_message', { conversation_id: conversationId, seq, reason, note })
    );
  }
}
