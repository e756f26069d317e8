/** `npm run web`: the app alone, for a stack that `supabase start` runs. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { parseEnv, promisify } from 'node:util';
import pc from 'picocolors';
import { loadConfig } from '../config.ts';
import { demoPeople } from '../demo.ts';
import { StackError } from '../errors.ts';
import { openBrowser } from '../open-browser.ts';
import { secretsFile } from '../functions/environment.ts';
import { DEFAULT_HOME, PROJECT, ROOT } from '../paths.ts';
import { checkPorts, explainTaken, portsOf } from '../ports.ts';
import { untilStopped } from '../process/until-stopped.ts';
import { buildWeb } from '../web/build.ts';
import { startWeb } from '../web/server.ts';

const run = promisify(execFile);
const CLI = path.join(ROOT, 'node_modules/supabase/dist/supabase.js');

export async function web(): Promise<void> {
  const stopping = untilStopped();
  const { web: port } = portsOf(await loadConfig());
  await checkPorts({ web: port });
  const { API_URL, PUBLISHABLE_KEY, ANON_KEY, DB_URL } = await supabaseStatus();
  const publishableKey = PUBLISHABLE_KEY ?? ANON_KEY;
  if (!API_URL || !publishableKey) throw new StackError('supabase_not_running', { reason: 'it named no API URL and key' });
  const demo = DB_URL ? await demoPeople(DB_URL).catch(() => []) : [];
  const { VAPID_PUBLIC_KEY: vapidPublicKey } = await secretsFile(PROJECT);
  const building = new AbortController();
  void stopping.then(() => building.abort());
  await buildWeb({
    logFile: path.join(DEFAULT_HOME, 'logs', 'web-build.log'),
    log: (line) => console.log(pc.dim(`  ${line}`)),
    signal: building.signal
  });
  const server = await startWeb({ port, config: { supabaseUrl: API_URL, publishableKey, vapidPublicKey, demo } }).catch(
    (error: unknown) => {
      throw explainTaken(error, { web: port });
    }
  );
  console.log(`\n${pc.green('●')} The app is at ${pc.bold(pc.cyan(server.url))}, its API at ${API_URL}\n`);
  openBrowser(server.url);
  await stopping;
  await server.stop();
}

async function supabaseStatus(): Promise<NodeJS.Dict<string>> {
  try {
    const { stdout } = await run(process.execPath, [CLI, 'status', '-o', 'env'], {
      cwd: ROOT,
      env: { ...process.env, DO_NOT_TRACK: '1' }
    });
    return parseEnv(stdout);
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    throw new StackError('supabase_not_running', { reason: stderr.trim() || message }, { cause });
  }
}
