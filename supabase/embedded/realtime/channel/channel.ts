/**
 * One topic on one connection.
 *
 *   joining   asked for; nothing is delivered yet. Until the policies have answered, later messages wait.
 *   joined    on the topic: messages go both ways until it ends.
 *   ended     left, refused, replaced, expired or lost. Nothing is sent any more, whatever was still under way.
 *
 * Messages take effect one after the other (Mailbox). What they mean is in the files beside this one.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Policies, UNASKED } from '../authorization/policies.ts';
import { asRefusal, type Refused } from '../errors.ts';
import type { Topic, TopicMember } from '../hub/topic.ts';
import { causeOf } from '../log.ts';
import { WindowLimit } from '../limits.ts';
import type { PresencePayload } from '../presence/presences.ts';
import { push } from '../protocol/codec.ts';
import { EVENT, PHX, TOPIC_PREFIX } from '../protocol/events.ts';
import type { JoinPayload } from '../protocol/join.ts';
import type { ClientMessage } from '../protocol/message.ts';
import { type Reply, replyTo } from '../protocol/reply.ts';
import type { SharedFrame } from '../protocol/shared-frame.ts';
import type { SystemPayload } from '../protocol/system.ts';
import type { Services } from '../services.ts';
import { CLOSE, type Connection } from '../socket/connection.ts';
import type { Claims } from '../tokens.ts';
import { applyAccessToken, receiveAccessToken } from './access-token.ts';
import { receiveBroadcast } from './broadcast.ts';
import { Expiry } from './expiry.ts';
import { inOrder } from './in-order.ts';
import { join } from './join.ts';
import { Mailbox } from './mailbox.ts';
import type { ChannelChanges } from './postgres-changes.ts';
import { receivePresence } from './presence.ts';
import { TokenHold } from './token-hold.ts';

/** A broadcast on its way to the client; `id` is the one under which it is stored. */
interface Delivery {
  frame: SharedFrame;
  id?: string | undefined;
}

export class Channel implements TopicMember {
  readonly connection: Connection;
  /** On the wire, with the prefix. */
  readonly topic: string;
  /** Without it: what policies and users know. */
  readonly name: string;
  readonly joinRef: string | null;
  readonly presenceLimit: WindowLimit;
  readonly expiry: Expiry;
  readonly tokenHold: TokenHold;
  readonly #mailbox: Mailbox;
  #state: 'joining' | 'joined' | 'ended' = 'joining';
  #membership: Topic | undefined;
  #replayed: ReadonlySet<string> | undefined;
  /** What came between entering the topic and being told that one is in it, and what came before by replay. */
  #held: Delivery[] | undefined;

  /** Set by the join. */
  config!: JoinPayload['config'];
  presenceKey = '';
  token = '';
  claims!: Claims;
  /** Whose connection this one is counted as. */
  #person: string | undefined;
  policies: Policies = UNASKED;
  presenceEnabled = false;
  changes: ChannelChanges | undefined;
  #tracked: PresencePayload | undefined;

  constructor(connection: Connection, { topic, joinRef }: ClientMessage) {
    this.connection = connection;
    this.topic = topic;
    this.name = topic.slice(TOPIC_PREFIX.length);
    this.joinRef = joinRef;
    const { limits, now, log } = connection.services;
    this.presenceLimit = new WindowLimit(limits.presenceCalls, limits.presenceWindowMs, now);
    const apply = (token: string) => this.#mailbox.put(() => (this.ended ? undefined : applyAccessToken(this, token)));
    this.tokenHold = new TokenHold(limits.accessTokenEveryMs, now, apply);
    this.expiry = new Expiry((reason) => {
      const held = this.tokenHold.release();
      if (held === undefined) this.shutDown(reason);
      else apply(held);
    });
    this.#mailbox = new Mailbox((error) => {
      log('error', 'ChannelCrashed', (error as Error).message, { topic: this.topic, stack: (error as Error).stack });
      this.#finish(PHX.error);
    });
  }

  get services(): Services {
    return this.connection.services;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  get hearsBroadcast(): boolean {
    return this.policies.broadcast.read === true;
  }

  get hearsPresence(): boolean {
    return this.policies.presence.read === true;
  }

  hasReplayed(id: string): boolean {
    return this.#replayed !== undefined && this.#replayed.has(id);
  }

  deliver(frame: SharedFrame, id?: string): void {
    if (this.#held) this.#held.push({ frame, id });
    else if (this.#state === 'joined') this.connection.sendShared(frame);
  }

  tooManyMessages(): void {
    this.services.metrics.dropped.rate_limited += 1;
    this.shutDown('Too many messages per second');
  }

  join(message: ClientMessage): void {
    const { metrics, now } = this.services;
    const began = now();
    this.#mailbox.put(async () => {
      try {
        await join(this, message);
        metrics.joins.ok += 1;
      } catch (error) {
        metrics.joins.error += 1;
        this.#refuseJoin(message, asRefusal(error));
      }
      metrics.onJoin(now() - began);
    });
  }

  /** Counts the connection as this person's, instead of the one before. Throws Refused when they have too many. */
  belongTo(person: string | undefined): void {
    // Whoever went while the token was looked at has nobody left who would count it out again.
    if (this.#state === 'ended' || person === this.#person) return;
    this.services.people.enter(person, this.connection);
    this.services.people.leave(this.#person, this.connection);
    this.#person = person;
  }

  /** From here on the channel is on its topic. What comes is held until `open`, so that nothing is missed in between. */
  enter(): void {
    this.#held = [];
    this.#membership = this.services.hub.join({ name: this.name, isPrivate: this.config.private }, this);
  }

  /** The join is answered: from here on messages go both ways. */
  open(): void {
    this.#state = 'joined';
    this.services.people.count(this.connection);
  }

  /** Sends what was stored and what was held, and from here on what comes. */
  release(replayed: readonly Delivery[] = []): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#replayed = new Set(replayed.flatMap(({ id }) => id ?? []));
    for (const { frame } of inOrder(replayed, held)) this.deliver(frame);
  }

  receive(message: ClientMessage): void {
    this.#mailbox.put(() => {
      // It was refused, or replaced, while this waited behind its join.
      if (this.#state === 'ended') return this.connection.answerUnjoined(message);
      if (this.#state === 'joining') throw new Error('A message was taken up before the join had ended');
      switch (message.event) {
        case EVENT.broadcast:
          return receiveBroadcast(this, message);
        case EVENT.presence:
          return receivePresence(this, message);
        case EVENT.accessToken:
          return receiveAccessToken(this, message);
        case PHX.leave:
          this.reply(message, { status: 'ok' });
          return this.end();
        default:
          this.services.log('info', 'UnexpectedMessage', `A client sent an event that has no meaning here`, {
            event: message.event
          });
      }
    });
  }

  reply(message: Pick<ClientMessage, 'joinRef' | 'ref' | 'topic'>, reply: Reply): void {
    if (this.#state !== 'ended') this.connection.send(replyTo(message, reply));
  }

  push(event: string, payload: unknown): void {
    if (this.#state !== 'ended') this.connection.send(push(this.topic, event, payload, this.joinRef));
  }

  /** A `system` message. */
  tell(status: SystemPayload['status'], message: string, extension: SystemPayload['extension'] = 'system'): void {
    this.push(EVENT.system, { extension, status, message, channel: this.name } satisfies SystemPayload);
  }

  /** Sends to the others on the topic. `id` is that under which the message will be stored. */
  broadcast(frame: SharedFrame, id?: string): void {
    this.services.metrics.broadcasts += 1;
    this.#membership?.broadcast(frame, { id, except: this.config.broadcast.self ? undefined : this });
  }

  sendPresenceState(): void {
    if (!this.hearsPresence || !this.#membership) return;
    if (!this.mayTakePresence()) return;
    this.push(EVENT.presenceState, this.#membership.presenceState());
  }

  /** Counts one use of presence by the project. False when there are too many, for which the channel has ended. */
  mayTakePresence(): boolean {
    const { presence } = this.services.rates;
    if (presence.exceededWith(0)) {
      this.shutDown('Too many presence messages per second');
      return false;
    }
    presence.add();
    return true;
  }

  track(payload: PresencePayload): void {
    if (isDeepStrictEqual(payload, this.#tracked)) return;
    this.#tracked = payload;
    this.#membership?.track(this, this.presenceKey, payload);
  }

  untrack(): void {
    this.#tracked = undefined;
    this.#membership?.untrack(this);
  }

  /** Ends the channel with a reason that the client is told. */
  shutDown(reason: string): void {
    if (this.#state === 'ended') return;
    this.services.log('warning', 'ChannelShutdown', reason, { topic: this.topic, sub: this.claims?.sub });
    this.tell('error', reason);
    this.end();
  }

  /** Ends the channel: it was left, or replaced by a new join. */
  end(): void {
    this.#finish(PHX.close);
  }

  /** The connection is gone. */
  lost(): void {
    this.#finish(null);
  }

  #finish(event: typeof PHX.close | typeof PHX.error | null): void {
    if (this.#state === 'ended') return;
    if (event) this.connection.send({ joinRef: this.joinRef, ref: this.joinRef, topic: this.topic, event, payload: {} });
    this.#state = 'ended';
    this.#held = undefined;
    this.expiry.cancel();
    this.tokenHold.cancel();
    this.changes?.end();
    this.#membership?.remove(this);
    this.#membership = undefined;
    this.services.people.leave(this.#person, this.connection);
    this.connection.forget(this);
  }

  #refuseJoin(message: ClientMessage, refusal: Refused): void {
    const { reason } = refusal;
    this.services.log('warning', refusal.code, refusal.message, {
      topic: this.topic,
      sub: this.claims?.sub,
      cause: causeOf(refusal)
    });
    this.reply(message, { status: 'error', response: { reason } });
    this.#finish(null);
    if (refusal.code === 'ClientJoinRateLimitReached') this.connection.close(CLOSE.goingAway, refusal.message);
  }
}
