/** How a session ends that nobody here has ended, against the real stack; and what is kept when it has. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryStore, type Chat } from '../../web/lib/chat/index.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let a: Chat;

beforeAll(async () => {
  world = new World();
  alice = await world.someone('Alice');
  a = await world.chat(alice);
});
afterAll(() => world.stop());

const HOUR_S = 3600;
const SIGNED_OUT = { phase: 'stopped', reason: 'signed_out' };
const live = (chat: Chat) => until(chat.connection, ({ phase }) => phase === 'live');
const ended = (chat: Chat) => until(chat.connection, ({ phase }) => phase === 'stopped');

/** A browser's storage, with somebody signed in. `change` makes of the session what a while, or a wrong clock, makes of it. */
class Device {
  readonly #kept = new Map<string, string>();
  readonly store = memoryStore();
  readonly storage = {
    getItem: (key: string) => this.#kept.get(key) ?? null,
    setItem: (key: string, value: string) => void this.#kept.set(key, value),
    removeItem: (key: string) => void this.#kept.delete(key)
  };

  static async of(person: Someone): Promise<Device> {
    const device = new Device();
    await world.signIn(person.email, { auth: { persistSession: true, storage: device.storage } });
    return device;
  }

  get isSignedIn(): boolean {
    return this.#kept.size > 0;
  }

  change(session: { access_token?: string; expires_at?: number }): void {
    const [key, text] = [...this.#kept].find(([, value]) => value.includes('access_token'))!;
    this.#kept.set(key, JSON.stringify({ ...(JSON.parse(text) as object), ...session }));
  }

  /** A page that is opened on it. */
  client(): SupabaseClient {
    const supabase = createClient(world.stack.apiUrl, world.stack.publishableKey, {
      auth: { persistSession: true, autoRefreshToken: false, storage: this.storage }
    });
    world.defer(() => supabase.realtime.disconnect());
    return supabase;
  }
}

const nowS = () => Math.floor(Date.now() / 1000);
const token = (person: Someone, expires: number, secret = world.stack.jwtSecret) =>
  new SignJWT({ sub: person.id, role: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));

/** What stands in the outbox of a device after its chat has stopped. */
const unsent = async (device: Device, person: Someone) => (await device.store.entries(person.id)).map(({ content }) => content);

describe('a token that the server does not accept, although it has time left by this device', () => {
  test('is exchanged for another: one signed with a key that is no more', async () => {
    const bob = await world.someone('Bob');
    const device = await Device.of(bob);
    const forged = await token(bob, nowS() + HOUR_S, 'a secret that was exchanged for another one');
    device.change({ access_token: forged });
    const chat = await world.chat({ ...bob, supabase: device.client() }, { store: device.store });
    await live(chat);
    expect(await until(chat.me, (me) => me !== null)).toMatchObject({ displayName: 'Bob' });
  });

  test('is exchanged for another: one that has expired, on a device whose clock is three hours behind', async () => {
    const bob = await world.someone('Bob');
    const device = await Device.of(bob);
    device.change({ access_token: await token(bob, nowS() - HOUR_S), expires_at: nowS() + 2 * HOUR_S });
    const chat = await world.chat({ ...bob, supabase: device.client() }, { store: device.store });
    await live(chat);
  });

  test('ends the chat when no other is to be had; what was written is kept, and sent after signing in again', async () => {
    const bob = await world.someone('Bob');
    const id = await a.startDirect(bob.id);
    const atA = a.openConversation(id);
    const device = await Device.of(bob);
    await world.sql.query('delete from auth.sessions where user_id = $1', [bob.id]);
    device.change({ access_token: await token(bob, nowS() - HOUR_S), expires_at: nowS() + 2 * HOUR_S });

    const chat = world.stoppedChat({ ...bob, supabase: device.client() }, { store: device.store });
    chat.openConversation(id).send('kept through the sign-out');
    await chat.start();
    expect(await ended(chat)).toEqual(SIGNED_OUT);
    expect(device.isSignedIn).toBe(false);
    await chat.stop();
    expect(await unsent(device, bob)).toEqual(['kept through the sign-out']);
    expect(await device.store.records(bob.id)).toEqual([]);

    const again = await world.chat({ ...bob, supabase: await world.signIn(bob.email) }, { store: device.store });
    await until(again.unsentCount, (count) => count === 0);
    const { messages } = await until(atA.timeline, ({ messages: all }) => all.length > 0);
    expect(messages.map(({ content }) => content)).toEqual(['kept through the sign-out']);
    atA.close();
  });
});

describe('a session that has ended on the server while this device was asleep', () => {
  test.each<[why: string, end: (bob: Someone) => Promise<unknown>]>([
    ['the account was blocked', (bob) => world.admin.auth.admin.updateUserById(bob.id, { ban_duration: '24h' })],
    ['the account was deleted', (bob) => world.admin.auth.admin.deleteUser(bob.id)],
    [
      'the password was changed on another device',
      (bob) => bob.supabase.auth.updateUser({ password: 'another battery, a stable one' })
    ],
    ['all devices were signed out from another', (bob) => bob.supabase.auth.signOut({ scope: 'global' })]
  ])('ends the chat: %s', async (_why, end) => {
    const bob = await world.someone('Bob');
    const device = await Device.of(bob);
    const before = await world.chat({ ...bob, supabase: device.client() }, { store: device.store });
    await live(before);
    await before.stop();
    const result = (await end(bob)) as { error: unknown };
    expect(result.error).toBeNull();
    // An hour later.
    device.change({ access_token: await token(bob, nowS() - HOUR_S), expires_at: nowS() - HOUR_S });
    const chat = await world.chat({ ...bob, supabase: device.client() }, { store: device.store });
    expect(await ended(chat)).toEqual(SIGNED_OUT);
    expect(device.isSignedIn).toBe(false);
  });
});
