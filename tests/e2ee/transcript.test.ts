import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase64Url } from '../../web/lib/e2ee/index.ts';
import { type Field, transcript } from '../../web/lib/e2ee/transcript.ts';

const field: fc.Arbitrary<Field> = fc.letrec<{ field: Field }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.uint8Array({ maxLength: 4 }),
    fc.nat(300),
    fc.array(tie('field'), { maxLength: 3 })
  )
})).field;
const fields = fc.array(field, { maxLength: 4 });
const label = fc.constantFrom('a', 'ab', 'b', '');

/** What the fields say, in a form that tells bytes from text and lists. */
const meaning = (value: Field): unknown =>
  value instanceof Uint8Array ? { bytes: [...value] } : Array.isArray(value) ? value.map(meaning) : value;

test('fields that differ never give the same bytes, and the same ones always do', () => {
  fc.assert(
    fc.property(label, fields, label, fields, (labelA, a, labelB, b) => {
      const same = toBase64Url(transcript(labelA, a)) === toBase64Url(transcript(labelB, b));
      expect(same).toBe(labelA === labelB && JSON.stringify(meaning(a)) === JSON.stringify(meaning(b)));
    }),
    { numRuns: 5_000 }
  );
});

test('what runs together in a plain joining stays apart', () => {
  const pairs: [Field[], Field[]][] = [
    [
      ['ab', 'c'],
      ['a', 'bc']
    ],
    [[['a'], 'b'], [['a', 'b']]],
    [['1'], [1]],
    [['a'], [new Uint8Array([97])]],
    [[], [[]]],
    [['', ''], ['']]
  ];
  for (const [a, b] of pairs) expect(transcript('x', a)).not.toEqual(transcript('x', b));
});

test('numbers that are none are refused', () => {
  for (const number of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => transcript('x', [number])).toThrow(RangeError);
});
