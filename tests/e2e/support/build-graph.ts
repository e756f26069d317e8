import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

type Script = { readonly gzippedBytes: number; readonly source: string; readonly imports: readonly string[] };

/** The scripts of a build by their path, each with what it imports before it can run. */
export type BuildGraph = ReadonlyMap<string, Script>;

export async function readBuild(folder: string): Promise<BuildGraph> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js'));
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, Script]> => {
        const source = await readFile(path.join(folder, name), 'utf8');
        return [
          name,
          { source, gzippedBytes: gzipSync(source).length, imports: references(name, source, /(?:\bfrom|\bimport)\s*["'`]/g) }
        ];
      })
    )
  );
}

/** The scripts that `name` loads while it runs. */
export const loadedLater = (graph: BuildGraph, name: string): string[] =>
  references(name, graph.get(name)!.source, /\bimport\(\s*["'`]/g);

/** The scripts that run when `entries` do. */
export function closure(graph: BuildGraph, entries: Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const script = graph.get(name);
    if (!script || reached.has(name)) return;
    reached.add(name);
    script.imports.forEach(visit);
  };
  for (const entry of entries) visit(entry);
  return reached;
}

/** The scripts of a route: the runtime, and the layouts and the page, which Kit numbers in its table of routes. */
export function scriptsOf(graph: BuildGraph, route: string): string[] {
  const named = (start: string) => [...graph.keys()].filter((name) => name.startsWith(start));
  const entries = named('entry/');
  const table = entries
    .map((name) => graph.get(name)!.source)
    .find((source) => source.includes(`"${route}"`) || source.includes(`\`${route}\``));
  const at = table?.indexOf(route) ?? -1;
  const [numbers = ''] = /\[[\d,[\]~]*\]/.exec(table?.slice(at + route.length + 1) ?? '') ?? [];
  const nodes = [0, ...(numbers.match(/\d+/g) ?? [])].flatMap((number) => named(`nodes/${number}.`));
  return [...entries, ...nodes];
}

function references(name: string, source: string, before: RegExp): string[] {
  return [...source.matchAll(new RegExp(`${before.source}(\\.{1,2}/[^"'\`]+\\.js)["'\`]`, 'g'))].map(([, to]) =>
    path.posix.join(path.posix.dirname(name), to!)
  );
}
