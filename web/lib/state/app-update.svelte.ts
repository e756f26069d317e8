import { TAKE_OVER } from './take-over.ts';

type Workers = Pick<ServiceWorkerContainer, 'ready' | 'controller' | 'addEventListener' | 'removeEventListener'>;

/** A newer version of the app that waits for the person's word: its service worker is installed, the old one still serves. */
export class AppUpdate {
  #waiting = $state.raw<ServiceWorker | null>(null);
  readonly #workers: Workers;
  readonly #reload: () => void;

  constructor(workers: Workers, reload: () => void = () => location.reload()) {
    this.#workers = workers;
    this.#reload = reload;
  }

  get ready(): boolean {
    return this.#waiting !== null;
  }

  /** Looks for one that waits already, and for those to come. Returns what ends it. */
  start(): () => void {
    const end = new AbortController();
    void this.#workers.ready.then((registration) => {
      if (end.signal.aborted) return;
      this.#look(registration);
      registration.addEventListener('updatefound', () => this.#look(registration), { signal: end.signal });
    });
    return () => end.abort();
  }

  /** The new version takes over, and the page with it. */
  apply(): void {
    this.#workers.addEventListener('controllerchange', this.#reload, { once: true });
    this.#waiting?.postMessage(TAKE_OVER);
  }

  #look({ waiting, installing }: ServiceWorkerRegistration): void {
    // The first one of all has nobody to take over from.
    if (!this.#workers.controller) return;
    this.#waiting = waiting;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') this.#waiting = installing;
    });
  }
}
