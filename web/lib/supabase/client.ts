import { PostgrestClient } from '@supabase/postgrest-js';
import type { RealtimeClient } from '@supabase/realtime-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { SessionStorage } from '#lib/account/session-storage.ts';
import { lazyAuth } from './lazy-auth.ts';
import { lazyRealtime } from './lazy-realtime.ts';
import { lazyStorage } from './lazy-storage.ts';

type Fetch = typeof fetch;

/**
 * The client of supabase-js, put together from its own parts as createClient() does it, but with those that the first screen does
 * not need loaded later: Auth, Realtime and Storage. It is a tenth as large to begin with. What the app has no use for is not there.
 */
export function openSupabase(
  address: string,
  key: string,
  session: { storageKey: string; storage: SessionStorage }
): SupabaseClient {
  const url = (path: string) => new URL(path, address.endsWith('/') ? address : `${address}/`);
  const auth = lazyAuth({
    url: url('auth/v1').href,
    headers: { Authorization: `Bearer ${key}`, apikey: key },
    autoRefreshToken: true,
    persistSession: true,
    detectSessionInUrl: true,
    flowType: 'implicit',
    ...session
  });
  const token = async () => (await auth.getSession()).data.session?.access_token ?? key;
  const signed =
    (inner: Fetch): Fetch =>
    async (input, init) => {
      const bearer = await token();
      const headers = new Headers(init?.headers);
      if (!headers.has('apikey')) headers.set('apikey', key);
      if (!headers.has('Authorization')) headers.set('Authorization', `Bearer ${bearer}`);
      return inner(input, { ...init, headers });
    };
  const plain: Fetch = (input, init) => fetch(input, init);

  const sockets = url('realtime/v1');
  sockets.protocol = sockets.protocol.replace('http', 'ws');
  const realtime = lazyRealtime(sockets.href, { apiKey: key, accessToken: token, fetch: signed(plain) });
  const rest = new PostgrestClient(url('rest/v1').href, { schema: 'public', fetch: plain, wrapFetch: signed });

  // A socket that is open goes on with the new token; one that is not asks for it when it opens.
  auth.onAuthStateChange((event) => {
    const changes = event === 'SIGNED_OUT' || event === 'TOKEN_REFRESHED' || event === 'SIGNED_IN';
    if (changes && realtime.getChannels().length > 0) void realtime.setAuth();
  });

  return {
    auth,
    realtime,
    functions: {
      invoke: async (name: string, options?: { body?: unknown }) =>
        (await import('./functions.ts')).invoke(url('functions/v1').href, signed(plain), name, options)
    },
    storage: lazyStorage(url('storage/v1').href, signed(plain)),
    from: (relation: string) => rest.from(relation),
    schema: (name: string) => rest.schema(name),
    rpc: (...call: Parameters<typeof rest.rpc>) => rest.rpc(...call),
    channel: (...topic: Parameters<RealtimeClient['channel']>) => realtime.channel(...topic),
    getChannels: () => realtime.getChannels(),
    removeChannel: (channel: Parameters<RealtimeClient['removeChannel']>[0]) => realtime.removeChannel(channel)
  } as unknown as SupabaseClient;
}
