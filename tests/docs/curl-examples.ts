/** The `curl` examples of a document: a block of sh with one call, followed by a block of json with the status and the answer. */

export interface Example {
  /** The heading that it stands under, and which one there. */
  name: string;
  script: string;
  status: number;
  /** What the document shows; undefined when there is no body. */
  shown: unknown;
}

const BLOCK = /^```sh\n(curl .*?)\n```\n+(?:```json (\d{3})\n(.*?)```)?/gms;

/** @throws when a call has no answer, or one that is not JSON. */
export function examplesOf(markdown: string): Example[] {
  const seen = new Map<string, number>();
  return [...markdown.matchAll(BLOCK)].map(({ 1: script, 2: status, 3: answer, index }) => {
    const heading =
      markdown
        .slice(0, index)
        .match(/^#{1,4} .*$/gm)
        ?.at(-1)
        ?.replace(/^#+ /, '') ?? '';
    const place = (seen.get(heading) ?? 0) + 1;
    seen.set(heading, place);
    const name = `${heading}, ${place}`;
    if (status === undefined) throw new Error(`${name}: no answer is shown`);
    return { name, script: script!, status: Number(status), shown: answer!.trim() === '' ? undefined : JSON.parse(answer!) };
  });
}

const PASSING = [
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  /^(\\x)?[0-9a-f]{64}$/
];

/**
 * How an answer differs from the one that is shown: one line a difference. Ids, times and hashes are compared by their form only,
 * everything else by its value. `"$NAME"` takes the value and keeps it in `names`, or must be what is kept there. Text with `…`
 * stands for any text; `"…"` as the last of a list or as a key, for whatever else there is.
 */
export function differences(shown: unknown, answer: unknown, names: Map<string, string>, path = '$'): string[] {
  if (Array.isArray(shown) && Array.isArray(answer)) {
    const more = shown.at(-1) === '…';
    const items = more ? shown.slice(0, -1) : shown;
    if (more ? answer.length < items.length : answer.length !== items.length) return [`${path}: has ${answer.length} items`];
    return items.flatMap((item, n) => differences(item, answer[n], names, `${path}[${n}]`));
  }
  if (isObject(shown) && isObject(answer)) {
    const { '…': more, ...fields } = shown;
    return [
      ...Object.keys(answer)
        .filter((key) => more === undefined && !(key in fields))
        .map((key) => `${path}.${key}: is not shown`),
      ...Object.keys(fields).flatMap((key) =>
        key in answer ? differences(fields[key], answer[key], names, `${path}.${key}`) : [`${path}.${key}: is missing`]
      )
    ];
  }
  return agrees(shown, answer, names) ? [] : [`${path}: is ${JSON.stringify(answer)}, not ${JSON.stringify(shown)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function agrees(shown: unknown, answer: unknown, names: Map<string, string>): boolean {
  if (typeof shown !== 'string' || typeof answer !== 'string') return shown === answer;
  const name = /^\$(\w+)$/.exec(shown)?.[1];
  if (name !== undefined) {
    if (!names.has(name)) names.set(name, answer);
    return names.get(name) === answer;
  }
  if (shown.includes('…')) return true;
  const form = PASSING.find((pattern) => pattern.test(shown));
  return form ? form.test(answer) : shown === answer;
}
