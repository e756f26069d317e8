/** The lines with which the README of the client begins, run as they stand. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChat, type Chat, type ConversationView } from '../../web/lib/chat/index.ts';
import { PASSWORD, World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let bob: Someone;

beforeAll(async () => {
  world = new World();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
});
afterAll(() => world.stop());

/** Without the imports, whose names it is given. */
async function snippet(): Promise<string> {
  const readme = await readFile(new URL('../../web/lib/chat/README.md', import.meta.url), 'utf8');
  const [, lines = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(lines.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  return stripTypeScriptTypes(lines.replace(/^import .*$/gm, ''));
}

test('the first lines of the README are a chat', async () => {
  const shown: { lists: number; messages: string[] } = { lists: 0, messages: [] };
  const given = {
    createClient,
    createChat,
    url: world.stack.apiUrl,
    publishableKey: world.stack.publishableKey,
    email: alice.email,
    password: PASSWORD,
    bobsId: bob.id,
    showList: () => (shown.lists += 1),
    showMessages: (messages: readonly { content: string }[]) => (shown.messages = messages.map(({ content }) => content))
  };
  const AsyncFunction = (async () => {}).constructor as new (...words: string[]) => (...values: unknown[]) => Promise<unknown>;
  const run = new AsyncFunction(...Object.keys(given), `${await snippet()}; return { chat, view, supabase };`);
  const { chat, view, supabase } = (await run(...Object.values(given))) as {
    chat: Chat;
    view: ConversationView;
    supabase: Someone['supabase'];
  };
  world.defer(() => supabase.realtime.disconnect());
  world.defer(() => chat.stop());

  const bobs = await world.chat(bob);
  const { items } = await until(bobs.conversations, (list) => list.items[0]?.lastMessage?.content === 'Hello Bob');
  bobs.openConversation(items[0]!.id).send('Hello Alice');
  await until(view.timeline, ({ messages }) => messages.length === 2 && messages.every(({ seq }) => seq !== null));
  expect(shown.messages).toEqual(['Hello Bob', 'Hello Alice']);
  expect(shown.lists).toBeGreaterThan(0);
  // What is shown at the end of the list counts as read.
  await until(chat.conversations, (list) => list.unread === 0);
});
