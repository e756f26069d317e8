/** The functions of config.toml, each with its process: started by the first request, anew after it has ended. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FunctionConfig } from '../config.ts';
import { FunctionError } from './errors.ts';
import { Worker, type WorkerOptions } from './worker.ts';

export interface WorkersOptions extends Omit<WorkerOptions, 'entrypoint' | 'importMap' | 'env'> {
  /** Folder of config.toml, which the paths in it are relative to. */
  project: string;
  functions: Record<string, FunctionConfig>;
  /** Asked at each start of a process, so that a changed secret needs no more than a reload. */
  environment(): Promise<Record<string, string>>;
}

/** A process from the moment of its start. */
interface Slot {
  ready: Promise<Worker>;
  /** Set when it listens. */
  worker?: Worker;
  failed: boolean;
}

export class Workers {
  readonly #options: WorkersOptions;
  readonly #slots = new Map<string, Slot>();
  /** Every process that has not ended, those too that take no more requests. */
  readonly #alive = new Set<Worker>();
  #stopped = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** @throws {FunctionError} NOT_FOUND */
  settings(name: string): FunctionConfig {
    const { functions } = this.#options;
    const settings = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!settings?.enabled) throw new FunctionError('NOT_FOUND');
    return settings;
  }

  /**
   * The function's process, ready for a request. Who comes while it starts shares the outcome.
   * @throws {FunctionError} NOT_FOUND, BOOT_ERROR
   */
  async ready(name: string): Promise<Worker> {
    const settings = this.settings(name);
    const known = this.#slots.get(name);
    if (known && (known.worker ? known.worker.alive : !known.failed)) return known.ready;
    if (this.#stopped) throw new FunctionError('BOOT_ERROR');
    const slot: Slot = { ready: this.#start(name, settings), failed: false };
    this.#slots.set(name, slot);
    slot.ready.then(
      (worker) => (slot.worker = worker),
      () => (slot.failed = true)
    );
    return slot.ready;
  }

  /** The next request of every function starts it anew, from its sources as they are then. */
  reload(): void {
    for (const { ready } of this.#slots.values()) ready.then((worker) => worker.retire()).catch(() => undefined);
    this.#slots.clear();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled([...this.#slots.values()].map(({ ready }) => ready));
    await Promise.all([...this.#alive].map((worker) => worker.stop()));
  }

  async #start(name: string, settings: FunctionConfig): Promise<Worker> {
    const { project, root, cache, logFile } = this.#options;
    const entrypoint = path.resolve(project, settings.entrypoint ?? `functions/${name}/index.ts`);
    if (!existsSync(entrypoint)) throw new FunctionError('NOT_FOUND');
    const importMap = settings.import_map ? path.resolve(project, settings.import_map) : undefined;
    const env = await this.#options.environment();
    const worker = await Worker.start({ root, cache, logFile, env, entrypoint, importMap });
    this.#alive.add(worker);
    void worker.exited.then(() => this.#alive.delete(worker));
    return worker;
  }
}
