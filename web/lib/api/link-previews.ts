import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { type LinkPreview, linkPreviewSchema } from '#lib/chat/link-preview.ts';
import { AccountCalls } from './account.ts';

const answerSchema = z.object({ preview: z.nullable(linkPreviewSchema) });

/** What pages say of themselves, asked for by the server. */
export class LinkPreviewCalls {
  readonly #supabase: SupabaseClient;
  #isWanted: Promise<boolean> | undefined;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** Null when there is none, when the person wants none, and when it cannot be had: nobody has to be told. */
  async ask(url: string): Promise<LinkPreview | null> {
    if (!(await this.#wanted())) return null;
    const { data } = await this.#supabase.functions.invoke<unknown>('link-preview', { body: { url } });
    const { success, data: answer } = answerSchema.safeParse(data);
    return success ? answer.preview : null;
  }

  #wanted(): Promise<boolean> {
    this.#isWanted ??= new AccountCalls(this.#supabase).privacy().then(
      ({ previewsLinks }) => previewsLinks,
      () => {
        this.#isWanted = undefined;
        return false;
      }
    );
    return this.#isWanted;
  }
}
