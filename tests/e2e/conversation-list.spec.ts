import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';

test('the list is kept in order: filters, pins, mutes, marks, the archive', async ({ alice, bob, carol }) => {
  test.slow();
  const { page } = alice;
  const direct = await bob.directWith(alice);
  await bob.says(direct, 'Hello');
  const group = await alice.groupWith('Kitchen', bob, carol);
  await carol.says(group, 'Sharp knives');
  await alice.visit('/chats');
  const titles = page.getByTestId('conversations').getByRole('link');
  await expect(titles).toHaveCount(2);
  await expect(titles.first()).toContainText('Kitchen');

  const choose = async (title: string, entry: string) => {
    await alice.item(title).hover();
    await page.getByRole('button', { name: `More about ${title}` }).click();
    await page.getByRole('menuitem', { name: entry }).click();
  };

  await test.step('pinned on top, muted, and so for another device', async () => {
    await choose(bob.credentials.name, 'Pin');
    await expect(titles.first()).toContainText(bob.credentials.name);
    await choose('Kitchen', 'Mute until I change it');
    await expect(alice.item('Kitchen').getByRole('img', { name: 'Muted' })).toBeVisible();
    await expect
      .poll(async () => (await alice.api.from('conversation_list').select('pinned_at,muted_until').eq('id', group)).data)
      .toMatchObject([{ pinned_at: null, muted_until: 'infinity' }]);
    await expectClean(page, 'list with marks');
  });

  await test.step('read and unread', async () => {
    await choose('Kitchen', 'Mark as read');
    await expect(alice.item('Kitchen').getByTestId('unread')).toBeHidden();
    await choose('Kitchen', 'Mark as unread');
    await expect(alice.item('Kitchen').getByTestId('marked-unread')).toBeVisible();
    await page.getByText('Unread', { exact: true }).click();
    await expect(titles).toHaveCount(2);
    await choose('Kitchen', 'Mark as read');
    await expect(titles).toHaveCount(1);
    await page.getByText('Groups', { exact: true }).click();
    await expect(titles).toHaveText([/Kitchen/]);
    await page.getByRole('group', { name: 'Which conversations' }).getByText('Market', { exact: true }).click();
    await expect(page.getByText('No conversations about listings.')).toBeVisible();
    await page.getByText('All', { exact: true }).click();
  });

  await test.step('put away, and brought back by hand', async () => {
    await choose('Kitchen', 'Archive');
    await expect(titles).toHaveCount(1);
    await page.getByRole('button', { name: 'Archived: 1' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Archive' })).toBeVisible();
    await expect(titles).toHaveText([/Kitchen/]);
    await expectClean(page, 'archive');
    await choose('Kitchen', 'Take out of the archive');
    await expect(page.getByText('The archive is empty.')).toBeVisible();
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await expect(titles).toHaveCount(2);
  });

  await test.step('the menu by the keyboard alone', async () => {
    await alice.item('Kitchen').focus();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'More about Kitchen' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Unmute' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'More about Kitchen' })).toBeFocused();
  });

  await test.step('one field finds conversations, people and messages', async () => {
    await page.getByRole('searchbox').fill(carol.credentials.handle);
    await page.getByRole('list', { name: 'People' }).getByRole('link', { name: carol.credentials.name }).click();
    await expect(page.getByRole('heading', { level: 2, name: carol.credentials.name })).toBeVisible();
    await alice.visit('/chats');
    await page.getByRole('searchbox').fill('knives');
    await expect(page.getByText('No conversation called “knives”.')).toBeVisible();
    await page.getByRole('link', { name: 'Search messages for “knives”' }).click();
    await expect(page.getByTestId('found')).toContainText('Sharp knives');
  });
});

test('on a phone a finger that stays opens the menu of a row', async ({ aliceOnPhone: alice, bob }) => {
  const direct = await bob.directWith(alice);
  await bob.says(direct, 'Hello');
  await alice.visit('/chats');
  const row = alice.item(bob.credentials.name);
  await expect(row).toBeVisible();
  const box = (await row.boundingBox())!;
  const touch = { pointerType: 'touch', bubbles: true, clientX: box.x + 40, clientY: box.y + 20 };
  await row.dispatchEvent('pointerdown', touch);
  await alice.page.getByRole('menuitem', { name: 'Pin' }).click();
  await row.dispatchEvent('pointerup', touch);
  await expect(row.getByRole('img', { name: 'Pinned' })).toBeVisible();
  await expectClean(alice.page, 'list on a phone');
});
