/** Deletes the files that the database has queued, by the API of Storage, a batch at a time until none is due. */
import type { Project } from '../shared/project.ts';
import { rpc } from '../shared/rpc.ts';

export interface Sweep {
  deleted: number;
  /** Stay in the queue, and are tried again later. */
  failed: number;
}

interface DueFile {
  bucket_id: string;
  path: string;
}

const BATCH = 100;

/** Ends early, between two batches, once `mayGoOn` says no. @throws {Error} when the database refuses */
export async function sweepFiles(project: Project, mayGoOn: () => boolean, fetcher: typeof fetch = fetch): Promise<Sweep> {
  const sweep: Sweep = { deleted: 0, failed: 0 };
  while (mayGoOn()) {
    const due = (await rpc(project, 'claim_files_to_delete', { most: BATCH }, fetcher)) as DueFile[];
    if (due.length === 0) break;
    for (const [bucket, paths] of byBucket(due)) {
      if (await deleteFiles(project, bucket, paths, fetcher)) {
        await rpc(project, 'files_deleted', { bucket_id: bucket, paths }, fetcher);
        sweep.deleted += paths.length;
      } else {
        sweep.failed += paths.length;
      }
    }
  }
  return sweep;
}

function byBucket(files: DueFile[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { bucket_id, path } of files) groups.set(bucket_id, [...(groups.get(bucket_id) ?? []), path]);
  return groups;
}

/** A file that is not there is as good as deleted; Storage says so too. */
async function deleteFiles({ url, key }: Project, bucket: string, paths: string[], fetcher: typeof fetch): Promise<boolean> {
  try {
    const response = await fetcher(`${url}/storage/v1/object/${encodeURIComponent(bucket)}`, {
      method: 'DELETE',
      headers: { apikey: key, 'content-type': 'application/json' },
      body: JSON.stringify({ prefixes: paths }),
      signal: AbortSignal.timeout(30_000)
    });
    if (response.ok) {
      await response.body?.cancel();
      return true;
    }
    console.error(`Storage does not delete from ${bucket}: ${response.status} ${await response.text()}`);
  } catch (error) {
    console.error(`Storage cannot be asked to delete from ${bucket}:`, error);
  }
  return false;
}
