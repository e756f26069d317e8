/** The filters of an entry, as text and as what they mean. */
import { describe, expect, test } from 'vitest';
import { describe as inWords, idOf, paramsOfTopic, readEntry } from '../../../supabase/embedded/realtime/changes/entry.ts';
import { MalformedEntry, parseFilters } from '../../../supabase/embedded/realtime/changes/filter.ts';
import { isLike } from '../../../supabase/embedded/realtime/changes/like.ts';

const filter = (column: string, op: string, value: string, negate = false) => ({ column, op, value, negate });

describe('a filter', () => {
  test.each([
    ['', []],
    ['   ', []],
    ['id=eq.5', [filter('id', 'eq', '5')]],
    [' id=eq.5 ', [filter('id', 'eq', '5')]],
    ['id=not.eq.5', [filter('id', 'eq', '5', true)]],
    ['id=not.in.(1,2)', [filter('id', 'in', '{1,2}', true)]],
    ['at=gte.2026-01-01T00:00:00.5Z', [filter('at', 'gte', '2026-01-01T00:00:00.5Z')]],
    ['sum=eq.a=b', [filter('sum', 'eq', 'a=b')]],
    ['id=gt.0,id=lt.100', [filter('id', 'gt', '0'), filter('id', 'lt', '100')]],
    ['id=gt.0 , name=eq.x', [filter('id', 'gt', '0'), filter('name', 'eq', 'x')]],
    ['name=in.(a,"b,c","d\\"e"),id=eq.1', [filter('name', 'in', '{a,"b,c","d\\"e"}'), filter('id', 'eq', '1')]],
    ['name=in.()', [filter('name', 'in', '{}')]],
    ['name=eq."a,b"', [filter('name', 'eq', 'a,b')]],
    ['name=eq."a\\"b\\\\c"', [filter('name', 'eq', 'a"b\\c')]],
    ['name=eq."a"b', [filter('name', 'eq', '"a"b')]],
    ['name=eq.say "a', [filter('name', 'eq', 'say "a')]],
    ['name=eq."', [filter('name', 'eq', '"')]],
    ['name=eq.', [filter('name', 'eq', '')]],
    ['name=like.%(a,b)%', [filter('name', 'like', '%(a,b)%')]],
    ['name=eq.a),id=eq.1', [filter('name', 'eq', 'a)'), filter('id', 'eq', '1')]],
    ['name=match."^a,b$",id=is.null', [filter('name', 'match', '^a,b$'), filter('id', 'is', 'null')]]
  ])('%j is read', (text, filters) => expect(parseFilters(text)).toEqual(filters));

  test.each([
    ['undefined', '["undefined"]'],
    ['subject=foo.hey', '["foo", "hey"]'],
    ['subject=not.foo.hey', '["foo", "hey"]'],
    ['subject=eq', '["eq"]'],
    ['a=eq.1,', 'filter must not contain empty segments (check for extra commas)'],
    ['a=eq.1,,b=eq.2', 'filter must not contain empty segments (check for extra commas)'],
    ['a=in.1,2', '`in` filter value must be wrapped by parentheses'],
    ['a=in.(', '`in` filter value must be wrapped by parentheses'],
    ['say "it"', '["say \\"it\\""]']
  ])('%j means nothing', (text, reason) =>
    expect(() => parseFilters(text)).toThrow(`Error parsing \`filter\` params: ${reason}`)
  );
});

test('no text is anything but filters or malformed', () => {
  let state = 1;
  const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
  const pieces = ['id', '=', '.', 'eq', 'in', 'not.', ',', '"', '\\', '(', ')', ' ', 'é', 'like.%'];
  let read = 0;
  for (let round = 0; round < 5_000; round += 1) {
    const text = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join('');
    try {
      for (const { op, value } of parseFilters(text)) expect([typeof op, typeof value]).toEqual(['string', 'string']);
      read += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedEntry);
    }
  }
  expect(read).toBeGreaterThan(50);
});

describe('an entry', () => {
  const all = { event: '*', schema: 'public', table: '*', filters: [], select: null };

  test.each([
    [{ event: '*', schema: 'public' }, all],
    [{ schema: 'public' }, all],
    [
      { event: 'update', schema: 'public' },
      { ...all, event: 'UPDATE' }
    ],
    [{ event: 'Truncate', schema: 'public' }, all],
    [
      { event: 'INSERT', table: 'notes' },
      { ...all, event: 'INSERT', table: 'notes' }
    ],
    [
      { schema: '*', table: '*' },
      { ...all, schema: '*' }
    ],
    [
      { schema: 'public', table: 'notes', select: ['id', 7, 'body'] },
      { ...all, table: 'notes', select: ['id', 'body'] }
    ],
    [
      { schema: 'public', table: 'notes', select: [] },
      { ...all, table: 'notes' }
    ],
    [
      { schema: 'public', table: 'notes', filter: 'id=eq.1' },
      { ...all, table: 'notes', filters: [filter('id', 'eq', '1')] }
    ]
  ])('%j is read', (params, entry) => expect(readEntry(params)).toEqual(entry));

  const missing = 'No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: ';
  test.each([
    [{}, `${missing}%{}`],
    [
      { table: null, event: 'INSERT', schema: 'public' },
      `${missing}%{"event" => "INSERT", "schema" => "public", "table" => nil}`
    ],
    [{ schema: 'public', filter: 'id=eq.1' }, `${missing}%{"filter" => "id=eq.1", "schema" => "public"}`],
    [{ user_token: 'secret' }, `${missing}<redacted>`],
    [
      { schema: 'public', table: 'notes', select: 'id' },
      'Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]'
    ],
    [
      { schema: 'public', select: ['id'] },
      'Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.'
    ]
  ])('%j is refused', (params, reason) => expect(() => readEntry(params)).toThrow(reason));

  test('has the same id whenever it says the same, in any order, and never zero', () => {
    const id = idOf({ event: '*', schema: 'public', table: 'notes' });
    expect(idOf({ table: 'notes', schema: 'public', event: '*' })).toBe(id);
    expect(idOf({ table: 'notes', schema: 'public', event: 'INSERT' })).not.toBe(id);
    expect(Number.isInteger(id) && id > 0).toBe(true);
  });

  test('is told in the words of the real server', () => {
    const entry = readEntry({ event: '*', schema: 'public', table: 'test', filter: 'notacolumn=eq.123', select: ['a'] });
    expect(inWords(entry)).toBe(
      '[event: *, schema: public, table: test, filters: [{"notacolumn", "eq", "123", false}], select: ["a"]]'
    );
    expect(inWords(readEntry({ schema: 'public' }))).toBe('[event: *, schema: public, table: *, filters: [], select: nil]');
  });

  test.each([
    ['public', { schema: 'public' }],
    ['public:notes', { schema: 'public', table: 'notes' }],
    ['public:notes:id=eq.a:b', { schema: 'public', table: 'notes', filter: 'id=eq.a:b' }]
  ])('is the topic %j of an old client', (topic, params) => expect(paramsOfTopic(topic)).toEqual(params));
});

describe('like', () => {
  test.each([
    ['hello', 'hel%', true],
    ['hello', '%l%o', true],
    ['hello', 'h_llo', true],
    ['hello', 'ell', false],
    ['hello', '', false],
    ['', '%', true],
    ['', '', true],
    ['a%b', 'a\\%b', true],
    ['axb', 'a\\%b', false],
    ['a\\b', 'a\\\\b', true],
    ['a\nb', 'a_b', true],
    ['😀!', '_!', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false]
  ])('%j by %j: %j', (text, pattern, result) => expect(isLike(text, pattern)).toBe(result));

  test('leaves a pattern that ends within an escape to Postgres', () => expect(isLike('a', 'a\\')).toBe('ask'));

  test('is not slowed down by a pattern made for it', () => {
    expect(isLike('a'.repeat(20_000), `${'%a'.repeat(200)}b`)).toBe(false);
  });
});
