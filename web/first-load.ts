import { globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
/** SvelteKit's runtime is what this one loads. */
const KIT_START = fileURLToPath(new URL('../runtime/client/entry.js', import.meta.resolve('@sveltejs/kit')));
/** What opens the backend, for the pages that need one, is what this one loads. */
const OPENER = here('lib/state/parley.ts');

/** The gallery shows parts of all pages, and is none that people open. */
const FILES = globSync('**/+{layout,page}.{svelte,ts}', { cwd: here('routes'), exclude: ['gallery/**'] });
/** The layouts and pages in these folders. */
const filesIn = (...folders: string[]) => FILES.filter((file) => folders.includes(path.dirname(file)));

/** SvelteKit's start tells the runtime where it is before it is loaded: what the start itself imports must not be in one script with it. */
const KIT_START_NEEDS: Start = { files: [], modules: [KIT_START], loads: [] };

type Start = { readonly files: readonly string[]; readonly modules?: readonly string[]; readonly loads: readonly string[] };
const STARTS = {
  conversation: { files: filesIn('.', '(app)', '(app)/chats', '(app)/chats/[id]'), loads: [KIT_START, OPENER] },
  landing: { files: filesIn('.', '[[language=language]]'), loads: [KIT_START] },
  signIn: { files: filesIn('.', '(auth)', '(auth)/sign-in'), loads: [KIT_START, OPENER] },
  outside: { files: FILES.filter((file) => !file.startsWith('(app)')), loads: [KIT_START, OPENER] }
} satisfies Record<string, Start>;
type Place = keyof typeof STARTS;

/**
 * What a conversation needs at first, as few scripts. Left to itself the bundler makes one for each set of pages that have
 * something in common: ninety of them, which gzipped one by one are a fifth larger. Here the sets are those of the pages before
 * somebody is signed in, which load nothing that only conversations need. The first one that fits is taken: by then everything
 * that its modules import is in it, or was taken before.
 */
const GROUPS: readonly { readonly name: string; readonly neededBy: readonly Place[] }[] = [
  { name: 'everywhere', neededBy: ['conversation', 'landing', 'signIn'] },
  { name: 'signing-in', neededBy: ['conversation', 'signIn'] },
  { name: 'landing', neededBy: ['conversation', 'landing'] },
  { name: 'outside', neededBy: ['conversation', 'outside'] },
  { name: 'conversation', neededBy: ['conversation'] }
];

/** The option of the browser's build. */
export function firstLoad(): Rolldown.CodeSplittingOptions {
  const known = new Map<Place, ReadonlySet<string>>();
  const neededAt = (place: Place, modules: Rolldown.ChunkingContext) => {
    const ids = known.get(place) ?? reached(STARTS[place], modules);
    known.set(place, ids);
    return ids;
  };
  return {
    groups: [
      {
        name: (id: string, modules: Rolldown.ChunkingContext) =>
          id !== KIT_START && reached(KIT_START_NEEDS, modules).has(id) ? 'start' : null,
        priority: GROUPS.length + 1
      },
      ...GROUPS.map(({ name, neededBy }, n) => ({
        name: (id: string, modules: Rolldown.ChunkingContext) =>
          neededBy.every((place) => neededAt(place, modules).has(id)) ? name : null,
        priority: GROUPS.length - n
      }))
    ]
  };
}

/** The modules that run at the start of a page: what is imported by `import()` comes later. */
function reached({ files, modules: also = [], loads }: Start, modules: Rolldown.ChunkingContext): ReadonlySet<string> {
  const ids = new Set<string>();
  const visit = (id: string): void => {
    const module = modules.getModuleInfo(id);
    if (!module || ids.has(id)) return;
    ids.add(id);
    module.importedIds.forEach(visit);
  };
  for (const file of files) visit(here(`routes/${file}`));
  also.forEach(visit);
  for (const id of loads) modules.getModuleInfo(id)?.dynamicallyImportedIds.forEach(visit);
  return ids;
}
