/** Cursors over the bytes of a binary frame. */
import { MalformedFrame } from './message.ts';

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** One unsigned byte; `what` names the field in the error. */
  byte(what: string): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new MalformedFrame(`the frame ends before ${what}`);
    this.#at += 1;
    return value;
  }

  text(length: number, what: string): string {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new MalformedFrame(`the frame ends inside ${what}`);
    const value = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return value;
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}

/** Writes a kind byte, the lengths, flags, then the fields, then the payload. Lengths are one byte and count UTF-8 bytes. */
export function binaryFrame(
  kind: number,
  fields: readonly [name: string, value: string][],
  flags: number[],
  payload: Buffer
): Buffer {
  const lengths = fields.map(([name, value]) => {
    const length = Buffer.byteLength(value);
    if (length > 255) throw new RangeError(`${name} is ${length} bytes long, 255 are allowed`);
    return length;
  });
  const header = 1 + lengths.length + flags.length;
  const frame = Buffer.allocUnsafe(header + lengths.reduce((sum, length) => sum + length, 0) + payload.length);
  frame[0] = kind;
  frame.set(lengths, 1);
  frame.set(flags, 1 + lengths.length);
  let at = header;
  for (const [, value] of fields) at += frame.write(value, at);
  payload.copy(frame, at);
  return frame;
}
