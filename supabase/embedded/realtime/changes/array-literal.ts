/** Arrays as Postgres writes them: `{a,"b c",NULL,{…}}`, with `[lower:upper]=` before it where they do not begin at one. */

export type ArrayItem = string | null | ArrayItem[];

/** Throws when the text is none. Elements are the text that they are. */
export function parseArray(text: string): ArrayItem[] {
  const start = text.indexOf('{');
  if (start < 0) throw new Error('Not an array');
  const reader = new Reader(text, start);
  const items = reader.array();
  if (!reader.atEnd) throw new Error('Not an array');
  return items;
}

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  array(): ArrayItem[] {
    const items: ArrayItem[] = [];
    this.#at += 1;
    if (this.#text[this.#at] === '}') {
      this.#at += 1;
      return items;
    }
    for (;;) {
      items.push(this.#item());
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === '}') return items;
      if (next !== ',') throw new Error('Not an array');
    }
  }

  #item(): ArrayItem {
    const first = this.#text[this.#at];
    if (first === '{') return this.array();
    if (first === '"') return this.#quoted();
    const end = this.#text.slice(this.#at).search(/[,}]/) + this.#at;
    if (end < this.#at) throw new Error('Not an array');
    const item = this.#text.slice(this.#at, end);
    this.#at = end;
    return item === 'NULL' ? null : item;
  }

  #quoted(): string {
    let item = '';
    for (this.#at += 1; this.#text[this.#at] !== '"'; this.#at += 1) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
      if (this.#at >= this.#text.length) throw new Error('Not an array');
      item += this.#text[this.#at];
    }
    this.#at += 1;
    return item;
  }
}
