/** What is to be pushed, as the database gives it out and takes it back: by its functions, for the service role only. */
import type { Project } from '../shared/project.ts';
import { rpc } from '../shared/rpc.ts';
import type { Push } from './send.ts';
import { together } from './together.ts';

/** A push that is claimed: to be ended in one of three ways before its lease is over, else another worker gets it. */
export interface Due extends Push {
  id: number;
  /** The token of the claim. */
  attempt: number;
}

export interface Work {
  /** @param servicesDown origins of push services that are to be left alone */
  claim(most: number, servicesDown: string[]): Promise<Due[]>;
  /** Resolves once it is known, which with many at once is in one call for all. */
  sent(due: Due, status: number): Promise<void>;
  failed(due: Due, status: number | null, error: string, retryAfterS: number | null, isGone: boolean): Promise<void>;
  /** Gives it back untried. */
  released(due: Due): Promise<void>;
  /** Milliseconds until something is due; null when nothing waits. */
  nextInMs(): Promise<number | null>;
  /** Has the database ring once more, for what this run has no time for. */
  ringAgain(): Promise<void>;
}

/** Pauses before a report is repeated, while the database restarts, say: a push that is not reported as sent is sent again. */
const REPEATED_AFTER_MS = [100, 300, 1_000, 3_000, 5_000];

export function databaseWork(
  project: Project,
  fetcher: typeof fetch = fetch,
  pausesMs: readonly number[] = REPEATED_AFTER_MS
): Work {
  const call = (name: string, args: Record<string, unknown>) => rpc(project, name, args, fetcher);

  async function report(name: string, args: Record<string, unknown>): Promise<unknown> {
    for (const pause of pausesMs) {
      try {
        return await call(name, args);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return call(name, args);
  }

  const sent = together(async (pushes: { id: number; attempt: number; status: number }[]) => {
    const left = (await report('pushes_sent', { pushes })) as number[];
    for (const push of pushes.filter(({ id }) => left.includes(id))) await report('push_sent', push);
  });

  return {
    claim: async (most, services_down) => (await call('claim_pushes', { most, services_down })) as Due[],
    sent: ({ id, attempt }, status) => sent({ id, attempt, status }),
    failed: async ({ id, attempt }, status, error, retry_after_s, is_gone) =>
      void (await report('push_failed', { id, attempt, status, error, retry_after_s, is_gone })),
    released: async ({ id, attempt }) => void (await report('push_released', { id, attempt })),
    nextInMs: async () => (await call('next_push_in', {})) as number | null,
    ringAgain: async () => void (await call('ring_again', { function_name: 'push' }))
  };
}
