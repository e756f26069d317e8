/** Runs a program to its end and keeps what it says. No program outlives this process, nor its time. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface CommandResult {
  /** 0 is success; null when it was ended because it took too long. */
  code: number | null;
  /** stdout and stderr, as they came. */
  output: string;
}

export interface CommandOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
}

const running = new Set<ChildProcess>();

process.on('exit', () => running.forEach(end));

export async function runCommand(words: readonly string[], { cwd, env, timeoutMs }: CommandOptions): Promise<CommandResult> {
  const [command, ...args] = words as [string, ...string[]];
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it started can be ended with it.
    detached: process.platform !== 'win32',
    windowsHide: true
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    end(child);
  }, timeoutMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      resolve(1);
    });
    child.once('close', (status) => resolve(status));
  });
  clearTimeout(limit);
  running.delete(child);
  if (late) output += `\nended after ${timeoutMs / 1000} s, which is more than it may take\n`;
  return { code: late ? null : (code ?? 1), output };
}

function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
