/** `npm run reset`: a new database from the migrations and the seed. Keys stay; data and uploaded files do not. */
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import pc from 'picocolors';
import { loadConfig } from '../config.ts';
import { openHome } from '../home.ts';
import { DEFAULT_HOME } from '../paths.ts';
import { portsOf } from '../ports.ts';
import { startStack } from '../stack.ts';

/** @throws {StackError} already_running: a database is not pulled away from under those who use it */
export async function reset(): Promise<void> {
  const config = await loadConfig();
  const home = await openHome(DEFAULT_HOME, `http://127.0.0.1:${portsOf(config).api}`);
  try {
    // Moved aside first: what a kill in the middle leaves is either the old database or none.
    for (const name of ['db', 'storage']) await discard(path.join(home.directory, name));
    await rm(path.join(home.directory, 'db.version'), { force: true });
  } finally {
    await home.release();
  }
  const began = performance.now();
  const stack = await startStack({ config, log: (line) => console.log(pc.dim(`  ${line}`)) });
  await stack.stop();
  const people = stack.demo.length > 0 ? ` with ${stack.demo.length} people from the seed` : '';
  console.log(`\n${pc.green('✓')} The database is new${people}. ${pc.dim(`(${Math.round(performance.now() - began)} ms)`)}`);
}

async function discard(directory: string): Promise<void> {
  const aside = `${directory}.old`;
  await rm(aside, { recursive: true, force: true });
  await rename(directory, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(aside, { recursive: true, force: true });
}
