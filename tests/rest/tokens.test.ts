/** Keys and tokens that do not count: who comes with one gets 401, reads nothing and writes nothing. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { sharedStack } from '../support/stack.ts';
import { type Call, call, countMessages, directConversation, errorShape, type Person, signToken, signUp } from './world.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let alice: Person;
let conversation: string;

beforeAll(async () => {
  alice = await signUp('alice');
  conversation = await directConversation(alice, await signUp('bob'));
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The same credentials are tried on a read, on a write and on a function. */
async function expectRefused(credentials: Call, status: number, code: string | undefined): Promise<void> {
  const before = await countMessages(conversation, alice);
  const message = { conversation_id: conversation, content: 'hi' };
  const answers = await Promise.all([
    call('GET', '/rest/v1/messages', credentials),
    call('POST', '/rest/v1/messages', { ...credentials, body: message }),
    call('POST', '/rest/v1/rpc/send_message', { ...credentials, body: { ...message, id: randomUUID() } })
  ]);
  for (const answer of answers) {
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    if (code !== undefined) expect(errorShape.safeParse(answer.body).error).toBeUndefined();
  }
  expect(await countMessages(conversation, alice)).toBe(before);
}

describe('a token', () => {
  const claims = () => ({ sub: alice.id, role: 'authenticated', aud: 'authenticated' });

  test('that is expired', async () => expectRefused({ token: await signToken(claims(), { expires: -60 }) }, 401, 'PGRST301'));
  test('that another project has signed', async () =>
    expectRefused({ token: await signToken(claims(), { secret: 'another secret that is long enough' }) }, 401, 'PGRST301'));
  test('that claims to be the server, signed by nobody', async () =>
    expectRefused({ token: `${base64({ alg: 'none', typ: 'JWT' })}.${base64({ role: 'service_role' })}.` }, 401, 'PGRST301'));
  test('whose claims were changed after signing', async () => {
    const [header, , signature] = alice.token.split('.');
    await expectRefused({ token: `${header}.${base64({ ...claims(), role: 'service_role' })}.${signature}` }, 401, 'PGRST301');
  });
  test('that is garbage', () => expectRefused({ token: 'garbage' }, 401, 'PGRST301'));
  test('that is three pieces of garbage', () => expectRefused({ token: 'a.b.c' }, 401, 'PGRST301'));
  test('that is not there: the project’s key alone opens nothing', () => expectRefused({}, 401, '42501'));

  test('without a person in it cannot write', async () => {
    const token = await signToken({ role: 'authenticated' });
    const answer = await call('POST', '/rest/v1/messages', { token, body: { conversation_id: conversation, content: 'hi' } });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 401, code: 'not_signed_in' });
  });

  test('of a person who is not there any more reads and writes nothing', async () => {
    const token = await signToken({ ...claims(), sub: randomUUID() });
    const read = await call('GET', '/rest/v1/messages', { token });
    expect(read.body).toEqual([]);
    const written = await call('POST', '/rest/v1/messages', { token, body: { conversation_id: conversation, content: 'hi' } });
    expect({ status: written.status, code: written.body.code }).toEqual({ status: 403, code: 'not_a_member' });
  });
});

describe('a key', () => {
  test('that is missing', () => expectRefused({ key: null, token: alice.token }, 401, undefined));
  test('that is wrong', () => expectRefused({ key: 'sb_publishable_wrong', token: alice.token }, 401, undefined));
  test('that is empty', () => expectRefused({ key: '', token: alice.token }, 401, undefined));
  test('that is secret, from a browser', () =>
    expectRefused({ key: sharedStack().secretKey, headers: { 'user-agent': BROWSER } }, 401, undefined));
  test('says what is wrong with it', async () => {
    const { body } = await call('GET', '/rest/v1/messages', { key: 'sb_publishable_wrong' });
    expect(body).toEqual({ message: 'Invalid API key', hint: expect.stringContaining('npm run status') });
  });
  test('that is secret opens everything to a server, which is what it is for', async () => {
    const { status } = await call('GET', '/rest/v1/messages?limit=1', { key: sharedStack().secretKey });
    expect(status).toBe(200);
  });
});

test('after all that, a good token reads', async () => {
  const { status } = await call('GET', '/rest/v1/conversation_list', { token: alice.token });
  expect(status).toBe(200);
});
