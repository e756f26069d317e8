/** A conversation taken from one place to another over REST, page by page, as JSON Lines. */
import { createClient } from '@supabase/supabase-js';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { given, type Someone, someone, startGroup } from '../storage/files.ts';
import { sharedStack } from '../support/stack.ts';

const stack = sharedStack();
const service = createClient(stack.apiUrl, stack.secretKey, { auth: { persistSession: false } });
let alice: Someone;
let from: string;
let to: string;

beforeAll(async () => {
  alice = await someone(stack, 'Alice');
  [from, to] = [await startGroup(alice.supabase, []), await startGroup(alice.supabase, [])];
});

async function page(conversation: string, afterSeq: number): Promise<string[]> {
  const { data } = await alice.supabase.auth.getSession();
  const query = new URLSearchParams({ conversation_id: conversation, after_seq: String(afterSeq), max_messages: '400' });
  const response = await fetch(`${stack.apiUrl}/rest/v1/rpc/export_messages?${query}`, {
    headers: {
      apikey: stack.publishableKey,
      authorization: `Bearer ${data.session!.access_token}`,
      accept: 'application/x-ndjson'
    }
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.clone().text()}`);
  expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
  return (await response.text()).split('\n').filter(Boolean);
}

async function whole(conversation: string): Promise<string[]> {
  const lines: string[] = [];
  for (let seq = 0; ;) {
    const next = await page(conversation, seq);
    if (next.length === 0) return lines;
    lines.push(...next);
    seq = (JSON.parse(next.at(-1)!) as { seq: number }).seq;
  }
}

test('a thousand messages come in, go out, and are the same', async () => {
  const lines = Array.from({ length: 1000 }, (_, n) =>
    JSON.stringify({
      id: randomUUID(),
      author: n % 2 ? alice.id : null,
      content: `number ${n}: "quoted", ü, 👍, \n and a new line`,
      created_at: new Date(Date.UTC(2020, 0, 1, 0, n)).toISOString()
    })
  );
  const imported = await given(service.rpc('import_messages', { conversation_id: from, lines: lines.join('\n') }));
  expect(imported).toEqual({ imported: 1000, known: 0, last_seq: 1000 });

  const exported = await whole(from);
  const plain = (line: string) => {
    const { id, author = null, content, created_at } = JSON.parse(line) as Record<string, string | null>;
    return { id, author, content, created_at: new Date(created_at!).toISOString() };
  };
  expect(exported.map(plain)).toEqual(lines.map(plain));
  // The same ids again, by the same people: they are known, wherever they are.
  const again = await given(service.rpc('import_messages', { conversation_id: to, lines: exported.join('\n') }));
  expect(again).toEqual({ imported: 0, known: 1000, last_seq: 0 });
});

test('with supabase-js too', async () => {
  const { data, error } = await alice.supabase.rpc('export_messages', { conversation_id: from, max_messages: 2 });
  expect(error).toBeNull();
  expect((data as unknown as string).split('\n')).toHaveLength(3);
});

test('somebody else’s token exports nothing', async () => {
  const mallory = await someone(stack, 'Mallory');
  const { error } = await mallory.supabase.rpc('export_messages', { conversation_id: from });
  expect(error?.code).toBe('not_a_member');
});
