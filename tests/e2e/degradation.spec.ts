import pg from 'pg';
import type { WebSocketRoute } from '@playwright/test';
import { expect, test } from './support/people.ts';
import { changeSession } from './support/session.ts';

const HOUR_MS = 3_600_000;

test('the socket is dropped again and again: nothing is missed, nothing is shown twice', async ({ alice, bob }) => {
  const conversation = await alice.directWith(bob);
  const sockets: WebSocketRoute[] = [];
  await alice.page.routeWebSocket(/\/realtime\/v1\//, (socket) => {
    socket.connectToServer();
    sockets.push(socket);
  });
  await alice.visit(`/chats/${conversation}`);
  await expect(alice.composer).toBeVisible();
  for (let n = 1; n <= 4; n++) {
    await bob.says(conversation, `before drop ${n}`);
    await expect(alice.message(`before drop ${n}`)).toBeVisible();
    // It may be back in a moment.
    const told = alice.banner.waitFor();
    for (const socket of sockets.splice(0)) await socket.close({ code: 1011 });
    await bob.says(conversation, `in drop ${n}`);
    await told;
    // It may be back by itself before the button is reached.
    await alice.page.getByRole('button', { name: 'Try now' }).or(alice.composer).first().click();
    await expect(alice.message(`in drop ${n}`)).toBeVisible();
    await expect(alice.banner).toBeHidden();
  }
  await expect(alice.messages).toHaveCount(8);
});

test('the API is down, the socket is not: Alice reads on, is told, and what she wrote goes out by itself', async ({
  alice,
  bob
}) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await bob.says(conversation, 'before');
  await expect(alice.message('before')).toBeVisible();
  await alice.page.route('**/rest/v1/**', (route) => route.abort());
  await alice.write('kept for the server');
  await expect(alice.banner).toContainText('The server takes nothing just now');
  await alice.expectStatus('kept for the server', 'kept');
  await bob.says(conversation, 'heard all the same');
  await expect(alice.message('heard all the same')).toBeVisible();
  await alice.page.unroute('**/rest/v1/**');
  await expect(alice.banner).toBeHidden({ timeout: 40_000 });
  await expect.poll(() => bob.record(conversation)).toEqual(['before', 'heard all the same', 'kept for the server']);
});

test.describe('a clock that is wrong', () => {
  for (const [name, skewMs] of [
    ['five hours behind', -5 * HOUR_MS],
    ['five hours ahead', 5 * HOUR_MS]
  ] as const) {
    test(`${name}: messages go both ways, in order`, async ({ alice, bob }) => {
      const conversation = await alice.directWith(bob);
      await alice.page.addInitScript((skew) => {
        const now = Date.now.bind(Date);
        Date.now = () => now() + skew;
        window.Date = new Proxy(Date, {
          construct: (target, given, newTarget) =>
            Reflect.construct(target, given.length === 0 ? [now() + skew] : given, newTarget) as object
        });
      }, skewMs);
      await alice.visit(`/chats/${conversation}`);
      for (let n = 1; n <= 3; n++) {
        await alice.write(`Alice ${n}`);
        await expect.poll(() => bob.record(conversation)).toHaveLength(2 * n - 1);
        await bob.says(conversation, `Bob ${n}`);
        await expect(alice.message(`Bob ${n}`)).toBeVisible();
      }
      const said = ['Alice 1', 'Bob 1', 'Alice 2', 'Bob 2', 'Alice 3', 'Bob 3'];
      expect(await bob.record(conversation)).toEqual(said);
      await expect(alice.messages).toContainText(said);
    });
  }
});

test('a session that the server has ended leads to the sign-in page; what was not sent is kept until then', async ({
  alice,
  bob,
  stack
}) => {
  const conversation = await alice.directWith(bob);
  await alice.visit(`/chats/${conversation}`);
  await expect(alice.composer).toBeVisible();
  await alice.context.setOffline(true);
  await alice.write('written before the end');
  await alice.expectStatus('written before the end', 'kept');

  const database = new pg.Client({ connectionString: stack.dbUrl });
  await database.connect();
  await database.query('delete from auth.sessions where user_id = $1', [alice.id]);
  await database.end();
  // A token that is none: as after the signing key was exchanged.
  await changeSession(alice.page, { access_token: 'e30.e30.AAAA' });
  await alice.context.setOffline(false);
  await expect(alice.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  await alice.signIn(alice.credentials);
  await expect.poll(() => bob.record(conversation)).toEqual(['written before the end']);
});
