/**
 * Starts a service's process so that it cannot outlive the stack: on a clean stop it gets a signal, and when the stack
 * itself is killed (`kill -9`, a closed terminal, an out-of-memory kill) the process ends as well.
 *
 * On Linux the kernel does this (`PR_SET_PDEATHSIG`, by util-linux' `setpriv`). Elsewhere a small guard process holds a
 * pipe to the stack and ends the service when that pipe closes.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface ServiceCommand {
  /** Path of the program. */
  command: string;
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** File that stdout and stderr are appended to. */
  logFile?: string;
  /** Signal that asks this program to end quickly and cleanly. */
  stopSignal?: NodeJS.Signals;
  /** Words put before the command, such as `unshare …`; they must `exec` what follows, so that the pid stays. */
  prefix?: readonly string[];
  /** User id to run as, where the caller is root and the program refuses that. */
  uid?: number;
  gid?: number;
}

const GUARD = fileURLToPath(new URL('guard.mjs', import.meta.url));

let setprivFound: boolean | undefined;

/** Whether `setpriv --pdeathsig` can be used here. */
function hasSetpriv(): boolean {
  setprivFound ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0;
  return setprivFound;
}

/** Where in its log file each child's own words begin: earlier starts have written there too. */
const logs = new WeakMap<ChildProcess, { file: string; from: number }>();

/** Words before a short command, so that it does not outlive this process where the kernel can see to that. */
export function deathSignal(signal: NodeJS.Signals): string[] {
  return hasSetpriv() ? ['setpriv', '--pdeathsig', signal.slice(3)] : [];
}

/** Starts the command bound to this process's life. Its own failure is reported by the child's `error` and `exit` events. */
export function spawnService(service: ServiceCommand): ChildProcess {
  const { command, args = [], env, cwd, logFile, stopSignal = 'SIGTERM', prefix = [], uid, gid } = service;
  const log = logFile ? openSync(logFile, 'a') : 'ignore';
  const kernel = hasSetpriv();
  const words = kernel
    ? [...prefix, ...deathSignal(stopSignal), command, ...args]
    : [process.execPath, GUARD, stopSignal, ...prefix, command, ...args];
  const child = spawn(words[0]!, words.slice(1), {
    env,
    cwd,
    uid,
    gid,
    stdio: [kernel ? 'ignore' : 'pipe', log, log],
    // Ctrl-C in a terminal signals the whole group; the stack stops its services itself, in order.
    detached: process.platform !== 'win32',
    windowsHide: true
  });
  if (logFile && typeof log === 'number') {
    logs.set(child, { file: logFile, from: fstatSync(log).size });
    closeSync(log);
  }
  return child;
}

/** Asks the child to end, waits, and ends it the hard way after `graceMs`. Resolves when it is gone. */
export async function stopService(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM', graceMs = 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  const hard = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.kill(signal);
  await exited;
  clearTimeout(hard);
}

/** Resolves with the reason when the child has ended, or could not be started at all. */
export function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/** The last lines of what the child has written to its log file. */
export async function lastWords(child: ChildProcess, lines = 12): Promise<string> {
  const log = logs.get(child);
  if (!log) return '';
  const handle = await open(log.file);
  try {
    const { size } = await handle.stat();
    const start = Math.max(log.from, size - 64 * 1024);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - start)), 0, Math.max(0, size - start), start);
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    await handle.close();
  }
}
