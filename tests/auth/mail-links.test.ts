import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMail } from '../../supabase/embedded/mail/mail.ts';
import { freePorts } from '../support/ports.ts';
import { newEmail, PASSWORD, SITE_URL, startWorld, visit, type Server, type World } from './world.ts';

let world: World;
let server: Server;
let confirming: Server;
beforeAll(async () => {
  world = await startWorld();
  server = await world.serve({ additional_redirect_urls: ['https://*.parley.example/**', 'parley://callback'] });
  confirming = await world.serve({ email: { enable_confirmations: true } });
});
afterAll(() => world.stop());

async function account(at = server): Promise<string> {
  const email = newEmail();
  await at.admin.auth.admin.createUser({ email, password: PASSWORD, email_confirm: true });
  return email;
}

const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('confirmation of a sign-up', () => {
  test('by the link leads to the app with a session', async () => {
    const email = newEmail();
    await confirming.client().auth.signUp({ email, password: PASSWORD, options: { emailRedirectTo: `${SITE_URL}/welcome` } });
    const { link, Subject, From, HTML } = await world.mailTo(email);
    expect({ Subject, From }).toEqual({
      Subject: 'Confirm your e-mail address',
      From: { Name: 'Parley', Address: 'no-reply@parley.local' }
    });
    expect(link).toMatch(`${confirming.url}/auth/v1/verify?token=`);
    expect(HTML).toContain('Confirm my address');

    const { url, fragment } = await visit(link);
    expect(url.href.split('#')[0]).toBe(`${SITE_URL}/welcome`);
    expect(Object.fromEntries(fragment)).toMatchObject({ token_type: 'bearer', expires_in: '3600', type: 'signup', sb: '' });
    const client = confirming.client();
    const { data, error } = await client.auth.setSession({
      access_token: fragment.get('access_token')!,
      refresh_token: fragment.get('refresh_token')!
    });
    expect(error).toBeNull();
    expect(data.user?.email_confirmed_at).toBeDefined();
    expect(data.user?.user_metadata).toMatchObject({ email_verified: true });
    expect(data.user?.identities).toMatchObject([{ identity_data: { email_verified: true } }]);
  });

  test.each(['signup', 'email'] as const)('by the code, as type %s', async (type) => {
    const email = newEmail();
    await confirming.client().auth.signUp({ email, password: PASSWORD });
    const { data, error } = await confirming.client().auth.verifyOtp({ email, token: (await world.mailTo(email)).code, type });
    expect(error).toBeNull();
    expect(data.session?.user.email).toBe(email);
  });

  test('by the hash of the link, as a page of one’s own would', async () => {
    const email = newEmail();
    await confirming.client().auth.signUp({ email, password: PASSWORD });
    const token_hash = new URL((await world.mailTo(email)).link).searchParams.get('token')!;
    expect((await confirming.client().auth.verifyOtp({ token_hash, type: 'email' })).error).toBeNull();
  });

  test('is mailed again on demand, and the older link is void', async () => {
    const email = newEmail();
    await confirming.client().auth.signUp({ email, password: PASSWORD });
    const first = await world.mailTo(email);
    expect((await confirming.client().auth.resend({ type: 'signup', email })).error).toBeNull();
    expect(await world.mailCount(email)).toBe(2);
    expect((await visit(first.link)).fragment.get('error_code')).toBe('otp_expired');
    expect((await visit((await world.mailTo(email)).link)).fragment.get('access_token')).toBeTruthy();
    await confirming.client().auth.resend({ type: 'signup', email });
    expect(await world.mailCount(email)).toBe(2);
  });

  test('leaves the password of who signed up first, when somebody signs up again', async () => {
    const email = newEmail();
    await confirming.client().auth.signUp({ email, password: PASSWORD });
    await confirming.client().auth.signUp({ email, password: 'an intruder’s' });
    await visit((await world.mailTo(email)).link);
    expect((await confirming.client().auth.signInWithPassword({ email, password: 'an intruder’s' })).error).not.toBeNull();
    expect((await confirming.client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });
});

describe('recovery', () => {
  test('by the link: a session, a new password, and the old one is void', async () => {
    const email = await account();
    const { error } = await server.client().auth.resetPasswordForEmail(email, { redirectTo: `${SITE_URL}/new-password` });
    expect(error).toBeNull();
    const { url, fragment } = await visit((await world.mailTo(email)).link);
    expect(url.pathname).toBe('/new-password');
    expect(fragment.get('type')).toBe('recovery');
    const client = server.client();
    await client.auth.setSession({ access_token: fragment.get('access_token')!, refresh_token: fragment.get('refresh_token')! });
    expect((await client.auth.updateUser({ password: 'remembered 123' })).error).toBeNull();
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error?.code).toBe(
      'invalid_credentials'
    );
    expect((await server.client().auth.signInWithPassword({ email, password: 'remembered 123' })).error).toBeNull();
  });

  test('by the code', async () => {
    const email = await account();
    await server.client().auth.resetPasswordForEmail(email);
    const { code } = await world.mailTo(email);
    const { data, error } = await server.client().auth.verifyOtp({ email, token: code, type: 'recovery' });
    expect(error).toBeNull();
    expect(data.user?.email).toBe(email);
  });

  test('answers the same for an address without an account, and mails nothing', async () => {
    const [known, unknown] = [await account(), newEmail()];
    const answers = [];
    for (const email of [known, unknown]) answers.push(await server.send('POST', '/recover', { email }));
    expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(Array(2).fill({ status: 200, body: {} }));
    expect(await world.mailCount(unknown)).toBe(0);
  });

  test('is refused when asked for again too soon', async () => {
    const slow = await world.serve({ email: { max_frequency: '1m' } });
    const email = await account(slow);
    await slow.client().auth.resetPasswordForEmail(email);
    const { error } = await slow.client().auth.resetPasswordForEmail(email);
    expect(error).toMatchObject({ status: 429, code: 'over_email_send_rate_limit' });
    expect(error?.message).toMatch(/after (59|60) seconds/);
    expect(await world.mailCount(email)).toBe(1);
  });

  test('stops at the project’s limit of mails, and the request leaves nothing behind', async () => {
    const few = await world.serve({ rate_limit: { email_sent: 1 } });
    const [first, second] = [await account(few), await account(few)];
    expect((await few.client().auth.resetPasswordForEmail(first)).error).toBeNull();
    expect((await few.client().auth.resetPasswordForEmail(second)).error).toMatchObject({ code: 'over_email_send_rate_limit' });
    const { rows } = await world.db.query('select recovery_token, recovery_sent_at from auth.users where email = $1', [second]);
    expect(rows).toEqual([{ recovery_token: '', recovery_sent_at: null }]);
  });
});

describe('sign-in by mail', () => {
  test('by the link', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const { url, fragment } = await visit((await world.mailTo(email)).link);
    expect(url.href.split('#')[0]).toBe(SITE_URL + '/');
    expect(fragment.get('type')).toBe('magiclink');
    expect((await server.client().auth.getUser(fragment.get('access_token')!)).data.user?.email).toBe(email);
  });

  test.each(['email', 'magiclink'] as const)('by the code, as type %s', async (type) => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const { data, error } = await server.client().auth.verifyOtp({ email, token: (await world.mailTo(email)).code, type });
    expect(error).toBeNull();
    expect(data.session).not.toBeNull();
  });

  test.each([
    ['where addresses are confirmed', () => confirming],
    ['where they are not', () => server]
  ])('signs a new person up, %s', async (_where, at) => {
    const email = newEmail();
    const { error } = await at()
      .client()
      .auth.signInWithOtp({ email, options: { data: { name: 'New' } } });
    expect(error).toBeNull();
    const { data } = await at()
      .client()
      .auth.verifyOtp({ email, token: (await world.mailTo(email)).code, type: 'email' });
    expect(data.user).toMatchObject({ email, user_metadata: { name: 'New' } });
    expect((await at().client().auth.signInWithPassword({ email, password: '' })).error).not.toBeNull();
  });

  test('signs nobody up when told not to', async () => {
    const { error } = await server.client().auth.signInWithOtp({ email: newEmail(), options: { shouldCreateUser: false } });
    expect(error).toMatchObject({ status: 422, code: 'otp_disabled' });
  });

  test('works once, by the link or by the code', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const { link, code } = await world.mailTo(email);
    await visit(link);
    const { fragment } = await visit(link);
    expect(Object.fromEntries(fragment)).toEqual({
      error: 'access_denied',
      error_code: 'otp_expired',
      error_description: 'Email link is invalid or has expired',
      sb: ''
    });
    const { error } = await server.client().auth.verifyOtp({ email, token: code, type: 'email' });
    expect(error).toMatchObject({ status: 403, code: 'otp_expired', message: 'Token has expired or is invalid' });
  });

  test('works once, also when both come at the same moment', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const { code } = await world.mailTo(email);
    const tries = await Promise.all(
      [1, 2, 3, 4].map(() => server.client().auth.verifyOtp({ email, token: code, type: 'email' }))
    );
    expect(tries.filter((attempt) => attempt.error === null)).toHaveLength(1);
  });

  test('is not used up by what only looks at the link', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const { link } = await world.mailTo(email);
    expect((await fetch(link, { method: 'HEAD', redirect: 'manual' })).status).toBe(404);
    expect((await visit(link)).fragment.get('access_token')).toBeTruthy();
  });

  test('confirms nobody who has not visited the link', async () => {
    const email = newEmail();
    await server.admin.auth.admin.createUser({ email, password: PASSWORD });
    await server.client().auth.signInWithOtp({ email });
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error?.code).toBe(
      'email_not_confirmed'
    );
    await visit((await world.mailTo(email)).link);
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  test('does not get in the way of a new mail that is being made', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const { code } = await world.mailTo(email);
    const sender = await world.db.connect();
    try {
      // Who makes a mail locks the account and then writes the token; whoever locks them the other way round is stuck.
      await sender.query('begin');
      await sender.query('select from auth.users where email = $1 for update', [email]);
      const entering = server.client().auth.verifyOtp({ email, token: code, type: 'email' });
      const waits = `select from pg_stat_activity where usename = 'supabase_auth_admin' and cardinality(pg_blocking_pids(pid)) > 0`;
      await expect.poll(async () => (await world.db.query(waits)).rows.length, { timeout: 10_000 }).toBe(1);
      await sender.query('update auth.one_time_tokens set updated_at = updated_at where relates_to = $1', [email]);
      await sender.query('commit');
      expect((await entering).error).toBeNull();
    } finally {
      sender.release(true);
    }
  });

  test('works for an hour', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    await world.db.query(
      `update auth.one_time_tokens set created_at = created_at - interval '61 minutes' where relates_to = $1`,
      [email]
    );
    const { code, link } = await world.mailTo(email);
    expect((await server.client().auth.verifyOtp({ email, token: code, type: 'email' })).error?.code).toBe('otp_expired');
    expect((await visit(link)).fragment.get('error_code')).toBe('otp_expired');
  });

  test('refuses a wrong code, a code of another person, and a code for another purpose', async () => {
    const [ann, bob] = [await account(), await account()];
    await server.client().auth.signInWithOtp({ email: ann });
    await server.client().auth.signInWithOtp({ email: bob });
    const { code } = await world.mailTo(ann);
    const attempt = async (email: string, token: string, type: 'email' | 'signup'): Promise<string | undefined> =>
      (await server.client().auth.verifyOtp({ email, token, type })).error?.code;
    expect(await attempt(ann, wrong(code), 'email')).toBe('otp_expired');
    expect(await attempt(bob, code, 'email')).toBe('otp_expired');
    expect(await attempt(ann, code, 'signup')).toBe('otp_expired');
    expect(await attempt(ann, code, 'email')).toBeUndefined();
  });

  test('cannot be guessed: after a few codes no more are taken for the address', async () => {
    const limited = await world.serve({ rate_limit: { token_verifications: 3 } });
    const codes = [];
    for (let tries = 0; tries < 4; tries++) {
      const { error } = await limited.client().auth.verifyOtp({ email: 'a@example.com', token: '123456', type: 'email' });
      codes.push(error?.code);
    }
    expect(codes).toEqual(['otp_expired', 'otp_expired', 'otp_expired', 'over_request_rate_limit']);
  });

  test('keeps no code in the database', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const { code, link } = await world.mailTo(email);
    const { rows } = await world.db.query(
      `select u.recovery_token, t.token_hash, t.token_type, t.relates_to, u::text as everything
       from auth.users u join auth.one_time_tokens t on t.user_id = u.id where u.email = $1`,
      [email]
    );
    expect(rows).toMatchObject([{ token_type: 'recovery_token', relates_to: email }]);
    expect(rows[0].token_hash).toBe(new URL(link).searchParams.get('token'));
    expect(rows[0].recovery_token).toBe(rows[0].token_hash);
    expect(rows[0].everything).not.toContain(`,${code},`);
  });
});

describe('PKCE', () => {
  const pkce = (at: Server) => at.client({ flowType: 'pkce', detectSessionInUrl: false });

  test('confirms a sign-up: the link yields a code, and the client that asked makes it a session', async () => {
    const client = pkce(confirming);
    const email = newEmail();
    await client.auth.signUp({ email, password: PASSWORD, options: { emailRedirectTo: `${SITE_URL}/?step=2` } });
    const { url, query, fragment } = await visit((await world.mailTo(email)).link);
    expect(fragment.get('access_token')).toBeNull();
    expect(url.pathname).toBe('/');
    expect(query.get('step')).toBe('2');
    const { data, error } = await client.auth.exchangeCodeForSession(query.get('code')!);
    expect(error).toBeNull();
    expect(data.user?.email).toBe(email);
    expect((await client.auth.getUser()).error).toBeNull();
  });

  test('signs in, recovers and changes the address', async () => {
    const email = await account(confirming);
    const client = pkce(confirming);
    const follow = async (address: string) =>
      client.auth.exchangeCodeForSession((await visit((await world.mailTo(address)).link)).query.get('code')!);

    await client.auth.signInWithOtp({ email });
    expect((await follow(email)).error).toBeNull();
    await client.auth.resetPasswordForEmail(email);
    const recovery = await follow(email);
    expect(recovery.error).toBeNull();
    expect(recovery.data).toMatchObject({ redirectType: 'recovery' });

    const next = newEmail('next');
    await client.auth.updateUser({ email: next });
    await visit((await world.mailTo(next)).link);
    expect((await follow(email)).data.user?.email).toBe(next);
  });

  test('takes the code of the mail too', async () => {
    const email = await account();
    const client = pkce(server);
    await client.auth.signInWithOtp({ email });
    const { code } = await world.mailTo(email);
    expect((await client.auth.verifyOtp({ email, token: code, type: 'email' })).error).toBeNull();
  });

  test('a code is worth nothing without the verifier, and is worth a session once', async () => {
    const email = await account();
    const client = pkce(server);
    await client.auth.signInWithOtp({ email });
    const code = (await visit((await world.mailTo(email)).link)).query.get('code')!;
    const steal = await server.send('POST', '/token?grant_type=pkce', { auth_code: code, code_verifier: 'x'.repeat(56) });
    expect(steal).toMatchObject({ status: 400, body: { error_code: 'bad_code_verifier' } });
    expect((await client.auth.exchangeCodeForSession(code)).error).toBeNull();
    const again = await server.send('POST', '/token?grant_type=pkce', { auth_code: code, code_verifier: 'x'.repeat(56) });
    expect(again).toMatchObject({ status: 404, body: { error_code: 'flow_state_not_found' } });
  });

  test('a code lasts five minutes', async () => {
    const email = await account();
    const client = pkce(server);
    await client.auth.signInWithOtp({ email });
    const code = (await visit((await world.mailTo(email)).link)).query.get('code')!;
    await world.db.query(`update auth.flow_state set auth_code_issued_at = now() - interval '6 minutes' where auth_code = $1`, [
      code
    ]);
    expect((await client.auth.exchangeCodeForSession(code)).error).toMatchObject({ status: 422, code: 'flow_state_expired' });
  });

  test('a code cannot be had before the link is visited', async () => {
    const email = await account();
    await pkce(server).auth.signInWithOtp({ email });
    const { rows } = await world.db.query(
      'select f.auth_code from auth.flow_state f join auth.users u on u.id = f.user_id where u.email = $1',
      [email]
    );
    const answer = await server.send('POST', '/token?grant_type=pkce', {
      auth_code: rows[0].auth_code,
      code_verifier: 'x'.repeat(56)
    });
    expect(answer.body.error_code).toBe('flow_state_not_found');
  });

  test('tells of a refusal in the query too', async () => {
    const email = await account();
    await pkce(server).auth.signInWithOtp({ email });
    const { link } = await world.mailTo(email);
    await visit(link);
    expect((await visit(link)).query.get('error_code')).toBe('otp_expired');
  });

  test.each([
    [{ code_challenge: 'short', code_challenge_method: 's256' }],
    [{ code_challenge: 'x'.repeat(43), code_challenge_method: 'md5' }],
    [{ code_challenge: 'x'.repeat(43) }],
    [{ code_challenge_method: 's256' }],
    [{ code_challenge: `${'x'.repeat(43)}<b>`, code_challenge_method: 's256' }]
  ])('refuses the challenge %j', async (challenge) => {
    const answer = await server.send('POST', '/otp', { email: newEmail(), ...challenge });
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } });
  });
});

describe('where a link leads', () => {
  async function target(redirectTo: string): Promise<string> {
    const email = await account();
    await server.client().auth.signInWithOtp({ email, options: { emailRedirectTo: redirectTo } });
    return (await visit((await world.mailTo(email)).link)).url.href.split('#')[0]!;
  }

  test.each([
    [`${SITE_URL}/chat/7?x=1`],
    ['http://127.0.0.1:5173/'],
    ['https://app.parley.example/deep/er?x=1'],
    ['parley://callback']
  ])('%s, as it is allowed', async (wish) => {
    expect(await target(wish)).toBe(wish);
  });

  test.each([
    ['https://evil.example/'],
    ['https://parley.example.evil.example/'],
    ['http://127.0.0.1:3000@evil.example/'],
    ['javascript:alert(1)'],
    ['//evil.example'],
    ['parley://callback.evil']
  ])('the site instead of %s', async (wish) => {
    expect(await target(wish)).toBe(`${SITE_URL}/`);
  });

  test('a link whose redirect was changed by hand leads to the site as well', async () => {
    const email = await account();
    await server.client().auth.signInWithOtp({ email });
    const link = new URL((await world.mailTo(email)).link);
    link.searchParams.set('redirect_to', 'https://evil.example');
    expect((await visit(link.href)).url.origin).toBe(SITE_URL);
  });
});

test('mail goes on after the mail server was away', async () => {
  const [smtpPort, webPort] = (await freePorts(2)) as [number, number];
  const moved = await world.serve({ email: { smtp: { host: '127.0.0.1', port: smtpPort, admin_email: 'x@example.com' } } });
  const email = await account(moved);
  const recover = async (): Promise<number | undefined> => (await moved.client().auth.resetPasswordForEmail(email)).error?.status;
  const first = await startMail({ smtpPort, webPort });
  expect(await recover()).toBeUndefined();
  await first.stop();
  expect(await recover()).toBe(500);
  const second = await startMail({ smtpPort, webPort });
  expect(await recover()).toBeUndefined();
  await second.stop();
});

test('an address that the mail server refuses is called invalid', async () => {
  const [port] = (await freePorts(1)) as [number];
  const strict = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('No such mailbox'), { responseCode: 550 }))
  });
  await new Promise<void>((resolve) => strict.listen(port, '127.0.0.1', resolve));
  const picky = await world.serve({
    email: { enable_confirmations: true, smtp: { host: '127.0.0.1', port, admin_email: 'x@example.com' } }
  });
  const { error } = await picky.client().auth.signUp({ email: newEmail(), password: PASSWORD });
  expect(error).toMatchObject({ status: 400, code: 'email_address_invalid' });
  await new Promise<void>((resolve) => strict.close(resolve));
});

test('what cannot be mailed is an error, and the account is not made', async () => {
  const email = newEmail();
  const lost = await world.serve({
    email: { enable_confirmations: true, smtp: { host: '127.0.0.1', port: 1, admin_email: 'x@example.com' } }
  });
  const { error } = await lost.client().auth.signUp({ email, password: PASSWORD });
  expect(error).toMatchObject({ status: 500, message: 'Error sending email' });
  const { rows } = await world.db.query('select from auth.users where email = $1', [email]);
  expect(rows).toHaveLength(0);
});
