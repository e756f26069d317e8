/** Files that nothing needs any more: deleted by the function, on the stack as it is, when the database rings. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sweepFiles } from '../../functions/sweep-files/sweep.ts';
import { filesOf, given, sendPicture, type Someone, someone, startGroup } from '../storage/files.ts';
import { sharedStack } from '../support/stack.ts';

const stack = sharedStack();
const sql = new pg.Pool({ connectionString: stack.dbUrl, max: 2 });
const functionUrl = `${stack.apiUrl}/functions/v1/sweep-files`;

afterAll(() => sql.end());

const isQueued = async (path: string) =>
  ((await sql.query('select from private.files_to_delete where path = $1', [path])).rowCount ?? 0) > 0;
const isStored = async (path: string) =>
  ((await sql.query('select from storage.objects where name = $1', [path])).rowCount ?? 0) > 0;

/** Asks again until it is so; the test's own limit of time ends it otherwise. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sql.query('select pg_sleep(0.02)');
}

describe('the stack', () => {
  let alice: Someone;
  let group: string;
  beforeAll(async () => {
    alice = await someone(stack, 'Alice');
    group = await startGroup(alice.supabase, []);
  });

  test('deletes the files of a deleted message, in Storage and on disk', async () => {
    const [gone, kept] = [await sendPicture(alice.supabase, group), await sendPicture(alice.supabase, group)];
    const { signedUrl } = await given(filesOf(alice.supabase).createSignedUrl(gone.path, 600));
    await sql.query(
      `update public.messages set content = '', attachments = '[]', deleted_at = now() where conversation_id = $1 and seq = $2`,
      [group, gone.seq]
    );
    expect(await isQueued(gone.path)).toBe(true);
    expect((await fetch(signedUrl)).status).toBe(200);
    await sql.query('update private.files_to_delete set due_at = now() where path = $1', [gone.path]);
    await sql.query(`select private.ring('sweep-files')`);
    await until(async () => !(await isQueued(gone.path)));
    expect(await isStored(gone.path)).toBe(false);
    // Whoever was given a URL before has nothing more of it.
    expect((await fetch(signedUrl)).ok).toBe(false);
    expect(await isStored(kept.path)).toBe(true);
  });

  test('is done with a file that was never uploaded', async () => {
    await sql.query(`insert into private.files_to_delete (bucket_id, path, due_at) values ('attachments', $1, now())`, [
      `${group}/never.png`
    ]);
    await sql.query(`select private.ring('sweep-files')`);
    await until(async () => !(await isQueued(`${group}/never.png`)));
  });

  test.each<[string, RequestInit, number]>([
    ['without the secret', { method: 'POST' }, 401],
    ['with a wrong one', { method: 'POST', headers: { 'x-doorbell': 'guessed' } }, 401],
    ['with the publishable key', { method: 'POST', headers: { apikey: stack.publishableKey } }, 401],
    ['to read', { method: 'GET' }, 405]
  ])('refuses whoever calls %s', async (_, init, status) => {
    const response = await fetch(functionUrl, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code: status === 405 ? 'method_not_allowed' : 'not_the_database' });
  });
});

describe('a sweep', () => {
  const PROJECT = { url: 'http://project.test', key: 'sb_secret_x' };

  /** A project that has these files due, and refuses to delete from some buckets. */
  function project(batches: { bucket_id: string; path: string }[][], broken: string[] = []) {
    const deleted: string[] = [];
    const confirmed: string[] = [];
    const fetcher: typeof fetch = (input, init) => {
      const { pathname } = new URL(input as string);
      const body = JSON.parse(init!.body as string) as { paths?: string[]; prefixes?: string[] };
      if (pathname.endsWith('/claim_files_to_delete')) return Promise.resolve(Response.json(batches.shift() ?? []));
      if (pathname.endsWith('/files_deleted')) {
        confirmed.push(...body.paths!);
        return Promise.resolve(new Response(null, { status: 204 }));
      }
      if (broken.includes(pathname.split('/').at(-1)!)) return Promise.resolve(new Response('no', { status: 500 }));
      deleted.push(...body.prefixes!);
      return Promise.resolve(Response.json([]));
    };
    return { deleted, confirmed, fetcher };
  }

  test('goes on until nothing is due', async () => {
    const { deleted, confirmed, fetcher } = project([[{ bucket_id: 'a', path: '1' }], [{ bucket_id: 'a', path: '2' }]]);
    expect(await sweepFiles(PROJECT, () => true, fetcher)).toEqual({ deleted: 2, failed: 0 });
    expect([deleted, confirmed]).toEqual([
      ['1', '2'],
      ['1', '2']
    ]);
  });

  test('confirms nothing that Storage did not delete, and says so', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { confirmed, fetcher } = project(
      [
        [
          { bucket_id: 'broken', path: '1' },
          { bucket_id: 'a', path: '2' }
        ]
      ],
      ['broken']
    );
    expect(await sweepFiles(PROJECT, () => true, fetcher)).toEqual({ deleted: 1, failed: 1 });
    expect(confirmed).toEqual(['2']);
    expect(complaint).toHaveBeenCalledOnce();
    complaint.mockRestore();
  });

  test('claims nothing when its time is over', async () => {
    const { deleted, fetcher } = project([[{ bucket_id: 'a', path: '1' }]]);
    expect(await sweepFiles(PROJECT, () => false, fetcher)).toEqual({ deleted: 0, failed: 0 });
    expect(deleted).toEqual([]);
  });
});
