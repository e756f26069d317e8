import { beforeAll, describe, expect, test } from 'vitest';
import {
  backUp,
  type Lock,
  lockWithCode,
  lockWithPassphrase,
  newBackupSecret,
  newRecoveryCode,
  readRecoveryCode,
  restore,
  unlock,
  WrongSecret
} from '../../web/lib/e2ee/index.ts';
import { flipped } from './world.ts';

/** The least that is accepted, so that tests are quick. */
const CHEAP = { memory: 19_456, passes: 2 };
const secret = newBackupSecret();

describe('a recovery code', () => {
  test('is 34 characters in groups of four, and is read however it is typed', async () => {
    const code = await newRecoveryCode(() => new Uint8Array(20).fill(0b0000_1001));
    expect(code).toMatch(/^([0-9A-Z]{4}-){8}[0-9A-Z]{2}$/);
    const bytes = await readRecoveryCode(code);
    expect(bytes).toEqual(new Uint8Array(20).fill(0b0000_1001));
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}\n`;
    expect(await readRecoveryCode(typed)).toEqual(bytes);
  });

  test('typed wrong is not read', async () => {
    const code = await newRecoveryCode();
    const wrong = [...code].map((char, at) => code.slice(0, at) + (char === 'A' ? 'B' : 'A') + code.slice(at + 1));
    const read = await Promise.all(wrong.filter((one) => one !== code && !one.includes('AA-')).map(readRecoveryCode));
    // Ten bits of check: one in a thousand wrong letters would pass; the lock behind it does not.
    expect(read.filter(Boolean).length).toBeLessThanOrEqual(1);
    for (const text of ['', 'ABCD', `${code}A`, code.slice(1), 'U'.repeat(34)]) expect(await readRecoveryCode(text)).toBeNull();
  });
});

describe('a lock', () => {
  const code = newRecoveryCode();
  let byPhrase: Extract<Lock, { kind: 'passphrase' }>, byCode: Lock;
  beforeAll(async () => {
    byPhrase = (await lockWithPassphrase(secret, 'anna', 'caffè latte', CHEAP)) as typeof byPhrase;
    byCode = await lockWithCode(secret, 'anna', await code);
  });

  test('opens by what it was locked with, from whatever keyboard', async () => {
    expect(await unlock(byPhrase, 'anna', 'caffe\u0300 latte')).toEqual(secret);
    expect(await unlock(byCode, 'anna', (await code).toLowerCase())).toEqual(secret);
  });

  test('opens by nothing else, for nobody else, and not when it was changed', async () => {
    const tries: [Lock, string, string][] = [
      [byPhrase, 'anna', 'caffe latte'],
      [byPhrase, 'bea', 'caffè latte'],
      [byPhrase, 'anna', await code],
      [byCode, 'anna', await newRecoveryCode()],
      [byCode, 'anna', 'caffè latte'],
      [byCode, 'bea', await code],
      [{ ...byPhrase, salt: flipped(byPhrase.salt, 0) }, 'anna', 'caffè latte'],
      [{ ...byPhrase, cost: { memory: 19_456, passes: 3 } }, 'anna', 'caffè latte'],
      [{ ...byPhrase, boxed: flipped(byPhrase.boxed, 20) }, 'anna', 'caffè latte'],
      [{ ...byCode, boxed: flipped(byCode.boxed, 0) }, 'anna', await code]
    ];
    for (const [lock, user, typed] of tries) await expect(unlock(lock, user, typed)).rejects.toThrow(WrongSecret);
  });

  test('that a server made cheap to guess, or endless, is not worked on', async () => {
    for (const cost of [
      { memory: 8, passes: 1 },
      { memory: 19_456, passes: 1 },
      { memory: 4_194_304, passes: 3 },
      { memory: 65_536, passes: 1_000 }
    ])
      await expect(unlock({ ...byPhrase, cost }, 'anna', 'caffè latte')).rejects.toThrow(WrongSecret);
  });
});

describe('a part of a backup', () => {
  const part = { kind: 'epoch', conversationId: 'c1', number: 2 } as const;

  test('comes back as what it was', async () => {
    const key = crypto.getRandomValues(new Uint8Array(32));
    expect(await restore(secret, 'anna', part, await backUp(secret, 'anna', part, key))).toEqual(key);
  });

  test('does not come back as another part, for another person, by another secret, or changed', async () => {
    const boxed = await backUp(secret, 'anna', part, new Uint8Array(32));
    const parts = [
      { ...part, number: 3 },
      { ...part, conversationId: 'c2' },
      { kind: 'identity', number: 2 }
    ] as const;
    for (const other of parts) await expect(restore(secret, 'anna', other, boxed)).rejects.toThrow();
    await expect(restore(secret, 'bea', part, boxed)).rejects.toThrow();
    await expect(restore(newBackupSecret(), 'anna', part, boxed)).rejects.toThrow();
    for (let at = 0; at < boxed.length; at++) await expect(restore(secret, 'anna', part, flipped(boxed, at))).rejects.toThrow();
  });
});
