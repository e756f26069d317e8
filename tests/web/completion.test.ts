import { describe, expect, test } from 'vitest';
import { completed, triggerAt } from '#lib/state/completion.ts';
import { choicesFor, type Sources } from '#lib/state/completions.ts';

describe('what can be completed', () => {
  test.each([
    ['@al', '@', 'al'],
    ['hello @', '@', ''],
    ['see #har', '#', 'har'],
    ['nice :smi', ':', 'smi'],
    ['/po', '/', 'po']
  ])('%j', (text, kind, query) => {
    expect(triggerAt(text, text.length)).toMatchObject({ kind, query });
  });

  test.each(['a@b', '10:30', ':)', ':s', 'so /po', 'a#b'])('not %j', (text) => {
    expect(triggerAt(text, text.length)).toBeNull();
  });

  test('what is chosen takes the place of what was written, with one space after it', () => {
    const trigger = triggerAt('hi @al you', 6)!;
    expect(completed('hi @al you', trigger, '@alice')).toEqual({ text: 'hi @alice you', caret: 10 });
    expect(completed('@al', triggerAt('@al', 3)!, '@alice')).toEqual({ text: '@alice ', caret: 7 });
  });
});

test('names are found by handle and by any word of the name, and callings where they are allowed', () => {
  const member = (handle: string, displayName: string): Sources['members'][number] => ({
    id: handle,
    handle,
    displayName,
    avatarUrl: null,
    role: 'member',
    joinedAt: new Date(),
    deliveredSeq: null,
    readSeq: null
  });
  const sources: Sources = {
    members: [member('ao', 'Alice Okafor'), member('carol', 'Carol Reyes')],
    callings: [{ name: 'channel', note: '' }],
    channels: [],
    emoji: [],
    commands: []
  };
  const texts = (query: string) => choicesFor({ kind: '@', query, start: 0, end: 0 }, sources).map(({ text }) => text);
  expect(texts('oka')).toEqual(['@ao']);
  expect(texts('c')).toEqual(['@carol', '@channel']);
  expect(texts('zz')).toEqual([]);
});
