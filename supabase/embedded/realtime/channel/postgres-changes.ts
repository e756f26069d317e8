/** A channel's subscription to changed rows, for as long as the channel is there. */
import { setTimeout as delay } from 'node:timers/promises';
import { idOf, paramsOfTopic } from '../changes/entry.ts';
import { type Params, SUBSCRIBED, type Subscription } from '../changes/subscription.ts';
import { SubscriptionRefused } from '../changes/subscriptions.ts';
import { Refused } from '../errors.ts';
import { causeOf } from '../log.ts';
import type { ClientMessage } from '../protocol/message.ts';
import type { Channel } from './channel.ts';

const RETRY_FIRST_MS = 200;
const RETRY_MOST_MS = 5_000;

/** Ends a wait. */
type Outcome = 'subscribed' | { refused: string } | 'superseded';

export class ChannelChanges {
  /** As the answer to the join has them: the entries, with the ids under which their changes come. */
  readonly entries: (Params & { id: number })[];
  readonly #channel: Channel;
  readonly #subscription: Subscription;
  /** Later renewals take over from those before. */
  #renewals = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(channel: Channel, params: readonly Params[], legacy: boolean) {
    this.#channel = channel;
    this.entries = params.map((entry) => ({ ...entry, id: idOf(entry) }));
    const { topic } = channel;
    this.#subscription = channel.services.changes.subscription(
      {
        topic,
        legacy,
        deliver: (frame) => channel.deliver(frame),
        tell: (status, message) => channel.tell(status, message, 'postgres_changes')
      },
      params
    );
  }

  /** Subscribes, or goes on with the channel's new claims; the client is told how it went. */
  renew(): void {
    void this.#pursue().then((outcome) => this.#tell(outcome));
  }

  /** Subscribes before the channel is joined. Throws Refused when that is not possible in time. */
  async waitFor(timeoutMs: number): Promise<void> {
    const timedOut = new AbortController();
    const timeout = delay(timeoutMs, 'timeout' as const, { signal: timedOut.signal }).catch(() => 'timeout' as const);
    const outcome = await Promise.race([this.#pursue({ quietly: true }), timeout]);
    timedOut.abort();
    if (outcome === 'subscribed') return;
    this.end();
    if (typeof outcome === 'object') throw new Refused('RealtimeDisabledForConfiguration', { reason: outcome.refused });
    throw new Refused('PostgresChangesSubscribeTimeout', { ms: String(timeoutMs) });
  }

  /** After the answer to a join that waited. */
  tellSubscribed(): void {
    this.#tell('subscribed');
  }

  end(): void {
    this.#renewals += 1;
    this.#subscription.end();
  }

  /** One after the other, so that the claims that came last stay. */
  #pursue({ quietly = false } = {}): Promise<Outcome> {
    this.#renewals += 1;
    const pursuing = this.#last.then(() => this.#tryUntilDone(quietly));
    this.#last = pursuing;
    return pursuing;
  }

  async #tryUntilDone(quietly: boolean): Promise<Outcome> {
    const renewal = this.#renewals;
    const isLatest = () => renewal === this.#renewals && !this.#subscription.ended;
    for (let waitMs = RETRY_FIRST_MS; isLatest(); waitMs = Math.min(waitMs * 2, RETRY_MOST_MS)) {
      try {
        await this.#subscription.renew(this.#channel.claims);
        return isLatest() ? 'subscribed' : 'superseded';
      } catch (error) {
        if (error instanceof SubscriptionRefused) return isLatest() ? { refused: error.message } : 'superseded';
        if (!isLatest()) break;
        this.#log('UnableToSubscribeToPostgres', (error as Error).message, error);
        if (waitMs === RETRY_FIRST_MS && !quietly) this.#channel.tell('error', UNREACHABLE, 'postgres_changes');
        await delay(waitMs, undefined, { ref: false });
      }
    }
    return 'superseded';
  }

  #tell(outcome: Outcome): void {
    if (outcome === 'superseded') return;
    if (outcome === 'subscribed') return this.#channel.tell('ok', SUBSCRIBED, 'postgres_changes');
    this.#log('RealtimeDisabledForConfiguration', outcome.refused);
    this.#channel.tell('error', outcome.refused, 'postgres_changes');
  }

  #log(code: string, message: string, error?: unknown): void {
    const { services, topic, claims } = this.#channel;
    services.log('warning', code, message, { topic, sub: claims.sub, cause: causeOf(error) });
  }
}

const UNREACHABLE = 'Realtime was unable to connect to the project database';

/** What a join asks to hear of: the entries of its `config`, or those that the topic of an old client stands for. */
export function askedChanges(channel: Channel, { body }: ClientMessage): ChannelChanges | undefined {
  const payload = body.kind === 'json' ? body.payload : undefined;
  const legacy = typeof payload === 'object' && payload !== null && !Array.isArray(payload) && !('config' in payload);
  const params: readonly Params[] = legacy ? [paramsOfTopic(channel.name)] : channel.config.postgres_changes;
  return params.length > 0 ? new ChannelChanges(channel, params, legacy) : undefined;
}
