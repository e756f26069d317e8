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

export class Workers {
  readonly #options: WorkersOptions;
  readonly #workers = new Map<string, Promise<Worker>>();
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

  /** The function's process, ready for a request. @throws {FunctionError} NOT_FOUND, BOOT_ERROR */
  async ready(name: string): Promise<Worker> {
    const settings = this.settings(name);
    const known = await this.#workers.get(name)?.catch(() => undefined);
    if (known?.alive) return known;
    // While one was awaited another request may have started the next.
    const current = this.#workers.get(name);
    if (current && (await current.catch(() => undefined))?.alive) return current;
    if (this.#stopped) throw new FunctionError('BOOT_ERROR');
    const starting = this.#start(name, settings);
    this.#workers.set(name, starting);
    return starting;
  }

  /** The next request of every function starts it anew, from its sources as they are then. */
  reload(): void {
    for (const worker of this.#workers.values()) void worker.then((running) => running.retire()).catch(() => undefined);
    this.#workers.clear();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const workers = await Promise.allSettled(this.#workers.values());
    await Promise.all(workers.map(async (worker) => worker.status === 'fulfilled' && (await worker.value.stop())));
  }

  async #start(name: string, settings: FunctionConfig): Promise<Worker> {
    const { project, root, cache, logFile } = this.#options;
    const entrypoint = path.resolve(project, settings.entrypoint ?? `functions/${name}/index.ts`);
    if (!existsSync(entrypoint)) throw new FunctionError('NOT_FOUND');
    const importMap = settings.import_map ? path.resolve(project, settings.import_map) : undefined;
    return Worker.start({ root, cache, logFile, env: await this.#options.environment(), entrypoint, importMap });
  }
}
