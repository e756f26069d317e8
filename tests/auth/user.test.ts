import type { SupabaseClient, User } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newEmail, PASSWORD, startWorld, visit, type Server, type World } from './world.ts';

let world: World;
let server: Server;
let confirming: Server;
beforeAll(async () => {
  world = await startWorld();
  server = await world.serve();
  confirming = await world.serve({ email: { enable_confirmations: true } });
});
afterAll(() => world.stop());

async function signedIn(at = server): Promise<{ client: SupabaseClient; user: User; email: string }> {
  const email = newEmail();
  await at.admin.auth.admin.createUser({ email, password: PASSWORD, email_confirm: true });
  const client = at.client();
  const { data, error } = await client.auth.signInWithPassword({ email, password: PASSWORD });
  expect(error).toBeNull();
  return { client, user: data.user!, email };
}

describe('metadata', () => {
  test('is merged; null removes a key', async () => {
    const { client } = await signedIn();
    await client.auth.updateUser({ data: { name: 'Ann', colour: 'red', nested: { a: null } } });
    const { data } = await client.auth.updateUser({ data: { colour: null, city: 'Bern' } });
    expect(data.user?.user_metadata).toEqual({ name: 'Ann', city: 'Bern', nested: { a: null }, email_verified: true });
  });

  test('by two writers at once keeps both', async () => {
    const { client } = await signedIn();
    await Promise.all(Array.from({ length: 6 }, (_, at) => client.auth.updateUser({ data: { [`key${at}`]: at } })));
    const { data } = await client.auth.getUser();
    expect(data.user?.user_metadata).toMatchObject({ key0: 0, key1: 1, key2: 2, key3: 3, key4: 4, key5: 5 });
  });

  test('of the project is not the person’s to write', async () => {
    const { client, user } = await signedIn();
    const { error } = await client.auth.updateUser({ app_metadata: { role: 'admin' } } as never);
    expect(error).toMatchObject({ status: 403, code: 'not_admin' });
    const { data } = await server.admin.auth.admin.getUserById(user.id);
    expect(data.user?.app_metadata).toEqual({ provider: 'email', providers: ['email'] });
  });
});

describe('password', () => {
  test('is changed, and every other session ends', async () => {
    const { client, email } = await signedIn();
    const other = server.client();
    await other.auth.signInWithPassword({ email, password: PASSWORD });
    const { error } = await client.auth.updateUser({ password: 'another horse 8' });
    expect(error).toBeNull();
    expect((await client.auth.getUser()).error).toBeNull();
    expect((await other.auth.getUser()).error?.name).toBe('AuthSessionMissingError');
    const old = await server.client().auth.signInWithPassword({ email, password: PASSWORD });
    expect(old.error).toMatchObject({ code: 'invalid_credentials' });
    const current = await server.client().auth.signInWithPassword({ email, password: 'another horse 8' });
    expect(current.error).toBeNull();
  });

  test('must differ from the old one, and be strong', async () => {
    const { client } = await signedIn();
    expect((await client.auth.updateUser({ password: PASSWORD })).error).toMatchObject({ status: 422, code: 'same_password' });
    expect((await client.auth.updateUser({ password: 'x' })).error).toMatchObject({ status: 422, code: 'weak_password' });
  });

  test('takes a code from a mail when the sign-in is a day old', async () => {
    const careful = await world.serve({ email: { secure_password_change: true } });
    const { client, user, email } = await signedIn(careful);
    await world.db.query(`update auth.sessions set created_at = now() - interval '25 hours' where user_id = $1`, [user.id]);
    const without = await client.auth.updateUser({ password: 'another horse 8' });
    expect(without.error).toMatchObject({ status: 400, code: 'reauthentication_needed' });

    expect((await client.auth.reauthenticate()).error).toBeNull();
    const { code } = await world.mailTo(email);
    const wrong = await client.auth.updateUser({ password: 'another horse 8', nonce: '000000' === code ? '000001' : '000000' });
    expect(wrong.error).toMatchObject({ status: 422, code: 'reauthentication_not_valid' });
    expect((await client.auth.updateUser({ password: 'another horse 8', nonce: code })).error).toBeNull();
    const again = await client.auth.updateUser({ password: 'third horse 77', nonce: code });
    expect(again.error).toMatchObject({ code: 'reauthentication_not_valid' });
  });
});

describe('address', () => {
  test('changes when the new and the old mailbox have agreed', async () => {
    const { client, user, email } = await signedIn(confirming);
    const next = newEmail('next');
    const asked = await client.auth.updateUser({ email: next });
    expect(asked.error).toBeNull();
    expect(asked.data.user).toMatchObject({ email, new_email: next });

    const first = await visit((await world.mailTo(next)).link);
    expect(first.fragment.get('message')).toMatch(/other email/);
    expect((await client.auth.getUser()).data.user?.email).toBe(email);

    const second = await visit((await world.mailTo(email)).link);
    expect(second.fragment.get('access_token')).toBeTruthy();
    const { data } = await client.auth.getUser();
    expect(data.user).toMatchObject({ id: user.id, email: next });
    expect(data.user?.new_email).toBeUndefined();
    expect(data.user?.identities).toMatchObject([{ identity_data: { email: next, email_verified: true } }]);
    expect((await confirming.client().auth.signInWithPassword({ email: next, password: PASSWORD })).error).toBeNull();
  });

  test('does not change by one mailbox agreeing twice', async () => {
    const { client, email } = await signedIn(confirming);
    const next = newEmail('next');
    await client.auth.updateUser({ email: next });
    const { link } = await world.mailTo(next);
    await visit(link);
    expect((await visit(link)).fragment.get('error_code')).toBe('otp_expired');
    expect((await client.auth.getUser()).data.user?.email).toBe(email);
  });

  test('changes by codes too', async () => {
    const { client, email } = await signedIn(confirming);
    const next = newEmail('next');
    await client.auth.updateUser({ email: next });
    const fresh = confirming.client();
    const first = await fresh.auth.verifyOtp({ email, token: (await world.mailTo(email)).code, type: 'email_change' });
    expect(first).toMatchObject({ error: null, data: { session: null } });
    const second = await fresh.auth.verifyOtp({ email: next, token: (await world.mailTo(next)).code, type: 'email_change' });
    expect(second.data.user?.email).toBe(next);
  });

  test('changes by the new mailbox alone where that is enough', async () => {
    const single = await world.serve({ email: { enable_confirmations: true, double_confirm_changes: false } });
    const { client, email } = await signedIn(single);
    const next = newEmail('next');
    await client.auth.updateUser({ email: next });
    expect(await world.mailCount(email)).toBe(0);
    expect((await visit((await world.mailTo(next)).link)).fragment.get('type')).toBe('email_change');
    expect((await client.auth.getUser()).data.user?.email).toBe(next);
  });

  test('of somebody else is refused, when asked for and when confirmed', async () => {
    const [ann, bob] = [await signedIn(confirming), await signedIn(confirming)];
    const { error } = await ann.client.auth.updateUser({ email: bob.email });
    expect(error).toMatchObject({ status: 422, code: 'email_exists' });

    const wanted = newEmail('wanted');
    await ann.client.auth.updateUser({ email: wanted });
    const { link, code } = await world.mailTo(wanted);
    await confirming.admin.auth.admin.createUser({ email: wanted, password: PASSWORD, email_confirm: true });
    await visit(link);
    expect(code).toMatch(/^\d{6}$/);
    const last = await visit((await world.mailTo(ann.email)).link);
    expect(last.fragment.get('error_code')).toBe('email_exists');
    expect((await ann.client.auth.getUser()).data.user?.email).toBe(ann.email);
  });
});
