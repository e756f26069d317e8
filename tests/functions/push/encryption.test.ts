/** What is sent by Web Push can be read by the browser it is for, and is signed by whom the browser subscribed to. */
import { describe, expect, test } from 'vitest';
import webPush from 'web-push';
import { vapid, vapidKeysFromEnvironment } from '../../../functions/push/vapid.ts';
import { makeVapidKeys } from '../../../supabase/embedded/vapid.ts';
import { decrypt } from '../../support/push/decrypt.ts';
import { Device } from '../../support/push/device.ts';
import { checkVapid } from '../../support/push/vapid-check.ts';

/** RFC 8291, section 5 and appendix A. */
const RFC_8291 = {
  plaintext: 'When I grow up, I want to be a watermelon',
  browser: {
    public: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    private: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg'
  },
  message:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN'
};

/** RFC 8292, section 2.4. */
const RFC_8292 = {
  authorization:
    'vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs',
  origin: 'https://push.example.net',
  expires: 1453523768
};

const encrypt = (text: string, { p256dh, auth }: { p256dh: string; auth: string }) =>
  webPush.encrypt(p256dh, auth, text, 'aes128gcm').cipherText;

describe('the message of RFC 8291', () => {
  test('is read by the browser of these tests', () => {
    const { browser, message, plaintext } = RFC_8291;
    const keys = {
      privateKey: Buffer.from(browser.private, 'base64url'),
      publicKey: Buffer.from(browser.public, 'base64url'),
      auth: Buffer.from(browser.auth, 'base64url')
    };
    expect(decrypt(Buffer.from(message, 'base64url'), keys).toString()).toBe(plaintext);
  });
});

describe('a message', () => {
  const device = new Device('https://push.example');

  test.each([0, 1, 3072])('of %d bytes is read by whom it is for', (length) => {
    const text = 'x'.repeat(length);
    expect(decrypt(encrypt(text, device), device.keys).toString()).toBe(text);
  });

  test('is read by nobody else', () => {
    const message = encrypt('for you', device);
    expect(() => decrypt(message, new Device('https://push.example').keys)).toThrow();
    expect(() => decrypt(message, { ...device.keys, auth: Buffer.alloc(16) })).toThrow();
  });

  test('says the same differently each time', () => {
    expect(encrypt('again', device)).not.toEqual(encrypt('again', device));
  });

  test.each([
    ['no point', { p256dh: Buffer.alloc(65, 4).toString('base64url') }],
    ['too short', { p256dh: 'BAAA' }],
    ['no base64url', { p256dh: '???' }]
  ])('is not made for a key that is %s', (_, { p256dh }) => {
    expect(() => encrypt('x', { p256dh, auth: device.auth })).toThrow();
  });
});

describe('the sender', () => {
  const keys = { ...makeVapidKeys(), subject: 'mailto:parley@parley.test' };
  const endpoint = new URL('https://push.example:8443/wpush/v2/abc');
  // The package looks at the clock itself: no token may last longer than a day from now.
  const NOW_S = Math.floor(Date.now() / 1000);

  test('of RFC 8292 is accepted, until it is over', () => {
    const { authorization, origin, expires } = RFC_8292;
    expect(checkVapid(authorization, origin, expires - 3600)).toMatch(/^BA1Hxz/);
    expect(() => checkVapid(authorization, origin, expires)).toThrow('the token is over');
    expect(() => checkVapid(authorization, 'https://push.example.org', expires - 3600)).toThrow('the token is for');
    expect(() => checkVapid(authorization.replace('i3CY', 'i3CZ'), origin, expires - 3600)).toThrow('another key');
  });

  test('signs for the service’s origin, its port included, for less than a day', () => {
    const authorization = vapid(keys, webPush)(endpoint, NOW_S * 1000);
    expect(checkVapid(authorization, 'https://push.example:8443', NOW_S)).toBe(keys.publicKey);
    expect(() => checkVapid(authorization, 'https://push.example', NOW_S)).toThrow('the token is for');
  });

  test('signs once for hours, each service its own, and anew before the token is over', () => {
    const authorize = vapid(keys, webPush);
    const at = (hours: number) => authorize(endpoint, (NOW_S + hours * 3600) * 1000);
    const first = at(0);
    expect(at(10.9)).toBe(first);
    expect(authorize(new URL('https://other.example/x'), NOW_S * 1000)).not.toBe(first);
    const later = at(11.1);
    expect(later).not.toBe(first);
    expect(checkVapid(later, endpoint.origin, NOW_S + 20 * 3600)).toBe(keys.publicKey);
  });

  test('needs all of its three secrets', () => {
    const given: Record<string, string> = { VAPID_PUBLIC_KEY: keys.publicKey, VAPID_PRIVATE_KEY: keys.privateKey };
    expect(() => vapidKeysFromEnvironment((name) => given[name])).toThrow('npm run vapid');
    expect(vapidKeysFromEnvironment((name) => ({ ...given, VAPID_SUBJECT: keys.subject })[name])).toEqual(keys);
  });
});
