import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newEmail, PASSWORD, projectKey, SITE_URL, startWorld, visit, type Server, type World } from './world.ts';

let world: World;
let server: Server;
beforeAll(async () => {
  world = await startWorld();
  server = await world.serve({ email: { enable_confirmations: true } });
});
afterAll(() => world.stop());

const admin = () => server.admin.auth.admin;

describe('accounts', () => {
  test('are made with all that is said about them', async () => {
    const email = newEmail();
    const id = '0190d1a0-7b1c-7000-8000-00000000a001';
    const { data, error } = await admin().createUser({
      id,
      email,
      password: PASSWORD,
      email_confirm: true,
      user_metadata: { name: 'Made' },
      app_metadata: { plan: 'gold' }
    });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({
      id,
      email,
      role: 'authenticated',
      user_metadata: { name: 'Made', email_verified: true },
      app_metadata: { provider: 'email', providers: ['email'], plan: 'gold' },
      email_confirmed_at: expect.any(String),
      identities: [{ provider: 'email' }]
    });
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  test('are made with the hash of a password from elsewhere', async () => {
    const email = newEmail();
    const { rows } = await world.db.query(`select extensions.crypt($1, extensions.gen_salt('bf', 5)) as hash`, [PASSWORD]);
    const password_hash = rows[0].hash.replace('$2a$', '$2b$');
    expect((await admin().createUser({ email, password_hash, email_confirm: true })).error).toBeNull();
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
    const bad = await admin().createUser({ email: newEmail(), password_hash: 'md5:1234' });
    expect(bad.error).toMatchObject({ status: 400, code: 'validation_failed' });
  });

  test('that cannot be are refused', async () => {
    const email = newEmail();
    await admin().createUser({ email });
    expect((await admin().createUser({ email })).error).toMatchObject({ status: 422, code: 'email_exists' });
    expect((await admin().createUser({})).error).toMatchObject({ status: 400, code: 'validation_failed' });
    expect((await admin().createUser({ email: 'no address' })).error).toMatchObject({ status: 400, code: 'validation_failed' });
    expect((await admin().createUser({ email: newEmail(), password: 'x' })).error).toMatchObject({ code: 'weak_password' });
    expect((await admin().createUser({ email: newEmail(), ban_duration: 'for ever' })).error).toMatchObject({
      code: 'validation_failed'
    });
  });

  test('are listed in pages, the newest first', async () => {
    const made = [];
    for (let at = 0; at < 3; at++) made.push((await admin().createUser({ email: newEmail('listed') })).data.user!.id);
    const { rows } = await world.db.query('select count(*)::int as total from auth.users');
    const first = await admin().listUsers({ page: 1, perPage: 2 });
    expect(first.error).toBeNull();
    expect(first.data.users.map((user) => user.id)).toEqual([made[2], made[1]]);
    expect(first.data).toMatchObject({
      aud: 'authenticated',
      nextPage: 2,
      lastPage: Math.ceil(rows[0].total / 2),
      total: rows[0].total
    });
    const second = await admin().listUsers({ page: 2, perPage: 2 });
    expect(second.data.users[0]?.id).toBe(made[0]);
    const all = await admin().listUsers();
    expect(all.data.users).toHaveLength(rows[0].total);
  });

  test('are found by a part of the address, in which % is a letter like any other', async () => {
    const email = newEmail('needle%');
    await admin().createUser({ email });
    const headers = { authorization: `Bearer ${await projectKey('service_role')}` };
    const found = await server.send('GET', `/admin/users?filter=${encodeURIComponent('needle%.')}`, undefined, headers);
    expect(found.body.users).toMatchObject([{ email }]);
    const none = await server.send('GET', `/admin/users?filter=${encodeURIComponent('%zz%')}`, undefined, headers);
    expect(none.body.users).toEqual([]);
    const bad = await server.send('GET', '/admin/users?page=-1', undefined, headers);
    expect(bad).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } });
  });

  test('are read, changed and deleted', async () => {
    const email = newEmail();
    const { data } = await admin().createUser({ email, password: PASSWORD, email_confirm: true });
    const id = data.user!.id;
    expect((await admin().getUserById(id)).data.user?.email).toBe(email);

    const next = newEmail('renamed');
    const changed = await admin().updateUserById(id, {
      email: next,
      password: 'another horse 8',
      user_metadata: { name: 'Changed' },
      app_metadata: { plan: 'gold' }
    });
    expect(changed.error).toBeNull();
    expect(changed.data.user).toMatchObject({ email: next, user_metadata: { name: 'Changed' }, app_metadata: { plan: 'gold' } });
    const client = server.client();
    expect((await client.auth.signInWithPassword({ email: next, password: 'another horse 8' })).error).toBeNull();

    expect((await admin().deleteUser(id)).error).toBeNull();
    expect((await admin().getUserById(id)).error).toMatchObject({ status: 404, code: 'user_not_found' });
    expect((await client.auth.getUser()).error).toMatchObject({ status: 403, code: 'user_not_found' });
    expect((await client.auth.refreshSession()).error).toMatchObject({ code: 'refresh_token_not_found' });
    for (const table of ['identities', 'sessions', 'one_time_tokens', 'refresh_tokens']) {
      const { rows } = await world.db.query(`select from auth.${table} where user_id::text = $1`, [id]);
      expect(rows, table).toHaveLength(0);
    }
  });

  test('deleted softly keep their row and nothing else', async () => {
    const email = newEmail();
    const { data } = await admin().createUser({
      email,
      password: PASSWORD,
      email_confirm: true,
      user_metadata: { name: 'Gone' }
    });
    expect((await admin().deleteUser(data.user!.id, true)).error).toBeNull();
    const { rows } = await world.db.query(
      'select u::text || i::text as everything, deleted_at from auth.users u join auth.identities i on i.user_id = u.id where u.id = $1',
      [data.user!.id]
    );
    expect(rows[0].deleted_at).not.toBeNull();
    expect(rows[0].everything).not.toContain(email);
    expect(rows[0].everything).not.toContain('Gone');
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error?.code).toBe(
      'invalid_credentials'
    );
    expect((await admin().createUser({ email })).error).toBeNull();
  });
});

describe('links', () => {
  test('invite a person by mail', async () => {
    const email = newEmail();
    const { data, error } = await admin().inviteUserByEmail(email, { data: { team: 'red' }, redirectTo: `${SITE_URL}/join` });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ email, invited_at: expect.any(String), user_metadata: { team: 'red' } });
    const { url, fragment } = await visit((await world.mailTo(email)).link);
    expect(url.pathname).toBe('/join');
    expect(fragment.get('type')).toBe('invite');
    const client = server.client();
    await client.auth.setSession({ access_token: fragment.get('access_token')!, refresh_token: fragment.get('refresh_token')! });
    expect((await client.auth.updateUser({ password: PASSWORD })).error).toBeNull();
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
    expect((await admin().inviteUserByEmail(email)).error).toMatchObject({ status: 422, code: 'email_exists' });
  });

  test.each(['signup', 'invite', 'magiclink', 'recovery'] as const)('of type %s work by link, hash and code', async (type) => {
    for (const way of ['link', 'hash', 'code'] as const) {
      const email = newEmail();
      if (type === 'recovery' || type === 'magiclink')
        await admin().createUser({ email, password: PASSWORD, email_confirm: true });
      const { data, error } = await admin().generateLink({
        type,
        email,
        password: PASSWORD,
        options: { redirectTo: `${SITE_URL}/x` }
      } as never);
      expect(error).toBeNull();
      const { action_link, email_otp, hashed_token, verification_type, redirect_to } = data.properties!;
      expect({ verification_type, redirect_to }).toEqual({ verification_type: type, redirect_to: `${SITE_URL}/x` });
      const client = server.client();
      if (way === 'link') expect((await visit(action_link)).fragment.get('access_token')).toBeTruthy();
      else if (way === 'hash') expect((await client.auth.verifyOtp({ token_hash: hashed_token, type })).error).toBeNull();
      else expect((await client.auth.verifyOtp({ email, token: email_otp, type })).error).toBeNull();
      expect(await world.mailCount(email)).toBe(0);
    }
  });

  test('to sign in sign a new person up', async () => {
    const email = newEmail();
    const { data, error } = await admin().generateLink({ type: 'magiclink', email, options: { data: { name: 'New' } } });
    expect(error).toBeNull();
    expect(data.properties?.verification_type).toBe('signup');
    const { fragment } = await visit(data.properties!.action_link);
    const { data: entered } = await server.client().auth.getUser(fragment.get('access_token')!);
    expect(entered.user).toMatchObject({ email, user_metadata: { name: 'New' } });
  });

  test('to change an address need both', async () => {
    const email = newEmail();
    const next = newEmail('next');
    await admin().createUser({ email, password: PASSWORD, email_confirm: true });
    const current = await admin().generateLink({ type: 'email_change_current', email, newEmail: next });
    const coming = await admin().generateLink({ type: 'email_change_new', email, newEmail: next });
    expect((await visit(current.data.properties!.action_link)).fragment.get('message')).toBeTruthy();
    expect((await visit(coming.data.properties!.action_link)).fragment.get('access_token')).toBeTruthy();
    expect((await server.client().auth.signInWithPassword({ email: next, password: PASSWORD })).error).toBeNull();
  });

  test('for nobody are refused', async () => {
    const { error } = await admin().generateLink({ type: 'recovery', email: newEmail() });
    expect(error).toMatchObject({ status: 404, code: 'user_not_found' });
  });
});

describe('who may', () => {
  const paths = [
    ['GET', '/admin/users'],
    ['POST', '/admin/users'],
    ['GET', '/admin/users/00000000-0000-4000-8000-000000000000'],
    ['PUT', '/admin/users/00000000-0000-4000-8000-000000000000'],
    ['DELETE', '/admin/users/00000000-0000-4000-8000-000000000000'],
    ['POST', '/admin/generate_link'],
    ['POST', '/invite']
  ] as const;

  test.each(paths)('%s %s: nobody but the holder of the secret key', async (method, path) => {
    const { data } = await server.admin.auth.admin.createUser({ email: newEmail(), password: PASSWORD, email_confirm: true });
    const signedIn = await server.client().auth.signInWithPassword({ email: data.user!.email!, password: PASSWORD });
    const as = (token: string) =>
      server.send(method, path, method === 'GET' ? undefined : {}, token === '' ? {} : { authorization: `Bearer ${token}` });
    expect(await as('')).toMatchObject({ status: 401, body: { error_code: 'no_authorization' } });
    expect(await as(await projectKey('anon'))).toMatchObject({ status: 403, body: { error_code: 'not_admin' } });
    expect(await as(signedIn.data.session!.access_token)).toMatchObject({ status: 403, body: { error_code: 'not_admin' } });
    expect(await as('a.b.c')).toMatchObject({ status: 403, body: { error_code: 'bad_jwt' } });
  });

  test('what they did is in the audit log', async () => {
    const email = newEmail();
    const { data } = await admin().createUser({ email });
    await admin().deleteUser(data.user!.id);
    const { rows } = await world.db.query(
      `select payload ->> 'action' as action, payload ->> 'actor_username' as actor from auth.audit_log_entries
       where payload -> 'traits' ->> 'user_email' = $1 order by created_at`,
      [email]
    );
    expect(rows).toEqual([
      { action: 'user_signedup', actor: 'service_role' },
      { action: 'user_deleted', actor: 'service_role' }
    ]);
  });
});
