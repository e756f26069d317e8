import type { RealtimeClient, RealtimeClientOptions } from '@supabase/realtime-js';

/** What the app asks of Realtime while it may not be there yet. */
type Part = Pick<
  RealtimeClient,
  | 'apiKey'
  | 'accessToken'
  | 'setAuth'
  | 'connect'
  | 'disconnect'
  | 'connectionState'
  | 'getChannels'
  | 'channel'
  | 'removeChannel'
>;

type Options = RealtimeClientOptions & { apiKey: string; accessToken: () => Promise<string | null> };

/**
 * Realtime of Supabase, loaded by the first setAuth(), with which connecting begins: a conversation can be read and written in
 * before anything is live. Until then it is a socket that is closed and has no channels.
 */
export function lazyRealtime(
  url: string,
  { apiKey, accessToken, ...options }: Options,
  load = () => import('@supabase/realtime-js')
): RealtimeClient {
  let client: RealtimeClient | null = null;
  let loading: Promise<RealtimeClient> | null = null;
  const real = () =>
    (loading ??= load().then(
      ({ RealtimeClient }) => (client = new RealtimeClient(url, { ...options, params: { apikey: apiKey }, accessToken })),
      (error: unknown) => {
        loading = null;
        throw error;
      }
    ));
  const here = (): RealtimeClient => {
    if (!client) throw new Error('Realtime is not there yet: call setAuth() first.');
    return client;
  };

  const part: Part = {
    apiKey,
    accessToken,
    setAuth: async (token) => (await real()).setAuth(token),
    connect: () => here().connect(),
    disconnect: async (...given) => client?.disconnect(...given) ?? 'ok',
    connectionState: () => client?.connectionState() ?? 'closed',
    getChannels: () => client?.getChannels() ?? [],
    channel: (...topic) => here().channel(...topic),
    removeChannel: (channel) => here().removeChannel(channel)
  };
  return part as RealtimeClient;
}
