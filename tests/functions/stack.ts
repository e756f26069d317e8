/** Functions alone, from sources that the test writes, in a project of its own that shares the checkout's packages. */
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import { parseConfig } from '../../supabase/embedded/config.ts';
import { type Functions, type FunctionsOptions, startFunctions } from '../../supabase/embedded/functions/runtime.ts';
import { ROOT } from '../../supabase/embedded/paths.ts';
import { freePorts } from '../support/ports.ts';

export const JWT_SECRET = 'a-secret-of-at-least-thirty-two-characters';

export interface FunctionsStack {
  functions: Functions;
  root: string;
  /** Calls a function by its path, `name/rest?query`. */
  call(target: string, init?: RequestInit): Promise<Response>;
  write(name: string, source: string): Promise<void>;
  logs(): Promise<string>;
  stop(): Promise<void>;
}

export async function startFunctionsStack(
  sources: Record<string, string>,
  { toml = '', ...options }: Partial<FunctionsOptions> & { toml?: string } = {}
): Promise<FunctionsStack> {
  const root = await mkdtemp(path.join(tmpdir(), 'parley-functions-'));
  await symlink(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  await copyFile(path.join(ROOT, 'package.json'), path.join(root, 'package.json'));
  await mkdir(path.join(root, 'supabase'));
  const write = async (name: string, source: string) => {
    await mkdir(path.join(root, 'functions', name), { recursive: true });
    await writeFile(path.join(root, 'functions', name, 'index.ts'), source);
  };
  for (const [name, source] of Object.entries(sources)) await write(name, source);
  const sections = Object.keys(sources)
    .filter((name) => !toml.includes(`[functions.${name}]`))
    .map((name) => `[functions.${name}]\nverify_jwt = false\nentrypoint = "../functions/${name}/index.ts"\n`);
  const config = parseConfig(`project_id = "test"\n${sections.join('')}${toml}`);
  const [port] = (await freePorts(1)) as [number];
  const logFile = path.join(root, 'functions.log');
  const functions = await startFunctions({
    root,
    config,
    port,
    jwtSecret: JWT_SECRET,
    env: { SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}' },
    cache: path.join(root, 'deno'),
    logFile,
    ...options
  });
  return {
    functions,
    root,
    call: (target, init) => fetch(`${functions.url}/${target}`, init),
    write,
    logs: () => readFile(logFile, 'utf8'),
    async stop() {
      await functions.stop();
      await rm(root, { recursive: true, force: true });
    }
  };
}

export function token(claims: Record<string, unknown>, secret = JWT_SECRET): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(new TextEncoder().encode(secret));
}

/** What a refusal says, its code being in the header as well. */
export async function refused(response: Response): Promise<unknown> {
  const body = (await response.json()) as { code: string };
  if (response.headers.get('sb-error-code') !== body.code) throw new Error('the header names another code');
  return { status: response.status, ...body };
}
