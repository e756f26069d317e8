/** What of encrypted conversations lies on the device lies in boxes: the raw records have no word of it. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import { EncryptionGate } from '../../web/lib/chat/encryption/gate.ts';
import { LiveValue } from '../../web/lib/chat/live.ts';
import { noLog } from '../../web/lib/chat/log.ts';
import { boxingStore } from '../../web/lib/chat/on-device/boxing-store.ts';
import type { DeviceStore } from '../../web/lib/chat/on-device/device-store.ts';
import { indexedDbDevice } from '../../web/lib/chat/on-device/indexeddb-device.ts';
import { memoryDevice } from '../../web/lib/chat/on-device/memory-device.ts';
import { onDevice } from '../../web/lib/chat/on-device/on-device.ts';
import { indexedDbStore } from '../../web/lib/chat/outbox/indexeddb-store.ts';
import type { Action, OutboxEntry } from '../../web/lib/chat/outbox/entry.ts';
import type { Draft } from '../../web/lib/chat/personal/personal.ts';
import { newLocalKey } from '../../web/lib/chat/encryption/vault.ts';
import { entryOf } from './support/sealed-person.ts';

const ALICE = '0a000000-0000-4000-8000-000000000001';
const BOB = '0b000000-0000-4000-8000-000000000002';
const ROOM = '0d000000-0000-4000-8000-000000000004';
const OPEN = '0e000000-0000-4000-8000-000000000005';
const WORD = 'Rhinoceros';

let count = 0;
const names = () => ({ device: `device-${(count += 1)}`, outbox: `outbox-${count}` });

/** All that lies in a database, as it lies there: bytes as the text that they would be. */
async function raw(name: string): Promise<string> {
  const db = await openDB(name);
  const all = await Promise.all([...db.objectStoreNames].map((store) => db.getAll(store)));
  db.close();
  return JSON.stringify(all, (_key, value: unknown) =>
    ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1') : value
  );
}

const draft = (text: string, conversationId = ROOM): Draft => ({
  conversationId,
  threadSeq: 0,
  text,
  replyTo: 3,
  savedAt: new Date(5)
});

const makers: [string, () => DeviceStore][] = [
  ['memory', memoryDevice],
  ['IndexedDB', () => indexedDbDevice(names().device)]
];
describe.each(makers)('boxes in %s', (_name, make) => {
  test('one key a person, whoever asks first', async () => {
    const store = make();
    const [one, two] = await Promise.all([newLocalKey(), newLocalKey()]);
    const [first, second] = [await store.key(ALICE, one), await store.key(ALICE, two)];
    const nonce = { name: 'AES-GCM', iv: new Uint8Array(12) };
    const sealed = await crypto.subtle.encrypt(nonce, first, new Uint8Array([7]));
    expect(new Uint8Array(await crypto.subtle.decrypt(nonce, second, sealed))).toEqual(new Uint8Array([7]));
    expect(first.extractable).toBe(false);
    const other = await store.key(BOB, two);
    await expect(crypto.subtle.decrypt(nonce, other, sealed)).rejects.toThrow();
  });

  test('a box is replaced by its next version only, and all go with their owner', async () => {
    const store = make();
    const box = (version: number, byte: number) => ({ id: 'a', version, boxed: new Uint8Array([byte]) });
    expect(await store.put(ALICE, 'draft', box(1, 1))).toBe(true);
    expect(await store.put(ALICE, 'draft', box(1, 2))).toBe(false);
    expect(await store.put(ALICE, 'draft', box(2, 3))).toBe(true);
    await store.put(ALICE, 'searched', box(1, 9));
    await store.put(BOB, 'draft', box(1, 8));
    expect(await store.boxes(ALICE, 'draft')).toEqual([box(2, 3)]);
    expect(await store.box(ALICE, 'searched', 'a')).toEqual(box(1, 9));
    await store.remove(ALICE, 'searched', ['a']);
    expect(await store.box(ALICE, 'searched', 'a')).toBeNull();
    await store.wipe(ALICE);
    expect(await store.boxes(ALICE, 'draft')).toEqual([]);
    expect(await store.boxes(BOB, 'draft')).toHaveLength(1);
  });
});

describe('the outbox', () => {
  const actions: Action[] = [
    { type: 'send', replyTo: 4, preview: { url: `https://x.example/${WORD}`, title: WORD } },
    { type: 'edit', seq: 2 },
    { type: 'poll', options: [WORD, 'no'], isMultiple: false, isAnonymous: false, closesAt: null },
    { type: 'react', seq: 2, emoji: WORD, on: true }
  ];
  const file = { id: BOB, name: `${WORD}.pdf`, mimeType: 'application/pdf', size: 3 };
  const written = (action: Action): OutboxEntry => ({
    ...entryOf(ALICE, ROOM, `A ${WORD} in the garden`, action),
    files: [file]
  });

  function open({ device, outbox }: ReturnType<typeof names>) {
    const store = indexedDbStore(outbox);
    const here = onDevice(ALICE, indexedDbDevice(device));
    return { store, kept: boxingStore(store, here, (id) => id === ROOM) };
  }

  test('keeps what is written there in boxes, and gives it back as it was', async () => {
    const at = names();
    const { kept } = open(at);
    const entries = actions.map(written);
    for (const entry of entries) await kept.put(entry);
    const plain = entryOf(ALICE, OPEN, 'For everybody', actions[1]!);
    await kept.put(plain);
    const lying = await raw(at.outbox);
    expect(lying).not.toContain(WORD);
    expect(lying).not.toContain('garden');
    expect(lying).toContain('For everybody');
    // After a reload.
    expect(await open(at).kept.entries(ALICE)).toEqual([...entries, plain]);
  });

  test('what is removed while it is being boxed does not come back', async () => {
    const { kept } = open(names());
    const entry = written(actions[1]!);
    const putting = kept.put(entry);
    await Promise.all([putting, kept.remove(entry.id)]);
    expect(await kept.entries(ALICE)).toEqual([]);
  });

  test('the newest of two states of an entry stays', async () => {
    const { kept } = open(names());
    const entry = written(actions[1]!);
    await Promise.all([kept.put(entry), kept.put({ ...entry, attempts: 1 })]);
    expect(await kept.entries(ALICE)).toMatchObject([{ attempts: 1, content: entry.content }]);
  });

  test('an entry whose key is lost says so, breaks nothing else, and never goes out empty', async () => {
    const at = names();
    await open(at).kept.put(written(actions[0]!));
    const plain = entryOf(ALICE, OPEN, 'For everybody', actions[1]!);
    await open(at).kept.put(plain);
    const [lost, other] = await open({ ...at, device: names().device }).kept.entries(ALICE);
    expect(lost).toMatchObject({ content: '', refusal: { code: 'kept_unreadable' } });
    expect(other).toEqual(plain);
    const gate = new EncryptionGate({
      port: null,
      records: new LiveValue(new Map()),
      message: () => Promise.reject(new Error('unused')),
      uploads: () => ({ send: (_entry, perform) => perform() }),
      needsSync: () => {},
      log: noLog
    });
    let sent = 0;
    const retried = gate.perform({ ...lost!, refusal: null }, async () => ((sent += 1), {}) as never);
    await expect(retried).rejects.toMatchObject({ code: 'kept_unreadable' });
    expect(sent).toBe(0);
    // Kept again as it is: the right key may come back with a restored profile.
    await open({ ...at, device: names().device }).kept.put({ ...lost!, attempts: 2 });
    expect(await open(at).kept.entries(ALICE)).toMatchObject([{ content: `A ${WORD} in the garden`, attempts: 2 }, plain]);
  });

  test('a box opens for no other conversation', async () => {
    const at = names();
    const { kept, store } = open(at);
    await kept.put(written(actions[1]!));
    const [entry] = await store.entries(ALICE);
    await store.put({ ...entry!, conversationId: OPEN });
    expect(await kept.entries(ALICE)).toMatchObject([{ content: '', refusal: { code: 'kept_unreadable' } }]);
  });

  test('without a way to box it nothing is kept, and what is there is left for later', async () => {
    const at = names();
    await open(at).kept.put(written(actions[1]!));
    const fails = () => Promise.reject(new Error('No network.'));
    const store = indexedDbStore(at.outbox);
    const kept = boxingStore(store, { put: fails, remove: fails, entries: fails }, (id) => id === ROOM);
    const plain = entryOf(ALICE, OPEN, 'For everybody', actions[1]!);
    await kept.put(plain);
    await expect(kept.put(written(actions[1]!))).rejects.toThrow();
    expect(await kept.entries(ALICE)).toEqual([plain]);
    expect(await open(at).kept.entries(ALICE)).toHaveLength(2);
  });
});

describe('drafts', () => {
  test('come back after a reload, and their words are nowhere to be read', async () => {
    const { device } = names();
    const here = onDevice(ALICE, indexedDbDevice(device));
    await Promise.all(['R', 'Rhi', `${WORD} one`].map((text) => here.keepDraft(draft(text))));
    await here.keepDraft(draft('other', OPEN));
    await here.keepDraft(draft('  ', OPEN));
    expect(await raw(device)).not.toContain('Rhi');
    expect(await onDevice(ALICE, indexedDbDevice(device)).drafts()).toEqual([draft(`${WORD} one`)]);
    expect(await onDevice(BOB, indexedDbDevice(device)).drafts()).toEqual([]);
  });

  test('one that cannot be opened is removed, and the others come', async () => {
    const store = memoryDevice();
    const here = onDevice(ALICE, store);
    await here.keepDraft(draft('good'));
    await store.put(ALICE, 'draft', { id: `${OPEN}/0`, version: 1, boxed: new Uint8Array(40) });
    expect(await here.drafts()).toEqual([draft('good')]);
    expect(await store.boxes(ALICE, 'draft')).toHaveLength(1);
  });
});
