/**
 * Answers who asks what a page says of itself: {preview}, null where there is none. Why there is none is not said: who asks about
 * addresses inside the network learns nothing of them.
 */
import { passOn } from '../shared/pass-on.ts';
import type { Project } from '../shared/project.ts';
import { rpc } from '../shared/rpc.ts';
import { askedUrl } from './asked.ts';
import type { Preview } from './preview.ts';

export interface AnswerOptions {
  project: Project;
  /** @throws when there is no page, or none that may be asked */
  look: (text: string, url: URL) => Promise<Preview | null>;
  fetcher?: typeof fetch;
}

const BODY_MAX = 8_000;

export function answerer({ project, look, fetcher = fetch }: AnswerOptions): (request: Request) => Promise<Response> {
  /** As the person who asks: the API checks who that is, and whether they may. */
  const mayAsk = ({ headers }: Request) =>
    fetcher(`${project.url}/rest/v1/rpc/take_link_preview`, {
      method: 'POST',
      headers: {
        apikey: headers.get('apikey') ?? '',
        authorization: headers.get('authorization') ?? '',
        'content-type': 'application/json'
      },
      body: '{}',
      signal: AbortSignal.timeout(10_000)
    });

  return async (request) => {
    if (request.method !== 'POST') {
      return Response.json(
        { code: 'method_not_allowed', message: 'Ask with POST' },
        { status: 405, headers: { allow: 'POST, OPTIONS' } }
      );
    }
    const may = await mayAsk(request);
    if (!may.ok) return passOn(may);
    await may.body?.cancel();
    const body = await request.text();
    const asked = body.length > BODY_MAX ? undefined : askedUrl(body);
    if (!asked) return Response.json({ code: 'body_invalid', message: 'Send {"url": "https://…"}' }, { status: 400 });
    const known = (await rpc(project, 'known_link_preview', { url: asked.text }, fetcher)) as { preview: Preview | null } | null;
    if (known) return Response.json(known);
    const preview = await look(asked.text, asked.url).catch(() => null);
    await rpc(project, 'keep_link_preview', { url: asked.text, preview }, fetcher);
    return Response.json({ preview });
  };
}
