/** Changes to rows, such as somebody with the database could make. */
import { fromBase64Url, toBase64Url } from '../../../web/lib/e2ee/index.ts';
import type { Chance } from './random.ts';
import type { Json, JsonRow } from './stored-rows.ts';

/** Where in a row a value stands. */
export type Path = readonly (string | number)[];

/** Which fields are bytes. */
const BYTES = new Set('ciphertext signature previous commitment identityKey signingKey sealingKey enc boxed salt'.split(' '));

/** The places of all values in a row, lists and objects too. */
export function placesIn(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, one]) =>
    placesIn(one, [...path, Array.isArray(value) ? Number(name) : name])
  );
  return path.length > 0 ? [path, ...inner] : inner;
}

export function at(row: Json, path: Path): Json {
  return path.reduce<Json>((value, name) => (value as JsonRow)[name]!, row);
}

/** Puts another value there; undefined takes it away. */
export function put(row: Json, path: Path, value: Json | undefined): void {
  const owner = at(row, path.slice(0, -1)) as JsonRow & Json[];
  const name = path.at(-1)!;
  if (value !== undefined) owner[name as never] = value as never;
  else if (Array.isArray(owner)) owner.splice(Number(name), 1);
  else delete owner[name];
}

/** Another value in its stead, or undefined for none; what is in the same place of another row (`other`) is one. */
export function another(value: Json, path: Path, other: Json | undefined, chance: Chance): Json | undefined {
  const dice = chance.random();
  if (dice < 0.1) return undefined;
  if (other !== undefined && dice < 0.3 && JSON.stringify(other) !== JSON.stringify(value)) return structuredClone(other);
  if (typeof value === 'number')
    return chance.pick([value + 1, Math.max(0, value - 1) === value ? value + 2 : Math.max(0, value - 1), 10 ** 9]);
  if (typeof value === 'string') return BYTES.has(String(path.at(-1))) ? otherBytes(value, chance) : otherText(value, chance);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value) && value.length > 1) return chance.chance(0.5) ? value.toReversed() : value.slice(1);
  return Array.isArray(value) && value.length > 0 && chance.chance(0.5) ? [...value, value[0]!] : null;
}

/** A bit turned over anywhere, or more or fewer bytes. */
function otherBytes(text: string, chance: Chance): string {
  const bytes = fromBase64Url(text);
  const dice = chance.random();
  if (bytes.length === 0 || dice < 0.05) return toBase64Url(new Uint8Array([...bytes, chance.below(256)]));
  if (dice < 0.1) return toBase64Url(bytes.slice(0, -1 - chance.below(bytes.length)));
  bytes[chance.below(bytes.length)]! ^= 1 << chance.below(8);
  return toBase64Url(bytes);
}

function otherText(text: string, chance: Chance): string {
  const n = chance.below(text.length);
  const letter = chance.pick([...'0123456789abcdef'].filter((one) => one !== text[n]));
  return text[n] === '-' ? `${text}0` : text.slice(0, n) + letter + text.slice(n + 1);
}
