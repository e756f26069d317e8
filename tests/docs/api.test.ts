/** Runs every `curl` of docs/api.md, in the order of the document, and compares what comes back with what it shows. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { call } from '../rest/world.ts';
import { sharedStack } from '../support/stack.ts';
import { differences, type Example, examplesOf } from './curl-examples.ts';

const run = promisify(execFile);
const markdown = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
const examples = examplesOf(markdown);
const names = await world();

/** What the document's names stand for: two people, and whatever answers have added. */
async function world(): Promise<Map<string, string>> {
  const { apiUrl, publishableKey, secretKey } = sharedStack();
  const known = new Map([
    ['API', apiUrl],
    ['KEY', publishableKey],
    ['SECRET', secretKey],
    ['PASSWORD', 'correct horse battery staple']
  ]);
  for (const name of ['SALLY', 'BOB']) {
    const handle = `${name.toLowerCase()}_${randomUUID().slice(0, 8)}`;
    const email = `${handle}@docs.example`;
    const { status, body } = await call('POST', '/auth/v1/signup', {
      body: {
        email,
        password: known.get('PASSWORD'),
        data: { handle, display_name: name === 'BOB' ? 'Bob Lindqvist' : 'Sally Winter' }
      }
    });
    if (status !== 200) throw new Error(`${name} could not sign up: ${JSON.stringify(body)}`);
    known.set(name, body.access_token).set(`${name}_ID`, body.user.id).set(`${name}_HANDLE`, handle).set(`${name}_EMAIL`, email);
  }
  return known;
}

/** Runs a script in which `curl` also prints the status, on a last line. */
async function answerTo({ script }: Example): Promise<{ status: number; body: unknown }> {
  const wrapped = `curl() { command curl -sS --max-time 15 -w '\\n%{http_code}' "$@"; }\n${script}`;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...Object.fromEntries(names) };
  const { stdout } = await run('sh', ['-euc', wrapped], { env, maxBuffer: 16 * 1024 * 1024 });
  const end = stdout.lastIndexOf('\n');
  const text = stdout.slice(0, end).trim();
  return { status: Number(stdout.slice(end + 1)), body: text === '' ? undefined : JSON.parse(text) };
}

describe('each call is answered as shown', () => {
  test.each(examples.map((example) => [example.name, example] as const))('%s', async (_name, example) => {
    const { status, body } = await answerTo(example);
    expect({ status, differences: differences(example.shown, body, names), body }).toEqual({
      status: example.status,
      differences: [],
      body
    });
  });
});

test('there are many, and none says how to read another', () => {
  expect(examples.length).toBeGreaterThan(40);
  expect(examples.filter(({ script }) => script.match(/\bcurl\b/g)!.length !== 1)).toEqual([]);
});

test('every endpoint that the seed documents name stands in the document', () => {
  const NAMED = [
    '/api/negotiations/{session_id}/messages',
    '/app/chat.send',
    '/app/chat.read',
    '/topic/conversation.{conversationId}',
    '/topic/presence',
    'POST /api/v1/conversations',
    'GET /api/v1/conversations',
    'GET /api/v1/conversations/{id}',
    'POST /api/v1/conversations/{id}/messages',
    'GET /api/v1/conversations/{id}/messages',
    'POST /api/v1/conversations/{id}/read',
    'GET /api/v1/conversations/{id}/presence',
    'GET /api/v1/users/search',
    'WS /ws/chat/{conversation_id}',
    'POST /auth/login',
    'POST /deals/',
    'GET /ws',
    'GET /api/conversations',
    'POST /api/conversations',
    'GET /api/conversations/:id',
    'GET /api/conversations/:id/messages'
  ];
  expect(NAMED.filter((endpoint) => !markdown.includes(`\`${endpoint}\``))).toEqual([]);
});

test('every event that the database sends stands in the document', async () => {
  const folder = new URL('../../supabase/migrations/', import.meta.url);
  const sources = await Promise.all((await readdir(folder)).map((file) => readFile(new URL(file, folder), 'utf8')));
  const sent = sources
    .join('\n')
    .matchAll(/(?:perform|,) (?:private\.announce(?:_to)?|realtime\.send)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?\s'([a-z]+)',/g);
  const events = new Set([...sent].map(([, event]) => event!));
  expect([...events]).toEqual(expect.arrayContaining(['message', 'receipt', 'removed', 'personal', 'moved']));
  expect([...events].filter((event) => !markdown.includes(`| \`${event}\``) && !markdown.includes(`, \`${event}\``))).toEqual([]);
});
