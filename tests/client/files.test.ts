/** Files in the outbox, against the real stack: kept, brought by parts, gone on with, refused, given up, wiped. */
import 'fake-indexeddb/auto';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  indexedDbFiles,
  indexedDbStore,
  memoryFiles,
  memoryStore,
  type Chat,
  type ChatOptions,
  type ConversationView,
  type LocalFile,
  type TimelineMessage
} from '../../web/lib/chat/index.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

const MEBIBYTE = 1024 ** 2;
const PART = 6 * MEBIBYTE;
/** Megabytes take their time on a busy machine. */
const SLOW_MS = 45_000;
vi.setConfig({ testTimeout: 60_000 });

let world: World;
let alice: Someone;
let bob: Someone;
let group: string;
/** Requests that the network swallows. */
let isLost: (request: { method: string; url: string; headers: Headers }) => boolean = () => false;

beforeAll(async () => {
  world = new World();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  const { data } = await alice.supabase.rpc('create_group', { title: 'Files', member_ids: [bob.id] }).single();
  group = (data as { id: string }).id;
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string | URL | Request, init: RequestInit = {}) => {
    const request = {
      method: init.method ?? 'GET',
      url: input instanceof Request ? input.url : String(input),
      headers: new Headers(init.headers)
    };
    return isLost(request) ? Promise.reject(new TypeError('the network is gone')) : real(input, init);
  });
});
afterEach(() => {
  isLost = () => false;
});
afterAll(async () => {
  await world.stop();
  vi.unstubAllGlobals();
});

const file = (bytes: number, rest: Partial<LocalFile> = {}): LocalFile => ({
  blob: new Blob([randomBytes(bytes)]),
  name: 'notes.pdf',
  mimeType: 'application/pdf',
  ...rest
});
const sha = async (bytes: ArrayBuffer) => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
const isPart = ({ method, url }: { method: string; url: string }) => method === 'PATCH' && url.includes('/upload/resumable/');

/** A device of Alice, with what it keeps. */
function device() {
  const kept = { store: memoryStore(), fileStore: memoryFiles() };
  return {
    ...kept,
    start: async (options: Partial<ChatOptions> = {}): Promise<{ chat: Chat; view: ConversationView }> => {
      const chat = await world.chat(alice, { ...kept, ...options });
      return { chat, view: chat.openConversation(group) };
    }
  };
}

/** A message, once it holds of it. */
async function once(view: ConversationView, id: string, holds: (message: TimelineMessage) => boolean): Promise<TimelineMessage> {
  const of = (messages: readonly TimelineMessage[]) => messages.find((message) => message.id === id);
  const { messages } = await until(
    view.timeline,
    (timeline) => {
      const message = of(timeline.messages);
      return message !== undefined && holds(message);
    },
    SLOW_MS
  );
  return of(messages)!;
}
const isStored = ({ seq }: TimelineMessage) => seq !== null;

describe('a file', () => {
  test('is shown at once with how far it is, and is with the others byte by byte; then it is kept here no longer', async () => {
    const { start, fileStore } = device();
    const { view } = await start();
    const { chat: atBob } = { chat: await world.chat(bob) };
    const sent = file(2 * PART + 1000, { width: 800, height: 600, blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj', durationMs: 1 });
    const id = await view.sendFiles('Look', [sent]);
    const [waiting] = view.timeline.current.messages;
    expect(waiting).toMatchObject({
      id,
      content: 'Look',
      seq: null,
      attachments: [{ name: 'notes.pdf', path: null, width: 800 }]
    });
    const seen: number[] = [];
    const progress = waiting!.attachments[0]!.progress!;
    progress.subscribe(() => void seen.push(progress.current));

    const stored = await once(view, id, isStored);
    expect(seen.some((part) => part > 0.3 && part < 0.9)).toBe(true);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(stored.attachments).toMatchObject([{ name: 'notes.pdf', height: 600, size: 2 * PART + 1000, progress: null }]);

    const bobs = atBob.openConversation(group);
    const { attachments } = await once(bobs, id, isStored);
    const address = await atBob.files.address(attachments[0]!);
    expect(await sha(await (await fetch(address)).arrayBuffer())).toBe(await sha(await sent.blob.arrayBuffer()));
    const saved = await fetch(await atBob.files.download(attachments[0]!));
    expect(saved.headers.get('content-disposition')).toContain('notes.pdf');
    await expect.poll(() => fileStore.size(alice.id)).toBe(0);
  });

  test('goes on after a crash with the parts that have not arrived, and its message is there once', async () => {
    const { start, fileStore } = device();
    const before = await start();
    const offsets: number[] = [];
    isLost = (request) => {
      if (!isPart(request)) return false;
      const offset = Number(request.headers.get('upload-offset'));
      offsets.push(offset);
      return offset > 0;
    };
    const sent = file(2 * PART + 10);
    const id = await before.view.sendFiles('', [sent]);
    await once(before.view, id, ({ status }) => status === 'kept');
    await before.chat.stop();
    expect(offsets).toEqual([0, PART]);

    isLost = (request) => isPart(request) && offsets.push(Number(request.headers.get('upload-offset'))) < 0;
    const { view } = await start();
    const stored = await once(view, id, isStored);
    expect(offsets).toEqual([0, PART, PART, 2 * PART]);
    expect(stored.attachments).toMatchObject([{ size: sent.blob.size }]);
    const { count } = await alice.supabase.from('messages').select('*', { count: 'exact', head: true }).eq('id', id);
    expect(count).toBe(1);
    await expect.poll(() => fileStore.size(alice.id)).toBe(0);
  });

  test('whose message was stored, the answer lost, is not brought again', async () => {
    const { start } = device();
    const { view, chat } = await start();
    let isSent = false;
    isLost = ({ url }) => url.includes('/rpc/send_message') && !isSent && (isSent = true);
    const id = await view.sendFiles('once', [file(10)]);
    await once(view, id, ({ status }) => status === 'kept');
    const parts: string[] = [];
    isLost = ({ url, method }) => method !== 'GET' && url.includes('/upload/resumable') && parts.push(url) < 0;
    chat.reconnect();
    await once(view, id, isStored);
    expect(parts).toEqual([]);
  });

  test('holds up what is written after it, so that the order is that of writing', async () => {
    const { start } = device();
    const { view, chat } = await start();
    isLost = isPart;
    const first = await view.sendFiles('first', [file(PART)]);
    const second = view.send('second');
    await once(view, first, ({ status }) => status === 'kept');
    expect((await once(view, second, () => true)).status).toBe('kept');
    isLost = () => false;
    chat.reconnect();
    const [{ seq }, { seq: next }] = await Promise.all([once(view, first, isStored), once(view, second, isStored)]);
    expect(next).toBe(seq! + 1);
  });

  test('that was thrown away on the server before its message came is brought once more', async () => {
    const { start } = device();
    const { view, chat } = await start();
    isLost = ({ url }) => url.includes('/rpc/send_message');
    const id = await view.sendFiles('', [file(10)]);
    await once(view, id, ({ status }) => status === 'kept');
    const { rows } = await world.sql.query<{ path: string }>(
      'select path from public.attachments where uploader_id = $1 and seq is null',
      [alice.id]
    );
    await world.admin.storage.from('attachments').remove(rows.map(({ path }) => path));
    isLost = () => false;
    chat.reconnect();
    expect((await once(view, id, isStored)).attachments).toHaveLength(1);
  });
});

describe('a file that is refused stays with the reason, until it is discarded', () => {
  test.each([
    ['attachment_type_refused', file(10, { mimeType: 'text/html' })],
    ['attachment_too_large', file(10 * MEBIBYTE + 1, { mimeType: 'text/plain' })]
  ])('%s', async (code, refused) => {
    const { start, fileStore } = device();
    const { view } = await start();
    const id = await view.sendFiles('keep my words', [refused]);
    const { refusal } = await once(view, id, ({ status }) => status === 'refused');
    expect(refusal?.code).toBe(code);
    expect(await fileStore.size(alice.id)).toBe(refused.blob.size);
    view.retry(id);
    await once(view, id, ({ status }) => status === 'sending');
    await once(view, id, ({ status }) => status === 'refused');
    expect(view.discard(id)).toBe('keep my words');
    await expect.poll(() => fileStore.size(alice.id)).toBe(0);
  });

  test('by whom one is not with any more', async () => {
    const { data } = await bob.supabase.rpc('create_group', { title: 'Left', member_ids: [alice.id] }).single();
    const left = (data as { id: string }).id;
    const { start } = device();
    const { chat } = await start();
    const view = chat.openConversation(left);
    await bob.supabase.rpc('remove_member', { conversation_id: left, user_id: alice.id });
    const id = await view.sendFiles('', [file(10)]);
    expect((await once(view, id, ({ status }) => status === 'refused')).refusal?.code).toBe('not_a_member');
  });

  test('because its bytes are not on this device any more', async () => {
    const { start, fileStore } = device();
    const { view } = await start();
    isLost = ({ url }) => url.includes('/upload/resumable');
    const id = await view.sendFiles('', [file(10)]);
    await once(view, id, ({ status }) => status === 'kept');
    await fileStore.wipe(alice.id);
    isLost = () => false;
    view.retry(id);
    expect((await once(view, id, ({ status }) => status === 'refused')).refusal?.code).toBe('file_lost');
  });
});

test('an upload is given up while it runs: nothing of it is left here, nor announced there', async () => {
  const { start, fileStore } = device();
  const { view } = await start();
  const begun = Promise.withResolvers<void>();
  const real = globalThis.fetch;
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    if (init?.method !== 'PATCH') return real(input, init);
    begun.resolve();
    return new Promise((_resolve, reject) => init.signal!.addEventListener('abort', () => reject(new TypeError('aborted'))));
  });
  const id = await view.sendFiles('never mind', [file(2 * MEBIBYTE)]);
  await begun.promise;
  expect(view.discard(id)).toBe('never mind');
  await until(view.timeline, ({ messages }) => messages.every((message) => message.id !== id));
  spy.mockRestore();
  await expect.poll(() => fileStore.size(alice.id)).toBe(0);
  await expect
    .poll(
      async () =>
        (
          await alice.supabase
            .from('attachments')
            .select()
            .is('seq', null)
            .eq('size', 2 * MEBIBYTE)
        ).data
    )
    .toEqual([]);
});

test('what a crash has left over without a message is removed an hour later, and no file of a message', async () => {
  const { start, fileStore, store } = device();
  const keptAt = Date.now() - 2 * 3_600_000;
  const one = { userId: alice.id, blob: new Blob(['x']), uploadUrl: null, uploaded: false };
  isLost = ({ url }) => url.includes('/rest/v1/');
  const entryId = '0190a000-0000-7000-8000-00000000000e';
  await store.put({
    version: 2,
    action: { type: 'send', replyTo: null },
    id: entryId,
    userId: alice.id,
    conversationId: group,
    content: '',
    writtenAt: 0,
    attempts: 0,
    nextAttemptAt: 0,
    refusal: { code: 'not_allowed', message: '' },
    files: []
  });
  await fileStore.put([
    { ...one, id: 'stray', entryId: 'gone', keptAt },
    { ...one, id: 'young', entryId: 'coming', keptAt: Date.now() },
    { ...one, id: 'held', entryId, keptAt }
  ]);
  await start();
  await expect.poll(async () => (await fileStore.list(alice.id)).map(({ id }) => id).toSorted()).toEqual(['held', 'young']);
});

test('signing out leaves nothing, in IndexedDB neither', async () => {
  const kept = { store: indexedDbStore('files-test'), fileStore: indexedDbFiles('files-test-files') };
  const chat = await world.chat(alice, kept);
  isLost = ({ url }) => url.includes('/upload/resumable');
  const view = chat.openConversation(group);
  const id = await view.sendFiles('', [file(1000)]);
  await once(view, id, ({ status }) => status === 'kept');
  expect(await kept.fileStore.size(alice.id)).toBe(1000);
  await chat.stop();
  await chat.wipe();
  expect(await kept.fileStore.size(alice.id)).toBe(0);
  expect(await kept.store.entries(alice.id)).toEqual([]);
});
