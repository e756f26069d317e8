import { describe, expect, test } from 'vitest';
import { authConfig } from '../../supabase/embedded/auth/config.ts';
import { parseDuration } from '../../supabase/embedded/auth/duration.ts';
import { mails } from '../../supabase/embedded/auth/letters/mails.ts';
import { RateLimit } from '../../supabase/embedded/auth/http/rate-limits.ts';
import { globToRegExp, Redirects } from '../../supabase/embedded/auth/letters/redirects.ts';

test.each([
  ['0', 0],
  ['1s', 1000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['24h0m0s', 86_400_000],
  ['250ms', 250],
  ['', null],
  ['10', null],
  ['1 s', null],
  ['1d', null],
  ['-1s', null]
])('duration %s is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

describe('settings', () => {
  test('have the CLI’s defaults', () => {
    expect(authConfig.parse({})).toMatchObject({
      jwt_expiry: 3600,
      refresh_token_reuse_interval: 10,
      enable_signup: true,
      email: { max_frequency: 1000, otp_length: 6, otp_expiry: 3600, double_confirm_changes: true, enable_confirmations: false }
    });
  });

  test.each([
    [{ jwt_expiry: 'soon' }],
    [{ email: { max_frequency: 'often' } }],
    [{ password_requirements: 'none' }],
    [{ minimum_password_length: 3 }]
  ])('%j is refused', (settings) => {
    expect(authConfig.safeParse(settings).success).toBe(false);
  });
});

describe('allowed addresses', () => {
  test.each([
    ['http://localhost:3000/*', 'http://localhost:3000/a', true],
    ['http://localhost:3000/*', 'http://localhost:3000/a/b', false],
    ['http://localhost:3000/**', 'http://localhost:3000/a/b', true],
    ['https://*.example.com', 'https://a.example.com', true],
    ['https://*.example.com', 'https://a.b.example.com', false],
    ['https://*.example.com', 'https://evil.com/.example.com', false],
    ['https://{a,b}.example.com', 'https://b.example.com', true],
    ['https://{a,b}.example.com', 'https://c.example.com', false],
    ['https://v?.example.com', 'https://v1.example.com', true],
    ['https://v[0-9].example.com', 'https://vx.example.com', false],
    ['https://v[!0-9].example.com', 'https://vx.example.com', true],
    ['https://example.com/a+b(c)', 'https://example.com/a+b(c)', true],
    ['https://example.com', 'https://exampleXcom', false],
    ['app://**', 'app://x/y', true]
  ])('%s and %s: %s', (glob, url, matches) => {
    expect(globToRegExp(glob).test(url)).toBe(matches);
  });

  test.each([
    ['https://app.example.com/deep', true],
    ['https://app.example.com:8443/', false],
    ['http://app.example.com/', false],
    ['https://other.example.com/', false],
    ['http://127.0.0.1:9/', true],
    ['http://[::1]:9/', true],
    ['http://10.0.0.1/', false],
    ['http://2130706433/', true],
    ['https://app.example.com@evil.com/', false],
    ['https://user:x@app.example.com/', false],
    ['https:\\\\app.example.com', false],
    ['https://app.example.com/\n', false],
    ['data:text/html,x', false],
    ['/relative', false],
    ['', false]
  ])('of the site https://app.example.com: %j %s', (url, allowed) => {
    expect(new Redirects('https://app.example.com', []).isAllowed(url)).toBe(allowed);
  });

  test('of everything still leave scripts out', () => {
    const redirects = new Redirects('https://app.example.com', ['**']);
    expect(redirects.isAllowed('https://anywhere.example.org/')).toBe(true);
    expect(redirects.isAllowed('javascript:alert(1)//https://app.example.com')).toBe(false);
  });

  test('the first allowed wish is taken, else the site', () => {
    const redirects = new Redirects('https://app.example.com', ['https://b.example/**']);
    expect(redirects.choose(undefined, 'https://evil.example/', 'https://b.example/x')).toBe('https://b.example/x');
    expect(redirects.choose(undefined, '')).toBe('https://app.example.com');
  });
});

describe('rate limit', () => {
  test('gives a burst, and then as much as time brings back', () => {
    let now = 0;
    const limit = new RateLimit(3, 3000, () => now);
    expect([1, 2, 3, 4].map(() => limit.allows('a'))).toEqual([true, true, true, false]);
    expect(limit.allows('b')).toBe(true);
    now = 999;
    expect(limit.allows('a')).toBe(false);
    now = 2000;
    expect([1, 2, 3].map(() => limit.allows('a'))).toEqual([true, true, false]);
    now = 1_000_000;
    expect([1, 2, 3, 4].map(() => limit.allows('a'))).toEqual([true, true, true, false]);
  });

  test('without a number limits nothing; with 0 it allows nothing', () => {
    expect(new RateLimit(undefined, 1000).allows('a')).toBe(true);
    expect(new RateLimit(0, 1000).allows('a')).toBe(false);
  });

  test('does not grow with the number of callers', () => {
    let now = 0;
    const limit = new RateLimit(1, 10, () => now);
    for (let at = 0; at < 30_000; at++) {
      now = at;
      expect(limit.allows(`caller ${at}`)).toBe(true);
    }
    expect(limit.size).toBeLessThanOrEqual(10_000);
  });
});

describe('mails', () => {
  test('say in text and in HTML what the link does, and the code', () => {
    const { subject, text, html } = mails.recovery('https://x.example/verify?a=1&b=2', '012345');
    expect(subject).toBe('Choose a new password');
    expect(text).toContain('https://x.example/verify?a=1&b=2\n');
    expect(text).toMatch(/: 012345\n/);
    expect(html).toContain('href="https://x.example/verify?a=1&#38;b=2"');
    expect(html).toContain('>012345<');
  });

  test('take an address as text', () => {
    const { html } = mails.emailChange('https://x.example', '1', '"<b>"@x.example', "a'&b@x.example");
    expect(html).not.toContain('<b>');
    expect(html).toContain('&#60;b&#62;');
  });
});
