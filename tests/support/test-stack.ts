/** A stack for tests: in a temporary folder, on free ports, with no data but what the migrations bring. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../supabase/embedded/config.ts';
import { freePorts } from '../../supabase/embedded/ports.ts';
import { type Stack, type StackOptions, startStack } from '../../supabase/embedded/stack.ts';

export interface TestStack extends Stack {
  /** Folder of its state, removed by `stop`. */
  home: string;
}

export async function startTestStack(options: Omit<StackOptions, 'home' | 'ports' | 'config'> = {}): Promise<TestStack> {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const ports = await freePorts();
  const config = await loadConfig();
  const site = `http://127.0.0.1:${ports.web}`;
  config.auth = { ...config.auth, site_url: site, additional_redirect_urls: [`${site}/**`] };
  // A run that is ended in the middle leaves nothing either.
  const removeAtExit = () => rmSync(home, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const stack = await startStack({ seed: false, ...options, home, config, ports });
  const stop = async () => {
    await stack.stop();
    await rm(home, { recursive: true, force: true });
    process.off('exit', removeAtExit);
  };
  return { ...stack, home, stop };
}

/** What others need to reach it, as JSON: the value of PARLEY_STACK. */
export function addressesOf({ apiUrl, dbUrl, mailUrl, webUrl, publishableKey, secretKey, jwtSecret }: Stack): string {
  return JSON.stringify({ apiUrl, dbUrl, mailUrl, webUrl, publishableKey, secretKey, jwtSecret });
}
