/** A stack started as a person starts it, in processes of its own: to be killed, or measured without its clients' work in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { addressesSchema, type StackAddresses } from '../../supabase/embedded/addresses.ts';
import type { Ports } from '../../supabase/embedded/ports.ts';

const LAUNCH = fileURLToPath(new URL('../../supabase/embedded/launch.mjs', import.meta.url));

export interface LaunchedStack {
  addresses: StackAddresses;
  launcher: ChildProcess;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
}

/** Resolves once the stack has printed that it is running. Its data stays in `home` when it ends. */
export async function launchStack(home: string, ports: Ports): Promise<LaunchedStack> {
  const list = Object.entries(ports).map(([name, port]) => `${name}=${port}`);
  const launcher = spawn(process.execPath, [LAUNCH, 'start', '--home', home, '--ports', list.join(','), '--no-web'], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: launcher.stdout! })) {
    lines.push(line);
    if (!line.includes('sb_publishable_')) continue;
    launcher.stdout!.resume();
    const addresses = addressesSchema.parse(JSON.parse(await readFile(path.join(home, 'stack.json'), 'utf8')));
    const stop = async () => {
      if (launcher.exitCode !== null || launcher.signalCode !== null) return;
      launcher.kill('SIGINT');
      await once(launcher, 'exit');
    };
    return { addresses, launcher, stop };
  }
  throw new Error(`The stack ended before it was up:\n${lines.join('\n')}`);
}
