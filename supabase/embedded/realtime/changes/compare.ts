/**
 * Whether a row passes a filter, as Postgres would say. Where text alone does not tell (patterns, languages, types of the
 * application), the answer is to ask Postgres.
 */
import type { Operator } from './filter.ts';
import { isLike } from './like.ts';
import { isFiniteNumber, kindOf } from './render.ts';

/** A filter on a column of one table. */
export interface TableFilter {
  column: string;
  op: Operator;
  negate: boolean;
  /** Number of the column's type. */
  type: number;
  /** As it was given. */
  value: string;
  /** As the stream would write it; of `in` each of the values. */
  canonical: string | readonly (string | null)[];
}

export type Verdict = boolean | 'ask';

/** How the values of these types are told apart and put in order by their text. */
type Order = 'integer' | 'float' | 'decimal' | 'time' | 'bytes' | 'equality';

const ORDERS: Readonly<Record<number, Order>> = {
  16: 'equality',
  19: 'equality',
  20: 'integer',
  21: 'integer',
  23: 'integer',
  25: 'equality',
  700: 'float',
  701: 'float',
  1043: 'equality',
  1082: 'time',
  1114: 'time',
  1184: 'time',
  1700: 'decimal',
  2950: 'bytes'
};

/** Whether two values of the type are equal only if their texts are. */
export function isToldByText(type: number): boolean {
  const order = ORDERS[type];
  return order === 'integer' || order === 'bytes' || order === 'equality';
}

const TEXT_TYPES: readonly number[] = [19, 25, 1043];

/** `text` is the row's value as the stream has it; undefined where the row comes without it. */
export function passes(filter: TableFilter, text: string | null | undefined): Verdict {
  if (text === undefined) return false;
  // Numbers that JSON does not have are sent as null, and so the real server compares them.
  if (text !== null && kindOf(filter.type, false) === 'number' && !isFiniteNumber(text)) return passes(filter, null);
  if (filter.op === 'is') return isKeyword(filter.value, text) !== filter.negate;
  if (filter.op === 'isdistinct' && text === null) return !filter.negate;
  if (text === null) return false;
  const verdict = holds(filter, text);
  return verdict === 'ask' ? 'ask' : verdict !== filter.negate;
}

function isKeyword(keyword: string, text: string | null): boolean {
  if (keyword === 'null' || keyword === 'unknown') return text === null;
  return text === (keyword === 'true' ? 't' : 'f');
}

function holds({ op, type, value, canonical }: TableFilter, text: string): Verdict {
  if (op === 'like') return TEXT_TYPES.includes(type) ? isLike(text, value) : 'ask';
  const order = ORDERS[type];
  if (order === undefined) return 'ask';
  if (op === 'in') {
    const values = canonical as readonly (string | null)[];
    // With a null among the values what is not found is neither in nor out.
    if (values.includes(null)) return 'ask';
    const verdicts = values.map((other) => compare(order, text, other!));
    if (verdicts.includes('ask')) return 'ask';
    return verdicts.includes(0);
  }
  if (typeof canonical !== 'string') return 'ask';
  const sign = compare(order, text, canonical);
  if (sign === 'ask') return 'ask';
  switch (op) {
    case 'eq':
      return sign === 0;
    case 'neq':
    case 'isdistinct':
      return sign !== 0;
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      if (order === 'equality') return 'ask';
      return op === 'lt' ? sign < 0 : op === 'lte' ? sign <= 0 : op === 'gt' ? sign > 0 : sign >= 0;
    default:
      return 'ask';
  }
}

function compare(order: Order, a: string, b: string): number | 'ask' {
  switch (order) {
    case 'integer':
      return sign(BigInt(a), BigInt(b));
    case 'float':
      return b === 'NaN' ? 'ask' : sign(Number(a), Number(b));
    case 'decimal': {
      const left = decimal(a);
      const right = decimal(b);
      if (!left || !right) return 'ask';
      const scale = Math.max(left.fraction.length, right.fraction.length);
      return sign(scaled(left, scale), scaled(right, scale));
    }
    case 'time':
      return SORTABLE_TIME.test(a) && SORTABLE_TIME.test(b) ? sign(a, b) : a === b ? 0 : 'ask';
    case 'bytes':
    case 'equality':
      return sign(a, b);
    default: {
      const never: never = order;
      return never;
    }
  }
}

function sign<Value extends bigint | number | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Years of four digits, and nothing but UTC: these sort as text. */
const SORTABLE_TIME = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?(?:\+00)?)?$/;

interface Decimal {
  whole: string;
  fraction: string;
}

function decimal(text: string): Decimal | null {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  return match && { whole: match[1]!, fraction: match[2] ?? '' };
}

function scaled({ whole, fraction }: Decimal, scale: number): bigint {
  return BigInt(whole + fraction.padEnd(scale, '0'));
}
