/**
 * A desktop's notifications, without a desktop: a message bus and a daemon of its own on it. A browser that is started with its
 * environment shows notifications there, and takes a click there for a person's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { installPackages, succeeds } from '../debian.ts';

const DAEMON = fileURLToPath(new URL('daemon.py', import.meta.url));
const CONFIG = fileURLToPath(new URL('bus.conf', import.meta.url));
/** That of the system: its packages are for no other. */
const PYTHON = '/usr/bin/python3';
const PACKAGES = ['dbus', 'python3-dbus', 'python3-gi'];

const shownSchema = z.object({
  event: z.literal('shown'),
  id: z.number(),
  app: z.string(),
  summary: z.string(),
  body: z.string(),
  /** By their names; `default` is a click on the notification itself. */
  actions: z.record(z.string(), z.string()),
  icon: z.string(),
  /** In milliseconds; 0 for as long as nobody touches it, -1 for as long as the daemon likes. */
  timeout: z.number(),
  hints: z.record(z.string(), z.unknown())
});
const eventSchema = z.discriminatedUnion('event', [
  shownSchema,
  z.object({ event: z.literal('closed'), id: z.number() }),
  z.object({ event: z.literal('ready') })
]);

/** A notification as the daemon was given it. */
export type Shown = z.infer<typeof shownSchema>;

/** Why there can be none here; undefined when there can, after what it needs was installed. */
export function desktopProblem(): string | undefined {
  if (process.platform !== 'linux') return `D-Bus is Linux', this is ${process.platform}`;
  const isThere = () => succeeds(['dbus-daemon', '--version']) && succeeds([PYTHON, '-c', 'import dbus, gi']);
  if (isThere()) return undefined;
  const problem = installPackages(PACKAGES);
  return isThere() ? undefined : `D-Bus cannot be had (${PACKAGES.join(', ')}): ${problem ?? 'it does not run'}`;
}

export class Desktop {
  /** What has been shown, in order; what is replaced has the same id. */
  readonly shown: Shown[] = [];
  readonly closed: number[] = [];
  /** For the browser. */
  readonly env: { DBUS_SESSION_BUS_ADDRESS: string };
  readonly #bus: ChildProcess;
  readonly #daemon: ChildProcess;
  readonly #waiting = new Set<() => void>();

  private constructor(bus: ChildProcess, daemon: ChildProcess, address: string) {
    this.#bus = bus;
    this.#daemon = daemon;
    this.env = { DBUS_SESSION_BUS_ADDRESS: address };
  }

  static async start(): Promise<Desktop> {
    const bus = spawn('dbus-daemon', [`--config-file=${CONFIG}`, '--nofork', '--nopidfile', '--print-address=1'], {
      stdio: ['ignore', 'pipe', 'ignore']
    });
    const [address] = (await once(createInterface({ input: bus.stdout }), 'line')) as [string];
    const daemon = spawn(PYTHON, [DAEMON], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: address }
    });
    const desktop = new Desktop(bus, daemon, address);
    const ready = Promise.withResolvers<void>();
    createInterface({ input: daemon.stdout }).on('line', (line) => {
      const event = eventSchema.parse(JSON.parse(line));
      if (event.event === 'ready') ready.resolve();
      if (event.event === 'shown') desktop.shown.push(event);
      if (event.event === 'closed') desktop.closed.push(event.id);
      for (const wake of desktop.#waiting) wake();
      desktop.#waiting.clear();
    });
    await ready.promise;
    return desktop;
  }

  /** The first that is so, now or later. */
  async until(is: (shown: Shown) => boolean): Promise<Shown> {
    for (;;) {
      const found = this.shown.find(is);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** As a person clicks it, or one of its buttons. */
  click({ id }: Shown, action = 'default'): void {
    this.#daemon.stdin!.write(`${JSON.stringify({ id, action })}\n`);
  }

  /** What is written into its field, where the desktop offers one. */
  answer({ id }: Shown, text: string): void {
    this.#daemon.stdin!.write(`${JSON.stringify({ id, text })}\n`);
  }

  async stop(): Promise<void> {
    for (const child of [this.#daemon, this.#bus]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, 'exit');
    }
  }
}
