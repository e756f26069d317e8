/** A Postgres server of our own: made with `initdb`, started, stopped, and bound to the life of this process. */
import type { ChildProcess } from 'node:child_process';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StackError } from '../errors.ts';
import { portInUse } from '../ports.ts';
import { deathSignal, exitOf, lastWords, spawnService, stopService } from '../process/spawn.ts';
import type { PostgresRuntime } from './runtime.ts';

const run = promisify(execFile);

export interface ClusterOptions {
  runtime: PostgresRuntime;
  /** Data directory. */
  data: string;
  port: number;
  logFile: string;
  /** Settings beyond the defaults below, as `name: value`. */
  settings?: Record<string, string>;
}

/** What the stack needs of the server: logical decoding for Realtime, every commit durable, nothing beyond this machine. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'logical',
  max_wal_senders: '10',
  max_replication_slots: '10',
  max_slot_wal_keep_size: '1GB',
  max_connections: '120',
  shared_buffers: '256MB',
  // Off would hold each change back from Realtime until the WAL writer's next round, 200 ms and more.
  synchronous_commit: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u ',
  cluster_name: 'parley'
};

/** Postgres' two ways of saying it: nothing could be written, or only a part. */
const DISK_FULL = /No space left|Check free disk space/i;

const FULL_BYTES = 2 ** 20;

/** Words before the command when running as root, which Postgres refuses: in a user namespace of our own it is uid 1000. */
const AS_NOBODY = ['unshare', '-U', '--map-user=1000', '--map-group=1000', '--'];

interface Identity {
  prefix?: readonly string[];
  uid?: number;
  gid?: number;
}

/** How to start Postgres as somebody who is not root. */
function identity(): Identity {
  if (process.getuid?.() !== 0) return {};
  if (spawnSync(AS_NOBODY[0]!, [...AS_NOBODY.slice(1), 'true'], { stdio: 'ignore' }).status === 0) return { prefix: AS_NOBODY };
  return { uid: 65534, gid: 65534 };
}

/** Makes the data directory. `superuser` owns the system catalogue and has no password until one is set. */
export async function initCluster(
  { runtime, data }: Pick<ClusterOptions, 'runtime' | 'data'>,
  superuser: string,
  password: string
): Promise<void> {
  const { prefix = [], uid, gid } = identity();
  await mkdir(path.dirname(data), { recursive: true });
  const passwordFile = `${data}.pw`;
  await writeFile(passwordFile, password, { mode: uid === undefined ? 0o600 : 0o644 });
  const words = [
    ...prefix,
    ...deathSignal('SIGTERM'),
    runtime.initdb,
    '-D',
    data,
    '-U',
    superuser,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--locale-provider=icu',
    '--icu-locale=en-US',
    '--no-sync',
    '--no-instructions'
  ];
  try {
    await run(words[0]!, words.slice(1), { uid, gid });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    if (DISK_FULL.test(stderr)) throw new StackError('disk_full', { path: data }, { cause });
    throw new StackError('initdb_failed', { path: data, output: stderr.trim() }, { cause });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

export class Cluster {
  readonly #options: ClusterOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<string> = Promise.resolve('not started');

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  /** Resolves when the server accepts connections. Recovery after a crash is part of it. */
  async start(timeoutMs = 60_000): Promise<void> {
    const { runtime, data, port, logFile, settings } = this.#options;
    const lines = Object.entries({ ...SETTINGS, ...settings, port: String(port) });
    await chmod(data, 0o700);
    // A file rather than arguments, so that tools which read the data directory see the same settings.
    await writeFile(path.join(data, 'postgresql.auto.conf'), lines.map(([name, value]) => `${name} = '${value}'\n`).join(''));
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const child = spawnService({ command: runtime.postgres, args: ['-D', data], logFile, stopSignal: 'SIGINT', ...identity() });
      this.#child = child;
      this.#exited = exitOf(child);
      if (await this.#ready(child, deadline)) return;
      const reason = await lastWords(child);
      if (DISK_FULL.test(reason) || (await isFull(data))) throw new StackError('disk_full', { path: data });
      // Processes of a server that was killed may still be going, and hold the directory or the port for a moment.
      const passing = /postmaster\.pid" already exists|pre-existing shared memory|Address already in use/i.test(reason);
      if (Date.now() > deadline && /Address already in use/i.test(reason)) throw portInUse('db', port);
      if (!passing || Date.now() > deadline) throw new StackError('postgres_failed', { log: logFile, output: reason });
      await delay(100);
    }
  }

  /** Resolves with the reason when the server that runs now has ended. */
  get exited(): Promise<string> {
    return this.#exited;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child) await stopService(child, 'SIGINT', 20_000);
  }

  async #ready(child: ChildProcess, deadline: number): Promise<boolean> {
    let ended = false;
    void this.#exited.then(() => (ended = true));
    const file = path.join(this.#options.data, 'postmaster.pid');
    while (!ended && Date.now() < deadline) {
      const lines = existsSync(file) ? (await readFile(file, 'utf8').catch(() => '')).split('\n') : [];
      // Line 1 tells a file left by a crash from this server's own; in the guard's case the pid is the guard's child.
      if (lines[7]?.trim() === 'ready' && (Number(lines[0]) === child.pid || child.stdin)) return true;
      await delay(5);
    }
    if (!ended) await stopService(child, 'SIGQUIT', 2_000);
    return false;
  }
}

/** The log lies on the same disk, so that Postgres may not even have been able to say it. */
async function isFull(directory: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize < FULL_BYTES;
}
