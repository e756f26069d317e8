import type { Session } from '../backend.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

/** A server that accepts no token at all is not asked for another one more often. */
const RENEW_EVERY_MS = 30_000;

export type RenewalOptions = { session: Pick<Session, 'renew'>; clock: Clock; log: Log };

/**
 * Asks for another access token when the server has refused the present one: revoked, signed with a key that is no more, or expired
 * by the server's clock while this device's clock, which is behind, says that it has time left.
 */
export class Renewal {
  #options: RenewalOptions;
  #askedAt = -Infinity;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  ask(): void {
    const { session, clock, log } = this.#options;
    const passed = clock.now() - this.#askedAt;
    if (passed >= 0 && passed < RENEW_EVERY_MS) return;
    this.#askedAt = clock.now();
    session.renew().catch((error: unknown) => log('renewal_failed', error));
  }
}
