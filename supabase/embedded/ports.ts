/** The ports of the stack: those of config.toml, checked before anything starts, and free ones for what only the stack itself calls. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { StackConfig } from './config.ts';
import { port } from './config/units.ts';
import { StackError } from './errors.ts';

export interface Ports {
  /** The gateway: Supabase's URL. */
  api: number;
  db: number;
  /** The page with the mails that were caught. */
  mail: number;
  smtp: number;
  /** The web app. */
  web: number;
}

/** Where each port is set, and what listens on it, for messages. */
const MEANING: Record<keyof Ports, { service: string; setting: string }> = {
  api: { service: 'API', setting: 'api.port' },
  db: { service: 'Postgres', setting: 'db.port' },
  mail: { service: 'mail page', setting: 'local_smtp.port' },
  smtp: { service: 'mail', setting: 'local_smtp.smtp_port' },
  web: { service: 'web app', setting: 'auth.site_url' }
};

/**
 * Linux hands out 32768 and above to outgoing connections, which may hold one for a minute after they end. `PARLEY_FREE_PORTS`
 * (`from-to`) gives stacks that run beside each other ranges of their own, so that none takes what another is about to use.
 */
const [FREE_FROM = 26_000, FREE_TO = 32_000] = process.env['PARLEY_FREE_PORTS']?.split('-').map(Number) ?? [];

export function portsOf(config: StackConfig): Ports {
  const site = new URL(config.auth.site_url);
  return {
    api: config.api.port,
    db: config.db.port,
    mail: config.local_smtp.port,
    smtp: config.local_smtp.smtp_port,
    web: Number(site.port) || (site.protocol === 'https:' ? 443 : 80)
  };
}

/** `api=25321,db=25322` → those ports. @throws {StackError} config_invalid */
export function portsFromText(text: string): Partial<Ports> {
  const ports: Partial<Ports> = {};
  for (const part of text.split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    if (!Object.hasOwn(MEANING, name) || !port.safeParse(Number(value)).success) {
      throw new StackError('config_invalid', {
        reason: `"${part}" is not one of ${Object.keys(MEANING).join(', ')} with a port`
      });
    }
    ports[name as keyof Ports] = Number(value);
  }
  return ports;
}

/** @throws {StackError} port_in_use for the first that something else listens on. */
export async function checkPorts(ports: Partial<Ports>): Promise<void> {
  for (const [name, number] of Object.entries(ports) as [keyof Ports, number][]) {
    if (!(await isFree(number))) throw portInUse(name, number);
  }
}

export function portInUse(name: keyof Ports, port: number, options?: ErrorOptions): StackError {
  return new StackError('port_in_use', { port, ...MEANING[name] }, options);
}

/** An error that says that one of these ports was taken after it had been looked at, in the stack's words; others as they are. */
export function explainTaken(error: unknown, ports: Partial<Ports>): unknown {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== 'EADDRINUSE') return error;
  const name = (Object.keys(ports) as (keyof Ports)[]).find((key) => ports[key] === port);
  return name && port !== undefined ? portInUse(name, port, { cause: error }) : error;
}

/** A port that nothing uses now, other than those already given out by this process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FREE_FROM + Math.floor(Math.random() * (FREE_TO - FREE_FROM));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

const given = new Set<number>();

/** A free port for every purpose: for a second stack, and for tests. */
export async function freePorts(): Promise<Ports> {
  return { api: await freePort(), db: await freePort(), mail: await freePort(), smtp: await freePort(), web: await freePort() };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
