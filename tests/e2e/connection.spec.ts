import type { WebSocketRoute } from '@playwright/test';
import { expect, test } from './support/people.ts';

test('a lost socket is said, and what was missed comes when it is back', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  const sockets: WebSocketRoute[] = [];
  let down = false;
  await alice.page.routeWebSocket(/\/realtime\/v1\//, (socket) => {
    if (down) return void socket.close({ code: 1013 });
    socket.connectToServer();
    sockets.push(socket);
  });
  await alice.visit(`/chats/${conversation}`);
  await bob.says(conversation, 'before');
  await expect(alice.message('before')).toBeVisible();

  down = true;
  for (const socket of sockets) await socket.close({ code: 1013 });
  await expect(alice.banner).toContainText('Reconnecting');
  await bob.says(conversation, 'during');

  down = false;
  // It may be back by itself before the button is reached; then the click goes to the field behind it, which harms nothing.
  await alice.page.getByRole('button', { name: 'Try now' }).or(alice.composer).first().click();
  await expect(alice.message('during')).toBeVisible();
  await expect(alice.banner).toBeHidden();
  await bob.says(conversation, 'after');
  await expect(alice.message('after')).toBeVisible();
  await expect(alice.messages).toHaveCount(3);
});

test('without any socket the app still works, by asking', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  await alice.page.routeWebSocket(/\/realtime\/v1\//, (socket) => void socket.close({ code: 1013 }));
  await alice.visit(`/chats/${conversation}`);
  await alice.write('by REST alone');
  await expect.poll(() => bob.record(conversation)).toEqual(['by REST alone']);
  await expect(alice.banner).toContainText('messages come every few seconds', { timeout: 30_000 });
  await bob.says(conversation, 'and back');
  await expect(alice.message('and back')).toBeVisible({ timeout: 30_000 });
});
