import { type Bytes, concat, utf8 } from './bytes.ts';

/** What a transcript is made of: text, bytes, a whole number from 0 to 2^53 - 1, or a list of these. */
export type Field = string | Uint8Array | number | readonly Field[];

const TEXT = 1;
const BYTES = 2;
const NUMBER = 3;
const LIST = 4;

/**
 * The bytes that are signed, hashed or authenticated: different fields never give the same bytes, and what was made for one
 * purpose (the label) never stands for another. Each field is a type byte, its length in 4 bytes (big-endian), then itself:
 * UTF-8 text, raw bytes, a number in 8 bytes, or the fields of a list.
 */
export const transcript = (label: string, fields: readonly Field[]): Bytes =>
  concat([encode('parley/1'), encode(label), encode(fields)]);

function encode(field: Field): Bytes {
  if (typeof field === 'string') return framed(TEXT, utf8(field));
  if (field instanceof Uint8Array) return framed(BYTES, field);
  if (typeof field === 'number') return framed(NUMBER, number(field));
  return framed(LIST, concat(field.map(encode)));
}

function framed(type: number, bytes: Uint8Array): Bytes {
  const head = new DataView(new ArrayBuffer(5));
  head.setUint8(0, type);
  head.setUint32(1, bytes.length);
  return concat([new Uint8Array(head.buffer), bytes]);
}

function number(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('A transcript takes whole numbers from 0 to 2^53 - 1.');
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value));
  return new Uint8Array(view.buffer);
}
