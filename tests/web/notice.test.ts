import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { durationName, moneyText } from '#lib/format/amounts.ts';
import { noticeText } from '#lib/format/notice.ts';
import { de } from '#lib/i18n/de.ts';
import { en } from '#lib/i18n/en.ts';
import { speak } from '#lib/i18n/words.svelte.ts';
import type { SystemNotice } from '#lib/chat/index.ts';
import { message, person } from './fake-chat.ts';

const said = (notice: SystemNotice, given = {}) =>
  noticeText(message(1, '', { notice, sender: person('bob', 'Bob Berg'), ...given }), 'me');

test('every code of the database has words', async () => {
  const source = await readFile('supabase/migrations/20261121000850_system_messages.sql', 'utf8');
  const [, rows = ''] = /insert into public\.system_codes .*? values\n(.*?);\n/s.exec(source) ?? [];
  const codes = [...rows.matchAll(/^ {2}\('(\w+)'/gm)].map(([, code]) => code!);
  expect(codes.length).toBeGreaterThan(5);
  for (const { notices } of [en, de]) expect(Object.keys(notices.codes).toSorted()).toEqual(codes.toSorted());
});

test('who did it and whom it concerns are named as the reader knows them', () => {
  const carol = person('carol', 'Carol Chen');
  expect(said({ code: 'members_added', args: { count: 2 }, people: [carol, person('me', 'Me')] })).toBe(
    'Bob Berg added Carol Chen and you'
  );
  expect(said({ code: 'members_added', args: { count: 40 }, people: [carol] })).toBe('Bob Berg added Carol Chen and 39 others');
  expect(said({ code: 'members_added', args: { count: 3 }, people: [] })).toBe('Bob Berg added 3 people');
  expect(said({ code: 'member_removed', args: {}, people: [] }, { sender: null })).toBe('Someone removed somebody');
  expect(said({ code: 'role_changed', args: { role: 'admin' }, people: [carol] }, { mine: true })).toBe(
    'You made Carol Chen an admin'
  );
});

test('a code of a newer server is said to be one', () => {
  expect(said({ code: 'unheard_of', args: {}, people: [] })).toMatch(/no words/);
});

test('German says "Du hast" and "Bob hat", and declines whom it concerns', async () => {
  const carol = person('carol', 'Carol Chen');
  await speak('de', ['de-DE']);
  try {
    expect(said({ code: 'members_added', args: { count: 2 }, people: [carol, person('me', 'Me')] })).toBe(
      'Bob Berg hat Carol Chen und dich hinzugefügt'
    );
    expect(said({ code: 'offer_made', args: { amount_minor: 82000, currency: 'EUR' }, people: [] }, { mine: true })).toBe(
      'Du hast 820,00\u00a0€ geboten'
    );
    expect(said({ code: 'disappearing_changed', args: { seconds: 86_400 }, people: [] })).toBe(
      'Bob Berg hat eingestellt, dass Nachrichten nach 1 Tag verschwinden'
    );
  } finally {
    await speak('en', ['en-US']);
  }
});

test('amounts and durations are written out', () => {
  expect(moneyText(1250, 'EUR')).toBe('€12.50');
  expect(moneyText(1250, 'JPY')).toBe('¥1,250');
  expect([30, 90, 3600, 86_400, 604_800].map((seconds) => durationName(seconds))).toEqual([
    '30 seconds',
    '90 seconds',
    '1 hour',
    '1 day',
    '1 week'
  ]);
});
