import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session, SupabaseClient } from '@supabase/supabase-js';
import { JWT_SECRET, newEmail, PASSWORD, projectKey, startWorld, type Server, type World } from './world.ts';

let world: World;
let server: Server;
beforeAll(async () => {
  world = await startWorld();
  server = await world.serve();
});
afterAll(() => world.stop());

async function signedIn(email = newEmail()): Promise<{ client: SupabaseClient; session: Session; email: string }> {
  const client = server.client();
  const { data, error } = await client.auth.signUp({ email, password: PASSWORD });
  expect(error).toBeNull();
  return { client, session: data.session!, email };
}

const refresh = (token: string) => server.send('POST', '/token?grant_type=refresh_token', { refresh_token: token });
const sessionId = (session: Session): string => decodeJwt<{ session_id: string }>(session.access_token).session_id;

/** As if the token had been exchanged longer ago than the reuse interval. */
async function age(token: string): Promise<void> {
  await world.db.query(`update auth.refresh_tokens set updated_at = updated_at - interval '11 seconds' where token = $1`, [
    token
  ]);
}

describe('access token', () => {
  test('has the claims that policies and clients read', async () => {
    const { session } = await signedIn();
    const now = Math.floor(Date.now() / 1000);
    const { iat = 0, exp = 0, amr, ...claims } = decodeJwt(session.access_token);
    expect(claims).toEqual({
      iss: `${server.url}/auth/v1`,
      sub: session.user.id,
      aud: 'authenticated',
      email: session.user.email,
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { email_verified: true },
      role: 'authenticated',
      aal: 'aal1',
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      is_anonymous: false
    });
    expect(exp - iat).toBe(3600);
    expect(Math.abs(iat - now)).toBeLessThan(5);
    expect(amr).toEqual([{ method: 'password', timestamp: expect.any(Number) }]);
    expect(session.expires_at).toBe(exp);
  });

  test('is checked by getClaims', async () => {
    const { client, session } = await signedIn();
    const { data, error } = await client.auth.getClaims();
    expect(error).toBeNull();
    expect(data?.claims.sub).toBe(session.user.id);
  });

  test.each([
    ['garbage', async () => 'not-a-token', 'bad_jwt'],
    ['three parts of garbage', async () => 'a.b.c', 'bad_jwt'],
    ['one signed with another secret', () => sign({ secret: 'x'.repeat(40) }), 'bad_jwt'],
    ['an unsigned one', async () => `${base64('{"alg":"none"}')}.${base64('{"sub":"1"}')}.`, 'bad_jwt'],
    ['an expired one', () => sign({ expires: '-1 minute' }), 'bad_jwt'],
    ['the publishable key', () => projectKey('anon'), 'bad_jwt'],
    ['one of nobody', () => sign({}), 'user_not_found'],
    ['one whose subject is no id', () => sign({ subject: "x' or 1=1" }), 'bad_jwt']
  ])('%s is refused', async (_name, make, code) => {
    const { data, error } = await server.client().auth.getUser(await make());
    expect(data.user).toBeNull();
    expect(error).toMatchObject({ code });
    expect([400, 403]).toContain(error?.status);
  });

  test('of an account that was deleted is refused', async () => {
    const { client, session } = await signedIn();
    await server.admin.auth.admin.deleteUser(session.user.id);
    const { error } = await client.auth.getUser();
    expect(error).toMatchObject({ status: 403, code: 'user_not_found' });
  });

  test('of a banned account is refused until the ban is lifted', async () => {
    const { client, session, email } = await signedIn();
    await server.admin.auth.admin.updateUserById(session.user.id, { ban_duration: '1h' });
    expect((await client.auth.getUser()).error).toMatchObject({ status: 403, code: 'user_banned' });
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error).toMatchObject({
      code: 'user_banned'
    });
    expect((await refresh(session.refresh_token)).body.error_code).toBe('user_banned');
    await server.admin.auth.admin.updateUserById(session.user.id, { ban_duration: 'none' });
    expect((await client.auth.getUser()).error).toBeNull();
  });

  test('is required, with the reason in the shape of the version that the client speaks', async () => {
    const old = await server.send('GET', '/user');
    expect(old).toMatchObject({ status: 401, body: { code: 401, error_code: 'no_authorization', msg: expect.any(String) } });
    const current = await server.send('GET', '/user', undefined, { 'x-supabase-api-version': '2024-01-01' });
    expect(current).toMatchObject({ status: 401, body: { code: 'no_authorization', message: expect.any(String) } });
    expect(current.headers.get('x-supabase-api-version')).toBe('2024-01-01');
  });

  const base64 = (text: string): string => Buffer.from(text).toString('base64url');
  const sign = ({ secret = JWT_SECRET, expires = '1 hour', subject = '00000000-0000-4000-8000-000000000000' }): Promise<string> =>
    new SignJWT({ role: 'authenticated' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setExpirationTime(expires)
      .sign(new TextEncoder().encode(secret));
});

describe('refresh', () => {
  test('exchanges the token for the next one, in the same session', async () => {
    const { client, session } = await signedIn();
    const { data, error } = await client.auth.refreshSession();
    expect(error).toBeNull();
    expect(data.session?.refresh_token).not.toBe(session.refresh_token);
    expect(sessionId(data.session!)).toBe(sessionId(session));
    expect(data.session?.user.id).toBe(session.user.id);
    const { rows } = await world.db.query(
      `select r.token, r.revoked, r.parent, s.refreshed_at is not null as refreshed
       from auth.refresh_tokens r join auth.sessions s on s.id = r.session_id where s.id = $1 order by r.id`,
      [sessionId(session)]
    );
    expect(rows).toEqual([
      { token: session.refresh_token, revoked: true, parent: '', refreshed: true },
      { token: data.session?.refresh_token, revoked: false, parent: session.refresh_token, refreshed: true }
    ]);
  });

  test('shows what has changed about the person', async () => {
    const { client, session } = await signedIn();
    await server.admin.auth.admin.updateUserById(session.user.id, { app_metadata: { plan: 'gold' } });
    const { data } = await client.auth.refreshSession();
    expect(decodeJwt(data.session!.access_token).app_metadata).toMatchObject({ plan: 'gold', provider: 'email' });
  });

  test('at once from several tabs gives all of them the same next token', async () => {
    const { session } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(session.refresh_token)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map((answer) => answer.body.refresh_token)).size).toBe(1);
    const { rows } = await world.db.query('select from auth.refresh_tokens where session_id = $1 and not revoked', [
      sessionId(session)
    ]);
    expect(rows).toHaveLength(1);
  });

  test('by a client that lost the answer works however late it asks again', async () => {
    const { session } = await signedIn();
    const lost = await refresh(session.refresh_token);
    await age(session.refresh_token);
    const again = await refresh(session.refresh_token);
    expect(again.body.refresh_token).toBe(lost.body.refresh_token);
  });

  test('with an old token within the interval leads to the active one', async () => {
    const { session } = await signedIn();
    const second = (await refresh(session.refresh_token)).body.refresh_token;
    const third = (await refresh(second)).body.refresh_token;
    expect((await refresh(session.refresh_token)).body.refresh_token).toBe(third);
  });

  test('with an old token later revokes the whole family, the thief’s and the owner’s', async () => {
    const { session } = await signedIn();
    const second = (await refresh(session.refresh_token)).body.refresh_token;
    const third = (await refresh(second)).body.refresh_token;
    await age(session.refresh_token);
    const stolen = await refresh(session.refresh_token);
    expect(stolen).toMatchObject({ status: 400, body: { error_code: 'refresh_token_already_used' } });
    for (const token of [second, third]) {
      expect(await refresh(token)).toMatchObject({ status: 400, body: { error_code: 'refresh_token_already_used' } });
    }
    const { rows } = await world.db.query('select from auth.refresh_tokens where session_id = $1 and not revoked', [
      sessionId(session)
    ]);
    expect(rows).toHaveLength(0);
  });

  test('with an old token does not slip past an exchange by its owner at the same moment', async () => {
    const { session } = await signedIn();
    const second = (await refresh(session.refresh_token)).body.refresh_token;
    const third = (await refresh(second)).body.refresh_token;
    await age(session.refresh_token);
    await Promise.all([refresh(third), refresh(session.refresh_token)]);
    const { rows } = await world.db.query('select from auth.refresh_tokens where session_id = $1 and not revoked', [
      sessionId(session)
    ]);
    expect(rows).toHaveLength(0);
  });

  test('of one session leaves the person’s others alone', async () => {
    const { session, email } = await signedIn();
    const other = server.client();
    await other.auth.signInWithPassword({ email, password: PASSWORD });
    const second = (await refresh(session.refresh_token)).body.refresh_token;
    await refresh(second);
    await age(session.refresh_token);
    await refresh(session.refresh_token);
    expect((await other.auth.refreshSession()).error).toBeNull();
  });

  test.each([['unknownunkno'], ['short'], ["' or 1=1 --"], ['x'.repeat(5000)]])('with %j is refused', async (token) => {
    expect(await refresh(token)).toMatchObject({ status: 400, body: { error_code: 'refresh_token_not_found' } });
  });

  test('ends with the session’s time, and with too long a pause', async () => {
    const timed = await world.serve({ sessions: { timebox: '24h', inactivity_timeout: '1h' } });
    const client = timed.client();
    const { data } = await client.auth.signUp({ email: newEmail(), password: PASSWORD });
    const id = sessionId(data.session!);
    expect((await client.auth.refreshSession()).error).toBeNull();
    await world.db.query(`update auth.sessions set refreshed_at = refreshed_at - interval '61 minutes' where id = $1`, [id]);
    expect((await client.auth.refreshSession()).error).toMatchObject({ status: 400, code: 'session_expired' });
    await world.db.query(`update auth.sessions set refreshed_at = null, created_at = now() - interval '25 hours' where id = $1`, [
      id
    ]);
    const { body } = await timed.send('POST', '/token?grant_type=refresh_token', { refresh_token: data.session!.refresh_token });
    expect(body.error_code).toBe('session_expired');
  });
});

describe('sign-out', () => {
  test.each([
    ['global', [false, false]],
    ['local', [false, true]],
    ['others', [true, false]]
  ] as const)('%s ends the sessions it names', async (scope, [ownLives, otherLives]) => {
    const { client, session, email } = await signedIn();
    const other = server.client();
    const { data } = await other.auth.signInWithPassword({ email, password: PASSWORD });
    expect((await client.auth.signOut({ scope })).error).toBeNull();
    const lives = async (token: string): Promise<boolean> => (await refresh(token)).status === 200;
    expect([await lives(session.refresh_token), await lives(data.session!.refresh_token)]).toEqual([ownLives, otherLives]);
  });

  test('ends the access token too', async () => {
    const { client, session } = await signedIn();
    await client.auth.signOut();
    const { error } = await server.client().auth.getUser(session.access_token);
    expect(error?.name).toBe('AuthSessionMissingError');
    const answer = await server.send('GET', '/user', undefined, { authorization: `Bearer ${session.access_token}` });
    expect(answer).toMatchObject({ status: 403, body: { error_code: 'session_not_found' } });
  });

  test('with an unknown scope is refused', async () => {
    const { session } = await signedIn();
    const answer = await server.send('POST', '/logout?scope=everything', undefined, {
      authorization: `Bearer ${session.access_token}`
    });
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } });
  });
});
