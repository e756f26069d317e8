import { describe, expect, test } from 'vitest';
import { ApiKeys } from '../../supabase/embedded/gateway/api-key.ts';
import { keyPolicy } from '../../supabase/embedded/gateway/routes.ts';
import { opaqueKey } from '../../supabase/embedded/keys.ts';

const keys = {
  jwtSecret: 'x'.repeat(32),
  publishableKey: 'sb_publishable_p',
  secretKey: 'sb_secret_s',
  anonToken: 'anon.token',
  serviceRoleToken: 'service.token'
};
const apiKeys = new ApiKeys(keys);
const authorization = (headers: Record<string, string>, query?: string) => {
  const result = apiKeys.check(headers, query, 'required');
  return result.ok ? result.authorization : result.refusal.message;
};

describe('a key is exchanged for the token it stands for', () => {
  test.each([
    ['the publishable key alone', { apikey: 'sb_publishable_p' }, 'Bearer anon.token'],
    ['the secret key alone', { apikey: 'sb_secret_s' }, 'Bearer service.token'],
    ['the key repeated as a bearer', { apikey: 'sb_secret_s', authorization: 'Bearer sb_secret_s' }, 'Bearer service.token'],
    ["a person's own token stays", { apikey: 'sb_publishable_p', authorization: 'Bearer alice' }, 'Bearer alice'],
    ['a token used as the key', { apikey: 'service.token' }, 'Bearer service.token'],
    ['no key', {}, 'No API key found in request'],
    ['no key, though signed in', { authorization: 'Bearer alice' }, 'No API key found in request'],
    ['a wrong key', { apikey: 'sb_publishable_q' }, 'Invalid API key'],
    ["a person's token as the key", { apikey: 'alice' }, 'Invalid API key'],
    [
      'the secret key in a browser',
      { apikey: 'sb_secret_s', 'user-agent': 'Mozilla/5.0' },
      'Forbidden use of secret API key in browser'
    ],
    ['the publishable key in a browser', { apikey: 'sb_publishable_p', 'user-agent': 'Mozilla/5.0' }, 'Bearer anon.token']
  ])('%s', (_, headers, expected) => {
    expect(authorization(headers as Record<string, string>)).toBe(expected);
  });

  test('from the query where there is no header', () => {
    expect(authorization({}, 'sb_publishable_p')).toBe('Bearer anon.token');
    expect(authorization({ apikey: 'sb_secret_s' }, 'sb_publishable_p')).toBe('Bearer service.token');
  });

  test('where none is asked for, one that is not known goes through untouched', () => {
    expect(apiKeys.check({ apikey: 'of a webhook', authorization: 'Bearer theirs' }, undefined, 'optional')).toEqual({
      ok: true,
      authorization: 'Bearer theirs'
    });
  });
});

test.each([
  ['/rest/v1/messages', 'required'],
  ['/auth/v1/token', 'required'],
  ['/auth/v1/verify', 'optional'],
  ['/auth/v1/.well-known/jwks.json', 'optional'],
  ['/realtime/v1/api/broadcast', 'required'],
  ['/storage/v1/object/public/a/b', 'optional'],
  ['/functions/v1/health', 'optional'],
  ['/health', 'ignored']
])('%s: a key is %s', (path, policy) => {
  expect(keyPolicy(path)).toBe(policy);
});

test("a key has Supabase's shape, and another project's checksum differs", () => {
  const random = Buffer.alloc(16, 7);
  const key = opaqueKey('sb_secret_', 'parley', random);
  expect(key).toMatch(/^sb_secret_[\w-]{22}_[\w-]{8}$/);
  expect(opaqueKey('sb_secret_', 'other', random).slice(0, -8)).toBe(key.slice(0, -8));
  expect(opaqueKey('sb_secret_', 'other', random)).not.toBe(key);
});
