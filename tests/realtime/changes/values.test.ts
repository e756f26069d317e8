/** Values of every kind, as Postgres would say them: how they look in a change, and whether they pass a filter. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseArray } from '../../../supabase/embedded/realtime/changes/array-literal.ts';
import { passes, type TableFilter } from '../../../supabase/embedded/realtime/changes/compare.ts';
import { type Operator, OPERATORS } from '../../../supabase/embedded/realtime/changes/filter.ts';
import { render } from '../../../supabase/embedded/realtime/changes/render.ts';
import { startWorld, type World } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.sql.query(`create type mood as enum ('sad', 'ok', 'happy'); create domain positive as int check (value > 0)`);
});

afterAll(() => world.stop());

/** Types with values to try: each as Postgres reads it. */
const VALUES: Record<string, string[]> = {
  bool: ['t', 'f'],
  int2: ['-7', '0', '32767'],
  int4: ['-1', '0', '5', '10', '2147483647'],
  int8: ['-9223372036854775808', '9', '10', '9007199254740993'],
  numeric: ['-1.50', '0', '1.5', '1.50', '10', '1e30', 'NaN'],
  float4: ['0.1', '-0.1', '1e20', 'Infinity', 'NaN'],
  float8: ['0.1', '1e300', '-1e-300', '-Infinity', '12'],
  text: ['', 'a', 'B', 'b', 'a b', 'ä', '10', '9', 'NULL', '"quoted"', 'back\\slash', 'new\nline', '%', 'a_c'],
  varchar: ['a', 'ab', 'A'],
  'char(5)': ['a', 'abcde'],
  name: ['a', 'public'],
  uuid: ['00000000-0000-0000-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'A0000000-0000-4000-8000-000000000000'],
  date: ['2026-01-02', '1999-12-31', 'infinity', '0044-03-15 BC'],
  timestamp: ['2026-01-02 03:04:05', '2026-01-02 03:04:05.678', '2026-01-02T03:04:05.6', '-infinity', '0044-03-15 10:00:00 BC'],
  timestamptz: [
    '2026-01-02 03:04:05+00',
    '2026-01-02 04:04:05+01',
    '2026-01-02 03:04:05.678901Z',
    'infinity',
    '1890-01-01 00:00+05:53'
  ],
  time: ['03:04:05', '23:59:59.5'],
  timetz: ['03:04:05+01'],
  interval: ['1 day', '01:00:00', '1 year 2 mons'],
  json: ['{"b": 1, "a": [1, 2.50, null]}', '"text"', '1'],
  jsonb: ['{"b": 1, "a": [1, 2.50, null]}', '"text"', 'null', '1.10'],
  bytea: ['\\x', '\\x0102ff'],
  inet: ['10.0.0.1', '::1/64'],
  int4range: ['[1,5)', 'empty'],
  mood: ['sad', 'happy'],
  positive: ['1', '7'],
  'int4[]': ['{}', '{1,2,NULL}', '{{1,2},{3,4}}', '[0:1]={7,8}'],
  'text[]': ['{a,"b c","d\\"e","",NULL,"NULL","{}"}', '{"back\\\\slash",ä}'],
  'numeric[]': ['{1.50,NaN}'],
  'bool[]': ['{t,f}'],
  'timestamptz[]': ['{"2026-01-02 03:04:05+00"}'],
  'jsonb[]': ['{"{\\"a\\": 1}"}'],
  'bytea[]': ['{"\\\\x01"}'],
  'mood[]': ['{sad,ok}'],
  'bit(3)': ['101'],
  point: ['(1,2)'],
  money: ['$1.50']
};

interface Typed {
  type: string;
  oid: number;
  base: number;
  isEnum: boolean;
  element: number | null;
  isEnumElement: boolean;
  /** As the stream writes it. */
  text: string;
  /** As the real server's function has it in a change. */
  json: string | null;
}

/** Every value, with what Postgres says of it. */
async function typedValues(): Promise<Typed[]> {
  const values: Typed[] = [];
  for (const [type, texts] of Object.entries(VALUES)) {
    for (const value of texts) {
      const { rows } = await world.admin.query<Omit<Typed, 'type' | 'json'>>(
        `select format('%s', $1::${type}) as text, t.oid::int, coalesce(nullif(t.typbasetype, 0), t.oid)::int as base,
           t.typtype = 'e' as "isEnum", e.oid::int as element, coalesce(e.typtype = 'e', false) as "isEnumElement"
         from pg_type t left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
         where t.oid = $2::regtype`,
        [value, type]
      );
      const typed = rows[0]!;
      const json = await world.admin.query<{ json: string | null }>('select realtime.cast($1, $2::oid::regtype)::text as json', [
        decoded(typed.base, typed.text),
        typed.oid
      ]);
      values.push({ ...typed, type, json: json.rows[0]!.json });
    }
  }
  return values;
}

/** A value as the real server's decoder writes it: bytes without their prefix, and no number that JSON lacks. */
function decoded(type: number, text: string | null): string | null {
  if (text !== null && type === BYTEA) return text.slice('\\x'.length);
  return text !== null && NUMBERS.includes(type) && /^-?(nan|inf)/i.test(text) ? null : text;
}

const BYTEA = 17;
const NUMBERS = [700, 701, 1700];

describe('a value in a change', () => {
  test('is what to_jsonb makes of it', async () => {
    let asked = 0;
    for (const value of await typedValues()) {
      const json = render(value, value.text);
      if (json === null) asked += 1;
      else expect([value.type, value.text, JSON.parse(json)]).toEqual([value.type, value.text, JSON.parse(value.json ?? 'null')]);
    }
    // An array with bounds of its own.
    expect(asked).toBe(1);
  });

  test('keeps its digits', () => {
    const number = { base: 1700, isEnum: false, element: null, isEnumElement: false };
    expect(render(number, '123456789012345678901234567890.50')).toBe('123456789012345678901234567890.50');
  });

  test('is left to Postgres where the type is of the application', () => {
    expect(render({ base: 20_000, isEnum: false, element: null, isEnumElement: false }, '(1,2)')).toBeNull();
    expect(render({ base: 20_001, isEnum: false, element: 20_000, isEnumElement: false }, '{"(1,2)"}')).toBeNull();
  });

  test.each(['', '{', '{a', '{"a', 'a}', '{a}b', '{a}}', '{"a"b}'])('%j is no array', (text) =>
    expect(() => parseArray(text)).toThrow('Not an array')
  );
});

describe('a filter', () => {
  test('lets pass what Postgres lets pass, wherever it does not ask', async () => {
    const random = mulberry32(20_261_121);
    const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!;
    const values = await typedValues();
    const trials = Array.from({ length: 5_000 }, () => {
      const row = pick(values);
      const op = pick(OPERATORS);
      const others = values.filter(({ type }) => type === row.type).map(({ text }) => text);
      return { row, op, value: valueFor(op, others, pick), negate: random() < 0.5, text: random() < 0.1 ? null : row.text };
    });
    const expected = await postgresAnswers(trials);
    let same = 0;
    for (const [index, { row, op, value, negate, text }] of trials.entries()) {
      const verdict = passes(await tableFilter(row, op, value, negate), text);
      if (expected[index] === 'refused' || verdict === 'ask') continue;
      same += 1;
      expect([row.type, text, negate, op, value, verdict]).toEqual([
        row.type,
        text,
        negate,
        op,
        value,
        expected[index] === 'true'
      ]);
    }
    expect(same).toBeGreaterThan(1_500);
  });
});

interface Trial {
  row: Typed;
  op: Operator;
  value: string;
  negate: boolean;
  text: string | null;
}

async function postgresAnswers(trials: readonly Trial[]): Promise<string[]> {
  const client = await world.admin.connect();
  try {
    await client.query(`
      create function pg_temp.answer(op realtime.equality_op, type oid, a text, b text, negate boolean) returns text language plpgsql as $$
      begin
        return coalesce(realtime.check_equality_op(op, type::regtype, a, b, negate), false);
      exception when others then
        return 'refused';
      end $$`);
    const { rows } = await client.query<{ answers: string[] }>(
      `select array_agg(pg_temp.answer(op::realtime.equality_op, type, a, b, negate) order by n) as answers
       from unnest($1::text[], $2::oid[], $3::text[], $4::text[], $5::boolean[]) with ordinality as t (op, type, a, b, negate, n)`,
      [
        trials.map(({ op }) => op),
        trials.map(({ row }) => row.oid),
        trials.map(({ row, text }) => decoded(row.base, text)),
        trials.map(({ value }) => value),
        trials.map(({ negate }) => negate)
      ]
    );
    return rows[0]!.answers;
  } finally {
    client.release(true);
  }
}

function valueFor(op: Operator, values: readonly string[], pick: <Item>(items: readonly Item[]) => Item): string {
  switch (op) {
    case 'in':
      return `{${[pick(values), pick(values)].map((text) => JSON.stringify(text)).join()}}`;
    case 'is':
      return pick(['null', 'true', 'false', 'unknown']);
    case 'like':
      return pick([pick(values), '%', '_%', `%${pick(values).slice(1)}`]);
    default:
      return pick(values);
  }
}

function withoutLength(type: string): string {
  return type.replace(/\(\d+\)/, '');
}

const canonicals = new Map<string, TableFilter['canonical'] | null>();

/** The filter with its value as the server has Postgres write it when somebody subscribes. */
async function tableFilter(row: Typed, op: Operator, value: string, negate: boolean): Promise<TableFilter> {
  const typed = op === 'in' || ['eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'isdistinct'].includes(op);
  const key = `${row.type} ${op === 'in'} ${value}`;
  if (typed && !canonicals.has(key)) {
    const cast =
      op === 'in'
        ? `array(select format('%s', v) from unnest($1::${withoutLength(row.type)}[]) as v)`
        : `format('%s', $1::${row.type})`;
    const canonical = await world.admin
      .query<{ canonical: string | (string | null)[] }>(`select ${cast} as canonical`, [value])
      .then(
        ({ rows }) => rows[0]!.canonical,
        () => null
      );
    canonicals.set(key, canonical);
  }
  return { column: 'x', op, negate, type: row.oid, value, canonical: (typed ? canonicals.get(key) : null) ?? value };
}

/** A small generator of numbers, so that a failure comes again. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
