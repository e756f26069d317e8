/** Values as the real server, which is written in Elixir, prints them in what it tells clients. */

export function inspect(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(inspect).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `%{${entries.map(([key, entry]) => `${quoted(key)} => ${inspect(entry)}`).join(', ')}}`;
  }
  return String(value);
}

export function inspectTuple(values: readonly unknown[]): string {
  return `{${values.map(inspect).join(', ')}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('#{', '\\#{').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
