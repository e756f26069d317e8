import type { AuthChangeEvent, AuthClient, GoTrueClientOptions, Session } from '@supabase/auth-js';
import * as z from 'zod/mini';
import type { SessionStorage } from '#lib/account/session-storage.ts';
import { whenIdle } from '#lib/ui/when-idle.ts';

type Auth = InstanceType<typeof AuthClient>;
type Listener = (event: AuthChangeEvent, session: Session | null) => void | Promise<void>;

/** A token with less time left is refreshed first: auth-js's own margin. */
const MARGIN_MS = 90_000;

const storedSession = z.looseObject({ access_token: z.string(), expires_at: z.number() });

type Surroundings = {
  readonly load?: () => Promise<(options: GoTrueClientOptions) => Auth>;
  readonly idle?: (task: () => void) => unknown;
  readonly now?: () => number;
  /** The page's address: a link of a mail leads to one that carries a session. */
  readonly address?: () => string;
};

const authJs = () =>
  import('@supabase/auth-js').then(
    ({ AuthClient }) =>
      (options: GoTrueClientOptions) =>
        new AuthClient(options)
  );

/**
 * Auth of Supabase. It is half of the library, and whoever comes back does not need it: their stored session is good as it is.
 * auth-js is loaded at once where there is no such session, with the first call of anything but getSession(), and otherwise when
 * the page is at rest: from then on it refreshes the session and tells of changes.
 */
export function lazyAuth(
  options: Omit<GoTrueClientOptions, 'storage'> & { storageKey: string; storage: SessionStorage },
  { load = authJs, idle = whenIdle, now = Date.now, address = () => globalThis.location?.href ?? '' }: Surroundings = {}
): Auth {
  const waiting = new Set<(auth: Auth) => void>();
  let loading: Promise<Auth> | null = null;

  function real(): Promise<Auth> {
    loading ??= load().then(
      (make) => {
        const auth = make(options);
        for (const tell of waiting) tell(auth);
        waiting.clear();
        return auth;
      },
      (error: unknown) => {
        loading = null;
        throw error;
      }
    );
    return loading;
  }

  async function freshSession(): Promise<Session | null> {
    const text = await options.storage.getItem(options.storageKey).catch(() => null);
    const session = storedSession.safeParse(parsed(text)).data;
    return session && session.expires_at * 1000 - now() > MARGIN_MS ? (session as unknown as Session) : null;
  }

  const own: Pick<Auth, 'getSession' | 'onAuthStateChange'> = {
    async getSession() {
      const session = loading ? null : await freshSession();
      return session ? { data: { session }, error: null } : (await real()).getSession();
    },

    onAuthStateChange(callback: Listener) {
      let end = (): void => void waiting.delete(listen);
      const listen = (auth: Auth): void => {
        const { subscription } = auth.onAuthStateChange(callback).data;
        end = () => subscription.unsubscribe();
      };
      if (loading) void loading.then(listen, () => waiting.add(listen));
      else waiting.add(listen);
      return { data: { subscription: { id: Symbol('auth'), callback, unsubscribe: () => end() } } };
    }
  };

  // Without a network auth-js cannot be had, unless the service worker has it; the next call tries again.
  const begin = () => void real().catch(() => {});
  if (carriesSession(address())) begin();
  else void freshSession().then((session) => (session ? idle(begin) : begin()));

  return new Proxy(own as Auth, {
    get: (target, name) =>
      Object.hasOwn(target, name)
        ? target[name as keyof Auth]
        : async (...given: unknown[]) => {
            const auth = await real();
            return (auth[name as keyof Auth] as (...given: unknown[]) => unknown).apply(auth, given);
          }
  });
}

function carriesSession(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hash, searchParams } = new URL(address);
  return hash.includes('=') || searchParams.has('code');
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
