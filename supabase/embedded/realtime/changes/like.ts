/** Postgres' `like`: `%` is any text, `_` any one letter, and a backslash takes the next letter as it is. */

const ANY = Symbol('any text');
const ONE = Symbol('any letter');
type Token = string | typeof ANY | typeof ONE;

/** To ask: Postgres refuses a pattern that ends within an escape, but only where it gets that far. */
export function isLike(text: string, pattern: string): boolean | 'ask' {
  const tokens = tokensOf(pattern);
  return tokens ? matches(Array.from(text), tokens) : 'ask';
}

function tokensOf(pattern: string): Token[] | null {
  const letters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at]!;
    if (letter === '\\') {
      at += 1;
      if (at === letters.length) return null;
      tokens.push(letters[at]!);
    } else tokens.push(letter === '%' ? ANY : letter === '_' ? ONE : letter);
  }
  return tokens;
}

/** Goes back to the last `%` only, so that a pattern somebody sends cannot make it slow: at worst every letter by every token. */
function matches(text: readonly string[], tokens: readonly Token[]): boolean {
  let at = 0;
  let token = 0;
  let lastAny = -1;
  let retryAt = 0;
  while (at < text.length) {
    if (tokens[token] === ANY) {
      lastAny = token;
      token += 1;
      retryAt = at;
    } else if (token < tokens.length && (tokens[token] === ONE || tokens[token] === text[at])) {
      token += 1;
      at += 1;
    } else if (lastAny >= 0) {
      token = lastAny + 1;
      retryAt += 1;
      at = retryAt;
    } else return false;
  }
  while (tokens[token] === ANY) token += 1;
  return token === tokens.length;
}
