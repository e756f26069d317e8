/**
 * SQL text → its statements, without their semicolons. Knows what may hold a semicolon that ends nothing: strings, quoted names,
 * dollar quotes, comments (nested ones too), and the bodies of `begin atomic … end` functions.
 * Source: https://www.postgresql.org/docs/17/sql-syntax-lexical.html
 */

export interface Statement {
  text: string;
  /** Line of the file that it starts on, from 1. */
  line: number;
}

/** One token that matters here: what may contain a semicolon, a word, or the semicolon itself. */
const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`(?<block>\/\*)`,
    String.raw`[eE]'(?:[^'\\]|\\.|'')*'`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`"(?:[^"]|"")*"`,
    String.raw`(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)`,
    String.raw`(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    '(?<end>;)'
  ].join('|'),
  'gs'
);

export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  const token = new RegExp(TOKEN);
  let start = 0;
  let atomicDepth = 0;
  let previousWord = '';
  for (let match = token.exec(sql); match; match = token.exec(sql)) {
    const { block, dollar, word, end } = match.groups!;
    if (block) {
      token.lastIndex = blockCommentEnd(sql, match.index);
    } else if (dollar) {
      const close = sql.indexOf(dollar, token.lastIndex);
      token.lastIndex = close < 0 ? sql.length : close + dollar.length;
    } else if (word) {
      const lower = word.toLowerCase();
      if (lower === 'atomic' && previousWord === 'begin') atomicDepth = 1;
      else if (atomicDepth > 0 && lower === 'case') atomicDepth += 1;
      else if (atomicDepth > 0 && lower === 'end') atomicDepth -= 1;
      previousWord = lower;
    } else if (end && atomicDepth === 0) {
      add(sql.slice(start, match.index));
      start = token.lastIndex;
    }
  }
  add(sql.slice(start));
  return statements;

  function add(raw: string): void {
    const text = raw.trim();
    // What is left after the last statement may be a comment only.
    if (text.replace(TOKEN, (part) => (/^(--|\/\*)/.test(part) ? '' : part)).trim() === '') return;
    const offset = start + raw.indexOf(text);
    statements.push({ text, line: lineAt(sql, offset) });
  }
}

/** Line of `text` that the character at `offset` is on, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Block comments nest in Postgres. */
function blockCommentEnd(sql: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let match = mark.exec(sql); match; match = mark.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}
