import AxeBuilder from '@axe-core/playwright';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from './support/people.ts';
import { bring, CAMERA_SECRET, clip, photograph, type PickedFile } from './support/files.ts';
import type { Person } from './support/person.ts';

// Pictures are painted, read, sent and looked at in two browsers.
test.beforeEach(() => test.slow());

const MEBIBYTE = 1024 ** 2;
const pdf: PickedFile = {
  name: 'Überblick 2026.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4 nothing in it')
};

const attach = (person: Person, ...files: PickedFile[]) => person.page.getByTestId('file-picker').setInputFiles(files);
const staged = (person: Person) => person.page.getByTestId('staged');

async function bothIn(alice: Person, bob: Person): Promise<string> {
  const conversation = await alice.directWith(bob);
  await Promise.all([alice.visit(`/chats/${conversation}`), bob.visit(`/chats/${conversation}`)]);
  await expect(alice.composer).toBeVisible();
  return conversation;
}

/** The files of the newest message, as the database has them, and their bytes. */
async function received(person: Person, conversation: string) {
  const { data } = await person.api
    .from('messages')
    .select('content,attachments')
    .eq('conversation_id', conversation)
    .order('seq')
    .limit(1);
  const message = data![0] as { content: string; attachments: { path: string; name: string; size: number; width: number }[] };
  const bytes = await Promise.all(
    message.attachments.map(async ({ path }) =>
      Buffer.from(await (await person.api.storage.from('attachments').download(path)).data!.arrayBuffer())
    )
  );
  return { ...message, bytes };
}

test('pictures are sent small and without what the camera wrote, shown in their place, and looked at large', async ({
  alice,
  bob
}) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await bob.visit(`/chats/${conversation}`);
  await expect(alice.composer).toBeVisible();
  // Bob's network holds pictures back.
  const go = Promise.withResolvers<void>();
  await bob.page.route('**/storage/v1/object/sign/**', async (route) => {
    if (route.request().method() === 'GET') await go.promise;
    await route.continue();
  });
  await attach(
    alice,
    await photograph(alice.page, 'bay.jpg', 3000, 2000),
    await photograph(alice.page, 'tower.jpg', 600, 900, 20),
    pdf
  );
  await expect(staged(alice)).toHaveCount(3);
  await alice.page.getByRole('button', { name: `Remove ${pdf.name}` }).click();
  await expect(staged(alice)).toHaveCount(2);
  await alice.write('Two from the bay');
  await expect(staged(alice)).toHaveCount(0);

  const message = bob.message('Two from the bay');
  await expect(message.locator('canvas')).toHaveCount(2);
  const before = await message.boundingBox();
  go.resolve();
  await expect(message.locator('img')).toHaveCount(2);
  await expect(message.locator('canvas')).toHaveCount(0);
  const after = await message.boundingBox();
  expect([after!.width, after!.height]).toEqual([before!.width, before!.height]);
  await alice.expectStatus('Two from the bay', 'read');

  const { attachments, bytes } = await received(bob, conversation);
  expect(attachments.map(({ width }) => width)).toEqual([2048, 600]);
  for (const picture of bytes) expect(picture.includes(CAMERA_SECRET)).toBe(false);

  await message.getByRole('button', { name: 'Open bay.jpg' }).click();
  const lightbox = bob.page.getByTestId('lightbox');
  await expect(lightbox).toContainText('1 of 2');
  await expect(lightbox.getByRole('img', { name: 'Picture: bay.jpg' })).toBeVisible();
  await expect(lightbox.getByRole('button', { name: 'Previous picture' })).toBeDisabled();
  await bob.page.keyboard.press('ArrowRight');
  await expect(lightbox.getByRole('img', { name: 'Picture: tower.jpg' })).toBeVisible();
  const finger = { pointerType: 'touch', isPrimary: true, bubbles: true, clientY: 400 };
  await lightbox.locator('img').dispatchEvent('pointerdown', { ...finger, clientX: 300 });
  await lightbox.locator('img').dispatchEvent('pointerup', { ...finger, clientX: 500 });
  await expect(lightbox).toContainText('1 of 2');
  await lightbox.getByRole('button', { name: 'Next picture' }).click();
  await expect(lightbox).toContainText('2 of 2');
  const saved = bob.page.waitForEvent('download');
  await lightbox.getByRole('button', { name: 'Save tower.jpg' }).click();
  expect((await saved).suggestedFilename()).toBe('tower.jpg');
  expect((await new AxeBuilder({ page: bob.page }).include('[data-testid=lightbox]').analyze()).violations).toEqual([]);
  await bob.page.keyboard.press('Escape');
  await expect(lightbox).toBeHidden();
});

test('originals are sent when they are wanted', async ({ alice, bob }) => {
  const conversation = await bothIn(alice, bob);
  const original = await photograph(alice.page, 'bay.jpg', 2500, 1000);
  await attach(alice, original);
  await alice.page.getByRole('checkbox', { name: 'Send originals' }).check();
  await alice.write('as it is');
  await alice.expectStatus('as it is', 'read');
  const { bytes } = await received(bob, conversation);
  expect(bytes[0]!.equals(original.buffer)).toBe(true);
});

test('files are dropped and pasted, and come as cards that save them under their names', async ({ alice, bob }) => {
  await bothIn(alice, bob);
  // Who may send files is known a moment after the composer is there.
  await expect(alice.page.getByTestId('file-picker')).toBeAttached();
  await alice.composer.focus();
  await bring(alice.page, 'drop', [pdf]);
  await bring(alice.page, 'paste', [await photograph(alice.page, 'pasted.png', 40, 40)]);
  await expect(staged(alice)).toHaveCount(2);
  await expect(alice.page.getByTestId('drop')).toBeHidden();
  expect((await new AxeBuilder({ page: alice.page }).include('[data-testid=tray]').analyze()).violations).toEqual([]);
  await alice.page.getByRole('button', { name: 'Send', exact: true }).click();

  const message = bob.messages.filter({ has: bob.page.getByTestId('file') });
  await expect(message.getByTestId('file')).toContainText(pdf.name);
  await expect(message.locator('img')).toBeVisible();
  const saving = bob.page.waitForEvent('download');
  await message.getByRole('button', { name: `Save ${pdf.name}` }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe(pdf.name);
  expect((await readFile(await download.path())).equals(pdf.buffer)).toBe(true);
});

test('what is too large or empty is said before it is sent', async ({ alice, bob }) => {
  await bothIn(alice, bob);
  await attach(
    alice,
    { name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.alloc(10 * MEBIBYTE + 1) },
    { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) }
  );
  await expect(staged(alice).filter({ hasText: 'Too large' })).toHaveCount(1);
  await expect(staged(alice).filter({ hasText: 'This file is empty' })).toHaveCount(1);
  await alice.composer.fill('with them');
  await alice.page.getByRole('button', { name: 'Remove log.txt' }).click();
  await alice.page.getByRole('button', { name: 'Remove nothing.txt' }).click();
  await alice.composer.press('Enter');
  await expect(bob.message('with them')).toBeVisible();
});

test('an upload goes on after a reload with what is missing, and can be given up', async ({ alice, bob }) => {
  const conversation = await bothIn(alice, bob);
  const offsets: string[] = [];
  let isBroken = true;
  await alice.page.route('**/upload/resumable/*', async (route) => {
    const offset = route.request().headers()['upload-offset'];
    if (offset === undefined) return route.continue();
    offsets.push(offset);
    return isBroken && offset !== '0' ? route.abort() : route.continue();
  });
  const large = test.info().outputPath('survey.zip');
  await writeFile(large, Buffer.alloc(13 * MEBIBYTE, 'survey'));
  await alice.page.getByTestId('file-picker').setInputFiles(large);
  await alice.write('the survey');
  await alice.expectStatus('the survey', 'kept');
  await alice.page.reload();
  await alice.expectStatus('the survey', 'kept');
  await expect(alice.message('the survey').getByTestId('upload')).toBeVisible();
  const sent = offsets.length;
  isBroken = false;
  await expect(bob.message('the survey').getByTestId('file')).toContainText('survey.zip', { timeout: 45_000 });
  expect(offsets.slice(sent)).not.toContain('0');
  const { bytes } = await received(bob, conversation);
  expect(bytes[0]!.equals(await readFile(large))).toBe(true);

  isBroken = true;
  await alice.page.getByTestId('file-picker').setInputFiles(large);
  await alice.write('never mind');
  await alice.expectStatus('never mind', 'kept');
  await alice
    .message('never mind')
    .getByRole('button', { name: /Do not send/ })
    .click();
  await expect(alice.message('never mind')).toHaveCount(0);
  await alice.write('only words');
  await expect(bob.message('only words')).toBeVisible();
  await expect(bob.message('never mind')).toHaveCount(0);
});

test('a voice message is recorded, thrown away, recorded again, heard', async ({ alice, bob }) => {
  await alice.context.grantPermissions(['microphone']);
  const conversation = await bothIn(alice, bob);
  const record = alice.page.getByRole('button', { name: 'Record a voice message' });
  await record.click();
  await expect(alice.page.getByRole('timer')).not.toHaveText('0:00');
  await alice.page.keyboard.press('Escape');
  await expect(alice.page.getByTestId('recording')).toBeHidden();
  await record.click();
  await expect(alice.page.getByRole('timer')).toHaveText(/0:0[2-9]/);
  await alice.page.getByRole('button', { name: 'Send the voice message' }).click();

  const voice = bob.page.getByRole('group', { name: 'Voice message' });
  await expect(voice).toContainText(/0:(0[2-9]|[1-5]\d)/);
  expect(await bob.record(conversation)).toEqual(['']);
  const slider = voice.getByRole('slider', { name: 'Position' });
  await expect
    .poll(() => slider.locator('span').evaluateAll((bars) => new Set(bars.map((bar) => (bar as HTMLElement).style.height)).size))
    .toBeGreaterThan(2);
  await voice.getByRole('button', { name: 'Speed: 1 ×' }).click();
  await expect(voice.getByRole('button', { name: 'Speed: 1.5 ×' })).toBeVisible();
  await slider.focus();
  await bob.page.keyboard.press('End');
  await bob.page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuenow', '0');
  await voice.getByRole('button', { name: 'Play' }).click();
  await expect(voice.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(slider).toHaveAttribute('aria-valuenow', /[12]/);
  await expect(voice.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(bob.item(alice.credentials.name)).toContainText('Voice message');
});

test('a video is played where it stands', async ({ alice, bob }) => {
  await bothIn(alice, bob);
  await attach(alice, await clip(alice.page, 'waves.webm'));
  await alice.write('waves');
  const video = bob.message('waves').locator('video');
  await expect(video).toBeVisible();
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBe(320);
  await expect(bob.message('waves').getByTestId('video')).toHaveCSS('aspect-ratio', '320 / 180');
});
