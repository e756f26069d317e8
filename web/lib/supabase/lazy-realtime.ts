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

/** A tab that has not needed it until then has it ready for when it takes the lead. */
const READY_AFTER_MS = 5_000;

type Surroundings = {
  readonly load?: () => Promise<{ RealtimeClient: typeof RealtimeClient }>;
  readonly later?: (task: () => void) => unknown;
};

type Options = RealtimeClientOptions & { apiKey: string; accessToken: () => Promise<string | null> };

/**
 * Realtime of Supabase, loaded by the first setAuth(), with which connecting begins: a conversation can be read and written in
 * before anything is live. Until then it is a socket that is closed and has no channels. A tab that follows
 * another loads it in time, so that taking over does not wait for it.
 */
export function lazyRealtime(
  url: string,
  { apiKey, accessToken, ...options }: Options,
  { load = () => import('@supabase/realtime-js'), later = (task) => setTimeout(task, READY_AFTER_MS) }: Surroundings = {}
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
  // Without a network it cannot be had, unless the service worker has it; the next call tries again.
  later(() => void real().catch(() => {}));
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
