import { expect, test } from 'vitest';
import { nextPage } from '../../web/routes/(auth)/next-page.ts';
import { suggestHandle } from '../../web/routes/(auth)/sign-up/suggest-handle.ts';

test.each([
  ['/chats/1?x=2', '/chats/1?x=2'],
  ['', '/chats'],
  ['https://evil.example/', '/chats'],
  ['//evil.example/chats', '/chats'],
  ['/\\evil.example', '/chats'],
  ['javascript:alert(1)', '/chats']
])('after signing in, next=%s leads to %s', (next, expected) => {
  expect(nextPage(new URL(`https://parley.example/sign-in?${new URLSearchParams({ next })}`))).toBe(expected);
});

test.each([
  ['Zoë Müller', 'zoe_muller'],
  ['  Al  ', ''],
  ['李小龙', ''],
  ['Ada-Maria Lovelace III', 'ada_maria_lovelace_iii'],
  ['A'.repeat(60), 'a'.repeat(30)]
])('%j suggests the handle %j', (name, handle) => expect(suggestHandle(name)).toBe(handle));
