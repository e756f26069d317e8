/** Postgres Changes under policies: how many changes a second, by how many people with the same role and claims listen. */
import type { Server } from './server.ts';
import { closeAll, connect, join, received } from './sockets.ts';

export interface ChangesResult {
  changesPerSecond: number;
  deliveriesPerSecond: number;
  /** Of the server's processor, per change. */
  cpuMs: number;
}

const TABLE = `
  create table if not exists public.bench_changes (id bigint generated always as identity primary key, room int, body text);
  alter table public.bench_changes enable row level security;
  drop policy if exists room on public.bench_changes;
  create policy room on public.bench_changes for select to authenticated
    using (room = ((select auth.jwt()) ->> 'room')::int);
  grant select on public.bench_changes to authenticated;
  alter publication supabase_realtime set table public.bench_changes`;

const CONFIG = {
  postgres_changes: [{ event: 'INSERT', schema: 'public', table: 'bench_changes', filter: 'room=eq.7' }],
  postgres_changes_options: { wait: true }
};

const ROWS_PER_COMMIT = 10;
const INSERT = `insert into bench_changes (room, body) select 7, repeat('x', 120) from generate_series(1, ${ROWS_PER_COMMIT})`;

const CHANNELS_PER_SOCKET = 50;

/** `changes` rows are written, ten a commit by sixteen writers; counts until everybody has all of them. */
export async function measureChanges(server: Server, subscribers: number, changes: number): Promise<ChangesResult> {
  await server.sql.query(TABLE);
  const token = await server.token({ sub: crypto.randomUUID(), room: 7 });
  const sockets = [];
  const waiting: Promise<void>[] = [];
  for (let joined = 0; joined < subscribers; joined += CHANNELS_PER_SOCKET) {
    const socket = await connect(server.url, token);
    sockets.push(socket);
    const channels = Math.min(CHANNELS_PER_SOCKET, subscribers - joined);
    for (let n = 0; n < channels; n += 1) {
      const told = received(socket, 2);
      await join(socket, `realtime:changes ${n}`, CONFIG);
      await told;
    }
    waiting.push(received(socket, changes * channels));
  }
  const cpu = await server.cpuMs();
  const start = performance.now();
  const commits = Array.from({ length: changes / ROWS_PER_COMMIT }, () => server.sql.query(INSERT));
  await Promise.all([...commits, ...waiting]);
  const seconds = (performance.now() - start) / 1_000;
  const cpuMs = ((await server.cpuMs()) - cpu) / changes;
  closeAll(sockets);
  return { changesPerSecond: changes / seconds, deliveriesPerSecond: (changes * subscribers) / seconds, cpuMs };
}
