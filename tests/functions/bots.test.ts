/** Bots on the stack as it is: a key becomes a token for the whole API, and an address says what is posted to it. */
import { createClient } from '@supabase/supabase-js';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { addressOf, idempotencyKey, textOf } from '../../functions/incoming/content.ts';
import { given, type Someone, someone, startGroup } from '../storage/files.ts';
import { sharedStack } from '../support/stack.ts';

const stack = sharedStack();
let alice: Someone;
let group: string;
let bot: { id: string; key: string };
let path: string;

const tokenFor = (key: string, init: RequestInit = { method: 'POST' }) =>
  fetch(`${stack.apiUrl}/functions/v1/bot-token`, { ...init, headers: { 'x-bot-key': key } });
const post = (to: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(stack.apiUrl + to, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body)
  });
const said = async () =>
  (await given(
    alice.supabase.from('messages').select('content').eq('conversation_id', group).eq('sender_id', bot.id).order('seq')
  )) as { content: string }[];

beforeAll(async () => {
  alice = await someone(stack, 'Alice');
  group = await startGroup(alice.supabase, []);
  bot = (await given(alice.supabase.rpc('create_bot', { handle: 'helper', display_name: 'Helper' }))) as typeof bot;
  await given(
    alice.supabase.rpc('add_members', { conversation_id: group, user_ids: [bot.id] }).then(({ error }) => ({ data: true, error }))
  );
  ({ path } = (await given(alice.supabase.rpc('create_incoming_webhook', { bot_id: bot.id, conversation_id: group }))) as {
    path: string;
  });
});

describe('bot-token', () => {
  test('gives a token with which the bot reads, writes and listens', async () => {
    const response = await tokenFor(bot.key);
    const session = (await response.json()) as { bot_id: string; access_token: string; expires_in: number };
    expect([response.status, session.bot_id, response.headers.get('cache-control')]).toEqual([200, bot.id, 'no-store']);
    expect(session.expires_in).toBe(3600);
    const client = createClient(stack.apiUrl, stack.publishableKey, { accessToken: () => Promise.resolve(session.access_token) });
    await client.realtime.setAuth();
    const heard = new Promise<string>((resolve, reject) => {
      client
        .channel(`user:${bot.id}`, { config: { private: true } })
        .on('broadcast', { event: 'message' }, ({ payload }) =>
          resolve((payload as { message: { content: string } }).message.content)
        )
        .subscribe((status, error) => {
          if (status === 'SUBSCRIBED') {
            void client.rpc('send_message', { conversation_id: group, id: randomUUID(), content: 'by token' }).then();
          } else if (status !== 'CLOSED') reject(new Error(`${status}: ${error?.message}`));
        });
    });
    expect(await heard).toBe('by token');
    expect(await said()).toContainEqual({ content: 'by token' });
    await client.removeAllChannels();
  });

  test.each(['', 'pbk_guessed'])('gives none for %j', async (key) => {
    const response = await tokenFor(key);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([401, 'bot_key_invalid']);
  });

  test('is asked with POST', async () => {
    expect((await tokenFor(bot.key, { method: 'GET' })).status).toBe(405);
  });
});

describe('an incoming webhook', () => {
  test('says what is posted to it', async () => {
    const response = await post(path, { text: 'the build is green ✅' });
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(await said()).toContainEqual({ content: 'the build is green ✅' });
  });

  test('once, however often it is posted under one key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    for (let n = 0; n < 3; n += 1) expect((await post(path, { text: 'only once' }, headers)).status).toBe(200);
    expect((await said()).filter(({ content }) => content === 'only once')).toHaveLength(1);
  });

  test.each<[string, unknown, number, string]>([
    ['no JSON', 'hello', 400, 'body_invalid'],
    ['no text', { message: 'hello' }, 400, 'body_invalid'],
    ['an empty text', { text: ' ' }, 400, 'message_blank'],
    ['too long a text', { text: 'x'.repeat(5001) }, 400, 'message_too_long'],
    ['a body of megabytes', { text: 'x'.repeat(3_000_000) }, 400, 'body_invalid']
  ])('refuses %s', async (_, body, status, code) => {
    const response = await post(path, body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });

  test.each(['/functions/v1/incoming', `/functions/v1/incoming/${randomUUID()}/x`, '/functions/v1/incoming/x/y'])(
    'is not at %s',
    async (other) => {
      const response = await post(other, { text: 'x' });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'webhook_not_found']);
    }
  );
});

test('a text comes as JSON or in a form', () => {
  expect(textOf('{"text": "a"}', 'application/json')).toBe('a');
  expect(textOf(new URLSearchParams({ payload: '{"text": "b&c"}' }).toString(), 'application/x-www-form-urlencoded')).toBe('b&c');
  expect(textOf('null', '')).toBeUndefined();
  expect(textOf('{"text": 1}', '')).toBeUndefined();
});

test('an address is an id and a secret', () => {
  const id = randomUUID();
  expect(addressOf(`/incoming/${id}/s`)).toEqual({ id, secret: 's' });
  expect(addressOf(`/functions/v1/incoming/${id}/s/`)).toEqual({ id, secret: 's' });
  expect(addressOf(`/incoming/${id}`)).toBeUndefined();
});

test('a key that is no id is none', () => {
  expect(idempotencyKey(new Headers({ 'idempotency-key': 'x' }))).toBeUndefined();
  expect(idempotencyKey(new Headers())).toBeUndefined();
});
