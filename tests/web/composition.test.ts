import { beforeEach, expect, test } from 'vitest';
import { Composition } from '#lib/state/composition.svelte.ts';
import { FakeView, message, summary } from './fake-chat.ts';

let view: FakeView;
let draft = '';
let replyTo: number | null = null;
let composition: Composition;

beforeEach(() => {
  view = new FakeView(summary({ id: 'c1', title: 'Bob' }));
  draft = 'half a thought';
  replyTo = null;
  composition = begin();
});

/** A composer, as after a reload. */
const begin = () =>
  new Composition(view, {
    get: () => draft,
    replyTo: () => replyTo,
    set: (text, seq) => {
      draft = text;
      replyTo = text === '' ? null : seq;
    },
    find: (seq) => (seq === 4 ? message(4, 'what?') : undefined)
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

test('what is answered is kept with the draft, and taken up again', () => {
  composition.answer(message(4, 'what?'));
  composition.text = 'half an answer';
  const later = begin();
  expect(later.answered?.content).toBe('what?');
  // The composer empties its field before it sends what was in it.
  later.text = '';
  later.submit('half an answer');
  expect(view.calls).toEqual([['reply', 4, 'half an answer']]);
  expect(later.answered).toBeNull();
});

test('an answer that is given up is not kept either; an edit in between gives nothing up', () => {
  composition.answer(message(4, 'what?'));
  composition.edit(message(2, 'own', { mine: true }));
  expect(composition.answered).toBeNull();
  composition.cancel();
  expect(composition.answered?.seq).toBe(4);
  composition.cancel();
  expect([composition.answered, replyTo, draft]).toEqual([null, null, 'half a thought']);
});
