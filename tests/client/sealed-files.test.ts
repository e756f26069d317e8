/** Files in encrypted conversations: what the server gets, what members get, and what is done with what is not as it was sent. */
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../web/lib/e2ee/bytes.ts';
import { newRecoveryCode, type Bytes } from '../../web/lib/e2ee/index.ts';
import { CHUNK_BYTES, TAG_BYTES } from '../../web/lib/e2ee/file/file-cipher.ts';
import { storedAttachment, type Attachment } from '../../web/lib/chat/attachments/attachment.ts';
import { decryptDownload, safeType } from '../../web/lib/chat/attachments/decrypt-download.ts';
import type { LocalFile } from '../../web/lib/chat/attachments/entry-file.ts';
import { memoryFiles } from '../../web/lib/chat/attachments/memory-files.ts';
import { SealedAddresses } from '../../web/lib/chat/attachments/sealed-addresses.ts';
import { Uploads } from '../../web/lib/chat/attachments/uploads.ts';
import { fromBytes, toBytes } from '../../web/lib/chat/encryption/content.ts';
import { Refused } from '../../web/lib/chat/errors.ts';
import { newId } from '../../web/lib/chat/ids.ts';
import { noLog } from '../../web/lib/chat/log.ts';
import type { OutboxEntry } from '../../web/lib/chat/outbox/entry.ts';
import { flipped } from '../e2ee/world.ts';
import { FakeClock } from './support/fake-clock.ts';
import { FileServer } from './support/file-server.ts';
import { entryOf, SealedDevice } from './support/sealed-person.ts';
import { SealedServer } from './support/sealed-server.ts';

const ALICE = '0a000000-0000-4000-8000-000000000001';
const BOB = '0b000000-0000-4000-8000-000000000002';
const ROOM = '0d000000-0000-4000-8000-000000000004';
const CHUNK = CHUNK_BYTES + TAG_BYTES;
const SECRET = 'the treasure lies under the oak ';

let server: SealedServer;
let files: FileServer;
let alice: SealedDevice;
let bob: SealedDevice;
let uploads: Uploads;
let store: ReturnType<typeof memoryFiles>;

beforeEach(async () => {
  server = new SealedServer();
  files = server.files = new FileServer();
  [alice, bob] = await Promise.all([SealedDevice.open(server, ALICE), SealedDevice.open(server, BOB)]);
  for (const device of [alice, bob]) await device.own.begin({ kind: 'recovery_code', text: await newRecoveryCode() }, 'Firefox');
  server.create(ROOM, [ALICE, BOB]);
  await alice.encryption.turnOn(server.header(ROOM));
  for (const device of [alice, bob]) device.see(ROOM);
  store = memoryFiles();
  uploads = new Uploads({
    userId: ALICE,
    backend: files.backend,
    store,
    room: { estimate: async () => null, persist: async () => true },
    newId,
    clock: new FakeClock(),
    renew: () => {},
    log: noLog
  });
  alice.uploads = uploads;
});

const secretBytes = (length: number): Bytes => utf8(SECRET.repeat(Math.ceil(length / SECRET.length)).slice(0, length));
const file = (length: number, rest: Partial<LocalFile> = {}): LocalFile => ({
  blob: new Blob([secretBytes(length)]),
  name: 'map of the island.png',
  mimeType: 'image/png',
  width: 800,
  height: 600,
  blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
  ...rest
});

const never = () => Promise.reject(new Error('As it stands it must never go.'));
async function entryWith(...sent: LocalFile[]): Promise<OutboxEntry> {
  return { ...entryOf(ALICE, ROOM, 'see', { type: 'send', replyTo: null }), ...(await uploads.keep(sent)) };
}
const send = (entry: OutboxEntry) => alice.gate.perform(entry, never);
const receivedBy = async (device: SealedDevice): Promise<Attachment[]> =>
  ((await device.read(ROOM)).at(-1)?.attachments ?? []).map(storedAttachment);
const opened = ({ path, key, mimeType, size }: Attachment) =>
  decryptDownload({ address: files.address(path!), key: key!, mimeType, size });

describe('a file', () => {
  test('is for the members what it was, and for the server bytes of a size', async () => {
    await send(
      await entryWith(
        file(2.5 * CHUNK_BYTES),
        file(10, { name: 'voice-message.webm', mimeType: 'audio/webm', durationMs: 900, peaks: [0.5, 1] })
      )
    );
    const [picture, voice] = await receivedBy(bob);
    expect(picture).toMatchObject({
      name: 'map of the island.png',
      mimeType: 'image/png',
      size: 2.5 * CHUNK_BYTES,
      width: 800,
      height: 600
    });
    expect(picture?.blurhash).toBe('LEHV6nWB2yk8pyo0adR*.7kCMdnj');
    expect(voice).toMatchObject({ name: 'voice-message.webm', durationMs: 900, peaks: [0.5, 1] });
    const blob = await opened(picture!);
    expect([blob.type, await blob.text()]).toEqual(['image/png', fromUtf8(secretBytes(2.5 * CHUNK_BYTES))]);
    expect(await (await opened(voice!)).text()).toBe(SECRET.slice(0, 10));
    for (const { name, mimeType, size, path } of files.announced.values())
      expect({ name, mimeType, size }).toEqual({
        name: 'encrypted',
        mimeType: 'application/octet-stream',
        size: files.stored.get(path)!.length
      });
    const seen = [...files.stored.values()].map((bytes) => new TextDecoder('latin1').decode(bytes)).join();
    for (const word of [SECRET.slice(0, 12), 'treasure', 'island', 'LEHV', 'image/png'])
      expect(seen + JSON.stringify([...files.announced.values()]) + server.told.join()).not.toContain(word);
  });

  test('of no bytes is one too', async () => {
    await send(await entryWith(file(0)));
    expect((await opened((await receivedBy(bob))[0]!)).size).toBe(0);
  });

  test('whose upload broke off goes on where it was, and is the same', async () => {
    const entry = await entryWith(file(4 * CHUNK_BYTES));
    files.arrives = 150_000;
    await expect(send(entry)).rejects.toMatchObject({ name: 'Unreachable' });
    files.arrives = Infinity;
    // The page was closed meanwhile: another one goes on from what lies on the device.
    await send(entry);
    expect(files.parts).toEqual(['0', '65536', '131072', '196608', '262144']);
    expect(await (await opened((await receivedBy(bob))[0]!)).text()).toBe(fromUtf8(secretBytes(4 * CHUNK_BYTES)));
  });

  test('that has begun as it stands, before the conversation was encrypted, goes under another id, and that is taken back', async () => {
    files.isEncrypted = false;
    const announced = await entryWith(file(100));
    await uploads.send(announced, () => Promise.reject(new Refused('plaintext_refused', '', 400))).catch(() => {});
    expect([...files.announced.keys()]).toEqual([announced.files![0]!.id]);
    files.isEncrypted = true;
    await send(announced);
    const [received] = await receivedBy(bob);
    expect(received!.id).not.toBe(announced.files![0]!.id);
    expect([...files.announced.keys()]).toEqual([received!.id]);
    expect((await opened(received!)).size).toBe(100);
  });

  test('that was only announced as it stands goes under another id as well', async () => {
    const entry = await entryWith(file(100, { name: 'encrypted', mimeType: 'application/octet-stream' }));
    const [kept] = entry.files!;
    await files.backend.announce(ROOM, { id: kept!.id, name: 'encrypted', mimeType: 'application/octet-stream', size: 100 });
    await send(entry);
    const [received] = await receivedBy(bob);
    expect([...files.announced.keys()]).toEqual([received!.id]);
    expect(received!.id).not.toBe(kept!.id);
    expect((await opened(received!)).size).toBe(100);
  });

  test('without keys nothing of it leaves the device', async () => {
    const entry = await entryWith(file(100));
    const stranger = await SealedDevice.open(server, ALICE);
    stranger.uploads = uploads;
    stranger.see(ROOM);
    await expect(stranger.gate.perform(entry, never)).rejects.toMatchObject({ code: 'keys_missing' });
    expect(files.announced.size).toBe(0);
  });

  test('that is not here any more is said to be lost, and the message is not sent without it', async () => {
    const entry = await entryWith(file(100));
    await store.remove(ALICE, [entry.files![0]!.id]);
    await expect(send(entry)).rejects.toMatchObject({ code: 'file_lost' });
    expect(server.conversation(ROOM).messages).toEqual([]);
  });
});

describe('what is not as it was sent', () => {
  const LENGTH = 2 * CHUNK_BYTES + 100;
  const changes: Record<string, (bytes: Bytes) => Bytes> = {
    ...Object.fromEntries(
      [0, 1000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK - 1, CHUNK, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 99, 2 * CHUNK + 100].map(
        (at) => [`byte ${at} altered`, (bytes: Bytes) => flipped(bytes, at, at % 8)]
      )
    ),
    'its last byte altered': (bytes) => flipped(bytes, bytes.length - 1),
    'one byte less': (bytes) => bytes.slice(0, -1),
    'a chunk less': (bytes) => bytes.slice(0, 2 * CHUNK),
    'nothing left': () => new Uint8Array(),
    'a byte more': (bytes) => new Uint8Array([...bytes, 0]),
    'a megabyte more': (bytes) => new Uint8Array([...bytes, ...new Uint8Array(1_000_000)]),
    'two chunks swapped': (bytes) =>
      new Uint8Array([...bytes.slice(CHUNK, 2 * CHUNK), ...bytes.slice(0, CHUNK), ...bytes.slice(2 * CHUNK)])
  };

  test.each(Object.entries(changes))('%s: nothing of it is given out', async (_what, change) => {
    await send(await entryWith(file(LENGTH)));
    const [received] = await receivedBy(bob);
    const path = received!.path!;
    files.stored.set(path, change(files.stored.get(path)!));
    await expect(opened(received!)).rejects.toMatchObject({ name: 'Refused', code: 'file_altered', status: 0 });
  });

  test('one file in the place of another is no file of the message', async () => {
    await send(await entryWith(file(500), file(500)));
    const [one, two] = await receivedBy(bob);
    await expect(opened({ ...one!, path: two!.path })).rejects.toMatchObject({ code: 'file_altered' });
    await expect(opened({ ...one!, size: 499 })).rejects.toMatchObject({ code: 'file_altered' });
    await expect(opened({ ...one!, size: 501 })).rejects.toMatchObject({ code: 'file_altered' });
  });

  test('a file that the server adds is none; one that it leaves out is there, and cannot be had', async () => {
    await send(await entryWith(file(500), file(500, { name: 'second.png' })));
    const { messages } = server.conversation(ROOM);
    const [one, two] = messages[0]!.attachments!;
    messages[0] = { ...messages[0]!, attachments: [{ ...one!, id: ROOM, name: 'virus.exe' }, two!] };
    const received = await receivedBy(bob);
    expect(received.map(({ name, path }) => [name, path])).toEqual([
      ['map of the island.png', ''],
      ['second.png', two!.path]
    ]);
    const addresses = new SealedAddresses(async (path) => files.address(path));
    await expect(addresses.of({ ...received[0]!, key: received[0]!.key! })).rejects.toMatchObject({ code: 'file_not_found' });
  });

  test('what is not there, or not to be reached, is said to be so', async () => {
    const download = { key: { secret: new Uint8Array(32), prefix: new Uint8Array(7) }, mimeType: 'a/b', size: 3 };
    await expect(decryptDownload({ ...download, address: 'blob:nodedata:gone' })).rejects.toMatchObject({ name: 'Unreachable' });
  });
});

describe('what stands in the message', () => {
  const known = {
    version: 1 as const,
    id: ROOM,
    name: 'a.png',
    mimeType: 'image/png',
    size: 5,
    secret: new Uint8Array(32),
    prefix: new Uint8Array(7)
  };
  const read = (given: object) =>
    fromBytes('message', utf8(JSON.stringify({ text: 'see', files: [{ ...json(known), ...given }] }))).files![0]!;
  const json = (value: object) =>
    (JSON.parse(fromUtf8(toBytes('message', { text: '', files: [value as never] }))) as { files: [object] }).files[0];

  test('is read as it was written, with files and without', () => {
    const content = { text: 'see', files: [{ ...known, width: 4, peaks: [0, 0.25, 1] }] };
    expect(fromBytes('message', toBytes('message', content))).toEqual(content);
    expect(fromBytes('message', utf8('{"text":"from before there were files"}'))).toEqual({
      text: 'from before there were files'
    });
  });

  test('is as docs/encryption.md shows it', async () => {
    const [, example] = /^```json\n(.*?)^```/ms.exec(
      await readFile(new URL('../../docs/encryption.md', import.meta.url), 'utf8')
    )!;
    const read = fromBytes('message', utf8(example!));
    expect(read.files).toHaveLength(2);
    expect(JSON.parse(fromUtf8(toBytes('message', read)))).toEqual(JSON.parse(example!));
  });

  test('a newer form is told as such, no form at all as well', () => {
    expect(() => read({ version: 2, secret: 'another' })).toThrow(expect.objectContaining({ code: 'unsupported_scheme' }));
    for (const given of [{ version: 0 }, { secret: 'AAAA' }, { prefix: '' }, { id: '../..' }, { size: -1 }, { size: 1.5 }])
      expect(() => read(given), JSON.stringify(given)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('names and measures that no client would send do no harm', () => {
    const name = (given: string) => read({ name: given }).name;
    expect(name('../../etc/passwd')).toBe('.._.._etc_passwd');
    expect(name('holiday\u202egnp.exe')).toBe('holiday_gnp.exe');
    expect(name('line\nbreak')).toBe('line_break');
    expect(name('  ')).toBe('file');
    expect(name('x'.repeat(500))).toHaveLength(255);
    const { width, height, blurhash, peaks, durationMs } = read({
      width: 1e9,
      height: -1,
      blurhash: 'x'.repeat(500),
      peaks: [7],
      durationMs: 'long'
    });
    expect([width, height, blurhash, peaks, durationMs]).toEqual(Array(5).fill(undefined));
  });

  test('only what is no page is shown as what it says it is', () => {
    for (const type of ['image/png', 'image/avif', 'video/mp4', 'audio/ogg']) expect(safeType(type)).toBe(type);
    for (const type of [
      'text/html',
      'image/svg+xml',
      'application/pdf',
      'application/xhtml+xml',
      'text/xml',
      'IMAGE/PNG',
      'audio/x;text/html',
      ''
    ])
      expect(safeType(type)).toBe('application/octet-stream');
  });
});

describe('addresses of opened files', () => {
  const attachment = (name: string, size = 10) => ({
    id: name,
    path: name,
    mimeType: 'image/png',
    size,
    key: { secret: new Uint8Array(32), prefix: new Uint8Array(7) }
  });
  const isThere = (url: string) =>
    fetch(url).then(
      () => true,
      () => false
    );

  test('are made once, stay while they are shown, and the oldest go first when there are many', async () => {
    const asked: string[] = [];
    const addresses = new SealedAddresses(async (path) => path, {
      open: async ({ address }) => {
        asked.push(address);
        return new Blob([address]);
      },
      keptBytes: 25
    });
    const shown = new AbortController();
    const [one, again] = await Promise.all([addresses.of(attachment('one'), shown.signal), addresses.of(attachment('one'))]);
    expect(again).toBe(one);
    const two = await addresses.of(attachment('two'));
    const three = await addresses.of(attachment('three'));
    expect(await Promise.all([one, two, three].map(isThere))).toEqual([true, false, true]);
    expect(asked).toEqual(['one', 'two', 'three']);
    shown.abort();
    const four = await addresses.of(attachment('four'));
    expect(await Promise.all([one, three, four].map(isThere))).toEqual([false, true, true]);
    addresses.clear();
    await expect.poll(() => Promise.all([three, four].map(isThere))).toEqual([false, false]);
  });

  test('what failed is asked for again', async () => {
    let fails = true;
    const open = async () => {
      if (fails) throw new Refused('file_altered', '', 0);
      return new Blob(['x']);
    };
    const addresses = new SealedAddresses(async (path) => path, { open });
    await expect(addresses.of(attachment('one'))).rejects.toMatchObject({ code: 'file_altered' });
    fails = false;
    expect(await isThere(await addresses.of(attachment('one')))).toBe(true);
  });
});
