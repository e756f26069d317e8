import type { AuthConfig } from '../config.ts';
import { AuthError } from '../errors.ts';
import { RateLimit } from './rate-limits.ts';

const FIVE_MINUTES_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

/** The limits of `[auth.rate_limit]`; each method refuses by throwing. */
export class Limits {
  readonly #signIns: RateLimit;
  readonly #anonymous: RateLimit;
  readonly #refreshes: RateLimit;
  readonly #verifications: RateLimit;
  readonly #mails: RateLimit;

  constructor(config: AuthConfig['rate_limit'], now?: () => number) {
    this.#signIns = new RateLimit(config.sign_in_sign_ups, FIVE_MINUTES_MS, now);
    this.#anonymous = new RateLimit(config.anonymous_users, HOUR_MS, now);
    this.#refreshes = new RateLimit(config.token_refresh, FIVE_MINUTES_MS, now);
    this.#verifications = new RateLimit(config.token_verifications, FIVE_MINUTES_MS, now);
    this.#mails = new RateLimit(config.email_sent, HOUR_MS, now);
  }

  signIn(ip: string): void {
    if (!this.#signIns.allows(ip)) throw new AuthError('over_request_rate_limit');
  }

  anonymous(ip: string): void {
    if (!this.#anonymous.allows(ip)) throw new AuthError('over_request_rate_limit');
  }

  refresh(ip: string): void {
    if (!this.#refreshes.allows(ip)) throw new AuthError('over_request_rate_limit');
  }

  /** Counted for the account too: a code has six digits, and addresses are cheap. */
  verification(ip: string, email: string): void {
    const allowed = this.#verifications.allows(`ip ${ip}`) && (email === '' || this.#verifications.allows(`email ${email}`));
    if (!allowed) throw new AuthError('over_request_rate_limit');
  }

  mail(): void {
    if (!this.#mails.allows('')) throw new AuthError('over_email_send_rate_limit');
  }
}
