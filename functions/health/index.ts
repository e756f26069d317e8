/**
 * Tells an uptime monitor whether people can use the project: 200 with `status: 'ok'` when every part answers, 503 with
 * `status: 'degraded'` when one does not, and which. Open to everyone, so it says nothing that is secret.
 */
import { type Check, check, PARTS } from './checks.ts';
import { projectFromEnvironment } from '../shared/project.ts';

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, apikey, content-type, x-client-info'
};

const project = projectFromEnvironment((name) => Deno.env.get(name));

Deno.serve(async (request) => {
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: HEADERS });
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const body = JSON.stringify({ code: 'method_not_allowed', message: 'Ask with GET' });
    return new Response(body, { status: 405, headers: { ...HEADERS, allow: 'GET, HEAD, OPTIONS' } });
  }
  const checks = Object.fromEntries(
    await Promise.all(
      Object.entries(PARTS).map(async ([name, part]): Promise<[string, Check]> => [name, await check(project, part)])
    )
  );
  const ok = Object.values(checks).every((result) => result.ok);
  const body = JSON.stringify({ status: ok ? 'ok' : 'degraded', checks });
  return new Response(request.method === 'HEAD' ? null : body, { status: ok ? 200 : 503, headers: HEADERS });
});
