/**
 * One client's WebSocket: frames in and out, heartbeats, and the channels that are joined on it. What the messages of a
 * channel mean is the channel's matter.
 */
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { Channel } from '../channel/channel.ts';
import type { Services } from '../services.ts';
import type { Claims } from '../tokens.ts';
import { CONNECTION_TOPIC, PHX, TOPIC_PREFIX } from '../protocol/events.ts';
import { type ClientMessage, type Frame, MalformedFrame, type ServerMessage } from '../protocol/message.ts';
import { replyTo } from '../protocol/reply.ts';
import type { SharedFrame } from '../protocol/shared-frame.ts';
import type { Handshake } from './handshake.ts';
import { Outbox } from './outbox.ts';

/** WebSocket close codes (RFC 6455 7.4.1). */
export const CLOSE = { goingAway: 1001, protocolError: 1002, tryAgainLater: 1013, serviceRestart: 1012 } as const;

/** How long a connection that is being closed may take over the closing handshake. */
const CLOSE_GRACE_MS = 1_000;

export class Connection {
  readonly handshake: Handshake;
  readonly services: Services;
  readonly #ws: WebSocket;
  readonly #outbox: Outbox;
  readonly #channels = new Map<string, Channel>();
  /** The token that was verified last: all channels of a client come with the same one. */
  #verified: { token: string; claims: Claims };
  #heardAt: number;
  /** Since when it has had no channel; null while it has one. */
  #emptySince: number | null;

  constructor(ws: WebSocket, socket: Duplex, handshake: Handshake, services: Services) {
    this.#ws = ws;
    this.handshake = handshake;
    this.services = services;
    this.#verified = { token: handshake.token, claims: handshake.claims };
    this.#heardAt = services.now();
    this.#emptySince = this.#heardAt;
    this.#outbox = new Outbox(socket, services.limits.bufferedBytes, (bytes) => this.#tooSlow(bytes));
    ws.on('message', (data, binary) => this.#receive(data, binary));
    ws.on('ping', () => (this.#heardAt = services.now()));
    ws.on('error', (error) => services.log('warning', 'WebSocketError', error.message));
    ws.on('close', () => this.#closed());
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  /** Throws Refused when the token does not hold (any more). */
  async verify(token: string): Promise<Claims> {
    const { tokens } = this.services;
    if (token === this.#verified.token) return tokens.still(this.#verified.claims);
    const claims = await tokens.verify(token);
    this.#verified = { token, claims };
    return claims;
  }

  send(message: ServerMessage): void {
    this.#push(this.handshake.codec.encode(message));
  }

  sendShared(frame: SharedFrame): void {
    const own = frame.for(this.handshake.codec);
    if (own) this.#push(own);
    else this.services.metrics.dropped.not_representable += 1;
  }

  #push(frame: Frame): void {
    const { metrics } = this.services;
    metrics.messagesOut += 1;
    metrics.bytesOut += frame.data.length;
    this.#outbox.push(frame);
  }

  /** Called by a channel that has ended. */
  forget(channel: Channel): void {
    if (this.#channels.get(channel.topic) !== channel) return;
    this.#channels.delete(channel.topic);
    if (this.#channels.size === 0) this.#emptySince = this.services.now();
  }

  /** Closes what has been silent or without a channel for too long. */
  sweep(now: number): void {
    const { idleMs, emptyMs } = this.services.limits;
    if (now - this.#heardAt > idleMs) {
      this.services.log('info', 'IdleTimeout', `Nothing was heard from a client for ${idleMs / 1000} s`);
      this.close(CLOSE.protocolError, 'Nothing was heard for too long');
    } else if (this.#emptySince !== null && now - this.#emptySince > emptyMs) {
      this.close(CLOSE.goingAway, 'No channel was joined');
    }
  }

  close(code: number, reason: string): void {
    this.#outbox.close();
    this.#ws.close(code, reason);
    // Whoever does not answer, or does not read, is not waited for.
    setTimeout(() => this.#ws.terminate(), CLOSE_GRACE_MS).unref();
  }

  /** Tells every channel that the server goes away, then closes: clients connect again by themselves. */
  drain(): void {
    for (const channel of this.#channels.values()) channel.tell('ok', 'Server requested disconnect');
    this.close(CLOSE.serviceRestart, 'The server is restarting');
  }

  #receive(data: RawData, binary: boolean): void {
    const { metrics } = this.services;
    this.#heardAt = this.services.now();
    const bytes = asBuffer(data);
    metrics.messagesIn += 1;
    metrics.bytesIn += bytes.length;
    try {
      this.#handle(this.handshake.codec.decode(bytes, binary));
    } catch (error) {
      // As the real server does: the frame is dropped and the connection goes on.
      const [code, level] =
        error instanceof MalformedFrame
          ? (['MalformedWebSocketMessage', 'warning'] as const)
          : (['UnknownErrorOnWebSocketMessage', 'error'] as const);
      this.services.log(level, code, (error as Error).message);
    }
  }

  #handle(message: ClientMessage): void {
    const { topic, event } = message;
    if (topic === CONNECTION_TOPIC && event === PHX.heartbeat) return this.send(replyTo(message, { status: 'ok' }));
    if (event === PHX.join && topic.startsWith(TOPIC_PREFIX)) return this.#join(message);
    const channel = this.#channels.get(topic);
    if (channel) return channel.receive(message);
    this.answerUnjoined(message);
  }

  /** Answers what was sent to a topic that is not joined. */
  answerUnjoined(message: ClientMessage): void {
    const { topic, event } = message;
    if (event === PHX.leave) return this.send(replyTo(message, { status: 'ok' }));
    this.services.log('info', 'UnmatchedTopic', 'A client sent something on a topic that it has not joined', { topic, event });
    this.send(replyTo(message, { status: 'error', response: { reason: 'unmatched topic' } }));
  }

  #join(message: ClientMessage): void {
    // Joining again replaces the channel: the client has forgotten the old one.
    this.#channels.get(message.topic)?.end();
    const channel = new Channel(this, message);
    this.#channels.set(message.topic, channel);
    this.#emptySince = null;
    channel.join(message);
  }

  #tooSlow(bytes: number): void {
    const reason = `${bytes} bytes wait for a client that does not read`;
    this.services.log('warning', 'SlowReader', reason, { sub: this.handshake.claims.sub });
    this.services.metrics.dropped.slow_reader += 1;
    this.close(CLOSE.tryAgainLater, 'Too slow: messages were waiting');
  }

  #closed(): void {
    this.#outbox.close();
    for (const channel of [...this.#channels.values()]) channel.lost();
    this.services.people.gone(this);
    this.services.connections.delete(this);
  }
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
