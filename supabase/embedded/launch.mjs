// The one way in: `node supabase/embedded/launch.mjs TASK [ARG…]`. Plain JavaScript that runs on Node 20 with nothing installed.
// It installs what is missing, finds Node 24 and runs the task under it; the task ends when this process does, however it ends.
import { ensurePackages, InstallError } from './launch/install.mjs';
import { findNode } from './launch/node.mjs';
import { runTask } from './launch/run.mjs';

/** Tasks of the stack itself; main.ts carries them out. */
const STACK_TASKS = ['start', 'dev', 'reset', 'web', 'status', 'vapid', 'lockfile'];

const USAGE = `Usage: node supabase/embedded/launch.mjs TASK
  ${STACK_TASKS.join(' | ')}
  run FILE.ts [ARG…]   a TypeScript file of this checkout
  exec BIN [ARG…]      a program of an installed package`;

const [task, ...args] = process.argv.slice(2);

if (![...STACK_TASKS, 'run', 'exec'].includes(task) || (['run', 'exec'].includes(task) && args.length === 0)) {
  console.error(USAGE);
  process.exit(2);
}

try {
  await ensurePackages();
} catch (error) {
  if (!(error instanceof InstallError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const node = findNode();
if (!node) {
  console.error(
    `Parley runs on Node 24 or later. This is ${process.version}, and npm has no Node 24 for ${process.platform}-${process.arch}.\n` +
      'Install it from https://nodejs.org and run the command again.'
  );
  process.exit(1);
}

process.exit(await runTask(node, task, args));
