/** The services that run as processes of their own, as the stack's supervisor wants them. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackConfig } from './config.ts';
import type { Home } from './home.ts';
import type { Keys } from './keys.ts';
import type { Database } from './postgres/database.ts';
import { untilAnswers } from './process/answers.ts';
import { spawnService } from './process/spawn.ts';
import type { SupervisedService } from './process/supervise.ts';
import { startRest } from './rest/server.ts';
import { startVite } from './web/dev.ts';
import type { WebConfig } from './web/server.ts';

/** What every service may need to know of its stack. */
export interface StackContext {
  config: StackConfig;
  home: Home;
  keys: Keys;
  database: Database;
  /** Where clients reach the API. */
  apiUrl: string;
}

/** Sources of the realtime server. */
export const REALTIME = fileURLToPath(new URL('realtime', import.meta.url));

export function restService({ config, home, keys, database, apiUrl }: StackContext, port: number): SupervisedService {
  const logFile = home.log('postgrest');
  return {
    name: 'PostgREST',
    logFile,
    start: () =>
      startRest({
        databaseUrl: database.url('authenticator'),
        jwtSecret: keys.jwtSecret,
        port,
        config: config.api,
        publicUrl: apiUrl,
        logFile
      })
  };
}

/** In a process of its own, so that neither a burst of live events nor one of requests holds up the other. */
export function realtimeService({ home, keys, database }: StackContext, port: number): SupervisedService {
  const logFile = home.log('realtime');
  const env = { ...process.env, PORT: String(port), DATABASE_URL: database.url('supabase_admin'), JWT_SECRET: keys.jwtSecret };
  return {
    name: 'Realtime',
    logFile,
    start: () =>
      untilAnswers(spawnService({ command: process.execPath, args: [path.join(REALTIME, 'main.ts')], env, logFile }), {
        service: 'Realtime',
        url: `http://127.0.0.1:${port}/`,
        logFile
      })
  };
}

export function viteService({ home }: StackContext, port: number, config: WebConfig): SupervisedService {
  const logFile = home.log('vite');
  return { name: 'Vite', logFile, start: () => startVite({ port, config, logFile }) };
}
