/** One's own account, as the app asks for it, against the real stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccountCalls } from '../../web/lib/api/account.ts';
import { Avatars } from '../../web/lib/api/avatars.ts';
import { World, type Someone } from '../client/support/people.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64'
);

let world: World;
let alice: Someone;
let account: AccountCalls;

beforeAll(async () => {
  world = new World();
  alice = await world.someone('Alice');
  account = new AccountCalls(alice.supabase);
});
afterAll(() => world.stop());

test('where one is signed in; one of them is ended, which gets no other token', async () => {
  const phone = await world.signIn(alice.email);
  const places = await account.signIns();
  expect(places.map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
  expect(places[0]!.lastUsedAt).toBeInstanceOf(Date);
  await account.endSignIn(places[1]!.id);
  expect(await account.signIns()).toHaveLength(1);
  expect((await phone.auth.refreshSession()).error?.code).toBe('refresh_token_not_found');
});

test('all others are ended at once', async () => {
  const phone = await world.signIn(alice.email);
  await account.endOtherSignIns();
  expect((await account.signIns()).map(({ isCurrent }) => isCurrent)).toEqual([true]);
  expect((await phone.auth.refreshSession()).error).not.toBeNull();
});

test('a new password signs in, the old one does not, and other places are signed out', async () => {
  const mia = await world.someone('Mia');
  const phone = await world.signIn(mia.email);
  await new AccountCalls(mia.supabase).changePassword('another horse altogether');
  const { error } = await mia.supabase.auth.signInWithPassword({ email: mia.email, password: 'another horse altogether' });
  expect(error).toBeNull();
  await expect(world.signIn(mia.email)).rejects.toMatchObject({ code: 'invalid_credentials' });
  expect((await phone.auth.refreshSession()).error).not.toBeNull();
});

test('what others learn: what is left out stays', async () => {
  expect(await account.privacy()).toEqual({ sharesPresence: true, isFound: true, previewsLinks: true });
  await account.setPrivacy({ sharesPresence: false });
  expect(await account.setPrivacy({ isFound: false })).toEqual({ sharesPresence: false, isFound: false, previewsLinks: true });
  expect(await account.privacy()).toEqual({ sharesPresence: false, isFound: false, previewsLinks: true });
});

test('all that is kept, page by page', async () => {
  const counts: number[] = [];
  const all = await account.export((entries) => counts.push(entries));
  expect(all['profile']).toMatchObject([{ id: alice.id, email: alice.email }]);
  expect(Object.keys(all)).toEqual(expect.arrayContaining(['messages', 'devices', 'privacy_settings']));
  expect(counts.at(-1)).toBe(Object.values(all).flat().length);
});

test('a picture is had by its public address, and no other type is', async () => {
  const avatars = new Avatars(alice.supabase, alice.id);
  const url = await avatars.upload(new Blob([PIXEL], { type: 'image/png' }));
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(PIXEL);
  await expect(avatars.upload(new Blob(['<svg/>'], { type: 'image/svg+xml' }))).rejects.toMatchObject({
    code: 'picture_refused'
  });
});

test('an account goes when its handle is given, and with no other', async () => {
  const mia = await world.someone('Mia');
  const calls = new AccountCalls(mia.supabase);
  await expect(calls.delete('somebody_else', false)).rejects.toMatchObject({ code: 'handle_mismatch' });
  expect(await calls.delete(mia.email.split('@')[0]!, true)).toBe(true);
  await expect(world.signIn(mia.email)).rejects.toMatchObject({ code: 'invalid_credentials' });
});
