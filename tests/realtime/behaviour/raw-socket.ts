/** Frames as they are, for what supabase-js does not send by itself. Written as in 2.0.0: [join_ref, ref, topic, event, payload]. */
import { WebSocket } from 'ws';
import { Inbox } from '../listening.ts';
import type { Target } from './target.ts';

export interface RawMessage {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asked for
  payload: any;
}

export class RawSocket {
  readonly inbox = new Inbox<RawMessage>();
  readonly #socket: WebSocket;
  readonly #token: string | undefined;
  readonly #vsn: string;

  private constructor(socket: WebSocket, vsn: string, token: string | undefined) {
    this.#socket = socket;
    this.#vsn = vsn;
    this.#token = token;
    socket.on('message', (data: Buffer, binary) => !binary && this.inbox.put(this.#read(data.toString())));
  }

  static async open({ url, key }: Target, vsn: string, token?: string): Promise<RawSocket> {
    const address = `${url.replace(/^http/, 'ws')}/realtime/v1/websocket?apikey=${encodeURIComponent(key)}&vsn=${vsn}`;
    const socket = new WebSocket(address);
    const raw = new RawSocket(socket, vsn, token);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return raw;
  }

  /** Sends one message; an omitted payload is `{}`. */
  send(joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown = {}): void {
    const message =
      this.#vsn === '2.0.0' ? [joinRef, ref, topic, event, payload] : { topic, event, payload, ref, join_ref: joinRef };
    this.#socket.send(JSON.stringify(message));
  }

  join(ref: string, topic: string, config: object = {}): void {
    this.send(ref, ref, topic, 'phx_join', { config, ...(this.#token ? { access_token: this.#token } : {}) });
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  sendBytes(...bytes: number[]): void {
    this.#socket.send(Uint8Array.from(bytes));
  }

  /** The reply with this ref. */
  reply(ref: string): Promise<RawMessage> {
    return this.inbox.find((message) => message.event === 'phx_reply' && message.ref === ref);
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.terminate();
    await closed;
  }

  #read(text: string): RawMessage {
    if (this.#vsn === '1.0.0') {
      const { topic, event, payload, ref } = JSON.parse(text) as RawMessage;
      return { joinRef: null, ref, topic, event, payload };
    }
    const [joinRef, ref, topic, event, payload] = JSON.parse(text) as [string | null, string | null, string, string, unknown];
    return { joinRef, ref, topic, event, payload };
  }
}
