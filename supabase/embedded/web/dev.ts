/** Vite's development server: the web app from its sources, with hot reload. */
import path from 'node:path';
import { ROOT } from '../paths.ts';
import { untilAnswers } from '../process/answers.ts';
import { spawnService } from '../process/spawn.ts';
import type { Running } from '../process/supervise.ts';
import type { WebConfig } from './server.ts';

const START_LIMIT_MS = 30_000;

export async function startVite({
  port,
  config,
  logFile
}: {
  port: number;
  config: WebConfig;
  logFile: string;
}): Promise<Running> {
  const child = spawnService({
    command: process.execPath,
    args: [
      path.join(ROOT, 'node_modules/vite/bin/vite.js'),
      'dev',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--strictPort'
    ],
    cwd: ROOT,
    env: {
      ...process.env,
      PARLEY_SUPABASE_URL: config.supabaseUrl,
      PARLEY_PUBLISHABLE_KEY: config.publishableKey,
      PARLEY_VAPID_PUBLIC_KEY: config.vapidPublicKey,
      PARLEY_DEMO: JSON.stringify(config.demo)
    },
    logFile
  });
  return untilAnswers(child, { service: 'Vite', url: `http://127.0.0.1:${port}/config.json`, logFile, limitMs: START_LIMIT_MS });
}
