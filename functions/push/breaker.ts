/**
 * Which push services are down: one that failed several times in a row is left alone for a while, then tried with a single push.
 *
 * Modes of a service: up; resting (until a time, which doubles with each rest); tried (one push is on its way, and decides).
 */
interface Service {
  failures: number;
  rests: number;
  /** Milliseconds since 1970; 0 for not resting. */
  until: number;
  isTried: boolean;
}

export interface BreakerOptions {
  /** Failures in a row that make a service rest. */
  patience?: number;
  restMs?: number;
  longestRestMs?: number;
  now?: () => number;
}

export class Breaker {
  readonly #services = new Map<string, Service>();
  readonly #patience: number;
  readonly #restMs: number;
  readonly #longestRestMs: number;
  readonly #now: () => number;

  constructor({ patience = 5, restMs = 15_000, longestRestMs = 10 * 60_000, now = Date.now }: BreakerOptions = {}) {
    this.#patience = patience;
    this.#restMs = restMs;
    this.#longestRestMs = longestRestMs;
    this.#now = now;
  }

  /** Whether a push may go there now. After a rest the first to ask may, the others when it has come through. */
  mayPass(origin: string): boolean {
    const service = this.#services.get(origin);
    if (!service?.until) return true;
    if (service.isTried || service.until > this.#now()) return false;
    service.isTried = true;
    return true;
  }

  /** The origins to claim nothing for. */
  down(): string[] {
    return [...this.#services].filter(([, { until, isTried }]) => isTried || until > this.#now()).map(([origin]) => origin);
  }

  /** @returns whether it is back after a rest */
  worked(origin: string): boolean {
    const isBack = (this.#services.get(origin)?.until ?? 0) > 0;
    this.#services.delete(origin);
    return isBack;
  }

  /** @param atLeastMs how long it asked to be left alone */
  failed(origin: string, atLeastMs = 0): void {
    const service = this.#services.get(origin) ?? { failures: 0, rests: 0, until: 0, isTried: false };
    this.#services.set(origin, service);
    service.failures += 1;
    if (!service.isTried && service.failures < this.#patience) return;
    // What was on its way when the rest began does not make it longer.
    if (!service.isTried && service.until > this.#now()) return;
    const restMs = Math.min(Math.max(this.#restMs * 2 ** service.rests, atLeastMs), this.#longestRestMs);
    service.rests += 1;
    service.isTried = false;
    service.until = this.#now() + restMs;
  }
}
