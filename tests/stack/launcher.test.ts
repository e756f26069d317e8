/** The start script from outside, as a person or a process manager treats it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addressesSchema, type StackAddresses } from '../../supabase/embedded/addresses.ts';
import { ROOT } from '../../supabase/embedded/paths.ts';
import { freePorts, type Ports } from '../../supabase/embedded/ports.ts';
import { descendants, untilGone } from './processes.ts';

const LAUNCHER = path.join(ROOT, 'supabase/embedded/launch.mjs');

let home: string;
let ports: Ports;
const started: Launched[] = [];

interface Launched {
  child: ChildProcess;
  output(): string;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'parley-launch-'));
  ports = await freePorts();
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
  await rm(home, { recursive: true, force: true });
});

function commandOf(task: string): string[] {
  const portList = Object.entries(ports).map(([name, port]) => `${name}=${port}`);
  const options = task === 'start' ? ['--home', home, '--no-web', '--ports', portList.join(',')] : [];
  return [process.execPath, LAUNCHER, task, ...options];
}

/** Starts a process as npm would: through a shell, with the name of the script in the environment. */
const AS_NPM = "require('child_process').spawn('sh', ['-c', process.argv[1] + '; exit $?'], { stdio: 'inherit' })";

function launch(task = 'start', throughNpm = false): Launched {
  const words = throughNpm ? [process.execPath, '-e', AS_NPM, commandOf(task).join(' ')] : commandOf(task);
  const env = { ...process.env, npm_lifecycle_event: throughNpm ? task : '' };
  const child = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const launched = { child, output: () => text, ended };
  started.push(launched);
  return launched;
}

async function launchUntilRunning(throughNpm = false): Promise<Launched & { stack: StackAddresses }> {
  const launched = launch('start', throughNpm);
  const running = new Promise<void>((resolve) => {
    launched.child.stdout!.on('data', () => launched.output().includes('Parley is running') && resolve());
  });
  const early = await Promise.race([running, launched.ended]);
  if (early !== undefined) throw new Error(`The start ended with ${early}:\n${launched.output()}`);
  return { ...launched, stack: addressesSchema.parse(JSON.parse(await readFile(path.join(home, 'stack.json'), 'utf8'))) };
}

const makeUser = async ({ apiUrl, secretKey }: StackAddresses, email: string) =>
  fetch(`${apiUrl}/auth/v1/admin/users`, {
    method: 'POST',
    headers: { apikey: secretKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a good password', email_confirm: true })
  });

const signIn = async ({ apiUrl, publishableKey }: StackAddresses, email: string) =>
  fetch(`${apiUrl}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a good password' })
  });

describe.runIf(process.platform === 'linux')('killed with -9', () => {
  test(
    'the start script leaves no process, and what was acknowledged is there after the next start',
    { timeout: 120_000 },
    async () => {
      const first = await launchUntilRunning();
      expect((await makeUser(first.stack, 'kept@parley.test')).status).toBe(200);
      const processes = descendants(first.child.pid!);
      for (const part of ['main.ts start', 'bin/postgres', '/postgrest', 'realtime/main.ts']) {
        expect(processes.some(({ command }) => command.includes(part))).toBe(true);
      }
      first.child.kill('SIGKILL');
      expect(await untilGone(processes.map(({ pid }) => pid))).toEqual([]);

      const second = await launchUntilRunning();
      expect((await signIn(second.stack, 'kept@parley.test')).status).toBe(200);
      expect(second.stack).toEqual(first.stack);
    }
  );

  test('the stack itself leaves no process either, and the start script says so and fails', { timeout: 120_000 }, async () => {
    const first = await launchUntilRunning();
    expect((await makeUser(first.stack, 'kept@parley.test')).status).toBe(200);
    const processes = descendants(first.child.pid!);
    process.kill(processes.find(({ command }) => command.includes('main.ts start'))!.pid, 'SIGKILL');
    expect(await untilGone(processes.map(({ pid }) => pid))).toEqual([]);
    expect(await first.ended).toBe(128 + 9);
    expect(first.output()).toContain('start was ended by SIGKILL');

    const second = await launchUntilRunning();
    expect((await signIn(second.stack, 'kept@parley.test')).status).toBe(200);
  });
});

test.runIf(process.platform === 'linux')(
  'killed while it makes the database, the next start makes it anew',
  { timeout: 90_000 },
  async () => {
    const first = launch();
    await new Promise((resolve) => first.child.stdout!.once('data', resolve));
    expect(first.output()).toContain('Making the database');
    const processes = descendants(first.child.pid!);
    first.child.kill('SIGKILL');
    expect(await untilGone(processes.map(({ pid }) => pid))).toEqual([]);
    const second = await launchUntilRunning();
    expect((await makeUser(second.stack, 'somebody@parley.test')).status).toBe(200);
  }
);

test.runIf(process.platform === 'linux')('npm killed with -9 takes everything with it', { timeout: 60_000 }, async () => {
  const launched = await launchUntilRunning(true);
  const processes = descendants(launched.child.pid!);
  expect(processes.some(({ command }) => command.startsWith('sh -c'))).toBe(true);
  launched.child.kill('SIGKILL');
  expect(await untilGone(processes.map(({ pid }) => pid))).toEqual([]);
});

test('Ctrl-C stops everything, an open socket notwithstanding', { timeout: 60_000 }, async () => {
  const launched = await launchUntilRunning();
  const processes = process.platform === 'linux' ? descendants(launched.child.pid!) : [];
  const { apiUrl, publishableKey } = launched.stack;
  const socket = new WebSocket(`${apiUrl.replace('http', 'ws')}/realtime/v1/websocket?apikey=${publishableKey}&vsn=1.0.0`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  launched.child.kill('SIGINT');
  expect(await launched.ended).toBe(0);
  expect(
    await untilGone(
      processes.map(({ pid }) => pid),
      0
    )
  ).toEqual([]);
  expect(launched.output()).toContain('Stopping');
});

test('a second start in the same folder says who runs there already', { timeout: 60_000 }, async () => {
  const first = await launchUntilRunning();
  const second = launch();
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`already running`);
  expect(second.output()).toContain(first.stack.apiUrl);
});

test.each([
  ['api', 'api.port'],
  ['db', 'db.port'],
  ['smtp', 'local_smtp.smtp_port']
] as const)('a taken %s port is named with its setting', async (name, setting) => {
  const other = createServer().listen(ports[name], '127.0.0.1');
  await once(other, 'listening');
  const launched = launch();
  expect(await launched.ended).toBe(1);
  expect(launched.output()).toContain(`Port ${ports[name]}`);
  expect(launched.output()).toContain(setting);
  other.close();
});

test('an unknown task is answered with those there are', async () => {
  const launched = launch('sart');
  expect(await launched.ended).toBe(2);
  expect(launched.output()).toMatch(/start \| dev \| reset/);
});
