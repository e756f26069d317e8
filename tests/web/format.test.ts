import { describe, expect, test } from 'vitest';
import { splitLinks } from '#lib/format/links.ts';
import { isOnlyEmoji } from '#lib/format/only-emoji.ts';
import { hueOf, initials, nameList } from '#lib/format/person.ts';
import { dayName, longAgo, shortAgo } from '#lib/format/time.ts';

describe('times', () => {
  const now = new Date('2026-03-05T12:00:00');
  test.each([
    ['2026-03-05T11:59:30', 'now', 'just now', 'Today'],
    ['2026-03-05T11:55:00', '5m', '5 minutes ago', 'Today'],
    ['2026-03-05T09:05:00', '9:05', '2 hours ago', 'Today'],
    ['2026-03-04T23:00:00', 'Yesterday', '13 hours ago', 'Yesterday'],
    ['2026-03-02T12:00:00', 'Mon', '3 days ago', 'Monday'],
    ['2026-01-09T12:00:00', '9 Jan', 'on 9 January 2026', 'Friday 9 January'],
    ['2025-12-31T12:00:00', '31 Dec 2025', 'on 31 December 2025', 'Wednesday, 31 December 2025']
  ])('%s is %s, %s, %s', (at, short, long, day) => {
    const then = new Date(at);
    expect(shortAgo(then, now, 'en-GB')).toBe(short);
    expect(longAgo(then, now, 'en-GB')).toBe(long);
    expect(dayName(then, now, 'en-GB')).toBe(day);
  });

  test('a clock that is a little ahead of ours is now, not the future', () => {
    expect(shortAgo(new Date('2026-03-05T12:00:20'), now)).toBe('now');
    expect(longAgo(new Date('2026-03-05T12:00:20'), now)).toBe('just now');
  });
});

describe('people', () => {
  test.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['Jean Luc van Damme', 'JD'],
    ['  ', '?'],
    ['🦊 Fox', '🦊F'],
    ['élodie', 'É']
  ])('%j has the initials %s', (name, expected) => expect(initials(name)).toBe(expected));

  test('a hue belongs to an id', () => {
    expect(hueOf('a')).toBe(hueOf('a'));
    expect(new Set(Array.from({ length: 200 }, (_, i) => hueOf(`person ${i}`))).size).toBe(12);
  });

  test('many names are shortened', () => {
    expect(nameList(['Ada'])).toBe('Ada');
    expect(nameList(['Ada', 'Ben', 'Cy', 'Di'])).toBe('Ada, Ben, Cy, and 1 other');
    expect(nameList(['Ada', 'Ben', 'Cy', 'Di', 'Ed'])).toBe('Ada, Ben, Cy, and 2 others');
  });
});

describe('links', () => {
  const hrefs = (text: string) => splitLinks(text).flatMap((part) => part.href ?? []);

  test('are found without the punctuation around them', () => {
    expect(splitLinks('See (https://example.org/a_(b)?c=d#e).')).toEqual([
      { text: 'See (' },
      { text: 'https://example.org/a_(b)?c=d#e', href: 'https://example.org/a_(b)?c=d#e' },
      { text: ').' }
    ]);
    expect(hrefs('write to ada@example.org')).toEqual(['mailto:ada@example.org']);
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '<a href="javascript:x">',
    '//evil.example'
  ])('%s stays text', (text) => {
    expect(
      splitLinks(text)
        .map((part) => part.text)
        .join('')
    ).toBe(text);
    for (const href of hrefs(text)) expect(href).toMatch(/^(https?|mailto):/);
  });

  test('a text is what its parts say, whatever is in it', () => {
    const text = 'https://a.example <b>x</b>\nhttps://b.example/ü?q=1&r="2" end';
    expect(
      splitLinks(text)
        .map((part) => part.text)
        .join('')
    ).toBe(text);
  });
});

test.each([
  ['🎉', true],
  ['👍🏽 👩‍👩‍👧', true],
  ['🇵🇹🇵🇹🇵🇹', true],
  ['🎉🎉🎉🎉', false],
  ['12', false],
  ['ok 👍', false],
  ['', false]
])('%j is only emoji: %s', (text, expected) => expect(isOnlyEmoji(text)).toBe(expected));
