import { wordsIn, wordsOf } from './words.ts';

/** What is searched for: words by their beginning, phrases as they are, and what must not be there. */
type Alternative = { words: readonly string[]; phrases: readonly (readonly string[])[]; without: readonly (readonly string[])[] };
/** Any of these. */
export type Wanted = readonly Alternative[];

/** Reads what a person has typed as the server's search does: `word "a phrase" -without or another`. */
export function wantedOf(text: string): Wanted {
  const alternatives = [{ words: [] as string[], phrases: [] as string[][], without: [] as string[][] }];
  for (const [, minus, phrase, bare] of text.matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/gu)) {
    if (!minus && bare?.toLowerCase() === 'or') {
      alternatives.push({ words: [], phrases: [], without: [] });
      continue;
    }
    const { words, phrases, without } = alternatives.at(-1)!;
    const said = wordsOf(phrase ?? bare ?? '');
    if (said.length === 0) continue;
    if (minus) without.push(said);
    else if (phrase !== undefined) phrases.push(said);
    else words.push(...said);
  }
  // What is only to be left out leaves too much.
  return alternatives.filter(({ words, phrases }) => words.length > 0 || phrases.length > 0);
}

/** `line`: the words of a text as lineOf() makes them. */
export const isIn = (wanted: Wanted, line: string): boolean =>
  wanted.some(
    ({ words, phrases, without }) =>
      words.every((word) => line.includes(` ${word}`)) &&
      phrases.every((phrase) => line.includes(` ${phrase.join(' ')} `)) &&
      !without.some((phrase) => line.includes(` ${phrase.join(' ')} `))
  );

/** The words of a text, each between spaces: so a beginning is found without a look at each. */
export const lineOf = (text: string): string => ` ${wordsOf(text).join(' ')} `;

/** A stretch of an excerpt; `found` is what was searched for. */
export type Stretch = { text: string; found: boolean };

/** So much of a text is shown around what was found, in UTF-16 units, and so much before the first of it. */
const LENGTH = 200;
const BEFORE = 40;

/** What is shown of a text in which something was found. */
export function excerptOf(text: string, wanted: Wanted): Stretch[] {
  const words = wanted.flatMap((one) => one.words);
  const exact = new Set(wanted.flatMap(({ phrases }) => phrases.flat()));
  const hits = [...wordsIn(text)].filter(({ word }) => exact.has(word) || words.some((begin) => word.startsWith(begin)));
  const from = startNear(text, (hits[0]?.from ?? 0) - BEFORE);
  const to = from + LENGTH >= text.length ? text.length : endNear(text, from + LENGTH);
  const stretches: Stretch[] = [];
  let at = from;
  const push = (until: number, found: boolean) => {
    if (until > at) stretches.push({ text: text.slice(at, until), found });
    at = until;
  };
  for (const hit of hits) {
    if (hit.from < from || hit.to > to) continue;
    push(hit.from, false);
    push(hit.to, true);
  }
  push(to, false);
  if (from > 0) stretches.unshift({ text: '… ', found: false });
  if (to < text.length) stretches.push({ text: ' …', found: false });
  return stretches;
}

/** At the beginning of a word, so that nothing is cut within a sign. */
function startNear(text: string, at: number): number {
  if (at <= 0) return 0;
  const space = text.indexOf(' ', at);
  return space === -1 || space > at + BEFORE - 1 ? endNear(text, at) : space + 1;
}

/** Not between the halves of a sign. */
const endNear = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at + 1 : at);
