/** A request for a WebSocket, answered with one or with the reason why not. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { causeOf } from '../log.ts';
import type { Services } from '../services.ts';
import { Connection } from './connection.ts';
import { HandshakeRefused, readHandshake } from './handshake.ts';

export async function upgrade(
  services: Services,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer
): Promise<void> {
  // Until the WebSocket is there nobody else listens, and a client that goes away now must not end the process.
  const ignore = () => undefined;
  socket.on('error', ignore);
  try {
    const handshake = await readHandshake(request, services.tokens);
    checkLimits(services);
    socket.off('error', ignore);
    sockets.handleUpgrade(request, socket, head, (ws) =>
      services.connections.add(new Connection(ws, socket, handshake, services))
    );
  } catch (error) {
    const refusal =
      error instanceof HandshakeRefused ? error : new HandshakeRefused(500, 'Error connecting to Realtime', { cause: error });
    services.log('warning', 'ConnectionRefused', refusal.message, { status: refusal.status, cause: causeOf(refusal) });
    refuse(socket, refusal);
  }
}

function checkLimits({ draining, people, rates }: Services): void {
  if (draining) throw new HandshakeRefused(503, 'Realtime is restarting, please standby');
  if (people.full) throw new HandshakeRefused(429, 'Too many connected users');
  if (rates.joins.reached) throw new HandshakeRefused(429, 'Too many joins per second');
}

/** A plain HTTP answer in the place of the upgrade. */
function refuse(socket: Duplex, { status, message }: HandshakeRefused): void {
  const body = JSON.stringify({ error: message });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
