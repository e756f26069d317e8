/** Who rings: the database's calls carry a secret that only the database knows, and is asked about. */
import type { Project } from './project.ts';
import { rpc } from './rpc.ts';

/** Nothing if the database made this call, else the answer for whoever did. */
export async function refuseStranger(
  request: Request,
  project: Project,
  fetcher: typeof fetch = fetch
): Promise<Response | undefined> {
  if (request.method !== 'POST') {
    return Response.json({ code: 'method_not_allowed', message: 'Ring with POST' }, { status: 405, headers: { allow: 'POST' } });
  }
  const secret = request.headers.get('x-doorbell');
  if (secret && (await rpc(project, 'is_doorbell', { secret }, fetcher)) === true) return undefined;
  return Response.json({ code: 'not_the_database', message: 'Only the database calls this function' }, { status: 401 });
}
