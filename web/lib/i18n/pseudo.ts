import { en, type Refusals, type Words } from './en.ts';
import { refusals } from './en/refusals.ts';

const ACCENTED: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'ë',
  i: 'ï',
  o: 'ô',
  u: 'û',
  A: 'Á',
  E: 'Ë',
  I: 'Ï',
  O: 'Ô',
  U: 'Û',
  n: 'ñ',
  c: 'ç'
};

/**
 * English that looks foreign: accented, a third longer, in brackets and from right to left. What a screen shows without accents
 * did not come from the catalogue; what is cut off would be cut off in a longer language as well.
 */
export const pseudo: Words = disguise(en) as Words;

export const pseudoRefusals: Refusals = disguise(refusals) as Refusals;

function disguise(said: unknown): unknown {
  if (typeof said === 'string') return pseudoText(said);
  if (typeof said === 'function') return (...given: unknown[]) => disguise((said as (...given: unknown[]) => unknown)(...given));
  if (Array.isArray(said)) return said.map(disguise);
  if (said && typeof said === 'object')
    return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, disguise(value)]));
  return said;
}

function pseudoText(text: string): string {
  if (text === '') return '';
  const accented = text.replace(/[aeioucnAEIOU]/g, (letter) => ACCENTED[letter] ?? letter);
  return `[${accented}${'·'.repeat(Math.ceil(text.length / 3))}]`;
}
