/** One function as a Deno process of its own, on a port of its own, with nothing but what a function may have. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../ports.ts';
import { exitOf, type ServiceCommand, spawnService, stopService } from '../process/spawn.ts';
import { denoBinary } from './deno.ts';
import { FunctionError } from './errors.ts';

export interface WorkerOptions {
  /** Path of the file that calls `Deno.serve`. */
  entrypoint: string;
  importMap?: string | undefined;
  /** The checkout: npm packages come from its node_modules, and files from the function's folder. */
  root: string;
  env: Record<string, string>;
  /** Deno's cache of compiled sources. */
  cache: string;
  logFile: string;
}

const EDGE = fileURLToPath(new URL('edge.ts', import.meta.url));
const BOOT_TIMEOUT_MS = 10_000;
/** As on the hosted platform. */
const MEMORY_LIMIT_MB = 256;

export class Worker {
  readonly url: string;
  /** Resolves with the reason when the process has ended. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  #running = 0;
  #retired = false;

  private constructor(child: ChildProcess, exited: Promise<string>, url: string) {
    this.#child = child;
    this.exited = exited;
    this.url = url;
  }

  /** Resolves when it listens. @throws {FunctionError} BOOT_ERROR */
  static async start(options: WorkerOptions): Promise<Worker> {
    const port = await freePort();
    const child = spawnService(denoCommand(options, port));
    const exited = exitOf(child);
    const gone = new AbortController();
    void exited.then(() => gone.abort());
    if (await listens(port, gone.signal)) return new Worker(child, exited, `http://127.0.0.1:${port}`);
    await stopService(child, 'SIGTERM', 1_000);
    throw new FunctionError('BOOT_ERROR');
  }

  get alive(): boolean {
    return !this.#retired && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** A request begins; call what is returned when it has ended. */
  enter(): () => void {
    this.#running += 1;
    return () => {
      this.#running -= 1;
      if (this.#retired && this.#running === 0) void this.stop();
    };
  }

  /** Takes no more requests, and ends when those under way have, at the latest after `graceMs`. */
  retire(graceMs = 5_000): void {
    if (this.#retired) return;
    this.#retired = true;
    if (this.#running === 0) void this.stop();
    else setTimeout(() => void this.stop(), graceMs).unref();
  }

  async stop(): Promise<void> {
    this.#retired = true;
    await stopService(this.#child, 'SIGTERM', 2_000);
  }
}

/** Offline: npm packages are those of the checkout, and anything else that is not on this disk fails to load. */
function denoCommand({ entrypoint, importMap, root, env, cache, logFile }: WorkerOptions, port: number): ServiceCommand {
  const readable = [path.dirname(path.dirname(entrypoint)), path.join(root, 'node_modules'), path.join(root, 'package.json')];
  return {
    command: denoBinary(),
    args: [
      'run',
      '--no-remote',
      '--cached-only',
      '--node-modules-dir=manual',
      '--no-lock',
      '--no-prompt',
      '--quiet',
      `--v8-flags=--max-old-space-size=${MEMORY_LIMIT_MB}`,
      ...(importMap ? [path.basename(importMap).startsWith('deno.json') ? '--config' : '--import-map', importMap] : []),
      '--preload',
      EDGE,
      '--allow-net',
      '--allow-env',
      '--allow-sys',
      `--allow-read=${readable.join(',')}`,
      entrypoint
    ],
    cwd: root,
    env: {
      ...systemVariables(),
      ...env,
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      DENO_DIR: cache,
      DENO_NO_UPDATE_CHECK: '1',
      NO_COLOR: '1'
    },
    logFile
  };
}

/** What a process needs from the system; nothing else of the caller's environment reaches a function. */
function systemVariables(): Record<string, string> {
  const names = ['TMPDIR', 'TEMP', 'SystemRoot'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Whether something accepts connections there before the signal or the timeout comes. */
async function listens(port: number, gone: AbortSignal): Promise<boolean> {
  const end = AbortSignal.any([gone, AbortSignal.timeout(BOOT_TIMEOUT_MS)]);
  while (!end.aborted) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      // Not yet.
    } finally {
      socket.destroy();
    }
    await delay(10, undefined, { signal: end }).catch(() => undefined);
  }
  return false;
}
