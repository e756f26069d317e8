/** Requests that are wrong as such: paths, methods, schemas, sizes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Call, call, errorShape, type Person, rpc, signUp } from './world.ts';

let alice: Person;

beforeAll(async () => {
  alice = await signUp('alice');
});

type Case = [what: string, method: string, path: string, call: Call, status: number, code: string];

const cases: Case[] = [
  ['a path that is none', 'GET', '/nothing/here', {}, 404, 'path_not_found'],
  ['a table that is none', 'GET', '/rest/v1/secrets', {}, 404, '42P01'],
  ['a function that is none', 'POST', '/rest/v1/rpc/drop_everything', { body: {} }, 404, 'PGRST202'],
  ['a private table', 'GET', '/rest/v1/settings', { headers: { 'accept-profile': 'private' } }, 406, 'PGRST106'],
  ['a private function', 'POST', '/rest/v1/rpc/refuse', { headers: { 'content-profile': 'private' }, body: {} }, 406, 'PGRST106'],
  ['the accounts', 'GET', '/rest/v1/users', { headers: { 'accept-profile': 'auth' } }, 406, 'PGRST106'],
  ['a profile to be deleted', 'DELETE', '/rest/v1/profiles', {}, 403, '42501'],
  ['everybody to be renamed', 'PATCH', '/rest/v1/members', { body: { role: 'owner' } }, 403, '42501'],
  ['a column to be read that is none', 'GET', '/rest/v1/profiles?select=password', {}, 400, '42703']
];

describe('is refused', () => {
  test.each(cases)('%s', async (_what, method, path, options, status, code) => {
    const answer = await call(method, path, { token: alice.token, ...options });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(errorShape.safeParse(answer.body).error).toBeUndefined();
  });

  test('an address of 100,000 characters', async () => {
    const { status } = await call('GET', `/rest/v1/profiles?handle=eq.${'x'.repeat(100_000)}`, { token: alice.token });
    expect([414, 431]).toContain(status);
  });

  test('hundreds of marks in one call', async () => {
    const marks = Object.fromEntries(Array.from({ length: 501 }, () => [crypto.randomUUID(), 1]));
    const { status, body } = await rpc('mark_read', { marks }, alice.token);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'too_many' });
  });

  test('a search of two million characters, without harm', async () => {
    const { status, body } = await rpc('search_users', { query: 'x'.repeat(2_000_000) }, alice.token);
    expect({ status, body }).toEqual({ status: 200, body: [] });
  });
});

test('a hundred bad requests at once leave the next good one alone', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      n % 2 ? rpc('send_message', { nonsense: n }, alice.token) : call('POST', '/rest/v1/messages', { token: 'bad', body: '{' })
    )
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404, 401]));
  expect((await rpc('sync', { cursors: {} }, alice.token)).status).toBe(200);
});
