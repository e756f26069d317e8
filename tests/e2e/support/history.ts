import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Person } from './person.ts';

/**
 * Writes "line 1 …" to "line n …" into a conversation, its people taking turns, by the function that the app calls: as fast as the
 * database can, with the send limit lifted in between. Every third is a longer one, so that rows differ in height.
 */
export async function writeHistory(
  dbUrl: string,
  conversationId: string,
  people: readonly Person[],
  count: number
): Promise<void> {
  const client = new pg.Client({ connectionString: dbUrl });
  await client.connect();
  try {
    await client.query('begin');
    for (let line = 1; line <= count; line++) {
      const { id } = people[line % people.length]!;
      const more = line % 3 === 0 ? ' and it goes on for a while'.repeat(1 + (line % 7)) : '';
      if (line % 20 === 1) await client.query('delete from private.senders');
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify({ sub: id, role: 'authenticated' })
      ]);
      await client.query('select public.send_message($1, $2, $3)', [conversationId, randomUUID(), `line ${line} .${more}`]);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}
