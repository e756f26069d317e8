/** Carries out a task of the launcher: `main.ts TASK [ARG…]`. */
import pc from 'picocolors';
import { StackError } from './errors.ts';

const TASKS: Record<string, () => Promise<(args: string[]) => Promise<void>>> = {
  start: async () => (await import('./tasks/start.ts')).start,
  dev: async () => (await import('./tasks/start.ts')).dev,
  reset: async () => (await import('./tasks/reset.ts')).reset,
  status: async () => (await import('./tasks/status.ts')).status,
  web: async () => (await import('./tasks/web.ts')).web,
  vapid: async () => (await import('./tasks/vapid.ts')).vapid,
  lockfile: async () => (await import('./tasks/lockfile.ts')).lockfile
};

/** For what is still being written when a task has ended. */
const EXIT_LIMIT_MS = 3_000;

const [name = '', ...args] = process.argv.slice(2);

try {
  const task = await TASKS[name]?.();
  if (!task) throw new Error(`No task is called "${name}".`);
  await task(args);
} catch (error) {
  // A StackError tells the person what to do; anything else is a fault of ours, and its trace helps.
  console.error(error instanceof StackError ? `\n${pc.red('✗')} ${error.message}` : error);
  process.exitCode = 1;
}
// The channel to the launcher would keep this process going, and nothing that was left open by mistake may.
process.channel?.unref();
setTimeout(() => process.exit(), EXIT_LIMIT_MS).unref();
