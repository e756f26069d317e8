import { expect, test } from './support/people.ts';
import type { Window } from './support/person.ts';
import { watchTakeover } from './support/takeover.ts';

test('two tabs of one person show the same', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  const second = await alice.newTab();
  await alice.visit(`/chats/${conversation}`);
  await second.visit(`/chats/${conversation}`);
  await bob.visit(`/chats/${conversation}`);

  await alice.write('from the first');
  await expect(second.message('from the first')).toBeVisible();
  await second.write('from the second');
  await expect(alice.message('from the second')).toBeVisible();
  await alice.expectStatus('from the second', 'read');
  await second.expectStatus('from the first', 'read');

  await bob.write('to both');
  for (const tab of [alice, second]) {
    await expect(tab.message('to both')).toBeVisible();
    await expect(tab.messages).toHaveCount(3);
  }
  expect(await bob.record(conversation)).toEqual(['from the first', 'from the second', 'to both']);
});

test('reading in one tab clears the count in the other', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await bob.says(conversation, 'one', 'two');
  const second = await alice.newTab();
  await second.visit('/chats');
  await expect(second.item(bob.credentials.name).getByTestId('unread')).toContainText('2');
  await alice.visit(`/chats/${conversation}`);
  await expect(second.item(bob.credentials.name).getByTestId('unread')).toBeHidden();
});

test('signing out in one tab ends the other', async ({ alice }) => {
  const second = await alice.newTab();
  await second.visit('/chats');
  await expect(second.page.getByRole('heading', { level: 1, name: 'Conversations' })).toBeVisible();
  await alice.visit('/settings');
  await alice.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(second.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
});

test('five tabs have one socket; when the one that holds it is closed, another takes over and nothing is missed', async ({
  alice,
  bob
}) => {
  const conversation = await alice.directWith(bob);
  const tabs: { tab: Window; sockets: { open: number } }[] = [];
  for (let n = 0; n < 5; n++) {
    const tab = await alice.newTab();
    const sockets = { open: 0 };
    tab.page.on('websocket', (socket) => {
      if (!socket.url().includes('/realtime/')) return;
      sockets.open += 1;
      socket.on('close', () => (sockets.open -= 1));
    });
    await tab.visit(`/chats/${conversation}`);
    tabs.push({ tab, sockets });
  }
  const held = () => tabs.map(({ sockets }) => sockets.open);
  await bob.says(conversation, 'to the first leader');
  for (const { tab } of tabs) await expect(tab.message('to the first leader')).toBeVisible();
  await expect.poll(() => held().toSorted()).toEqual([0, 0, 0, 0, 1]);

  const [leader] = tabs.splice(held().indexOf(1), 1);
  const others = tabs;
  const takeover = await watchTakeover(
    others.map(({ tab }) => tab.page),
    alice.id
  );
  takeover.begins();
  await Promise.all([leader!.tab.page.close(), bob.says(conversation, 'while nobody leads', 'or just after')]);
  takeover.note('the messages are stored');
  await Promise.all(others.map(({ tab }) => expect(tab.message('or just after')).toBeVisible()));
  takeover.note('all tabs show them');
  for (const { tab } of others) await expect(tab.messages).toHaveCount(3);
  await expect.poll(() => held().toSorted()).toEqual([0, 0, 0, 1]);
  await bob.says(conversation, 'to the next leader');
  for (const { tab } of others) await expect(tab.message('to the next leader')).toBeVisible();
  const parts = takeover.parts();
  console.log(`from the leader’s death, in ms: ${parts}`);
  test.info().annotations.push({ type: 'from the leader’s death, in ms', description: parts });
});
