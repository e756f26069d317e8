/**
 * Delivers what webhooks are to be told (private.outbox). The database rings when there is something, and again when something is
 * due once more; nobody else may. Answers {delivered, failed}.
 */
import { Webhook } from 'npm:standardwebhooks@1';
import { refuseStranger } from '../shared/doorbell.ts';
import { projectFromEnvironment } from '../shared/project.ts';
import { drain } from './drain.ts';

/** Well below what the platform allows a request; the next ring goes on. */
const TIME_MS = 20_000;

const project = projectFromEnvironment((name) => Deno.env.get(name));

Deno.serve(async (request) => {
  const refusal = await refuseStranger(request, project);
  if (refusal) return refusal;
  const end = Date.now() + TIME_MS;
  const drained = await drain(
    project,
    (secret, id, at, payload) => new Webhook(secret).sign(id, at, payload),
    () => Date.now() < end
  );
  return Response.json(drained);
});
