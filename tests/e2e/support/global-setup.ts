import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../../../supabase/embedded/ports.ts';
import { startStack } from '../../../supabase/embedded/stack.ts';

/**
 * Starts a stack of its own, with the built app, unless PARLEY_STACK (JSON, see stack.ts) names one that runs.
 * Returns what ends it.
 */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PARLEY_STACK) return undefined;
  const home = await mkdtemp(path.join(tmpdir(), 'parley-e2e-'));
  const ports = await freePorts();
  const stack = await startStack({ home, ports, web: 'built', log: (line) => console.log(line) });
  const { apiUrl, dbUrl, webUrl, mailUrl, publishableKey, secretKey } = stack;
  process.env.PARLEY_STACK = JSON.stringify({ apiUrl, dbUrl, webUrl, mailUrl, publishableKey, secretKey });
  return async () => {
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  };
}
