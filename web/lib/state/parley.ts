import type { SupabaseClient } from '@supabase/supabase-js';
import type { Account } from '#lib/account/account.svelte.ts';
import { type Config, loadConfig } from '#lib/config.ts';

/** What the whole app stands on: where the backend is, the way to it, and who uses it. */
export type Opened = { config: Config; client: SupabaseClient; account: Account };

/**
 * The running app. One per page load, handed down as the root layout's data. Nothing happens before `open()`, so that pages
 * for everybody neither wait for the backend nor load its library.
 */
export class Parley {
  #config: Promise<Config> | undefined;
  #opened: Promise<Opened> | undefined;

  config(): Promise<Config> {
    return (this.#config ??= loadConfig().catch((error: unknown) => {
      this.#config = undefined;
      throw error;
    }));
  }

  open(): Promise<Opened> {
    return (this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    }));
  }

  async #open(): Promise<Opened> {
    const [config, { openSupabase }, { Account }, { SESSION_KEY, sessionStorage }] = await Promise.all([
      this.config(),
      import('#lib/supabase/client.ts'),
      import('#lib/account/account.svelte.ts'),
      import('#lib/account/session-storage.ts')
    ]);
    const storage = sessionStorage();
    const client = openSupabase(config.supabaseUrl, config.publishableKey, { storageKey: SESSION_KEY, storage });
    return { config, client, account: new Account(client, storage) };
  }
}
