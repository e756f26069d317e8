import { describe, expect, test } from 'vitest';
import { differences, examplesOf } from './curl-examples.ts';

describe('examplesOf', () => {
  test('takes each call with the answer below it', () => {
    const markdown =
      '# T\n## One\ntext\n```sh\ncurl a \\\n  -b\n```\n```json 201\n{"c": 1}\n```\n\n```sh\ncurl d\n```\n```json 204\n```\n';
    expect(examplesOf(markdown)).toEqual([
      { name: 'One, 1', script: 'curl a \\\n  -b', status: 201, shown: { c: 1 } },
      { name: 'One, 2', script: 'curl d', status: 204, shown: undefined }
    ]);
  });

  test('passes over what is no call', () => {
    expect(examplesOf('```sh\nnpm start\n```\n```json\n{}\n```')).toEqual([]);
  });

  test('insists on an answer', () => {
    expect(() => examplesOf('## One\n```sh\ncurl a\n```\ntext')).toThrow('One, 1: no answer is shown');
  });
});

describe('differences', () => {
  const of = (shown: unknown, answer: unknown, names = new Map<string, string>()) => differences(shown, answer, names);
  const id = '0199aaaa-0000-7000-8000-000000000001';

  test.each<[string, unknown, unknown]>([
    ['the same', { a: [1, 'x', null] }, { a: [1, 'x', null] }],
    ['another id', { a: id }, { a: '0199aaaa-0000-7000-8000-000000000002' }],
    ['another time', '2026-11-21T10:00:00.123+00:00', '2027-01-02T03:04:05+00:00'],
    ['any text', 'eyJ…', 'eyJabc'],
    ['more items', [1, '…'], [1, 2, 3]],
    ['more fields', { a: 1, '…': '…' }, { a: 1, b: 2 }]
  ])('none: %s', (_what, shown, answer) => {
    expect(of(shown, answer)).toEqual([]);
  });

  test.each<[string, unknown, unknown, string]>([
    ['a value', { a: 1 }, { a: 2 }, '$.a: is 2, not 1'],
    ['a type', { a: 1 }, { a: '1' }, '$.a: is "1", not 1'],
    ['null', { a: 'x' }, { a: null }, '$.a: is null, not "x"'],
    ['an id that is none', id, 'x', `$: is "x", not "${id}"`],
    ['a field too many', { a: 1 }, { a: 1, b: 2 }, '$.b: is not shown'],
    ['a field too few', { a: 1 }, {}, '$.a: is missing'],
    ['an item too many', [1], [1, 2], '$: has 2 items'],
    ['an object for a list', [], {}, '$: is {}, not []']
  ])('%s', (_what, shown, answer, difference) => {
    expect(of(shown, answer)).toEqual([difference]);
  });

  test('a name is kept, and must stay the same', () => {
    const names = new Map<string, string>();
    expect(of({ id: '$IT' }, { id: 'one' }, names)).toEqual([]);
    expect(names.get('IT')).toBe('one');
    expect(of({ id: '$IT' }, { id: 'two' }, names)).toEqual(['$.id: is "two", not "$IT"']);
  });
});
