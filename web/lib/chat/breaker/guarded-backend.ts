import type { Backend } from '../backend.ts';
import { NotSignedIn } from '../errors.ts';
import type { Guard } from './late-breaker.ts';

type Method = (...args: never[]) => Promise<unknown>;

/** The backend with every call behind the breaker. `onNotSignedIn`: a call was refused for its access token. */
export function guarded(backend: Backend, breaker: Guard, onNotSignedIn: () => void): Backend {
  const guard =
    (method: Method): Method =>
    (...args) =>
      breaker
        .run(() => method(...args))
        .catch((error: unknown) => {
          if (error instanceof NotSignedIn) onNotSignedIn();
          throw error;
        });
  const methods = Object.entries(backend).map(([name, method]) => [name, guard(method as Method)]);
  return Object.fromEntries(methods) as Backend;
}
