// Runs a task under the Node that was found, passes signals on, and sees to it that the task does not outlive this process.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { deathSignal } from './death-signal.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Compiled modules, types already stripped: it halves the time until the first line of a task runs. */
const COMPILE_CACHE = path.join(ROOT, 'node_modules', '.cache', 'compiled');
const PARENT_CHECK_MS = 500;

/** Resolves with the exit code of the task. */
export function runTask(node, task, args) {
  const { words, channel } = commandOf(node, task, args);
  const child = spawn(words[0], words.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', ...(channel ? ['ipc'] : [])],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, PATH: pathWith(node) }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C in a terminal has reached the task already: both are in the terminal's group.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  followNpm(() => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${words[0]}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      if (signal) console.error(`\n${task} was ended by ${signal}.`);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** The stack's own tasks hold a channel to this process and stop when it closes; others are ended by the kernel, where it can. */
function commandOf(node, task, args) {
  if (task === 'run') return { words: [...deathSignal(), node, path.resolve(ROOT, args[0]), ...args.slice(1)] };
  if (task === 'exec') return { words: [...deathSignal(), node, programOf(args[0]), ...args.slice(1)] };
  return { words: [node, MAIN, task, ...args], channel: true };
}

/** The file of a package's program. npm's links in node_modules/.bin are scripts of the shell on Windows, so they do not serve. */
function programOf(name) {
  const at = path.join(ROOT, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8'));
  return path.join(at, typeof bin === 'string' ? bin : (bin[name] ?? Object.values(bin)[0]));
}

function pathWith(node) {
  return [path.dirname(node), path.join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter);
}

/**
 * npm passes on every signal but SIGKILL. When it was killed, this process, or the shell that npm started it with, has another
 * parent than before.
 */
function followNpm(gone) {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  setInterval(() => {
    if (process.ppid !== shell || parentOf(shell) !== npm) gone();
  }, PARENT_CHECK_MS).unref();
}

/** Known on Linux only. Elsewhere the shell replaces itself by this process, whose parent is then npm. */
function parentOf(pid) {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
