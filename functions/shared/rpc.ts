/** Calls of the project's own database functions, past row-level security. */
import type { Project } from './project.ts';

/** @throws {Error} with the status and the answer, when it is refused */
export async function rpc(
  { url, key }: Project,
  name: string,
  args: Record<string, unknown>,
  fetcher: typeof fetch = fetch
): Promise<unknown> {
  const response = await fetcher(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json' },
    body: JSON.stringify(args),
    signal: AbortSignal.timeout(10_000)
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${name}() answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
