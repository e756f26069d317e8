/** Sends the mails that are due, a batch at a time, until none is. */
import type { Project } from '../shared/project.ts';
import { rpc } from '../shared/rpc.ts';
import { compose, type Digest, type Places } from './compose.ts';
import type { HandIn } from './hand-in.ts';

interface Due extends Digest {
  id: number;
  attempt: number;
}

export interface Drained {
  sent: number;
  /** Tried again later, or given up: the database decides. */
  failed: number;
}

const BATCH = 10;

/** Ends early, between two batches, once `mayGoOn` says no. @throws {Error} when the database refuses */
export async function drain(
  project: Project,
  places: Places,
  handIn: HandIn,
  mayGoOn: () => boolean,
  fetcher: typeof fetch = fetch
): Promise<Drained> {
  const drained: Drained = { sent: 0, failed: 0 };
  while (mayGoOn()) {
    const due = (await rpc(project, 'claim_digests', { most: BATCH }, fetcher)) as Due[];
    if (due.length === 0) break;
    await Promise.all(
      due.map(async ({ id, attempt, ...digest }) => {
        const outcome = await handIn(compose(digest, places), digest.key);
        drained[outcome.kind] += 1;
        if (outcome.kind === 'sent') return rpc(project, 'digest_sent', { id, attempt }, fetcher);
        const { error, retryAfterS, isFinal } = outcome;
        return rpc(project, 'digest_failed', { id, attempt, error, retry_after_s: retryAfterS, is_final: isFinal }, fetcher);
      })
    );
  }
  return drained;
}
