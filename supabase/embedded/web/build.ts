/** Builds the web app when its sources are not those of the last build. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from '../errors.ts';
import { DEFAULT_HOME, ROOT } from '../paths.ts';
import { takeLock } from '../process/lock.ts';
import { exitOf, lastWords, spawnService, stopService } from '../process/spawn.ts';

export const BUILD = path.join(ROOT, 'build');
const STAMP = path.join(BUILD, '.sources');

/** What the build depends on. */
const SOURCES = ['web', 'svelte.config.js', 'vite.config.ts', 'package-lock.json'];
const BUILD_LIMIT_MS = 120_000;

export interface BuildOptions {
  logFile: string;
  log: (line: string) => void;
  /** Ends a build that is under way. */
  signal: AbortSignal;
}

/** Resolves when `build/` is up to date. @throws {StackError} build_failed */
export async function buildWeb({ logFile, log, signal }: BuildOptions): Promise<void> {
  if (await isCurrent()) return;
  await mkdir(path.dirname(logFile), { recursive: true });
  await mkdir(DEFAULT_HOME, { recursive: true });
  const lock = await waitForLock(path.join(DEFAULT_HOME, 'build.lock'), signal);
  try {
    // Another stack of this checkout may have built it meanwhile.
    const sources = await sourcesHash();
    if (await isCurrent(sources)) return;
    log('Building the web app');
    await runVite(logFile, signal);
    await writeFile(STAMP, sources);
  } finally {
    await lock.release();
  }
}

async function isCurrent(sources?: string): Promise<boolean> {
  const built = await readFile(STAMP, 'utf8').catch(() => undefined);
  return built !== undefined && built === (sources ?? (await sourcesHash()));
}

async function runVite(logFile: string, signal: AbortSignal): Promise<void> {
  const child = spawnService({
    command: process.execPath,
    args: [path.join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
    logFile
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(BUILD_LIMIT_MS)]);
  limit.addEventListener('abort', () => void stopService(child));
  const reason = await exitOf(child);
  if (reason !== 'exit code 0')
    throw new StackError('build_failed', { log: logFile, output: await lastWords(child, 20), reason });
}

async function sourcesHash(): Promise<string> {
  const files = (await Promise.all(SOURCES.map((source) => filesBelow(path.join(ROOT, source))))).flat().sort();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256');
  files.forEach((file, i) => hash.update(`${path.relative(ROOT, file)}\0${contents[i]!.length}\0`).update(contents[i]!));
  return hash.digest('hex');
}

async function filesBelow(at: string): Promise<string[]> {
  const entries = await readdir(at, { withFileTypes: true, recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!entries) return [at];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !path.relative(at, file).split(path.sep).includes('node_modules'));
}

async function waitForLock(file: string, signal: AbortSignal) {
  for (;;) {
    const lock = await takeLock(file, 'web build');
    if (lock.held) return lock;
    await delay(100, undefined, { signal });
  }
}
