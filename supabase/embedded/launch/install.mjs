// Installs the packages of package-lock.json where they are not installed yet, and says how far it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { env, execPath, platform, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { deathSignal } from './death-signal.mjs';
import { isInstalled, wantedPackages } from './packages.mjs';

export class InstallError extends Error {}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Install scripts are not run: what they would do, the stack does itself when it needs it. */
const NPM_ARGUMENTS = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'];

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export async function ensurePackages() {
  if (isInstalled(ROOT)) return;
  const wanted = wantedPackages(ROOT);
  console.log(`Installing ${wanted.length} packages into node_modules, Node 24 and Postgres among them. This happens once.`);
  const progress = showProgress(wanted);
  const { code, output } = await npm(NPM_ARGUMENTS);
  progress.end();
  if (code !== 0) {
    throw new InstallError(`The packages could not be installed (npm ended with ${code}). npm said:\n\n${output.trim()}\n`);
  }
}

/** Runs npm: the one that runs us, if one does. */
function npm(args) {
  const own = env.npm_execpath;
  const words = [...deathSignal(), ...(own?.endsWith('.js') ? [execPath, own] : ['npm']), ...args];
  const child = spawn(words[0], words.slice(1), {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // There npm is a script of the shell.
    shell: platform === 'win32' && words[0] === 'npm'
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const stop = (signal) => {
    child.kill(signal);
    process.exit(130);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 'no start', output: error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }));
  }).finally(() => SIGNALS.forEach((signal) => process.off(signal, stop)));
}

/** A line that counts packages as they appear: rewritten in place in a terminal, now and then elsewhere. */
function showProgress(wanted) {
  const started = Date.now();
  const missing = new Set(wanted);
  const line = () => {
    for (const at of missing) if (existsSync(path.join(ROOT, at, 'package.json'))) missing.delete(at);
    const seconds = Math.round((Date.now() - started) / 1000);
    return `  ${wanted.length - missing.size} of ${wanted.length} packages, ${seconds} s`;
  };
  const timer = setInterval(() => stdout.write(stdout.isTTY ? `\r${line()}` : `${line()}\n`), stdout.isTTY ? 500 : 5_000);
  return {
    end() {
      clearInterval(timer);
      stdout.write(`${stdout.isTTY ? '\r' : ''}${line()}\n`);
    }
  };
}
