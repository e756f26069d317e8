import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SESSION_KEY, sessionStorage } from '../lib/account/session-storage.ts';
import { type Config, loadConfig } from '../lib/config.ts';

export type Backend = { client: SupabaseClient; userId: string; config: Config };

/** The worker is ended when it has nothing to do, and /config.json may have changed since: nothing is remembered. */
const NO_MEMORY = { getItem: () => null, setItem: () => {} };

/**
 * The backend as whoever is signed in on this device, with a fresh token; null when nobody is. Rejects without a network. The
 * session is the page's own, so what is refreshed here is refreshed for it too.
 */
export async function openBackend(): Promise<Backend | null> {
  const config = await loadConfig(fetch, NO_MEMORY);
  const auth = { storageKey: SESSION_KEY, storage: sessionStorage(), autoRefreshToken: false, detectSessionInUrl: false };
  const client = createClient(config.supabaseUrl, config.publishableKey, { auth });
  const { data, error } = await client.auth.getSession();
  if (error) throw error;
  return data.session && { client, userId: data.session.user.id, config };
}
