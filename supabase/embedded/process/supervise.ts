/**
 * Keeps a service running: one that ends without having been asked to is reported and started again. One that keeps ending
 * is given up, because restarting it forever would hide the fault.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from '../errors.ts';

/** A service that was started. */
export interface Running {
  /** Resolves with the reason when the service ends, whether or not it was asked to. */
  exited: Promise<string>;
  stop(): Promise<void>;
}

export interface SupervisedService {
  name: string;
  logFile: string;
  start(): Promise<Running>;
}

export interface SuperviseOptions {
  /** Told of every unexpected end and restart. */
  log(line: string): void;
  /** Called once when the service is given up. */
  failed(error: Error): void;
}

/** Waits before each restart; one more end after the last of them within the window, and the service is given up. */
const RESTART_DELAYS_MS = [0, 200, 1_000, 3_000];
const WINDOW_MS = 60_000;

export interface Supervised {
  /** Ends the service and starts it again, as after a change of its sources. */
  restart(): void;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Starts the service, and returns when it is ready. Its first start must succeed. */
export async function supervise(service: SupervisedService, { log, failed }: SuperviseOptions): Promise<Supervised> {
  const stopping = new AbortController();
  let restarting = false;
  let ends: number[] = [];
  let running = await service.start();
  const watching = watch();

  async function watch(): Promise<void> {
    try {
      for (;;) {
        const reason = await running.exited;
        if (stopping.signal.aborted) return;
        running = restarting ? await startAnew() : await startAfter(reason);
        // Asked to stop while it was starting again.
        if (stopping.signal.aborted) return await running.stop();
      }
    } catch (error) {
      if (!stopping.signal.aborted) failed(error as Error);
    }
  }

  /** Sources that do not run are the person's to correct: the service then waits for the next restart. */
  async function startAnew(): Promise<Running> {
    restarting = false;
    log(`${service.name} starts anew`);
    return service.start().catch((error: Error) => {
      log(error.message);
      const { promise, resolve } = Promise.withResolvers<string>();
      return { exited: promise, stop: async () => resolve('asked') };
    });
  }

  async function startAfter(reason: string): Promise<Running> {
    const now = Date.now();
    ends = [...ends.filter((at) => at > now - WINDOW_MS), now];
    const wait = RESTART_DELAYS_MS[ends.length - 1];
    if (wait === undefined) throw new StackError('service_ended', { service: service.name, reason, log: service.logFile });
    log(`${service.name} ended unexpectedly (${reason}). Starting it again; see ${service.logFile}`);
    await delay(wait, undefined, { signal: stopping.signal });
    return service.start();
  }

  return {
    restart() {
      restarting = true;
      void running.stop();
    },
    async stop() {
      stopping.abort();
      await running.stop();
      await watching;
    }
  };
}
