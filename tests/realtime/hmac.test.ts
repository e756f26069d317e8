/** Signatures with a shared secret: as RFC 7515 has them, and as jose makes them. */
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { hmacHolds } from '../../supabase/embedded/realtime/hmac.ts';
import { Tokens } from '../../supabase/embedded/realtime/tokens.ts';

const SECRET = 'a-secret-of-at-least-32-characters-for-tests';
const tokens = new Tokens(SECRET);

const sign = (alg: string, header = {}) =>
  new SignJWT({ role: 'authenticated', exp: Math.floor(Date.now() / 1_000) + 60, name: 'Zoë' })
    .setProtectedHeader({ alg, ...header })
    .sign(new TextEncoder().encode(SECRET));

test('the example of RFC 7515 A.1 holds', () => {
  const key = Buffer.from('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow', 'base64url');
  const token = [
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9',
    'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ',
    'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  ].join('.');
  expect(hmacHolds(token, 'HS256', key)).toBe(true);
  expect(hmacHolds(token, 'HS384', key)).toBe(false);
  expect(hmacHolds(token, 'HS256', key.subarray(1))).toBe(false);
});

describe.each(['HS256', 'HS384', 'HS512'])('%s', (alg) => {
  test('holds as jose makes it', async () => {
    expect(await tokens.verify(await sign(alg))).toMatchObject({ role: 'authenticated', name: 'Zoë' });
  });

  test('does not hold when any character of it is another', async () => {
    const token = await sign(alg);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      await expect(tokens.verify(token.slice(0, at) + other + token.slice(at + 1)), `character ${at}`).rejects.toThrow();
    }
  });
});

test('what has a part too few, too many, or a header that must be understood is refused', async () => {
  const token = await sign('HS256');
  const [header, payload, signature] = token.split('.');
  for (const wrong of [
    '',
    '..',
    header!,
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `${token}.`,
    `${token}.${signature}`
  ]) {
    await expect(tokens.verify(wrong), wrong).rejects.toThrow();
  }
  const crit = Buffer.from('{"alg":"HS256","crit":["x"],"x":1}').toString('base64url');
  await expect(tokens.verify(`${crit}.${payload}.${signature}`)).rejects.toThrow('not a valid JWT');
});
