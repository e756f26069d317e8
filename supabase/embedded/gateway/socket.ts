/**
 * WebSockets to Realtime: the key is checked once, when the socket opens; after that bytes pass as they come, and no frame is
 * looked at.
 */
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiKeys } from './api-key.ts';

const PUBLIC_PATH = '/realtime/v1/websocket';
const INNER_PATH = '/socket/websocket';

/** Passes the upgrade request on to Realtime on `port`, or answers why not. */
export function passSocket(request: IncomingMessage, client: Duplex, head: Buffer, apiKeys: ApiKeys, port: number): void {
  client.on('error', () => client.destroy());
  const url = new URL(request.url ?? '/', 'http://gateway');
  if (url.pathname !== PUBLIC_PATH)
    return refuse(client, 404, { message: 'No such WebSocket path', hint: `Realtime is at ${PUBLIC_PATH}.` });
  const key = url.searchParams.get('apikey') ?? undefined;
  const result = apiKeys.check(request.headers, key, 'required');
  if (!result.ok) return refuse(client, 401, result.refusal);
  url.searchParams.set('apikey', apiKeys.token(key ?? String(request.headers['apikey']))!);

  const upstream = connect({ host: '127.0.0.1', port, noDelay: true });
  (client as Socket).setNoDelay(true);
  (client as Socket).setTimeout(0);
  let opened = false;
  upstream.once('connect', () => {
    opened = true;
    upstream.write(requestHead(request, `${INNER_PATH}${url.search}`));
    if (head.length > 0) upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
  upstream.once('error', () => {
    if (opened) client.destroy();
    else
      refuse(client, 503, {
        message: 'Realtime cannot be reached',
        hint: 'It may be starting again; try once more in a moment.'
      });
  });
  upstream.once('close', () => opened && client.destroy());
  client.once('close', () => upstream.destroy());
}

/** The request as it came, headers and their order included, for another path. */
function requestHead({ method, httpVersion, rawHeaders }: IncomingMessage, path: string): string {
  let text = `${method} ${path} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}\r\n`;
}

const REASONS: Record<number, string> = { 401: 'Unauthorized', 404: 'Not Found', 503: 'Service Unavailable' };

function refuse(client: Duplex, status: number, body: object): void {
  const text = JSON.stringify(body);
  client.end(
    `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`
  );
}
