/** A form in which something may lie somewhere. */
export type Form = { name: string; bytes: Buffer };

/** Base64 of what stands somewhere in something longer: the characters that are the same whatever stands around it. */
function base64At(offset: number, bytes: Buffer, encoding: 'base64' | 'base64url'): Buffer {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString(encoding)
    .replace(/=+$/, '');
  const first = Math.ceil((offset * 8) / 6);
  const whole = Math.floor(((offset + bytes.length) * 8) / 6);
  return Buffer.from(encoded.slice(first, whole));
}

/** The forms of a text: as it is, in UTF-16, in hexadecimal, and in base64 at each of its three alignments. */
export function formsOf(text: string): Form[] {
  const bytes = Buffer.from(text);
  const base64 = (['base64', 'base64url'] as const).flatMap((encoding) =>
    [0, 1, 2].map((offset) => ({ name: `${encoding} +${offset}`, bytes: base64At(offset, bytes, encoding) }))
  );
  return [
    { name: 'as it is', bytes },
    { name: 'UTF-16', bytes: Buffer.from(text, 'utf16le') },
    { name: 'hex', bytes: Buffer.from(bytes.toString('hex')) },
    ...base64
  ];
}
