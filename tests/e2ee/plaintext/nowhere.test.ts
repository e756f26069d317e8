/**
 * After an encrypted session of the chat client, nothing of what was said lies anywhere on the server: in no table, no file of the
 * database, its write-ahead log included, no stored file and no log. The same session in plain text is found in each of them.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryKeys } from '../../../web/lib/chat/encryption/memory-keys.ts';
import type { Chat } from '../../../web/lib/chat/index.ts';
import { encryptFile, newFileKey, newRecoveryCode } from '../../../web/lib/e2ee/index.ts';
import { type Someone, World } from '../../client/support/people.ts';
import { until } from '../../client/support/until.ts';
import { startTestStack, type TestStack } from '../../support/test-stack.ts';
import { formsOf } from './forms.ts';
import { filesWith, tablesWith } from './places.ts';

let stack: TestStack;
let world: World;
let superuser: pg.Client;
let alice: Someone;
let bob: Someone;
let a: Chat;
let b: Chat;
const lines: string[] = [];
const recoveryCode = await newRecoveryCode();

beforeAll(async () => {
  stack = await startTestStack({ log: (line) => lines.push(line) });
  world = new World(stack);
  superuser = new pg.Client({ connectionString: stack.dbUrl.replace('//postgres:', '//supabase_admin:') });
  await superuser.connect();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  [a, b] = await Promise.all([world.chat(alice, { keyStore: memoryKeys() }), world.chat(bob, { keyStore: memoryKeys() })]);
  for (const [chat, text] of [
    [a, recoveryCode],
    [b, await newRecoveryCode()]
  ] as const)
    await (await chat.encryption()).own.begin({ kind: 'recovery_code', text }, 'Node');
});
afterAll(async () => {
  await world?.stop();
  await superuser?.end();
  await stack?.stop();
});

/** A word that stands nowhere else. */
const newMarker = () => `w${randomBytes(16).toString('hex')}`;

type Place = 'database' | 'data folder' | 'write-ahead log' | 'storage' | 'logs';
const nowhere: Record<Place, string[]> = { database: [], 'data folder': [], 'write-ahead log': [], storage: [], logs: [] };

/** Where one of these texts lies, place by place. */
async function whereIs(...texts: string[]): Promise<Record<Place, string[]>> {
  // What has changed is written to the files of the tables.
  await superuser.query('checkpoint');
  const forms = texts.flatMap(formsOf);
  const inData = await filesWith(forms, path.join(stack.home, 'db'));
  const isLog = (file: string) => file.startsWith('pg_wal');
  return {
    database: await tablesWith(forms, superuser),
    'data folder': inData.filter((file) => !isLog(file)),
    'write-ahead log': inData.filter(isLog),
    storage: await filesWith(forms, path.join(stack.home, 'storage')),
    logs: [
      ...(await filesWith(forms, path.join(stack.home, 'logs'))),
      ...lines.filter((line) => forms.some(({ bytes }) => Buffer.from(line).includes(bytes)))
    ]
  };
}

/**
 * What two people do in a group: its title, a message, an answer, an edit, a reaction, a draft. All but the reaction have the marker in
 * them. Returns the number of the message.
 */
async function converse(group: string, marker: string): Promise<number> {
  const [atA, atB] = [a.openConversation(group), b.openConversation(group)];
  const heard = (view: typeof atA, text: string) =>
    until(view.timeline, ({ messages }) => messages.some(({ content, seq }) => content === text && seq !== null));
  await atA.rename(`Plans ${marker}`);
  await until(b.conversations, ({ items }) => items.some(({ title }) => title === `Plans ${marker}`));
  atA.send(`Hello ${marker}!`);
  const { messages } = await heard(atB, `Hello ${marker}!`);
  const seq = messages.at(-1)!.seq!;
  atB.reply(seq, `To you, ${marker}`);
  await heard(atA, `To you, ${marker}`);
  atA.edit(seq, `Hello again, ${marker}!`);
  await heard(atB, `Hello again, ${marker}!`);
  atB.react(seq, '🌳', true);
  await until(atA.timeline, (timeline) => timeline.messages.some(({ reactions }) => reactions[0]?.emoji === '🌳'));
  a.drafts.save(group, `Not yet said: ${marker}`);
  return seq;
}

async function upload(conversationId: string, name: string, type: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const args = { conversation_id: conversationId, name, mime_type: type, size: body.length };
  const { data, error } = await alice.supabase.rpc('create_attachment', args);
  if (error) throw error;
  const { path: place } = data as { path: string };
  const bucket = alice.supabase.storage.from('attachments');
  const { error: refused } = await bucket.upload(place, new Blob([body]), { contentType: type });
  if (refused) throw refused;
}

test('what is said in plain text lies in the tables, in the data folder, in the write-ahead log and in the storage', async () => {
  const marker = newMarker();
  const group = await a.createGroup('Something', [bob.id]);
  await upload(group, `${marker}.txt`, 'text/plain', new TextEncoder().encode(`A file with ${marker}.`));
  await converse(group, marker);
  const found = await whereIs(marker);
  expect(found.database).toEqual(
    expect.arrayContaining(['public.attachments', 'public.conversations', 'public.message_edits', 'public.messages'])
  );
  for (const place of ['data folder', 'write-ahead log', 'storage'] as const) expect(found[place], place).not.toEqual([]);
});

test('what is said encrypted lies nowhere, nor does what was refused, nor what opens the backup of the keys', async () => {
  const marker = newMarker();
  const group = await a.createGroup('Something else', [bob.id]);
  await (await a.encryption()).turnOn(group);
  await until(b.conversations, ({ items }) => items.some(({ id, isEncrypted }) => id === group && isEncrypted));
  const fileKey = newFileKey();
  const encrypted = new Blob([`A file with ${marker}.`]).stream().pipeThrough(encryptFile(fileKey));
  const body = new Uint8Array(await new Response(encrypted).arrayBuffer());
  await upload(group, 'encrypted', 'application/octet-stream', body);
  const seq = await converse(group, marker);

  // A client that does not know better.
  const text = { conversation_id: group, id: randomUUID(), content: marker };
  for (const [name, args] of [
    ['send_message', text],
    ['save_draft', text],
    ['edit_message', { conversation_id: group, seq, content: marker }],
    ['schedule_message', { ...text, send_at: new Date(Date.now() + 86_400_000).toISOString() }],
    ['create_poll', { conversation_id: group, id: randomUUID(), question: marker, options: [marker, 'No'] }],
    ['rename_conversation', { conversation_id: group, title: marker }],
    ['create_attachment', { conversation_id: group, name: marker, mime_type: 'text/plain', size: 5 }]
  ] as const) {
    const { error } = await alice.supabase.rpc(name, args);
    expect(error?.code, name).toBe('plaintext_refused');
  }
  expect(await whereIs(marker, recoveryCode, recoveryCode.replaceAll('-', ''))).toEqual(nowhere);
});
