/** A browser that has subscribed: what the push service holds for it, what it was given, and what its screen shows. */
import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import type { BrowserKeys } from './decrypt.ts';

export interface Content {
  tag: string;
  title?: string;
  body?: string;
  [name: string]: unknown;
}

interface Held {
  topic: string | undefined;
  content: Content;
}

export class Device {
  readonly id = randomUUID();
  readonly endpoint: string;
  readonly keys: BrowserKeys;
  /** The sender it subscribed to; pushes of others are refused. */
  readonly applicationServerKey: string | undefined;
  /** Asleep or without a network: what comes is held for it. */
  isOff = false;
  /** What came, in order. */
  readonly received: Content[] = [];
  #held: Held[] = [];

  constructor(origin: string, applicationServerKey?: string) {
    this.endpoint = `${origin}/push/${this.id}`;
    this.applicationServerKey = applicationServerKey;
    const pair = createECDH('prime256v1');
    pair.generateKeys();
    this.keys = { privateKey: pair.getPrivateKey(), publicKey: pair.getPublicKey(), auth: randomBytes(16) };
  }

  /** As PushSubscription.toJSON() gives them. */
  get p256dh(): string {
    return this.keys.publicKey.toString('base64url');
  }

  get auth(): string {
    return this.keys.auth.toString('base64url');
  }

  /** What the push service has accepted: of one topic, only the newest waits for a device that is off. */
  take(topic: string | undefined, content: Content, ttlS: number): void {
    if (!this.isOff) return void this.received.push(content);
    if (ttlS === 0) return;
    if (topic !== undefined) this.#held = this.#held.filter((held) => held.topic !== topic);
    this.#held.push({ topic, content });
  }

  wakeUp(): void {
    this.isOff = false;
    this.received.push(...this.#held.splice(0).map(({ content }) => content));
  }

  /** One notification a tag: the newest replaces what was there. */
  get screen(): Content[] {
    return [...new Map(this.received.map((content) => [content.tag, content])).values()];
  }
}
