/** The app itself on the device, so that it opens without a network. What it shows then comes from the chat client's own store. */
import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';
import { answerFor, SHELL } from './answer.ts';
import { takeIn } from './share.ts';

const CACHE = 'parley-app';
const files = new Set([...immutable, ...assets].map(({ path }) => new URL(path, self.location.origin).pathname));

/** The answer to a request that this worker answers; undefined leaves it to the network. */
export function answer(request: Request): Promise<Response> | undefined {
  const url = new URL(request.url);
  const from = answerFor({ method: request.method, mode: request.mode, url, ownOrigin: self.location.origin, files });
  if (from === 'kept') return kept(request);
  if (from === 'shared') return takeIn(request);
  if (from === 'page') return fetch(request).catch(() => kept(new Request(SHELL)));
  return undefined;
}

/** Files have their content's hash in their names: those that are there need not be fetched again. The page has not. */
export async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  const missing: string[] = [];
  for (const path of files) if (!(await cache.match(path))) missing.push(path);
  await cache.addAll(missing);
  // The development server has no such page.
  const shell = await fetch(SHELL, { cache: 'no-cache' });
  if (shell.ok) await cache.put(SHELL, shell);
}

/** No page of the version before is open any more: its files may go. */
export async function tidy(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (!files.has(pathname) && pathname !== SHELL) await cache.delete(url);
  }
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
