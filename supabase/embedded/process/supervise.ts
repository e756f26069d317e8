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

/** Starts the service, and returns when it is ready. Its first start must succeed; `stop` ends it for good. */
export async function supervise(service: SupervisedService, { log, failed }: SuperviseOptions): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  let ends: number[] = [];
  let running = await service.start();
  const watching = watch();

  async function watch(): Promise<void> {
    try {
      for (;;) {
        const reason = await running.exited;
        if (stopping.signal.aborted) return;
        const now = Date.now();
        ends = [...ends.filter((at) => at > now - WINDOW_MS), now];
        const wait = RESTART_DELAYS_MS[ends.length - 1];
        if (wait === undefined) throw new StackError('service_ended', { service: service.name, reason, log: service.logFile });
        log(`${service.name} ended unexpectedly (${reason}). Starting it again; see ${service.logFile}`);
        await delay(wait, undefined, { signal: stopping.signal });
        running = await service.start();
        // Asked to stop while it was starting again.
        if (stopping.signal.aborted) return await running.stop();
      }
    } catch (error) {
      if (!stopping.signal.aborted) failed(error as Error);
    }
  }

  return {
    async stop() {
      stopping.abort();
      await running.stop();
      await watching;
    }
  };
}
