/** The notification system of seed 4: its nine phases and its three errors, each in its own words. */
import { randomUUID } from 'node:crypto';
import type { Locator, WebSocketRoute } from '@playwright/test';
import { expect, test } from './support/people.ts';
import type { Person, Window } from './support/person.ts';

const bell = (window: Window): Locator =>
  window.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: /Notifications/ });
const rows = (window: Window): Locator => window.page.getByTestId('notification');
const toast = (window: Window): Locator => window.page.getByTestId('notification-toast');

async function call<T>(person: Person, name: string, args: Record<string, unknown>): Promise<T> {
  const { data, error } = await person.api.rpc(name, args);
  if (error) throw error;
  return (Array.isArray(data) ? data[0] : data) as T;
}

/** Bob offers Alice something for what she sells: she is told of it. */
async function offers(bob: Person, alice: Person, amount = 900): Promise<{ conversation: string; seq: number }> {
  const listing = { title: 'Sea kayak', price_minor: 1000, currency: 'EUR', status: 'active' };
  const { data, error } = await alice.api.from('listings').insert(listing).select('id').single();
  if (error) throw error;
  const { id: conversation } = await call<{ id: string }>(bob, 'start_negotiation', { listing_id: (data as { id: string }).id });
  const { seq } = await call<{ seq: number }>(bob, 'make_offer', { conversation_id: conversation, amount_minor: amount });
  return { conversation, seq };
}

/** Alice writes, and Bob answers her: she is told of it. */
async function answers(bob: Person, alice: Person, content = 'An answer'): Promise<string> {
  const conversation = await alice.directWith(bob);
  const first = await call<{ seq: number }>(alice, 'send_message', {
    conversation_id: conversation,
    id: randomUUID(),
    content: 'A question'
  });
  await call(bob, 'send_message', { conversation_id: conversation, id: randomUUID(), content, reply_to: first.seq });
  return conversation;
}

test('phase 1: who signs in is connected, and hears at once', async ({ alice, bob }) => {
  await alice.visit('/settings');
  await alice.signOut();
  await alice.signIn(alice.credentials);
  await answers(bob, alice);
  await expect(bell(alice)).toContainText('1');
});

test('phase 2: what is unread is there from the start, with its number', async ({ alice, bob }) => {
  await offers(bob, alice);
  await answers(bob, alice);
  await alice.visit('/notifications');
  await expect(rows(alice).filter({ hasText: 'answered you' })).toHaveAttribute('data-read', 'false');
  await expect(rows(alice).filter({ hasText: 'offers' })).toHaveAttribute('data-read', 'false');
  const { data } = await alice.api.rpc('notification_counts');
  await expect(bell(alice)).toContainText(String((data as { unread: number }).unread));
});

test('phase 3 and 4: a deal is made, and in the same transaction who it concerns is told', async ({ alice, bob }) => {
  const { conversation, seq } = await offers(bob, alice);
  await call(alice, 'accept_offer', { conversation_id: conversation, seq });
  const { data } = await bob.api.from('notifications').select('event,title,category');
  expect(data).toEqual(expect.arrayContaining([expect.objectContaining({ event: 'offer_accepted', category: 'offer' })]));
  await bob.visit('/notifications');
  await expect(rows(bob).filter({ hasText: 'accepted your offer' })).toBeVisible();
});

test('phase 5: it comes live, without a reload', async ({ alice, bob }) => {
  await alice.visit('/notifications');
  await expect(alice.page.getByText('Nothing here yet')).toBeVisible();
  await answers(bob, alice);
  await expect(rows(alice).filter({ hasText: 'Bob Lindqvist answered you' })).toBeVisible();
});

test('phase 6: a toast says it, the numbers follow', async ({ alice, bob }) => {
  await alice.visit('/settings/appearance');
  await expect(alice.page).toHaveTitle('Appearance · Parley');
  // What shows toasts is loaded when there is nothing else to do.
  await alice.page.waitForLoadState('networkidle');
  await answers(bob, alice);
  await expect(toast(alice)).toContainText('Bob Lindqvist answered you');
  await expect(bell(alice)).toContainText('1');
  await expect(alice.page).toHaveTitle(/^\(\d+\) /);
  await expect(alice.page.locator('link[rel="icon"]')).toHaveAttribute('href', /favicon-unread\.svg$/);
});

test('phase 7: all tabs and all devices show the same', async ({ alice, bob, browser, stack, contextOptions }) => {
  await answers(bob, alice);
  const second = await alice.newTab();
  await alice.visit('/notifications');
  await second.visit('/notifications');
  const context = await browser.newContext(contextOptions);
  const { Window: Elsewhere } = await import('./support/person.ts');
  const phone = new Elsewhere(await context.newPage(), stack.webUrl);
  await phone.visit('/sign-in');
  await phone.signIn(alice.credentials);
  await phone.visit('/notifications');
  const answer = (window: Window) => rows(window).filter({ hasText: 'answered you' });
  for (const window of [alice, second, phone]) await expect(answer(window)).toHaveAttribute('data-read', 'false');
  await alice.page.getByRole('button', { name: 'Mark all as read' }).click();
  for (const window of [alice, second, phone]) await expect(answer(window)).toHaveAttribute('data-read', 'true');
  await context.close();
});

test('phase 8: a click marks it read and leads to what it is about', async ({ alice, bob }) => {
  const conversation = await answers(bob, alice, 'What it is about');
  await alice.visit('/notifications');
  await rows(alice).filter({ hasText: 'answered you' }).getByRole('button').first().click();
  await expect(alice.page).toHaveURL(new RegExp(`/chats/${conversation}`));
  await expect(alice.message('What it is about')).toBeVisible();
  await expect
    .poll(async () => {
      const { data } = await alice.api.from('notifications').select('read_at').eq('category', 'reply');
      return (data as { read_at: string | null }[]).every(({ read_at }) => read_at !== null);
    })
    .toBe(true);
});

test('phase 9: after a lost connection it is as if nothing had been', async ({ alice, bob }) => {
  const sockets: WebSocketRoute[] = [];
  let down = false;
  await alice.page.routeWebSocket(/\/realtime\/v1\//, (socket) => {
    if (down) return void socket.close({ code: 1013 });
    socket.connectToServer();
    sockets.push(socket);
  });
  await alice.visit('/notifications');
  await expect(alice.page.getByText('Nothing here yet')).toBeVisible();
  down = true;
  for (const socket of sockets) await socket.close({ code: 1013 });
  await expect(alice.banner).toContainText('Reconnecting');
  await answers(bob, alice);
  down = false;
  await expect(rows(alice).filter({ hasText: 'answered you' })).toBeVisible();
  await expect(alice.banner).toBeHidden();
});

test('error 1: without a socket notifications come by asking', async ({ alice, bob }) => {
  await alice.page.routeWebSocket(/\/realtime\/v1\//, (socket) => void socket.close({ code: 1013 }));
  await alice.visit('/notifications');
  await expect(alice.page.getByText('Nothing here yet')).toBeVisible();
  await answers(bob, alice);
  await expect(rows(alice).filter({ hasText: 'answered you' })).toBeVisible({ timeout: 30_000 });
});

test('error 2: with a session that is not accepted one comes to the sign-in', async ({ alice }) => {
  await alice.visit('/notifications');
  await expect(alice.page.getByText('Nothing here yet')).toBeVisible();
  const { error } = await alice.api.auth.signOut({ scope: 'global' });
  expect(error).toBeNull();
  await alice.page.route('**/rest/v1/**', (route) =>
    route.fulfill({ status: 401, json: { code: 'PGRST301', message: 'JWT expired' } })
  );
  await alice.page.reload();
  await expect(alice.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible({ timeout: 30_000 });
});

test('error 3: an interruption of the network is bridged', async ({ alice, bob }) => {
  await answers(bob, alice);
  await alice.visit('/notifications');
  const answer = rows(alice).filter({ hasText: 'answered you' });
  await expect(answer).toHaveAttribute('data-read', 'false');
  await alice.context.setOffline(true);
  await expect(alice.banner).toContainText('offline');
  // What is done meanwhile is shown at once, and done when there is a network again.
  await alice.page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(answer).toHaveAttribute('data-read', 'true');
  await offers(bob, alice);
  await alice.context.setOffline(false);
  await expect(rows(alice).filter({ hasText: 'offers' })).toBeVisible({ timeout: 30_000 });
  await expect
    .poll(async () => {
      const { data } = await alice.api.from('notifications').select('read_at').eq('category', 'reply');
      return (data as { read_at: string | null }[]).map(({ read_at }) => read_at !== null);
    })
    .toEqual([true]);
});

test('what is urgent stays until it is acknowledged, on all devices', async ({ alice }) => {
  const { createClient } = await import('@supabase/supabase-js');
  const { runningStack } = await import('./support/stack.ts');
  const { apiUrl, secretKey } = runningStack();
  const admin = createClient(apiUrl, secretKey, { auth: { persistSession: false } });
  await alice.visit('/chats');
  const { error } = await admin.rpc('send_notification', {
    event: 'urgent_announcement',
    args: { title: 'The harbour is closed', text: 'A storm is coming.' },
    target: { users: [alice.id] },
    key: randomUUID()
  });
  expect(error).toBeNull();
  const notice = alice.page.getByTestId('urgent-notice');
  await expect(notice).toContainText('The harbour is closed');
  await alice.page.reload();
  await expect(notice).toBeVisible();
  await notice.getByRole('button', { name: 'I have seen it' }).click();
  await expect(notice).toBeHidden();
  await alice.page.reload();
  await expect(bell(alice)).toBeVisible();
  await expect(notice).toBeHidden();
});

test('how one wants to be told is set once, for all devices', async ({ alice }) => {
  const second = await alice.newTab();
  await alice.visit('/settings/notifications');
  await second.visit('/settings/notifications');
  await alice.page.getByRole('checkbox', { name: 'Reactions: Push' }).check();
  await expect(second.page.getByRole('checkbox', { name: 'Reactions: Push' })).toBeChecked();
  await alice.page.getByText('Keep quiet hours').click();
  await expect(second.page.getByLabel('From')).toHaveValue('22:00');
  await alice.page.getByRole('button', { name: 'For an hour' }).click();
  await expect(second.page.getByText(/Held back until/)).toBeVisible();
  await expect
    .poll(async () => (await alice.api.from('notification_settings').select('quiet_from,snoozed_until')).data)
    .toMatchObject([{ quiet_from: '22:00:00', snoozed_until: expect.any(String) as unknown }]);
});
