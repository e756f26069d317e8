import type { AuthChangeEvent, Session, SupabaseClient } from '@supabase/supabase-js';
import { afterEach, expect, test } from 'vitest';
import { Account, SESSION_KEY } from '#lib/account/account.svelte.ts';
import { rememberedIdentity, rememberIdentity } from '#lib/account/identity.ts';

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

afterEach(() => localStorage.clear());

test('who was here before is in at once, before Auth has said anything', () => {
  rememberIdentity(ada);
  expect(new Account(tellingClient().client).identity).toEqual(ada);
});

test('a session that cannot be refreshed offline is not a sign-out', () => {
  rememberIdentity(ada);
  localStorage.setItem(SESSION_KEY, '{"expired":true}');
  const { client, tell } = tellingClient();
  const account = new Account(client);
  tell('INITIAL_SESSION', null);
  expect(account.identity).toEqual(ada);
  expect(rememberedIdentity()).toEqual(ada);
});

test('without any stored session, who was remembered is forgotten', () => {
  rememberIdentity(ada);
  const { client, tell } = tellingClient();
  const account = new Account(client);
  tell('INITIAL_SESSION', null);
  expect(account.identity).toBeNull();
});

test('a sign-out that Auth reports ends it, here and in storage', () => {
  rememberIdentity(ada);
  localStorage.setItem(SESSION_KEY, '{}');
  const { client, tell } = tellingClient();
  const account = new Account(client);
  tell('SIGNED_OUT', null);
  expect(account.identity).toBeNull();
  expect(rememberedIdentity()).toBeNull();
});

test('a session in the address signs in, and a recovery is marked', async () => {
  const { client, tell } = tellingClient();
  const account = new Account(client);
  tell('PASSWORD_RECOVERY', session);
  tell('INITIAL_SESSION', session);
  await account.settled;
  expect(account.identity).toEqual(ada);
  expect(account.recovering).toBe(true);
});

test('damaged memory is as none', () => {
  localStorage.setItem('parley.identity', '{"id":');
  expect(new Account(tellingClient().client).identity).toBeNull();
});
