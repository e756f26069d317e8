import path from 'node:path';
import { BUILD } from '../../supabase/embedded/web/build.ts';
import { type BuildGraph, closure, loadedLater, readBuild, scriptsOf } from './support/build-graph.ts';
import { expect, test } from './support/people.ts';

/** JavaScript that has to come over the network, gzipped, before something can be used. By size, which is the same everywhere. */
const BUDGETS_KB = { landing: 75, signIn: 85, conversation: 150 };

let graph: BuildGraph;
test.beforeAll(async () => {
  graph = await readBuild(path.join(BUILD, '_app/immutable'));
});

/** What a page needs that the backend is opened for: besides its own scripts those with which the root layout opens it. */
function firstLoad(route: string, { opens }: { opens: boolean }): { kB: number; names: Set<string> } {
  const scripts = scriptsOf(graph, route);
  expect(scripts.filter((name) => name.startsWith('nodes/')).length, route).toBeGreaterThan(1);
  const root = scripts.find((name) => name.startsWith('nodes/0.'))!;
  const names = closure(graph, [...scripts, ...(opens ? loadedLater(graph, root) : [])]);
  const bytes = [...names].reduce((sum, name) => sum + graph.get(name)!.gzippedBytes, 0);
  return { kB: bytes / 1000, names };
}

test('the landing page, the sign-in page and a conversation are light', () => {
  const measured = {
    landing: firstLoad('/[[language=language]]', { opens: false }).kB,
    signIn: firstLoad('/(auth)/sign-in', { opens: true }).kB,
    conversation: firstLoad('/(app)/chats/[id]', { opens: true }).kB
  };
  console.log(measured);
  for (const [page, kB] of Object.entries(measured)) {
    expect(kB, page).toBeGreaterThan(20);
    expect(kB, page).toBeLessThanOrEqual(BUDGETS_KB[page as keyof typeof BUDGETS_KB]);
  }
});

test('a conversation does not wait for what it can do without', () => {
  const { names } = firstLoad('/(app)/chats/[id]', { opens: true });
  const sources = [...names].map((name) => graph.get(name)!.source).join('\n');
  // A word that only the library itself has, and the chat client, which must be there, for comparison.
  const words = {
    'auth-js': 'lockAcquireTimeout',
    'storage-js': 'iceberg',
    sonner: 'data-sonner-toast',
    'bits-ui': 'dropdown-menu'
  };
  expect(sources).toContain('rpc/');
  const found = Object.entries(words).filter(([, word]) => sources.includes(word));
  expect(found).toEqual([]);
  const everything = [...graph.values()].map(({ source }) => source).join('\n');
  expect(Object.values(words).filter((word) => !everything.includes(word))).toEqual([]);
});
