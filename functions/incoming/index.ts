/**
 * An address at which whoever knows it has a bot say something: POST {"text": …} to /incoming/<id>/<secret>. Answers `ok`, as
 * others' incoming webhooks do, or a refusal in the shape of the REST API's.
 */
import { passOn, rpcAnswer } from '../shared/pass-on.ts';
import { projectFromEnvironment } from '../shared/project.ts';
import { addressOf, idempotencyKey, textOf } from './content.ts';

const BODY_MAX = 100_000;

const project = projectFromEnvironment((name) => Deno.env.get(name));

Deno.serve(async (request) => {
  if (request.method !== 'POST') {
    return Response.json({ code: 'method_not_allowed', message: 'Send with POST' }, { status: 405, headers: { allow: 'POST' } });
  }
  const address = addressOf(new URL(request.url).pathname);
  if (!address) return Response.json({ code: 'webhook_not_found', message: 'There is nothing at this address' }, { status: 404 });
  const body = await request.text();
  const text = body.length > BODY_MAX ? undefined : textOf(body, request.headers.get('content-type') ?? '');
  if (text === undefined) return Response.json({ code: 'body_invalid', message: 'Send {"text": …}' }, { status: 400 });
  const answer = await rpcAnswer(project, 'post_incoming', {
    webhook_id: address.id,
    secret: address.secret,
    content: text,
    id: idempotencyKey(request.headers)
  });
  if (!answer.ok) return passOn(answer);
  await answer.body?.cancel();
  return new Response('ok');
});
