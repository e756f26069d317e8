/** Delivers what is due, a batch at a time, until nothing is. */
import type { Project } from '../shared/project.ts';
import { rpc } from '../shared/rpc.ts';
import { deliver as deliverNow } from './deliver.ts';

export interface Due {
  id: number;
  attempt: number;
  key: string;
  url: string;
  may_be_inside: boolean;
  secrets: string[];
  body: unknown;
}

export interface Drained {
  delivered: number;
  /** Tried again later. */
  failed: number;
}

/** Signature of `<id>.<timestamp>.<payload>` with one secret, as `v1,…`. */
export type Sign = (secret: string, id: string, at: Date, payload: string) => string;

const BATCH = 20;

/** Ends early, between two batches, once `mayGoOn` says no. @throws {Error} when the database refuses */
export async function drain(
  project: Project,
  sign: Sign,
  mayGoOn: () => boolean,
  { deliver = deliverNow, fetcher = fetch, now = () => new Date() } = {}
): Promise<Drained> {
  const drained: Drained = { delivered: 0, failed: 0 };
  while (mayGoOn()) {
    const due = (await rpc(project, 'claim_webhooks', { most: BATCH }, fetcher)) as Due[];
    if (due.length === 0) break;
    await Promise.all(
      due.map(async ({ id, attempt, key, url, may_be_inside, secrets, body: content }) => {
        const body = JSON.stringify(content);
        const at = now();
        const headers = {
          'content-type': 'application/json',
          'user-agent': 'Parley-Webhooks',
          'webhook-id': key,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': secrets.map((secret) => sign(secret, key, at, body)).join(' ')
        };
        const { status, error, response, retryAfterSeconds, durationMs } = await deliver({
          url,
          headers,
          body,
          mayBeInside: may_be_inside
        });
        await rpc(
          project,
          'webhook_tried',
          { id, attempt, duration_ms: durationMs, status, error, response, retry_after_seconds: retryAfterSeconds },
          fetcher
        );
        drained[error === undefined ? 'delivered' : 'failed'] += 1;
      })
    );
  }
  return drained;
}
