/** Files in an encrypted conversation: seen, heard and saved by its people; the server has bytes that say nothing. */
import { readFile } from 'node:fs/promises';
import { expectClean } from './support/axe.ts';
import { encryptionOf, setUp } from './support/encryption.ts';
import { photograph, type PickedFile } from './support/files.ts';
import { expect, test } from './support/people.ts';
import type { Person } from './support/person.ts';

const PLAN = 'The treasure lies under the oak. ';
const plan: PickedFile = { name: 'Plän.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.4 ${PLAN.repeat(5_000)}`) };

/** Two seconds of a tone that swells, recorded somewhere. */
function voiceMessage(): PickedFile {
  const [rate, samples] = [8_000, 16_000];
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * samples, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * samples, 40);
  for (let n = 0; n < samples; n++) wav.writeInt16LE(Math.round(Math.sin(n / 3) * Math.sin(n / 2_000) * 20_000), 44 + 2 * n);
  return { name: 'voice-message.wav', mimeType: 'audio/wav', buffer: wav };
}

const attach = (person: Person, ...files: PickedFile[]) => person.page.getByTestId('file-picker').setInputFiles(files);

/** Every file of the conversation as the server has it. */
async function onServer({ api }: Person, conversation: string) {
  const { data } = await api
    .from('attachments')
    .select('path,name,mime_type,size,width,blurhash,duration_ms')
    .eq('conversation_id', conversation);
  const rows = data as { path: string; name: string; mime_type: string; size: number }[];
  const bytes = rows.map(async ({ path }) => (await api.storage.from('attachments').download(path)).data!);
  return {
    rows,
    objects: await Promise.all((await Promise.all(bytes)).map(async (blob) => Buffer.from(await blob.arrayBuffer())))
  };
}

test('files of an encrypted conversation are shown and saved by its people, and say nothing to the server', async ({
  alice,
  bob
}) => {
  test.setTimeout(120_000);
  const id = await alice.directWith(bob);
  for (const person of [alice, bob]) {
    await setUp(person);
    await person.visit(`/chats/${id}`);
  }
  await encryptionOf(alice);
  await alice.page.getByRole('button', { name: 'Turn on encryption' }).click();
  await expect(bob.page.getByRole('heading', { level: 2 }).getByRole('img', { name: /Encrypted/ })).toBeVisible();

  // While nothing can be uploaded they wait here, also over a reload.
  await alice.page.route('**/upload/resumable**', (route) => route.abort());
  await attach(alice, await photograph(alice.page, 'bay.jpg', 1200, 800), plan);
  await alice.write('From the island');
  await alice.expectStatus('From the island', 'kept');
  await alice.page.reload();
  await alice.expectStatus('From the island', 'kept');
  await alice.page.unroute('**/upload/resumable**');
  const message = bob.message('From the island');
  const picture = message.getByRole('img', { name: 'Picture: bay.jpg' });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1200);
  expect(await picture.getAttribute('src')).toMatch(/^blob:/);
  await expect(alice.message('From the island').getByRole('img', { name: 'Picture: bay.jpg' })).toBeVisible();
  await expectClean(bob.page, 'encrypted files');

  await message.getByRole('button', { name: 'Open bay.jpg' }).click();
  await expect(bob.page.getByTestId('lightbox').getByRole('img')).toBeVisible();
  await bob.page.keyboard.press('Escape');
  const saving = bob.page.waitForEvent('download');
  await message.getByRole('button', { name: 'Save Plän.pdf' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('Plän.pdf');
  expect((await readFile(await saved.path())).equals(plan.buffer)).toBe(true);

  await attach(alice, voiceMessage());
  await alice.composer.press('Enter');
  const voice = bob.page.getByRole('group', { name: 'Voice message' });
  await expect(voice).toContainText('0:02');
  await voice.getByRole('button', { name: 'Play' }).click();
  await expect(voice.getByRole('button', { name: 'Pause' })).toBeVisible();

  // What the server has.
  const { rows, objects } = await onServer(bob, id);
  expect(rows.map(({ path: _path, size: _size, ...said }) => said)).toEqual(
    Array(3).fill({ name: 'encrypted', mime_type: 'application/octet-stream', width: null, blurhash: null, duration_ms: null })
  );
  expect(rows.map(({ size }) => size)).toEqual(objects.map(({ length }) => length));
  expect(Math.max(...objects.map(({ length }) => length))).toBeGreaterThan(plan.buffer.length);
  for (const object of objects)
    for (const plain of [PLAN, '%PDF', 'JFIF', 'WAVEfmt']) expect(object.includes(plain), plain).toBe(false);

  // A server that changes a bit of what it has.
  await bob.page.route('**/storage/v1/object/sign/**', async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const response = await route.fetch();
    const body = Buffer.from(await response.body());
    body[body.length >> 1]! ^= 1;
    return route.fulfill({ response, body });
  });
  await bob.page.reload();
  await expect(message.getByText('This is not what was sent: it is not shown.')).toBeVisible();
  await message.getByRole('button', { name: 'Save Plän.pdf' }).click();
  await expect(message.getByTestId('file')).toContainText('This is not what was sent');
  await expect(voice).toHaveCount(0);
});
