import type { AuthChangeEvent, AuthClient, GoTrueClientOptions, Session } from '@supabase/auth-js';
import { describe, expect, test } from 'vitest';
import { lazyAuth } from '#lib/supabase/lazy-auth.ts';

type Auth = InstanceType<typeof AuthClient>;

const NOW_MS = 1_000_000_000;
const sessionFor = (seconds: number) => JSON.stringify({ access_token: 'of before', expires_at: NOW_MS / 1000 + seconds });

/** Auth in a page: what is stored, the page's address, and an auth-js that tells what is asked of it. */
function surroundings({ stored = null as string | null, address = 'https://parley.example/chats', reachable = true } = {}) {
  const asked: string[] = [];
  const heard: string[] = [];
  const idle: (() => void)[] = [];
  let listener: (event: AuthChangeEvent, session: Session | null) => void = () => {};
  const state = { reachable };
  const real = {
    getSession: async () => (asked.push('getSession'), { data: { session: { access_token: 'renewed' } }, error: null }),
    signOut: async (options: object) => (asked.push(`signOut ${JSON.stringify(options)}`), { error: null }),
    onAuthStateChange: (callback: typeof listener) => {
      listener = callback;
      return { data: { subscription: { unsubscribe: () => (listener = () => {}) } } };
    }
  };
  const load = async () => {
    asked.push('load');
    if (!state.reachable) throw new TypeError('Failed to fetch');
    return (_: GoTrueClientOptions) => real as unknown as Auth;
  };
  const storage = { getItem: async () => stored, setItem: async () => {}, removeItem: async () => {} };
  const auth = lazyAuth(
    { storageKey: 'session', storage },
    { load, idle: (task) => idle.push(task), now: () => NOW_MS, address: () => address }
  );
  const { subscription } = auth.onAuthStateChange((event) => void heard.push(event)).data;
  return { auth, asked, heard, idle, state, subscription, tell: () => void listener('TOKEN_REFRESHED', null) };
}

const token = async (auth: Auth) => (await auth.getSession()).data.session?.access_token;

describe('Auth that is loaded later', () => {
  test('gives a stored session as it is, and loads when the page is at rest', async () => {
    const { auth, asked, idle, heard, tell } = surroundings({ stored: sessionFor(3600) });
    expect(await token(auth)).toBe('of before');
    expect([asked, idle.length]).toEqual([[], 1]);
    idle[0]!();
    expect(await token(auth)).toBe('renewed');
    tell();
    expect(heard).toEqual(['TOKEN_REFRESHED']);
  });

  test.each([
    ['is about to expire', { stored: sessionFor(80) }],
    ['is not there', { stored: null }],
    ['is damaged', { stored: '{"access_token":' }],
    ['comes with the address', { stored: sessionFor(3600), address: 'https://parley.example/chats#access_token=new' }]
  ])('loads at once when the session %s', async (_, given) => {
    const { asked, idle } = surroundings(given);
    await expect.poll(() => asked).toEqual(['load']);
    expect(idle).toEqual([]);
  });

  test('hands on everything else, with what was given', async () => {
    const { auth, asked } = surroundings({ stored: sessionFor(3600) });
    await auth.signOut({ scope: 'local' });
    expect(asked).toEqual(['load', 'signOut {"scope":"local"}']);
  });

  test('tries again when it could not be loaded, and forgets nobody who listens', async () => {
    const { auth, asked, state, heard, tell } = surroundings({ reachable: false });
    await expect(auth.getSession()).rejects.toThrow('Failed to fetch');
    state.reachable = true;
    expect(await token(auth)).toBe('renewed');
    expect(asked.filter((one) => one === 'load').length).toBeGreaterThan(1);
    tell();
    expect(heard).toEqual(['TOKEN_REFRESHED']);
  });

  test('tells nothing to who listens no more', async () => {
    const { auth, heard, subscription, tell } = surroundings();
    subscription.unsubscribe();
    await auth.getSession();
    tell();
    expect(heard).toEqual([]);
  });
});
