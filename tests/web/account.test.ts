import type { AuthChangeEvent, Session, SupabaseClient } from '@supabase/supabase-js';
import { afterEach, expect, test } from 'vitest';
import 'fake-indexeddb/auto';
import { Account } from '#lib/account/account.svelte.ts';
import { rememberedIdentity, rememberIdentity } from '#lib/account/identity.ts';
import { SESSION_KEY, sessionStorage } from '#lib/account/session-storage.ts';

const ada = { id: '11111111-1111-4111-8111-111111111111', email: 'ada@example.org' };
const session = { user: ada } as Session;

/** Auth as far as it tells of changes. */
function tellingClient() {
  let tell: (event: AuthChangeEvent, session: Session | null) => void = () => {};
  const client = {
    auth: {
      onAuthStateChange(listener: typeof tell) {
        tell = listener;
        return { data: { subscription: { unsubscribe() {} } } };
      }
    }
  } as unknown as SupabaseClient;
  return { client, tell: (event: AuthChangeEvent, current: Session | null) => tell(event, current) };
}

const storage = sessionStorage();
afterEach(async () => {
  localStorage.clear();
  await storage.removeItem(SESSION_KEY);
});

test('who was here before is in at once, before Auth has said anything', () => {
  rememberIdentity(ada);
  expect(new Account(tellingClient().client, storage).identity).toEqual(ada);
});

test('a session that cannot be refreshed offline is not a sign-out', async () => {
  rememberIdentity(ada);
  await storage.setItem(SESSION_KEY, '{"expired":true}');
  const { client, tell } = tellingClient();
  const account = new Account(client, storage);
  tell('INITIAL_SESSION', null);
  await account.settled;
  expect(account.identity).toEqual(ada);
  expect(rememberedIdentity()).toEqual(ada);
});

test('without any stored session, who was remembered is forgotten', async () => {
  rememberIdentity(ada);
  const { client, tell } = tellingClient();
  const account = new Account(client, storage);
  tell('INITIAL_SESSION', null);
  await account.settled;
  expect(account.identity).toBeNull();
});

test('a session where earlier versions kept it is found, and moves', async () => {
  localStorage.setItem(SESSION_KEY, '{"earlier":true}');
  expect(await storage.getItem(SESSION_KEY)).toBe('{"earlier":true}');
  expect(localStorage.getItem(SESSION_KEY)).toBeNull();
  expect(await sessionStorage().getItem(SESSION_KEY)).toBe('{"earlier":true}');
});

test('a sign-out that Auth reports ends it, here and in storage', () => {
  rememberIdentity(ada);
  const { client, tell } = tellingClient();
  const account = new Account(client, storage);
  tell('SIGNED_OUT', null);
  expect(account.identity).toBeNull();
  expect(rememberedIdentity()).toBeNull();
});

test('a session in the address signs in, and a recovery is marked', async () => {
  const { client, tell } = tellingClient();
  const account = new Account(client, storage);
  tell('PASSWORD_RECOVERY', session);
  tell('INITIAL_SESSION', session);
  await account.settled;
  expect(account.identity).toEqual(ada);
  expect(account.recovering).toBe(true);
});

test('damaged memory is as none', () => {
  localStorage.setItem('parley.identity', '{"id":');
  expect(new Account(tellingClient().client, storage).identity).toBeNull();
});
