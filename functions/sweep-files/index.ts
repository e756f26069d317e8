/**
 * Deletes files that nothing needs any more (private.files_to_delete). pg_cron rings when some are due; nobody else may.
 * Answers {deleted, failed}.
 */
import { refuseStranger } from '../shared/doorbell.ts';
import { projectFromEnvironment } from '../shared/project.ts';
import { sweepFiles } from './sweep.ts';

/** Well below what the platform allows a request; the next ring goes on. */
const TIME_MS = 20_000;

const project = projectFromEnvironment((name) => Deno.env.get(name));

Deno.serve(async (request) => {
  const refusal = await refuseStranger(request, project);
  if (refusal) return refusal;
  const end = Date.now() + TIME_MS;
  return Response.json(await sweepFiles(project, () => Date.now() < end));
});
