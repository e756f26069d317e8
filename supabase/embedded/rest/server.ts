/** PostgREST, the real one, as a child process: Supabase's REST API. */
import type { StackConfig } from '../config.ts';
import { untilAnswers } from '../process/answers.ts';
import { type ServiceCommand, spawnService } from '../process/spawn.ts';
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

/** Resolves when the first request is answered, which is after the schema was read. */
export async function startRest(options: RestOptions): Promise<Running> {
  const child = spawnService(await restCommand(options));
  return untilAnswers(child, { service: 'PostgREST', url: `http://127.0.0.1:${options.port}/`, logFile: options.logFile });
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
