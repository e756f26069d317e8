/**
 * supabase-js's own integration tests, unmodified, against the embedded stack with the migrations, functions and keys that
 * those tests expect.
 *
 *   node tests/realtime/supabase-js.ts --checkout PATH [--only NAME[,NAME…]]
 *
 * PATH is a checkout of https://github.com/supabase/supabase-js whose packages are installed and built. In it:
 *   pnpm install --ignore-scripts --filter '@supabase/supabase-js...'
 *   pnpm --filter '@supabase/supabase-js...' build
 * The tests name http://127.0.0.1:54321, so that port has to be free.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { parseConfig, type StackConfig } from '../../supabase/embedded/config.ts';
import { opaqueKey } from '../../supabase/embedded/keys.ts';
import { freePorts } from '../../supabase/embedded/ports.ts';
import { startStack } from '../../supabase/embedded/stack.ts';
import { SUITES } from './supabase-js/suites.ts';

/** What `supabase start` has for every project on a developer's machine. */
const JWT_SECRET = 'super-secret-jwt-token-with-at-least-32-characters-long';
const API_PORT = 54_321;
const EXPIRES = 1_983_812_996;

const { values } = parseArgs({ options: { checkout: { type: 'string' }, only: { type: 'string' } } });
if (!values.checkout) throw new Error('Say where supabase-js is: --checkout PATH');
const directory = path.resolve(values.checkout, 'packages/core/supabase-js');
const only = values.only?.split(',');

const home = await mkdtemp(path.join(tmpdir(), 'parley-supabase-js-'));
let failed = 0;
try {
  await writeKeys(home);
  const project = path.join(home, 'checkout', 'supabase');
  await cp(path.join(directory, 'supabase'), project, { recursive: true });
  // The CLI takes the folder's name where the file does not have one.
  const config = parseConfig(`project_id = "supabase-js"\n${await readFile(path.join(project, 'config.toml'), 'utf8')}`);
  await mapFunctionImports(project, config);
  const stack = await startStack({ home, project, config, ports: { ...(await freePorts()), api: API_PORT }, log: console.log });
  try {
    for (const suite of SUITES) {
      if (only && !only.includes(suite.name)) continue;
      const results = await suite.run({ directory, home });
      if (typeof results === 'string') {
        console.log(`\n${suite.name}: not run: ${results}`);
        continue;
      }
      const passed = results.filter(({ outcome }) => outcome === 'passed').length;
      const skipped = results.filter(({ outcome }) => outcome === 'skipped').length;
      failed += results.length - passed - skipped;
      console.log(
        `\n${suite.name}: ${passed} of ${results.length - skipped} pass${skipped ? `, ${skipped} skip themselves` : ''}`
      );
      for (const { name, outcome, reason = '' } of results) {
        if (outcome === 'failed') console.log(`  ✗ ${name}\n      ${reason.split('\n').slice(0, 6).join('\n      ')}`);
      }
    }
  } finally {
    await stack.stop();
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);

/** What the functions import from deno.land and esm.sh they get without a network: `serve`, and the package as it was built. */
async function mapFunctionImports(project: string, config: StackConfig): Promise<void> {
  const folder = path.join(project, 'functions');
  await cp(path.join(directory, 'dist/cors.mjs'), path.join(folder, 'cors.mjs'));
  await writeFile(path.join(folder, 'serve.ts'), 'export const serve = (answer: Deno.ServeHandler) => Deno.serve(answer);\n');
  const imports = { 'https://deno.land/std@0.168.0/http/server.ts': './serve.ts', '@supabase/supabase-js/cors': './cors.mjs' };
  await writeFile(path.join(folder, 'import_map.json'), JSON.stringify({ imports }));
  for (const settings of Object.values(config.functions)) settings.import_map = './functions/import_map.json';
}

/** The demo keys: the tests have the one for `anon` written in them. */
async function writeKeys(directory: string): Promise<void> {
  const token = (role: string) =>
    new SignJWT({ iss: 'supabase-demo', role, exp: EXPIRES })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new TextEncoder().encode(JWT_SECRET));
  const keys = {
    jwtSecret: JWT_SECRET,
    publishableKey: opaqueKey('sb_publishable_', 'supabase-js'),
    secretKey: opaqueKey('sb_secret_', 'supabase-js'),
    anonToken: await token('anon'),
    serviceRoleToken: await token('service_role')
  };
  await writeFile(path.join(directory, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
}
