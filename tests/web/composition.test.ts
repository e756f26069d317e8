import { beforeEach, expect, test } from 'vitest';
import { Composition } from '#lib/state/composition.svelte.ts';
import { FakeView, message, summary } from './fake-chat.ts';

let view: FakeView;
let draft = '';
let composition: Composition;

beforeEach(() => {
  view = new FakeView(summary({ id: 'c1', title: 'Bob' }));
  draft = 'half a thought';
  composition = new Composition(view, { get: () => draft, set: (text) => (draft = text) });
});

test('a text is a message', () => {
  expect(composition.submit('hello')).toBe(true);
  expect(view.calls).toEqual([['send', 'hello']]);
});

test('an answer names what it answers, once', () => {
  composition.answer(message(4, 'what?'));
  expect(composition.submit('this')).toBe(true);
  expect(composition.submit('and this')).toBe(true);
  expect(view.calls).toEqual([
    ['reply', 4, 'this'],
    ['send', 'and this']
  ]);
});

test('an edit begins with the text that is there, and leaves the draft alone', () => {
  composition.edit(message(4, 'teh', { mine: true }));
  expect(composition.text).toBe('teh');
  composition.text = 'the';
  expect(composition.submit('the')).toBe(false);
  expect(view.calls).toEqual([['edit', 4, 'the']]);
  expect(composition.text).toBe('half a thought');
});

test('an edit that changes nothing is none, and one that is given up neither', () => {
  composition.edit(message(4, 'same', { mine: true }));
  composition.submit('same');
  composition.edit(message(4, 'same', { mine: true }));
  composition.text = 'other';
  composition.cancel();
  expect(view.calls).toEqual([]);
  expect(draft).toBe('half a thought');
});
