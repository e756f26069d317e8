import { expect, test } from 'vitest';
import type { Attachment, LocalFile } from '#lib/chat/index.ts';
import { byKind, isVoice, kindOf, sentType } from '#lib/files/kind.ts';
import { renamed, sizeToSend } from '#lib/files/picture.ts';
import { MOST_FILES, Tray } from '#lib/files/tray.svelte.ts';
import { trayOf } from '#lib/files/trays.ts';
import { peaks } from '#lib/files/waveform.ts';
import { attachmentsText } from '#lib/format/attachments.ts';
import { bytesText, lengthText } from '#lib/format/bytes.ts';
import { boxOf } from '../../web/routes/(app)/chats/[id]/attachments/box.ts';

const TYPES = new Map([
  ['text/plain', 100],
  ['application/octet-stream', 500]
]);

const file = (name: string, type: string, bytes = 10) => new File([new Uint8Array(bytes)], name, { type });
const attachment = (name: string, mimeType: string): Attachment => ({
  id: name,
  path: name,
  name,
  mimeType,
  size: 1,
  width: null,
  height: null,
  durationMs: null,
  blurhash: null,
  progress: null
});
const shown = (...attachments: Attachment[]) => attachmentsText({ attachments, attachmentCount: attachments.length });

test('each type is shown as what browsers make of it', () => {
  expect(
    ['image/png', 'image/heic', 'image/svg+xml', 'video/mp4', 'video/quicktime', 'audio/ogg', 'application/pdf'].map(kindOf)
  ).toEqual(['picture', 'file', 'file', 'video', 'file', 'sound', 'file']);
  const { picture, file: others } = byKind([attachment('a.png', 'image/png'), attachment('b.pdf', 'application/pdf')]);
  expect([picture.length, others.length]).toEqual([1, 1]);
  expect(isVoice({ name: 'voice-message.webm' })).toBe(true);
});

test('what the server does not know is sent as bytes', () => {
  expect(sentType('text/plain; charset=utf-8', TYPES)).toBe('text/plain');
  expect(sentType('text/html', TYPES)).toBe('application/octet-stream');
  expect(sentType('', null)).toBe('application/octet-stream');
  expect(sentType('text/html', null)).toBe('text/html');
});

test('a picture keeps its proportions, gets no larger, and the ending of its type', () => {
  expect(sizeToSend({ width: 4096, height: 1024 })).toEqual({ width: 2048, height: 512 });
  expect(sizeToSend({ width: 10, height: 20 })).toEqual({ width: 10, height: 20 });
  expect(sizeToSend({ width: 100_000, height: 1 })).toEqual({ width: 2048, height: 1 });
  expect(renamed('bay.JPEG', 'image/jpeg')).toBe('bay.JPEG');
  expect(renamed('bay.heic', 'image/jpeg')).toBe('bay.jpg');
  expect(renamed('bay', 'image/png')).toBe('bay.png');
});

test('its place is known before it is there, and never too small to be pressed', () => {
  expect(boxOf({ width: 3200, height: 1600 })).toEqual({ width: 320, height: 160 });
  expect(boxOf({ width: 100, height: 3800 })).toEqual({ width: 96, height: 380 });
  expect(boxOf({ width: null, height: null })).toEqual({ width: 320, height: 240 });
});

test('the bars of a sound are as high as it is loud there, the loudest full', () => {
  expect(peaks(Float32Array.from([0.1, -0.2, 0.5, 0, 0, 0, 0, -0.25]), 4)).toEqual(
    [0.4, 1, 0, 0.5].map((value) => expect.closeTo(value, 5) as number)
  );
  expect(peaks(new Float32Array(8), 2)).toEqual([0, 0]);
});

test('sizes and lengths as people read them', () => {
  expect(bytesText(812, 'en-GB')).toBe('812 byte');
  expect(bytesText(4_240_000, 'en-GB')).toBe('4.2 MB');
  expect(bytesText(42_400_000, 'de')).toBe('42 MB');
  expect(lengthText(7_400)).toBe('0:07');
  expect(lengthText(754_000)).toBe('12:34');
});

test('a list says in a few words what came', () => {
  expect(shown(attachment('a.png', 'image/png'))).toBe('Photo');
  expect(shown(attachment('a.png', 'image/png'), attachment('b.png', 'image/png'))).toBe('2 photos');
  expect(shown(attachment('report.pdf', 'application/pdf'))).toBe('report.pdf');
  expect(shown(attachment('voice-message.webm', 'audio/webm'))).toBe('Voice message');
  expect(shown(attachment('a.png', 'image/png'), attachment('b.pdf', 'application/pdf'))).toBe('2 files');
  expect(attachmentsText({ attachments: [], attachmentCount: 3 })).toBe('3 files');
  expect(shown()).toBe('');
});

test('the tray takes so many files, says which cannot be sent, and sends the rest with the words', async () => {
  const tray = new Tray({ types: async () => TYPES });
  await tray.add([
    file('fine.txt', 'text/plain'),
    file('large.txt', 'text/plain', 101),
    file('empty.bin', '', 0),
    file('any.exe', 'application/x-exe', 400)
  ]);
  expect(tray.staged.map(({ problem }) => problem?.type ?? null)).toEqual([null, 'too_large', 'empty', null]);
  expect(tray.sendable).toBe(false);
  for (const { id, problem } of tray.staged) if (problem) tray.remove(id);
  expect(tray.sendable).toBe(true);
  const sent: [string, readonly LocalFile[], unknown][] = [];
  const to = {
    sendFiles: async (text: string, files: readonly LocalFile[], options?: object) => (sent.push([text, files, options]), 'id')
  };
  await tray.send(to, 'both', 4);
  expect(sent).toMatchObject([
    [
      'both',
      [
        { name: 'fine.txt', mimeType: 'text/plain' },
        { name: 'any.exe', mimeType: 'application/octet-stream' }
      ],
      { replyTo: 4 }
    ]
  ]);
  expect(tray.staged).toEqual([]);

  await tray.add(Array.from({ length: MOST_FILES + 1 }, (_, n) => file(`${n}.txt`, 'text/plain')));
  expect([tray.staged.length, tray.tooMany]).toEqual([MOST_FILES, true]);
});

test('what cannot be kept stays in the tray; each place has one of its own', async () => {
  const files = { types: async () => TYPES, address: async () => '', download: async () => '' };
  const tray = trayOf(files, 'here');
  expect(trayOf(files, 'here')).toBe(tray);
  expect(trayOf(files, 'there')).not.toBe(tray);
  await tray.add([file('fine.txt', 'text/plain')]);
  await expect(tray.send({ sendFiles: () => Promise.reject(new Error('no room')) }, '', null)).rejects.toThrow('no room');
  expect([tray.staged.length, tray.busy, tray.sendable]).toEqual([1, false, true]);
});
