/** The `filter` of an entry: `column=operator.value`, several joined by commas, each of which has to hold. */
import { inspect } from './elixir.ts';

export const OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'like',
  'ilike',
  'is',
  'match',
  'imatch',
  'isdistinct'
] as const;

export type Operator = (typeof OPERATORS)[number];

export interface Filter {
  column: string;
  op: Operator;
  /** As it was given, without quotes; the values of `in` as an array of Postgres: `{a,b}`. */
  value: string;
  /** `not.` stood before the operator. */
  negate: boolean;
}

/** An entry that means nothing; the message is what the client is told. */
export class MalformedEntry extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedEntry';
  }
}

/** Throws MalformedEntry with the real server's words. */
export function parseFilters(text: string): Filter[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : splitAtCommas(trimmed).map((segment) => parseFilter(segment.trim()));
}

/** Commas within parentheses or quotes belong to a value. A quote opens only where a value can begin. */
function splitAtCommas(text: string): string[] {
  const segments: string[] = [];
  let current = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    const before = current.at(-1) ?? '';
    if (quoted && char === '\\' && at + 1 < text.length) {
      at += 1;
      current += char + text[at]!;
      continue;
    }
    if (char === ',' && depth === 0 && !quoted) {
      segments.push(current);
      current = '';
      continue;
    }
    if (quoted) quoted = char !== '"';
    else if (char === '"') quoted = before === '.' || before === '(' || before === ',';
    else if (char === '(') depth += 1;
    else if (char === ')') depth = Math.max(0, depth - 1);
    current += char;
  }
  return [...segments, current];
}

function parseFilter(segment: string): Filter {
  if (segment === '') throw malformed('filter must not contain empty segments (check for extra commas)');
  const [column, rest] = splitOnce(segment, '=');
  if (rest === undefined) throw malformed(inspect([segment]));
  const negate = rest.startsWith('not.');
  const condition = negate ? rest.slice('not.'.length) : rest;
  const [op, value] = splitOnce(condition, '.');
  if (value === undefined) throw malformed(inspect([condition]));
  if (!isOperator(op)) throw malformed(inspect([op, value]));
  return { column, op, value: op === 'in' ? asArray(value) : unquoted(value), negate };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function isOperator(text: string): text is Operator {
  return (OPERATORS as readonly string[]).includes(text);
}

/** Postgres reads the quotes in it by itself: those of an array are the same. */
function asArray(value: string): string {
  if (value.length < 2 || !value.startsWith('(') || !value.endsWith(')'))
    throw malformed('`in` filter value must be wrapped by parentheses');
  return `{${value.slice(1, -1)}}`;
}

/** What is quoted from the first letter to the last is what stands between; anything else stands as it is. */
function unquoted(value: string): string {
  const match = /^"((?:[^"\\]|\\[^])*)"$/.exec(value);
  return match ? match[1]!.replace(/\\([^])/g, '$1') : value;
}

function malformed(reason: string): MalformedEntry {
  return new MalformedEntry(`Error parsing \`filter\` params: ${reason}`);
}
