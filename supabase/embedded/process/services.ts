/** The services that have been started: stopped in reverse order, all of them, even when one of them fails to stop. */
import { type Supervised, type SupervisedService, supervise } from './supervise.ts';

export class Services implements AsyncDisposable {
  readonly #started = new AsyncDisposableStack();
  readonly #log: (line: string) => void;
  readonly #failure = Promise.withResolvers<Error>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Resolves when a service was given up. */
  get failed(): Promise<Error> {
    return this.#failure.promise;
  }

  /** Starts a process that is watched, and started again when it ends by itself. */
  async keep(service: SupervisedService): Promise<Supervised> {
    const supervised = await supervise(service, { log: this.#log, failed: this.#failure.resolve });
    this.#started.defer(() => supervised.stop());
    return supervised;
  }

  /** Takes charge of something that runs in this process. */
  async hold<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const service = await starting;
    this.#started.defer(() => service.stop());
    return service;
  }

  /** To be done at the end, in its turn. */
  defer(end: () => Promise<void> | void): void {
    this.#started.defer(end);
  }

  stop(): Promise<void> {
    return this.#started.disposeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
