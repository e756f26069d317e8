/** PostgREST, the real one, as a child process: Supabase's REST API. */
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { StackConfig } from '../config.ts';
import { StackError } from '../errors.ts';
import { lastLines } from '../process/last-lines.ts';
import { exitOf, type ServiceCommand, spawnService, stopService } from '../process/spawn.ts';
import type { Running } from '../process/supervise.ts';
import { postgrestBinary } from './binary.ts';

export interface RestOptions {
  /** As the role `authenticator`. */
  databaseUrl: string;
  jwtSecret: string;
  port: number;
  config: StackConfig['api'];
  /** Address that the API description names as its own. */
  publicUrl: string;
  logFile: string;
}

/** Connections that PostgREST may hold, of the database's 120. */
const POOL_SIZE = 24;
const START_LIMIT_MS = 20_000;

/** Resolves when the first request is answered, which is after the schema was read. */
export async function startRest(options: RestOptions): Promise<Running> {
  const command = await restCommand(options);
  const child = spawnService(command);
  const exited = exitOf(child);
  const waiting = new AbortController();
  const limit = AbortSignal.any([waiting.signal, AbortSignal.timeout(START_LIMIT_MS)]);
  const ready = await Promise.race([answers(options.port, limit), exited.then(() => false)]);
  waiting.abort();
  if (!ready) {
    await stopService(child);
    throw new StackError('service_failed', {
      service: 'PostgREST',
      log: options.logFile,
      output: await lastLines(options.logFile)
    });
  }
  return { exited, stop: () => stopService(child) };
}

async function restCommand({ databaseUrl, jwtSecret, port, config, publicUrl, logFile }: RestOptions): Promise<ServiceCommand> {
  return {
    command: await postgrestBinary(),
    logFile,
    env: {
      PGRST_DB_URI: databaseUrl,
      PGRST_DB_SCHEMAS: config.schemas.join(','),
      PGRST_DB_EXTRA_SEARCH_PATH: config.extra_search_path.join(','),
      PGRST_DB_ANON_ROLE: 'anon',
      PGRST_DB_MAX_ROWS: String(config.max_rows),
      PGRST_DB_POOL: String(POOL_SIZE),
      PGRST_DB_POOL_ACQUISITION_TIMEOUT: '10',
      PGRST_DB_CHANNEL_ENABLED: 'true',
      PGRST_JWT_SECRET: jwtSecret,
      PGRST_OPENAPI_SERVER_PROXY_URI: `${publicUrl}/rest/v1`,
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(port),
      PGRST_LOG_LEVEL: 'warn'
    }
  };
}

/** Asks until an answer other than "not ready" comes; false when the signal ends the wait. */
async function answers(port: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const status = await head(port, signal).catch(() => 503);
    if (status < 500) return true;
    await delay(10);
  }
  return false;
}

async function head(port: number, signal: AbortSignal): Promise<number> {
  const call = request({ host: '127.0.0.1', port, path: '/', method: 'HEAD', signal, agent: false });
  call.end();
  const [response] = await once(call, 'response');
  response.resume();
  return response.statusCode;
}
