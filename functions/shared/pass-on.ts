/** What a database function of the project answered instead of a result, to be passed on to whoever called. */
import type { Project } from './project.ts';

/** A call of a database function whose refusal is the caller's affair: its answer, as it is. */
export function rpcAnswer(
  { url, key }: Project,
  name: string,
  args: Record<string, unknown>,
  fetcher: typeof fetch = fetch
): Promise<Response> {
  return fetcher(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json' },
    body: JSON.stringify(args),
    signal: AbortSignal.timeout(10_000)
  });
}

/** The refusal with its status, in the shape of the REST API's, and with nothing else of the answer. */
export async function passOn(answer: Response): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json' });
  const wait = answer.headers.get('retry-after');
  if (wait !== null) headers.set('retry-after', wait);
  return new Response(await answer.text(), { status: answer.status, headers });
}
