import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { formsOf } from './forms.ts';

const marker = 'wobblingÜber42';
const found = (where: Buffer) => formsOf(marker).filter(({ bytes }) => where.includes(bytes));

test('a text is found in what is longer, however it is encoded', () => {
  for (let before = 0; before < 7; before += 1) {
    const whole = Buffer.concat([randomBytes(before), Buffer.from(marker), randomBytes(5)]);
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      expect(found(Buffer.from(whole.toString(encoding))).length, `${encoding} after ${before}`).toBeGreaterThan(0);
    expect(found(whole).map(({ name }) => name)).toEqual(['as it is']);
  }
  expect(found(Buffer.from(`"${marker}"`, 'utf16le')).map(({ name }) => name)).toEqual(['UTF-16']);
});

test('and not where it is not', () => {
  expect(found(Buffer.from(randomBytes(100_000).toString('base64')))).toEqual([]);
});
