import type { Backend } from '../backend.ts';
import { guarded } from '../breaker/guarded-backend.ts';
import type { Guard } from '../breaker/late-breaker.ts';
import { Renewal } from '../session/renewal.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type ServerParts = { breaker: Guard; renewal: Renewal; backend: Backend };

/** The server, spared while it is in trouble, and asked with a token that it accepts. */
export function serverParts({ backend, session, clock, log, makeBreaker }: ChatPorts, parts: Parts): ServerParts {
  const breaker = makeBreaker({ trial: () => void parts.syncer.now(), clock });
  const renewal = new Renewal({ session, clock, log });
  return { breaker, renewal, backend: guarded(backend, breaker, () => renewal.ask()) };
}
