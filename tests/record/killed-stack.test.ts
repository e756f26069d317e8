/** The promise of a database: what was acknowledged is there after the machine's worst moment, and once only. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkPorts, freePorts, type Ports } from '../../supabase/embedded/ports.ts';
import { launchStack, type LaunchedStack } from '../support/launched-stack.ts';

const WRITERS = 8;
const ACKNOWLEDGED_BEFORE_KILL = 150;

let home: string;
let ports: Ports;
let stack: LaunchedStack | undefined;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'parley-killed-'));
  ports = await freePorts();
});

afterAll(async () => {
  await stack?.stop();
  await rm(home, { recursive: true, force: true });
});

/** Command lines that name this stack's folder: every process of it. */
async function processesOfStack(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(home)) found.push(line.replaceAll('\0', ' ').trim());
  }
  return found;
}

async function call<Row>(key: string, token: string | undefined, at: string, body: unknown): Promise<Row> {
  const response = await fetch(`http://127.0.0.1:${ports.api}${at}`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body)
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Row;
}

async function query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: `postgresql://postgres:postgres@127.0.0.1:${ports.db}/postgres` });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

test.skipIf(process.platform !== 'linux')(
  'after kill -9 while eight people send, nothing acknowledged is lost, nothing is doubled, and nothing is left running',
  { timeout: 180_000 },
  async () => {
    stack = await launchStack(home, ports);
    const key = stack.addresses.publishableKey;
    await query('update private.settings set send_rate = 1000000, send_burst = 1000000');
    const credentials = { email: `${randomUUID()}@killed.example`, password: 'correct horse battery' };
    const { access_token: token } = await call<{ access_token: string }>(key, undefined, '/auth/v1/signup', credentials);
    const [group] = await call<{ id: string }[]>(key, token, '/rest/v1/rpc/create_group', { title: 'Under fire' });
    const send = (id: string) =>
      call<{ id: string; seq: number }>(key, token, '/rest/v1/rpc/send_message', {
        conversation_id: group!.id,
        id,
        content: `Message ${id}`
      });

    const sent: string[] = [];
    const acknowledged = new Map<string, number>();
    const killed = Promise.withResolvers<void>();
    const write = async () => {
      for (;;) {
        const id = randomUUID();
        sent.push(id);
        try {
          acknowledged.set(id, (await send(id)).seq);
        } catch {
          return;
        }
        if (acknowledged.size === ACKNOWLEDGED_BEFORE_KILL) {
          stack!.launcher.kill('SIGKILL');
          killed.resolve();
        }
      }
    };
    await Promise.all([killed.promise, ...Array.from({ length: WRITERS }, write)]);
    await vi.waitFor(async () => expect(await processesOfStack()).toEqual([]), { timeout: 20_000, interval: 100 });
    // Linux takes a process that ends off the list before it closes its sockets.
    await vi.waitFor(() => checkPorts(ports), { timeout: 20_000, interval: 20 });

    stack = await launchStack(home, ports);
    expect(stack.addresses.publishableKey).toBe(key);
    const stored = await query<{ id: string; seq: string }>('select id, seq from public.messages where conversation_id = $1', [
      group!.id
    ]);
    const seqOf = new Map(stored.map(({ id, seq }) => [id, Number(seq)]));
    expect([...acknowledged].filter(([id, seq]) => seqOf.get(id) !== seq)).toEqual([]);

    // Whoever got no answer asks again with the same id.
    for (const id of sent.filter((id) => !acknowledged.has(id))) acknowledged.set(id, (await send(id)).seq);
    const seqs = (
      await query<{ seq: string }>('select seq from public.messages where conversation_id = $1 order by seq', [group!.id])
    ).map(({ seq }) => Number(seq));
    expect(seqs).toEqual(sent.map((_, n) => n + 1));
    expect(new Set(acknowledged.values()).size).toBe(sent.length);
  }
);
