/**
 * Values as they look in a change: JSON text, made of the text that the stream has. What `to_jsonb` makes of the types that
 * come with Postgres is done here; types of the application are left to Postgres.
 */
import { type ArrayItem, parseArray } from './array-literal.ts';
import type { Column } from './facts.ts';

export type Kind = 'boolean' | 'number' | 'json' | 'timestamp' | 'timestamptz' | 'bytea' | 'text';

const KINDS: Readonly<Record<number, Kind>> = {
  16: 'boolean',
  17: 'bytea',
  20: 'number',
  21: 'number',
  23: 'number',
  114: 'json',
  700: 'number',
  701: 'number',
  1114: 'timestamp',
  1184: 'timestamptz',
  1700: 'number',
  3802: 'json'
};

/** Types from here on were made by somebody, and may have a way to JSON of their own. */
const FIRST_OF_APPLICATION = 16_384;

/** Their text is a row's, whose fields only Postgres knows. */
const RECORD = 2249;

export function kindOf(type: number, isEnum: boolean): Kind | null {
  if (isEnum) return 'text';
  return KINDS[type] ?? (type < FIRST_OF_APPLICATION && type !== RECORD ? 'text' : null);
}

/** JSON text of a column's value, or null when Postgres has to say it. */
export function render(
  column: Pick<Column, 'base' | 'isEnum' | 'element' | 'isEnumElement'>,
  text: string | null
): string | null {
  if (text === null) return 'null';
  if (column.element === null) {
    const kind = kindOf(column.base, column.isEnum);
    return kind && scalar(kind, text);
  }
  const kind = kindOf(column.element, column.isEnumElement);
  // Bounds of their own and other separators than the comma are rare.
  if (kind === null || !text.startsWith('{') || column.element === BOX) return null;
  return array(kind, parseArray(text));
}

const BOX = 603;

function array(kind: Kind, items: ArrayItem[]): string {
  return `[${items
    .map((item) => (item === null ? 'null' : Array.isArray(item) ? array(kind, item) : element(kind, item)))
    .join(',')}]`;
}

/** Within an array bytes keep their prefix, and numbers that JSON does not have are text. */
function element(kind: Kind, text: string): string {
  if (kind === 'bytea') return JSON.stringify(text);
  return kind === 'number' && !isFiniteNumber(text) ? JSON.stringify(text) : scalar(kind, text);
}

function scalar(kind: Kind, text: string): string {
  switch (kind) {
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'number':
      return isFiniteNumber(text) ? text : 'null';
    case 'json':
      return text;
    case 'timestamp':
    case 'timestamptz':
      return JSON.stringify(isoTime(text));
    case 'bytea':
      return JSON.stringify(text.slice('\\x'.length));
    case 'text':
      return JSON.stringify(text);
    default: {
      const never: never = kind;
      return never;
    }
  }
}

/** Whether JSON has the number. */
export function isFiniteNumber(text: string): boolean {
  return !/^-?(nan|inf)/i.test(text);
}

/** `2026-01-02 03:04:05+00` is written `2026-01-02T03:04:05+00:00`. */
function isoTime(text: string): string {
  return text.replace(' ', 'T').replace(/T(\S+[+-]\d\d)(?= |$)/, 'T$1:00');
}
