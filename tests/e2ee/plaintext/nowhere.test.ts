/**
 * After an encrypted session, nothing of what was said lies anywhere on the server: in no table, no file of the database, its
 * write-ahead log included, no stored file and no log. The same session in plain text is found in each of them.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encryptFile, newFileKey } from '../../../web/lib/e2ee/index.ts';
import { World } from '../../client/support/people.ts';
import { startTestStack, type TestStack } from '../../support/test-stack.ts';
import { asJson, SealedPerson } from '../support/sealed-person.ts';
import { formsOf } from './forms.ts';
import { filesWith, tablesWith } from './places.ts';

let stack: TestStack;
let world: World;
let superuser: pg.Client;
let alice: SealedPerson;
let bob: SealedPerson;
const lines: string[] = [];

beforeAll(async () => {
  stack = await startTestStack({ log: (line) => lines.push(line) });
  world = new World(stack);
  superuser = new pg.Client({ connectionString: stack.dbUrl.replace('postgres:postgres@', 'supabase_admin:postgres@') });
  await superuser.connect();
  const newPerson = async (name: string) => SealedPerson.of(await world.someone(name));
  [alice, bob] = await Promise.all([newPerson('Alice'), newPerson('Bob')]);
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

/** Where a marker or a key lies, place by place. */
async function whereIs(given: string | Uint8Array): Promise<Record<Place, string[]>> {
  // What has changed is written to the files of the tables.
  await superuser.query('checkpoint');
  const forms = formsOf(given);
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

const newGroup = async (title: string): Promise<string> => {
  const rows = await alice.call<{ id: string }[]>('create_group', { title, member_ids: [bob.id] });
  return rows[0]!.id;
};

async function upload(conversationId: string, name: string, type: string, body: Uint8Array): Promise<string> {
  const attachment = await alice.call<{ id: string; path: string }>('create_attachment', {
    conversation_id: conversationId,
    name,
    mime_type: type,
    size: body.length
  });
  const { error } = await alice.supabase.storage
    .from('attachments')
    .upload(attachment.path, new Blob([body.slice()]), { contentType: type });
  if (error) throw error;
  return attachment.id;
}

test('what is said in plain text lies in the tables, in the data folder, in the write-ahead log and in the storage', async () => {
  const marker = newMarker();
  const group = await newGroup(`Plans ${marker}`);
  const file = await upload(group, `${marker}.txt`, 'text/plain', Buffer.from(`A file with ${marker}.`));
  const id = randomUUID();
  const content = `Hello ${marker}!`;
  const sent = await alice.call<{ seq: number }>('send_message', { conversation_id: group, id, content, attachment_ids: [file] });
  await alice.call('edit_message', { conversation_id: group, seq: sent.seq, content: `${content} And more.` });
  const found = await whereIs(marker);
  expect(found.database).toEqual(
    expect.arrayContaining(['public.attachments', 'public.conversations', 'public.message_edits', 'public.messages'])
  );
  for (const place of ['data folder', 'write-ahead log', 'storage'] as const) expect(found[place], place).not.toEqual([]);
});

test('what is said encrypted lies nowhere, nor does what was refused', async () => {
  const marker = newMarker();
  const group = await newGroup('Something else');
  const first = await alice.nextEpoch(group, [alice, bob]);
  const about = await alice.seal(JSON.stringify({ title: `Plans ${marker}` }), {
    conversationId: group,
    messageId: group,
    kind: 'about'
  });
  await alice.call('turn_on_encryption', { ...first.args, about: asJson(about) });
  await bob.take(first.epoch, first.sealed);

  const fileKey = newFileKey();
  const encrypted = new Blob([`A file with ${marker}.`]).stream().pipeThrough(encryptFile(fileKey));
  const body = new Uint8Array(await new Response(encrypted).arrayBuffer());
  const file = await upload(group, 'encrypted', 'application/octet-stream', body);

  const id = randomUUID();
  const content = JSON.stringify({ text: `Hello ${marker}!`, files: [{ name: `${marker}.txt`, key: asJson(fileKey) }] });
  const place = { conversationId: group, messageId: id, kind: 'message' as const };
  const envelope = await alice.seal(content, place);
  const sent = await alice.call<{ seq: number }>('send_envelope', {
    conversation_id: group,
    id,
    envelope: asJson(envelope),
    attachment_ids: [file]
  });
  const edit = await alice.seal(`Hello ${marker}! And more.`, { ...place, kind: 'edit' }, sent.seq);
  await alice.call('edit_envelope', { conversation_id: group, seq: sent.seq, envelope: asJson(edit) });
  const reaction = await bob.seal(marker.slice(0, 20), { ...place, kind: 'reaction' }, sent.seq);
  await bob.call('add_sealed_reaction', {
    conversation_id: group,
    seq: sent.seq,
    id: randomUUID(),
    envelope: asJson(reaction)
  });
  expect(await bob.open(envelope, place, alice)).toBe(content);

  // A client that does not know better.
  const draft = { conversation_id: group, id: randomUUID(), content: marker };
  const at = { conversation_id: group, seq: sent.seq };
  for (const [name, args] of [
    ['send_message', draft],
    ['save_draft', draft],
    ['edit_message', { ...at, content: marker }],
    ['schedule_message', { ...draft, send_at: new Date(Date.now() + 86_400_000).toISOString() }],
    ['create_poll', { conversation_id: group, id: randomUUID(), question: marker, options: [marker, 'No'] }],
    ['rename_conversation', { conversation_id: group, title: marker }],
    ['create_attachment', { conversation_id: group, name: marker, mime_type: 'text/plain', size: 5 }]
  ] as const)
    await expect(alice.call(name, args), name).rejects.toThrow('plaintext_refused');

  expect(await whereIs(marker)).toEqual(nowhere);
  expect(await whereIs(first.secret)).toEqual(nowhere);
});
