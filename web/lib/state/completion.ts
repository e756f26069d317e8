/** What is being written at the caret that can be completed: a name, a channel, an emoji or a command. */
export type Trigger = {
  readonly kind: '@' | '#' | ':' | '/';
  /** What is written after the sign. */
  readonly query: string;
  /** Where the sign stands, and where the word ends: what is chosen replaces this. */
  readonly start: number;
  readonly end: number;
};

/** A sign where a word begins, and what follows it up to the caret. An emoji takes two letters: ":)" and "10:30" are none. */
const AT_CARET = /(?:^|[\s(])(?:([@#])([\p{L}\p{N}_-]{0,40})|(:)([\p{L}\p{N}_+-]{2,40}))$/u;
const COMMAND = /^\/([a-z]{0,20})$/;

/** Null when nothing at the caret can be completed. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const command = COMMAND.exec(before);
  if (command && text.length === caret) return { kind: '/', query: command[1] ?? '', start: 0, end: caret };
  const match = AT_CARET.exec(before);
  const kind = match?.[1] ?? match?.[3];
  if (!match || !kind) return null;
  const query = match[2] ?? match[4] ?? '';
  return { kind: kind as Trigger['kind'], query, start: caret - query.length - 1, end: caret };
}

/** The text with what was chosen in place of what was written, and where the caret is then. */
export function completed(text: string, { start, end }: Trigger, chosen: string): { text: string; caret: number } {
  const rest = text.slice(end);
  const space = /^\s/.test(rest) ? '' : ' ';
  return { text: `${text.slice(0, start)}${chosen}${space}${rest}`, caret: start + chosen.length + 1 };
}
