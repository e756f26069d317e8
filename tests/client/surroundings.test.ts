import { expect, test } from 'vitest';
import { defaultSurroundings } from '../../web/lib/chat/surroundings.ts';
import { FakePage } from './support/fake-page.ts';

test('a page tells what changes, and that it goes', () => {
  const page = new FakePage();
  const surroundings = page.surroundings();
  const seen: string[] = [];
  const release = surroundings.subscribe((event) =>
    seen.push([event, surroundings.visible, surroundings.focused, surroundings.online].join(' '))
  );
  page.show(false);
  page.focus(false);
  page.goOnline(false);
  page.leave();
  release();
  page.show(true);
  expect(seen).toEqual([
    'changed false true true',
    'changed false false true',
    'changed false false false',
    'leaving false false false'
  ]);
});

test('a page tells of input, also of what its own parts keep to themselves', () => {
  const page = new FakePage();
  let heard = 0;
  const release = page.surroundings().onInput!(() => (heard += 1));
  for (const input of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart', 'scroll'])
    page.dispatchEvent(new Event(input));
  expect(heard).toBe(5);
  release();
  page.dispatchEvent(new Event('keydown'));
  expect(heard).toBe(5);
});

test('without a page one is always there', () => {
  expect(defaultSurroundings({})).toMatchObject({ visible: true, focused: true, online: true });
  expect(defaultSurroundings(new FakePage())).toMatchObject({ visible: true, focused: true, online: true });
});
