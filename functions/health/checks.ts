/** The parts of the project that a person's message passes through, each asked for something only it can answer. */
import type { Project } from '../shared/project.ts';

export interface Part {
  /** Path below the project's URL. */
  path: string;
  /** Statuses that show the part to work. */
  accepts: readonly number[];
}

export interface Check {
  ok: boolean;
  latencyMs: number;
  /** Why it is not ok. */
  reason?: string;
}

export const PARTS = {
  // A row is asked for, so that PostgREST has to ask Postgres.
  database: { path: '/rest/v1/profiles?select=id&limit=1', accepts: [200] },
  auth: { path: '/auth/v1/health', accepts: [200] },
  realtime: { path: '/realtime/v1/api/ping', accepts: [200] },
  storage: { path: '/storage/v1/status', accepts: [200] }
} satisfies Record<string, Part>;

/** Asks one part; never throws, because what goes wrong is the finding. */
export async function check(
  { url, key }: Project,
  { path, accepts }: Part,
  timeoutMs = 5_000,
  fetcher: typeof fetch = fetch,
  now: () => number = () => performance.now()
): Promise<Check> {
  const started = now();
  const measured = (result: Omit<Check, 'latencyMs'>): Check => ({
    ...result,
    latencyMs: Math.round((now() - started) * 10) / 10
  });
  try {
    const response = await fetcher(`${url}${path}`, { headers: { apikey: key }, signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    if (accepts.includes(response.status)) return measured({ ok: true });
    return measured({ ok: false, reason: `answered ${response.status}` });
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return measured({ ok: false, reason: timedOut ? `no answer within ${timeoutMs} ms` : 'not reachable' });
  }
}
