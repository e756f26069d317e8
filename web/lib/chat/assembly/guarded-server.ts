import type { Backend } from '../backend.ts';
import { Breaker } from '../breaker/breaker.ts';
import { guarded } from '../breaker/guarded-backend.ts';
import { Renewal } from '../session/renewal.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type ServerParts = { breaker: Breaker; renewal: Renewal; backend: Backend };

/** The server, spared while it is in trouble, and asked with a token that it accepts. */
export function serverParts({ backend, session, clock, log }: ChatPorts, parts: Parts): ServerParts {
  const breaker = new Breaker({ trial: () => void parts.syncer.now(), clock });
  const renewal = new Renewal({ session, clock, log });
  return { breaker, renewal, backend: guarded(backend, breaker, () => renewal.ask()) };
}
