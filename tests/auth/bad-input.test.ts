/** Whatever is sent, the answer is a clear refusal, nothing is stored, and the server lives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newEmail, PASSWORD, projectKey, startWorld, type Answer, type Server, type World } from './world.ts';

let world: World;
let server: Server;
let userToken: string;
let adminToken: string;
beforeAll(async () => {
  world = await startWorld();
  server = await world.serve({ enable_anonymous_sign_ins: true });
  const { data } = await server.client().auth.signUp({ email: newEmail(), password: PASSWORD });
  userToken = data.session!.access_token;
  adminToken = await projectKey('service_role');
});
afterAll(() => world.stop());

const BODIES = [
  ['POST', '/signup', 'none'],
  ['POST', '/token?grant_type=password', 'none'],
  ['POST', '/token?grant_type=refresh_token', 'none'],
  ['POST', '/token?grant_type=pkce', 'none'],
  ['POST', '/recover', 'none'],
  ['POST', '/otp', 'none'],
  ['POST', '/magiclink', 'none'],
  ['POST', '/resend', 'none'],
  ['POST', '/verify', 'none'],
  ['PUT', '/user', 'user'],
  ['POST', '/admin/users', 'admin'],
  ['PUT', '/admin/users/%id', 'admin'],
  ['POST', '/admin/generate_link', 'admin'],
  ['POST', '/invite', 'admin']
] as const;

async function ask(method: string, path: string, who: string, body: unknown): Promise<Answer> {
  const token = who === 'user' ? userToken : who === 'admin' ? adminToken : '';
  const { rows } = await world.db.query('select id from auth.users order by created_at limit 1');
  return server.send(method, path.replace('%id', rows[0].id), body, token === '' ? {} : { authorization: `Bearer ${token}` });
}

const stored = async (): Promise<string> => {
  const { rows } = await world.db.query(
    `select (select count(*) from auth.users) || '/' || (select count(*) from auth.sessions) || '/' || (select count(*) from auth.one_time_tokens) as all`
  );
  return rows[0].all;
};

test.each(BODIES)('%s %s: what is no JSON, or no object', async (method, path, who) => {
  const before = await stored();
  for (const body of ['', '{', '{"email": "a@b.c",}', '"text"', '17', 'true', '[]', '<xml/>', '\u0000']) {
    expect(await ask(method, path, who, body), body).toMatchObject({ status: 400, body: { code: 400, error_code: 'bad_json' } });
  }
  expect(await stored()).toBe(before);
});

test.each(BODIES)('%s %s: values of the wrong type', async (method, path, who) => {
  const before = await stored();
  const fields = ['email', 'password', 'phone', 'data', 'user_metadata', 'type', 'token', 'refresh_token', 'auth_code'];
  for (const value of [17, true, ['a@b.c'], { a: 1 }, [[]]]) {
    const body = Object.fromEntries(fields.map((field) => [field, value]));
    const answer = await ask(method, path, who, body);
    expect(answer, JSON.stringify(value)).toMatchObject({ status: 400, body: { error_code: 'bad_json' } });
  }
  expect(await stored()).toBe(before);
});

test.each(BODIES)('%s %s: text that no database holds', async (method, path, who) => {
  const before = await stored();
  for (const text of ['a\u0000b@example.com', '\u0000']) {
    const body = {
      email: text,
      password: text,
      type: text,
      token: text,
      refresh_token: text,
      auth_code: text,
      data: { [text]: text }
    };
    const answer = await ask(method, path, who, body);
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } });
  }
  expect(await stored()).toBe(before);
});

test.each(BODIES)('%s %s: half a character', async (method, path, who) => {
  const body = {
    email: newEmail(),
    password: PASSWORD,
    type: 'signup',
    token: '\ud800',
    data: { name: '\ud800' },
    refresh_token: '\ud800'
  };
  const answer = await ask(method, path, who, JSON.stringify({ ...body, user_metadata: { name: '\ud800' } }));
  expect(answer.status).toBeLessThan(500);
});

test.each(BODIES)('%s %s: a body of more than a megabyte', async (method, path, who) => {
  const before = await stored();
  const answer = await ask(method, path, who, { email: newEmail(), password: PASSWORD, data: { text: 'x'.repeat(1 << 20) } });
  expect(answer).toMatchObject({ status: 413, body: { code: 413, error_code: 'request_entity_too_large' } });
  expect(await stored()).toBe(before);
});

const HOSTILE = [
  "'; drop table auth.users; --",
  '" or ""="',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>@example.com',
  'a@example.com\r\nBcc: victim@example.com',
  'a@example.com, b@example.com',
  '"a" <a@example.com>',
  'a@[127.0.0.1]',
  '${7*7}{{7*7}}%s%n',
  '../../etc/passwd',
  'x'.repeat(300) + '@example.com',
  '@',
  ' '
];

test.each(HOSTILE)('%j as an address is refused everywhere', async (email) => {
  const before = await stored();
  const paths = ['/signup', '/recover', '/otp', '/magiclink'];
  for (const path of paths) {
    const answer = await server.send('POST', path, { email, password: PASSWORD });
    expect(answer, path).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } });
  }
  for (const type of ['signup', 'email_change']) {
    expect((await server.send('POST', '/resend', { email, type })).body.error_code).toBe('validation_failed');
  }
  expect((await server.send('POST', '/verify', { email, token: '123456', type: 'email' })).body.error_code).toBe(
    'validation_failed'
  );
  const signIn = await server.send('POST', '/token?grant_type=password', { email, password: PASSWORD });
  expect(signIn).toMatchObject({ status: 400, body: { error_code: 'invalid_credentials' } });
  for (const [method, path, who] of BODIES.slice(9)) {
    const answer = await ask(method, path, who, { email, type: 'magiclink' });
    expect(answer, path).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } });
  }
  expect(await stored()).toBe(before);
});

test.each(HOSTILE)('%j as a password and as metadata is stored as it is', async (text) => {
  const email = newEmail();
  const password = `${text.slice(0, 40)} long enough`;
  const { data, error } = await server
    .client()
    .auth.signUp({ email, password, options: { data: { name: text, [text]: { deep: text } } } });
  expect(error).toBeNull();
  expect(data.user?.user_metadata).toEqual({ name: text, [text]: { deep: text }, email_verified: true });
  expect((await server.client().auth.signInWithPassword({ email, password })).error).toBeNull();
});

test.each(HOSTILE)('%j as a token, code, type or scope is refused', async (text) => {
  const encoded = encodeURIComponent(text);
  expect((await server.send('POST', '/verify', { token_hash: text, type: 'email' })).body.error_code).toMatch(/otp_expired/);
  expect((await server.send('POST', '/verify', { email: 'a@example.com', token: text, type: 'email' })).body.error_code).toBe(
    'otp_expired'
  );
  expect((await server.send('POST', '/verify', { token_hash: 'x', type: text })).body.error_code).toBe('validation_failed');
  expect((await server.send('GET', `/verify?token=x&type=${encoded}`)).body.error_code).toBe('validation_failed');
  const link = await server.send('GET', `/verify?token=${encoded}&type=signup&redirect_to=${encoded}`);
  expect(link.status).toBe(303);
  expect(link.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:3000#error=access_denied&error_code=otp_expired/);
  expect((await server.send('POST', `/token?grant_type=${encoded}`, {})).body.error_code).toBe('invalid_credentials');
  const pkce = await server.send('POST', '/token?grant_type=pkce', { auth_code: text, code_verifier: text });
  expect(pkce.body.error_code).toBe('flow_state_not_found');
  expect((await server.send('GET', `/authorize?provider=${encoded}`)).body.error_code).toBe('validation_failed');
  expect([404, 414]).toContain((await ask('GET', `/admin/users/${encoded}`, 'admin', undefined)).status);
  expect((await server.send('GET', '/user', undefined, { authorization: `Bearer ${encoded}` })).body.error_code).toBe('bad_jwt');
});

test('names of Object.prototype are no verification types, and do no harm as metadata', async () => {
  for (const type of ['constructor', '__proto__', 'toString']) {
    expect((await server.send('POST', '/verify', { token_hash: 'x', type })).body.error_code).toBe('validation_failed');
  }
  const body = `{"email":"${newEmail()}","password":"${PASSWORD}","data":{"__proto__":{"admin":true},"constructor":1}}`;
  const { status, body: answer } = await server.send('POST', '/signup', body);
  expect(status).toBe(200);
  expect(answer.user.user_metadata.admin).toBeUndefined();
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

test('what is asked twice in a query is not taken', async () => {
  const answer = await server.send('POST', '/token?grant_type=password&grant_type=pkce', {});
  expect(answer.body.error_code).toBe('invalid_credentials');
});

test('what is not there is said so in JSON', async () => {
  expect(await server.send('GET', '/nothing')).toMatchObject({ status: 404, body: { error_code: 'not_found' } });
  expect(await server.send('DELETE', '/signup')).toMatchObject({ status: 404, body: { error_code: 'not_found' } });
});

test('what this server does not offer is said by its code', async () => {
  const client = server.client();
  expect((await client.auth.signInWithSSO({ domain: 'example.com' })).error).toMatchObject({ code: 'saml_provider_disabled' });
  expect((await client.auth.signInWithOtp({ phone: '+41790000000' })).error).toMatchObject({ code: 'phone_provider_disabled' });
  expect((await client.auth.verifyOtp({ phone: '+41790000000', token: '123456', type: 'sms' })).error).toMatchObject({
    code: 'otp_expired'
  });
  expect((await client.auth.signInWithIdToken({ provider: 'google', token: 'x' })).error).toMatchObject({
    code: 'provider_disabled'
  });
  expect(await server.send('POST', '/factors', {})).toMatchObject({ status: 401, body: { error_code: 'no_authorization' } });
  expect((await client.auth.signUp({ phone: '+41790000000', password: PASSWORD })).error).toMatchObject({
    code: 'phone_provider_disabled'
  });
  await client.auth.signUp({ email: newEmail(), password: PASSWORD });
  expect((await client.auth.mfa.enroll({ factorType: 'totp' })).error).toMatchObject({ code: 'mfa_totp_enroll_not_enabled' });
  expect((await client.auth.mfa.listFactors()).data).toMatchObject({ all: [], totp: [] });
});

test('afterwards everything works', async () => {
  expect(await server.send('GET', '/health')).toMatchObject({ status: 200, body: { name: 'GoTrue' } });
  expect(await server.send('GET', '/settings')).toMatchObject({ status: 200, body: { external: { email: true, phone: false } } });
  expect((await server.send('GET', '/.well-known/jwks.json')).body).toEqual({ keys: [] });
  expect((await server.client().auth.signUp({ email: newEmail(), password: PASSWORD })).error).toBeNull();
});
