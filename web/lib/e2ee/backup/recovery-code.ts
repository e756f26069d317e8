import { type Bytes, type Random, sha256, systemRandom, utf8 } from '../bytes.ts';

/** Crockford's base 32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_BYTES = 20;
const CHECK_CHARACTERS = 2;
const GROUP = 4;

/** A code to write down: 160 random bits and a check of ten, as `XXXX-XXXX-…` (34 characters in groups of four). */
export async function newRecoveryCode(random: Random = systemRandom): Promise<string> {
  const code = toBase32(random(CODE_BYTES));
  return grouped(code + (await check(code)));
}

/** The secret in a code, however it is typed; null where it was typed wrong. */
export async function readRecoveryCode(typed: string): Promise<Bytes | null> {
  const clean = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const code = clean.slice(0, -CHECK_CHARACTERS);
  if (code.length !== (CODE_BYTES * 8) / 5 || [...clean].some((char) => !ALPHABET.includes(char))) return null;
  return clean === code + (await check(code)) ? fromBase32(code) : null;
}

async function check(code: string): Promise<string> {
  return toBase32((await sha256(utf8(`parley recovery code ${code}`))).slice(0, 5)).slice(0, CHECK_CHARACTERS);
}

const grouped = (code: string): string => code.match(new RegExp(`.{1,${GROUP}}`, 'g'))!.join('-');

/** Of whole multiples of five bytes, so that nothing is left over. */
function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits
    .match(/.{5}/g)!
    .map((five) => ALPHABET[Number.parseInt(five, 2)])
    .join('');
}

function fromBase32(code: string): Bytes {
  const bits = [...code].map((char) => ALPHABET.indexOf(char).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g)!, (eight) => Number.parseInt(eight, 2));
}
