/** However much somebody says, what is pushed fits, and shows whole characters. */
import { describe, expect, test } from 'vitest';
import { fitted, PAYLOAD_MAX_BYTES } from '../../../functions/push/payload.ts';

const FAMILY = '👩‍👩‍👧‍👦';
const payload = (title: string, body: string) => ({ v: 1, kind: 'message', tag: 'c', title, body, url: '/chats/1', seq: 7 });

/** What a device would be given. */
function shown(title: string, body: string, maxBytes?: number) {
  const text = fitted(payload(title, body), maxBytes);
  if (text === undefined) return undefined;
  const size = Buffer.byteLength(text);
  expect(size).toBeLessThanOrEqual(maxBytes ?? PAYLOAD_MAX_BYTES);
  return {
    ...(JSON.parse(text) as ReturnType<typeof payload>),
    size
  };
}

test('what fits is left as it is', () => {
  expect(shown('Alice', `Hello ${FAMILY}`)).toMatchObject(payload('Alice', `Hello ${FAMILY}`));
});

describe('of what does not fit', () => {
  test.each([
    ['letters', 'x', 1],
    ['letters of two bytes', 'ß', 2],
    ['emoji', '🎉', 4],
    ['emoji of several code points', FAMILY, 25],
    ['flags', '🇩🇪', 8],
    ['letters with marks on them', 'e\u0301', 3],
    ['characters that JSON writes longer', '"', 2],
    ['line breaks', 'a\n', 3]
  ])('the body is cut between %s', (_, character, bytes) => {
    const { body, title, size } = shown('Alice', character.repeat(5_000))!;
    expect(title).toBe('Alice');
    expect(body).toMatch(/…$/);
    expect(character.repeat(5_000).startsWith(body.slice(0, -1))).toBe(true);
    // Nothing is given away: one more would not have fitted.
    expect(size).toBeGreaterThan(PAYLOAD_MAX_BYTES - 2 * bytes);
    if (character !== 'a\n') expect(body.slice(0, -1).replaceAll(character, '')).toBe('');
  });

  test('the title is cut too, when the body is not enough', () => {
    const { title, body } = shown(FAMILY.repeat(200), 'x'.repeat(5_000))!;
    expect(title).toMatch(/^(👩‍👩‍👧‍👦)+…$/u);
    expect(body).toBe('');
  });

  test('nothing is left when the rest is too long already', () => {
    expect(shown('Alice', 'x', 50)).toBeUndefined();
    const bare = fitted(payload('', ''))!.length;
    expect(shown('Alice', 'x', bare)).toMatchObject({ title: '', body: '' });
    expect(shown('Alice', 'x', bare + 3)).toMatchObject({ title: '…', body: '' });
  });

  test('half a pair of surrogates, which somebody may send, does no harm', () => {
    expect(shown('Alice', '\ud83d'.repeat(3_000))!.body).toMatch(/…$/);
  });
});

test('what closes a notification needs no texts', () => {
  expect(JSON.parse(fitted({ v: 1, kind: 'read', tag: 'c' })!)).toEqual({
    v: 1,
    kind: 'read',
    tag: 'c'
  });
});
