/** Messages that cannot be: each is refused with its status and code, nothing is stored, and the next good one goes through. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Call, call, countMessages, directConversation, errorShape, type Person, rpc, signUp } from './world.ts';

const MEGABYTE = 2 ** 20;

let alice: Person;
let bob: Person;
let mallory: Person;
let conversation: string;

beforeAll(async () => {
  [alice, bob, mallory] = (await Promise.all(['alice', 'bob', 'mallory'].map(signUp))) as [Person, Person, Person];
  conversation = await directConversation(alice, bob);
});

const insert = (body: unknown, options: Call = {}) => call('POST', '/rest/v1/messages', { token: alice.token, body, ...options });
const send = (args: Record<string, unknown>, token = alice.token) =>
  rpc('send_message', { conversation_id: conversation, id: randomUUID(), ...args }, token);

/** Every case names what is sent, by both ways where both can, and what is answered. */
type Case = [what: string, request: () => ReturnType<typeof call>, status: number, code: string];

const withContent = (content: unknown) => () => insert({ conversation_id: conversation, content });

const cases: Case[] = [
  ['JSON that breaks off', () => insert('{"conversation_id": '), 400, 'PGRST102'],
  [
    'JSON that breaks off, to a function',
    () => call('POST', '/rest/v1/rpc/send_message', { token: alice.token, body: '{"id": ' }),
    400,
    'PGRST102'
  ],
  ['plain text', () => insert('hello'), 400, 'PGRST102'],
  ['nothing', () => insert(''), 400, 'PGRST102'],
  ['a list of numbers', () => insert('[1, 2]'), 400, 'PGRST102'],
  ['XML', () => insert('<message/>', { headers: { 'content-type': 'application/xml' } }), 400, 'PGRST102'],
  ['bytes that are no UTF-8', () => insert(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), 400, 'PGRST102'],
  ['half a surrogate pair', () => insert(`{"conversation_id": "${conversation}", "content": "\\ud800"}`), 400, 'PGRST102'],
  ['the character NUL', withContent('a\u0000b'), 400, '22P05'],
  ['6,000 characters', withContent('x'.repeat(6000)), 400, 'message_too_long'],
  ['6,000 characters, to the function', () => send({ content: 'x'.repeat(6000) }), 400, 'message_too_long'],
  ['nothing but spaces', withContent('   '), 400, 'message_blank'],
  ['nothing but spaces, to the function', () => send({ content: '\u200b\t' }), 400, 'message_blank'],
  ['an empty text', withContent(''), 400, 'message_blank'],
  ['null', withContent(null), 400, 'message_blank'],
  ['no text at all', () => insert({ conversation_id: conversation }), 400, 'message_blank'],
  ['no conversation', () => insert({ content: 'hi' }), 404, 'conversation_not_found'],
  ['an unknown conversation', () => insert({ conversation_id: randomUUID(), content: 'hi' }), 404, 'conversation_not_found'],
  [
    'an unknown conversation, to the function',
    () => send({ conversation_id: randomUUID(), content: 'hi' }),
    404,
    'conversation_not_found'
  ],
  ['an id that is none', () => insert({ conversation_id: 'general', content: 'hi' }), 400, '22P02'],
  ['a message id that is none', () => send({ id: 'mine', content: 'hi' }), 400, '22P02'],
  [
    'a foreign conversation',
    () => insert({ conversation_id: conversation, content: 'hi' }, { token: mallory.token }),
    403,
    'not_a_member'
  ],
  ['a foreign conversation, to the function', () => send({ content: 'hi' }, mallory.token), 403, 'not_a_member'],
  ['a number of its own choice', () => insert({ conversation_id: conversation, content: 'hi', seq: 1 }), 403, '42501'],
  ['another sender', () => insert({ conversation_id: conversation, content: 'hi', sender_id: bob.id }), 403, '42501'],
  ['a column that is none', () => insert({ conversation_id: conversation, content: 'hi', admin: true }), 400, 'PGRST204'],
  ['an argument too few', () => rpc('send_message', { conversation_id: conversation }, alice.token), 404, 'PGRST202'],
  ['an argument too many', () => send({ content: 'hi', sender_id: bob.id }), 404, 'PGRST202'],
  ['10 MB', () => insert({ conversation_id: conversation, content: 'x'.repeat(10 * MEGABYTE) }), 413, 'body_too_large'],
  ['10 MB, to the function', () => send({ content: 'x'.repeat(10 * MEGABYTE) }), 413, 'body_too_large'],
  ['10 MB of nonsense', () => insert('x'.repeat(10 * MEGABYTE)), 413, 'body_too_large'],
  ['3 MB, which may be passed on', withContent('x'.repeat(3 * MEGABYTE)), 400, 'message_too_long']
];

describe('a message is refused', () => {
  test.each(cases)('%s', async (_what, request, status, code) => {
    const before = await countMessages(conversation, alice);
    const answer = await request();
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(errorShape.safeParse(answer.body).error).toBeUndefined();
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await countMessages(conversation, alice)).toBe(before);
  });

  test('of many in one request, when one of them is bad', async () => {
    const before = await countMessages(conversation, alice);
    const { status, body } = await insert([
      { conversation_id: conversation, content: 'good' },
      { conversation_id: conversation, content: ' ' }
    ]);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'message_blank' });
    expect(await countMessages(conversation, alice)).toBe(before);
  });

  test('when its id is taken, with 409', async () => {
    const message = { conversation_id: conversation, id: randomUUID(), content: 'once' };
    expect((await insert(message)).status).toBe(201);
    const again = await insert(message);
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: 'message_id_taken' });
  });

  test('when there are too many, with 429 and the seconds to wait', async () => {
    const eager = await signUp('eager');
    const own = await directConversation(eager, bob);
    let answer = await insert({ conversation_id: own, content: 'hi' }, { token: eager.token });
    for (let n = 0; n < 500 && answer.status === 201; n += 1) {
      answer = await insert({ conversation_id: own, content: 'hi' }, { token: eager.token });
    }
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 429, code: 'rate_limited' });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(errorShape.safeParse(answer.body).error).toBeUndefined();
  });
});

describe('what has been said', () => {
  test.each([
    ['changed', 'PATCH', { content: 'never said' }],
    ['deleted', 'DELETE', undefined]
  ])('cannot be %s', async (_what, method, body) => {
    const { status, body: answer } = await call(method, `/rest/v1/messages?conversation_id=eq.${conversation}`, {
      token: alice.token,
      body
    });
    expect({ status, code: answer.code }).toEqual({ status: 403, code: '42501' });
  });

  test('cannot be read by a stranger, who sees an empty list', async () => {
    const { status, body } = await call('GET', `/rest/v1/messages?conversation_id=eq.${conversation}`, { token: mallory.token });
    expect({ status, body }).toEqual({ status: 200, body: [] });
  });
});

test('after all that, a good message goes through', async () => {
  const { status } = await send({ content: 'still here' }, bob.token);
  expect(status).toBe(200);
});
