import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { moment, nothing } from './rows.ts';

const sessionSchema = z.pipe(
  z.object({
    id: z.guid(),
    created_at: moment,
    last_used_at: moment,
    user_agent: z.nullable(z.string()),
    ip: z.nullable(z.string()),
    is_current: z.boolean()
  }),
  z.transform(({ created_at, last_used_at, user_agent, is_current, ...session }) => ({
    ...session,
    since: created_at,
    lastUsedAt: last_used_at,
    userAgent: user_agent,
    isCurrent: is_current
  }))
);
/** Somewhere that one is signed in. */
export type SignIn = z.output<typeof sessionSchema>;

const privacySchema = z.pipe(
  z.object({ shares_presence: z.boolean(), is_found: z.boolean(), previews_links: z.boolean() }),
  z.transform(({ shares_presence, is_found, previews_links }) => ({
    sharesPresence: shares_presence,
    isFound: is_found,
    previewsLinks: previews_links
  }))
);
/** What others learn of this person, or through them. */
export type Privacy = z.output<typeof privacySchema>;

const nextSchema = z.object({ section: z.string(), after: z.optional(z.unknown()) });
const pageSchema = z.object({ section: z.string(), rows: z.array(z.unknown()), next: z.nullable(nextSchema) });

const deletedSchema = z.object({ done: z.boolean() });

/** All that is kept about a person, by section. */
export type AccountExport = Record<string, unknown[]>;

/** One's own account: where it is signed in, how, what others learn of it; taking it along, and ending it. */
export class AccountCalls {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** This one first, then those used last. */
  signIns(): Promise<SignIn[]> {
    return call(this.#supabase, z.array(sessionSchema), (rest) => rest.rpc('my_sessions'));
  }

  /** From here on it gets no other access token; the one that it has lasts an hour at most. */
  async endSignIn(id: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('end_session', { id }));
  }

  /** All of them but this one. @throws {AuthError} */
  async endOtherSignIns(): Promise<void> {
    const { error } = await this.#supabase.auth.signOut({ scope: 'others' });
    if (error) throw error;
  }

  /** Signs all other places out as well. @throws {AuthError} */
  async changePassword(password: string): Promise<void> {
    const { error } = await this.#supabase.auth.updateUser({ password });
    if (error) throw error;
    await this.endOtherSignIns();
  }

  /** Has mails sent to the old and the new address: when both were answered, the address is changed. @throws {AuthError} */
  async changeEmail(email: string, returnTo: string): Promise<void> {
    const { error } = await this.#supabase.auth.updateUser({ email }, { emailRedirectTo: returnTo });
    if (error) throw error;
  }

  async privacy(): Promise<Privacy> {
    const [privacy] = await call(this.#supabase, z.array(privacySchema), (rest) =>
      rest.from('privacy_settings').select('shares_presence,is_found,previews_links')
    );
    return privacy ?? { sharesPresence: true, isFound: true, previewsLinks: true };
  }

  /** What is left out stays. */
  setPrivacy({ sharesPresence, isFound, previewsLinks }: Partial<Privacy>): Promise<Privacy> {
    return call(this.#supabase, privacySchema, (rest) =>
      rest.rpc('set_privacy', {
        shares_presence: sharesPresence ?? null,
        is_found: isFound ?? null,
        previews_links: previewsLinks ?? null
      })
    );
  }

  /** Asks page by page until there is nothing more. `onPage` hears how many entries there are so far. */
  async export(onPage: (entries: number) => void = () => {}): Promise<AccountExport> {
    const all: AccountExport = {};
    let entries = 0;
    let next: z.output<typeof nextSchema> | null = { section: 'profile' };
    while (next) {
      const asked: z.output<typeof nextSchema> = next;
      const page: z.output<typeof pageSchema> = await call(this.#supabase, pageSchema, (rest) =>
        rest.rpc('export_account', { section: asked.section, after: asked.after ?? null })
      );
      (all[page.section] ??= []).push(...page.rows);
      entries += page.rows.length;
      onPage(entries);
      next = page.next;
    }
    return all;
  }

  /** For good; the handle says that it is meant. Resolves to whether it is done already, or goes on behind. */
  async delete(handle: string, removeMessages: boolean): Promise<boolean> {
    const { done } = await call(this.#supabase, deletedSchema, (rest) =>
      rest.rpc('delete_account', { handle, remove_messages: removeMessages })
    );
    return done;
  }
}
