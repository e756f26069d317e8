import type pg from 'pg';

/** Resolves once the one server process waits for a lock of the other; the test's own limit of time ends it otherwise. */
export async function waitingFor(admin: pg.Pool, waiter: number, holder: number): Promise<void> {
  for (;;) {
    const { rows } = await admin.query<{ waits: boolean }>('select $2::int = any (pg_blocking_pids($1)) as waits', [
      waiter,
      holder
    ]);
    if (rows[0]!.waits) return;
  }
}

/** Resolves once the server process waits for a lock, whoever has it. */
export async function waitingForAnyone(admin: pg.Pool, waiter: number): Promise<void> {
  for (;;) {
    const { rows } = await admin.query<{ waits: boolean }>('select cardinality(pg_blocking_pids($1)) > 0 as waits', [waiter]);
    if (rows[0]!.waits) return;
  }
}

/** How many rows of a table are locked or changed by open transactions, by the extension pgrowlocks. */
export async function lockedRows(admin: pg.Pool, table: string): Promise<number> {
  const { rows } = await admin.query<{ n: number }>('select count(*)::int as n from extensions.pgrowlocks($1)', [table]);
  return rows[0]!.n;
}
