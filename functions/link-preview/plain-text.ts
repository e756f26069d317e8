const MORE = '…';

/** One line of text as a person may read it, at most so many characters: without what controls a screen or turns the order of letters. */
export function plainText(text: string, most: number): string {
  const plain = text
    .replace(/\p{Bidi_Control}/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .toWellFormed()
    .trim();
  // As the database counts: code points.
  const characters = [...plain];
  return characters.length <= most
    ? plain
    : characters
        .slice(0, most - 1)
        .join('')
        .trimEnd() + MORE;
}
