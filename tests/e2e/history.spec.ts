import { expect, test } from './support/people.ts';
import { writeHistory } from './support/history.ts';

test.describe('a long conversation', () => {
  test('opens at its end and loads upwards without a jump', async ({ alice, bob, stack }) => {
    const conversation = await alice.directWith(bob);
    await writeHistory(stack.dbUrl, conversation, [alice, bob], 180);
    await alice.api.rpc('mark_read', { marks: { [conversation]: 180 } });
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.message('line 180 .')).toBeInViewport();
    await expect(alice.message('line 1 .')).toHaveCount(0);

    const list = alice.page.getByTestId('messages');
    const seqs = () => alice.messages.evaluateAll((all) => all.map((one) => Number((one as HTMLElement).dataset['seq'])));
    // Up, a window at a time, until the beginning is on screen.
    await expect(async () => {
      await list.hover();
      await alice.page.mouse.wheel(0, -900);
      expect(await seqs()).toContain(1);
    }).toPass({ timeout: 30_000 });
    const shown = await seqs();
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    await expect(alice.page.getByText('This is the beginning of your conversation.')).toBeAttached();

    await alice.page.getByRole('button', { name: 'Jump to the newest message' }).click();
    await expect(alice.message('line 180 .')).toBeInViewport();
  });

  test('keeps its place while older messages come in above', async ({ alice, bob, stack }) => {
    const conversation = await alice.directWith(bob);
    await writeHistory(stack.dbUrl, conversation, [alice, bob], 120);
    await alice.api.rpc('mark_read', { marks: { [conversation]: 120 } });

    // The second page is held back until the place of a message was measured.
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await alice.page.route(/\/rest\/v1\/messages\?/, async (route) => {
      const before = Number(/^lt\.(\d+)$/.exec(new URL(route.request().url()).searchParams.get('seq') ?? '')?.[1]);
      if (before < 100) await held;
      await route.continue();
    });
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.message('line 120 .')).toBeInViewport();
    const list = alice.page.getByTestId('messages');
    const anchor = alice.page.locator('[data-seq="75"]');
    await expect(async () => {
      await list.hover();
      await alice.page.mouse.wheel(0, -400);
      await expect(anchor).toBeInViewport({ timeout: 500 });
    }).toPass();
    const top = () => anchor.evaluate((one) => Math.round(one.getBoundingClientRect().top));
    await expect(async () => {
      const before = await top();
      await alice.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      expect(await top()).toBe(before);
    }).toPass();
    const before = await top();
    const scrollHeight = await list.evaluate((one) => one.scrollHeight);
    letGo();
    await expect.poll(() => list.evaluate((one) => one.scrollHeight)).toBeGreaterThan(scrollHeight);
    expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(2);
  });

  test('opens at the first unread message, and counts down what is below', async ({ alice, bob, stack }) => {
    const conversation = await alice.directWith(bob);
    await writeHistory(stack.dbUrl, conversation, [bob], 60);
    await alice.api.rpc('mark_read', { marks: { [conversation]: 20 } });
    await alice.visit('/chats');
    await expect(alice.item(bob.credentials.name).getByTestId('unread')).toContainText('40');
    await alice.item(bob.credentials.name).click();
    await expect(alice.page.getByTestId('unread-divider')).toBeInViewport();
    await expect(alice.message('line 21 .')).toBeInViewport();

    const jump = alice.page.getByRole('button', { name: /new messages?, jump to the end/ });
    await expect(jump).toBeVisible();
    // Only what was on screen counts as read.
    await expect(alice.item(bob.credentials.name).getByTestId('unread')).not.toContainText('40');
    await expect(alice.item(bob.credentials.name).getByTestId('unread')).toBeVisible();
    await jump.click();
    await expect(alice.message('line 60 .')).toBeInViewport();
    await expect(alice.item(bob.credentials.name).getByTestId('unread')).toBeHidden();
  });

  test('stays where one reads when new messages come, and follows at the end', async ({ alice, bob, stack }) => {
    const conversation = await alice.directWith(bob);
    await writeHistory(stack.dbUrl, conversation, [alice, bob], 60);
    await alice.api.rpc('mark_read', { marks: { [conversation]: 60 } });
    await alice.visit(`/chats/${conversation}`);
    await expect(alice.message('line 60 .')).toBeInViewport();
    await bob.says(conversation, 'at the end');
    await expect(alice.message('at the end')).toBeInViewport();

    const list = alice.page.getByTestId('messages');
    await list.hover();
    await alice.page.mouse.wheel(0, -1200);
    await expect(alice.page.getByRole('button', { name: 'Jump to the newest message' })).toBeVisible();
    await bob.says(conversation, 'while reading', 'and another');
    const jump = alice.page.getByRole('button', { name: '2 new messages, jump to the end' });
    await expect(jump).toBeVisible();
    await expect(alice.message('while reading')).not.toBeInViewport();
    await jump.click();
    await expect(alice.message('and another')).toBeInViewport();
  });
});
