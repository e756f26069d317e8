import pg from 'pg';
import { expect, test } from './support/people.ts';

test.use({ serviceWorkers: 'allow' });

test('a thousand messages written offline go out in order, each once', async ({ alice, bob, stack }) => {
  test.setTimeout(600_000);
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await expect(alice.composer).toBeVisible();
  await alice.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await alice.context.setOffline(true);
  await expect(alice.banner).toContainText('offline');
  const written = Array.from({ length: 1000 }, (_, n) => `queued ${n + 1}.`);
  // As by hand, but for the hand: a thousand rounds to the browser and back would take minutes.
  await alice.composer.evaluate(async (field: HTMLTextAreaElement, texts) => {
    for (const text of texts) {
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      // The app takes note before the next one.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }, written);
  await expect(alice.banner).toContainText('1000 messages are kept');

  const database = new pg.Client({ connectionString: stack.dbUrl });
  await database.connect();
  const { rows } = await database.query<{ send_rate: number; send_burst: number }>(
    'select send_rate, send_burst from private.settings'
  );
  try {
    await database.query('update private.settings set send_rate = 1000, send_burst = 2000');
    await alice.context.setOffline(false);
    const since = performance.now();
    await expect
      .poll(async () => (await bob.record(conversation)).length, { timeout: 300_000, intervals: [1000] })
      .toBe(written.length);
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    test.info().annotations.push({ type: 'from the network’s return to the last of 1,000', description: `${seconds} s` });
  } finally {
    await database.query('update private.settings set send_rate = $1, send_burst = $2', [
      rows[0]!.send_rate,
      rows[0]!.send_burst
    ]);
    await database.end();
  }
  expect(await bob.record(conversation)).toEqual(written);
  await expect(alice.banner).toBeHidden();
});
