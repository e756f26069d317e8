/** Letters that Unicode does not take apart, as the server's search takes them. */
const OTHERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  þ: 'th'
};

/** Case and accents away, in which searching makes no difference. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    // Lower case may bring marks again: İ.
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøđðħıłþ]/gu, (letter) => OTHERS[letter]!);

/** A word of a text, and where in it. */
type Word = { word: string; from: number; to: number };

/** Marks belong to the letter before. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

export function* wordsIn(text: string): Generator<Word> {
  for (const { 0: found, index } of text.matchAll(WORD)) {
    const word = folded(found);
    if (word !== '') yield { word, from: index, to: index + found.length };
  }
}

export const wordsOf = (text: string): string[] => [...wordsIn(text)].map(({ word }) => word);
