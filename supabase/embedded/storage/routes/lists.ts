/** Lists of a folder: by offset (v1) or by cursor (v2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireCaller } from '../caller.ts';
import { decodeCursor, encodeCursor } from '../list-cursor.ts';
import { read, type StorageService } from '../service.ts';

const order = z.enum(['asc', 'desc']);
const listBody = z.object({
  prefix: z.string(),
  limit: z.int().min(1).default(100),
  offset: z.int().min(0).default(0),
  search: z.string().default(''),
  sortBy: z
    .object({
      column: z.enum(['name', 'updated_at', 'created_at', 'last_accessed_at']).default('name'),
      order: order.default('asc')
    })
    .prefault({})
});
const listV2Body = z.object({
  prefix: z.string().default(''),
  limit: z.int().min(1).max(1000).default(1000),
  cursor: z.string().optional(),
  with_delimiter: z.boolean().default(false),
  sortBy: z
    .object({ column: z.enum(['name', 'updated_at', 'created_at']).default('name'), order: order.default('asc') })
    .prefault({})
});
const params = z.object({ bucket: z.string() });

interface Entry {
  name: string;
  /** Null for a folder. */
  id: string | null;
  key: string;
  created_at: Date | null;
  updated_at: Date | null;
  last_accessed_at: Date | null;
  metadata: Record<string, unknown> | null;
}

const FLAT = `
  select name as key, name, id, updated_at, created_at, last_accessed_at, metadata from storage.objects
  where bucket_id = $1 and (name collate "C") ^@ $2`;

export function listRoutes(app: FastifyInstance, { database, secret }: StorageService): void {
  app.post('/object/list/:bucket', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucket } = params.parse(request.params);
    const { prefix, limit, offset, search, sortBy } = read(listBody, request.body, 'body');
    const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    const { rows } = await database.asCaller(caller, 'storage.object.list', (tx) =>
      tx.query('select * from storage.search($1, $2, $3, 1, $4, $5, $6, $7)', [
        folder,
        bucket,
        limit,
        offset,
        search,
        sortBy.column,
        sortBy.order
      ])
    );
    return rows;
  });

  app.post('/object/list-v2/:bucket', async (request) => {
    const caller = await requireCaller(request, secret);
    const { bucket } = params.parse(request.params);
    const body = read(listV2Body, request.body, 'body');
    const { prefix, limit, with_delimiter } = body;
    const cursor = body.cursor === undefined ? { after: '', ...body.sortBy } : decodeCursor(body.cursor);
    const { after, column, order } = cursor;
    const time = 'time' in cursor ? (cursor.time ?? '') : '';

    const { rows } = await database.asCaller(caller, 'storage.object.list_v2', (tx) => {
      // One more than asked for tells whether there is a next page.
      const depth = prefix.split('/').length;
      if (with_delimiter) {
        const page = [prefix, bucket, limit + 1, depth, after, order, column, time];
        return tx.query<Entry>('select * from storage.search_v2($1, $2, $3, $4, $5, $6, $7, $8)', page);
      }
      const beyond = order === 'asc' ? '>' : '<';
      if (column === 'name') {
        const text = `${FLAT} and ($3 = '' or name collate "C" ${beyond} $3) order by name collate "C" ${order} limit $4`;
        return tx.query<Entry>(text, [bucket, prefix, after, limit + 1]);
      }
      const place = `date_trunc('milliseconds', ${column})`;
      const text = `${FLAT} and ($3 = '' or (${place}, name collate "C") ${beyond} (nullif($5, '')::timestamptz, $3))
        order by ${place} ${order}, name collate "C" ${order} limit $4`;
      return tx.query<Entry>(text, [bucket, prefix, after, limit + 1, time]);
    });

    const page = rows.slice(0, limit);
    const hasNext = rows.length > limit;
    const last = page.at(-1);
    const lastTime = column === 'name' ? undefined : last?.[column]?.toISOString();
    return {
      hasNext,
      ...(hasNext && last && { nextCursor: encodeCursor({ after: last.name, column, order, time: lastTime }) }),
      folders: page.filter(({ id }) => id === null).map(({ key, name }) => ({ key, name })),
      objects: page.filter(({ id }) => id !== null)
    };
  });
}
