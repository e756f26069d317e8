import type { Backend } from '../backend.ts';
import { LiveValue } from '../live.ts';
import type { Log } from '../log.ts';
import { toPermissions, type Permissions } from '../permissions.ts';

/** What each role may do. Asked for once: it changes with the server, not with people. */
export class Rules {
  readonly all = new LiveValue<Permissions>(new Map());
  #backend: Pick<Backend, 'permissions'>;
  #log: Log;
  #isAsked = false;

  constructor(backend: Pick<Backend, 'permissions'>, log: Log) {
    this.#backend = backend;
    this.#log = log;
  }

  need(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#backend.permissions().then(
      (rows) => this.all.set(toPermissions(rows)),
      (error: unknown) => {
        this.#isAsked = false;
        this.#log('permissions_unavailable', error);
      }
    );
  }
}
