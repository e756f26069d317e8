/**
 * WebSockets to Realtime: the key is checked once, when the socket opens; after that bytes pass as they come, and no frame is
 * looked at.
 */
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiKeys, Refusal } from './api-key.ts';

const PUBLIC_PATH = '/realtime/v1/websocket';
const INNER_PATH = '/socket/websocket';

const NO_PATH: Refusal = { message: 'No such WebSocket path', hint: `Realtime is at ${PUBLIC_PATH}.` };
const UNREACHABLE: Refusal = {
  message: 'Realtime cannot be reached',
  hint: 'It may be starting again; try once more in a moment.'
};

export class RealtimeSockets {
  readonly #apiKeys: ApiKeys;
  readonly #port: number;
  readonly #open = new Set<Duplex>();

  /** `port` is where Realtime listens. */
  constructor(apiKeys: ApiKeys, port: number) {
    this.#apiKeys = apiKeys;
    this.#port = port;
  }

  /** Passes an upgrade request on, or answers why not. */
  pass(request: IncomingMessage, client: Socket, head: Buffer): void {
    client.on('error', () => client.destroy());
    const url = URL.parse(request.url ?? '/', 'http://gateway');
    if (url?.pathname !== PUBLIC_PATH) return refuse(client, 404, NO_PATH);
    const result = this.#apiKeys.check(request.headers, url.searchParams.get('apikey') ?? undefined, 'required');
    if (!result.ok) return refuse(client, 401, result.refusal);
    url.searchParams.set('apikey', result.token!);
    this.#join(client, requestHead(request, `${INNER_PATH}${url.search}`), head);
  }

  /** Sockets that were upgraded are no longer the HTTP server's to close. */
  close(): void {
    for (const client of this.#open) client.destroy();
  }

  #join(client: Socket, request: string, head: Buffer): void {
    const upstream = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    client.setNoDelay(true);
    client.setTimeout(0);
    this.#open.add(client);
    client.once('close', () => {
      this.#open.delete(client);
      upstream.destroy();
    });
    upstream.once('connect', () => {
      upstream.write(request);
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client).pipe(upstream);
      upstream.once('close', () => client.destroy());
    });
    upstream.once('error', () => {
      if (upstream.connecting || upstream.bytesRead === 0) refuse(client, 503, UNREACHABLE);
      else client.destroy();
    });
  }
}

/** The request as it came, headers and their order included, for another path. */
function requestHead({ method, httpVersion, rawHeaders }: IncomingMessage, path: string): string {
  let text = `${method} ${path} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}\r\n`;
}

const REASONS: Record<number, string> = { 401: 'Unauthorized', 404: 'Not Found', 503: 'Service Unavailable' };

function refuse(client: Duplex, status: number, body: Refusal): void {
  const text = JSON.stringify(body);
  client.end(
    `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`
  );
}
