/** Clients without a client library: they cost the least beside what is measured. */
import { WebSocket } from 'ws';

const TEXT = 'x'.repeat(120);
const PUBLIC_TOPIC = 'realtime:open';

export async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

export function connect(url: string, token: string): Promise<WebSocket> {
  return open(`${url}?vsn=2.0.0&apikey=${token}`);
}

/** Joins a topic (its name, with the prefix). */
export function join(socket: WebSocket, topic: string, config: object): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('message', (data: Buffer) => (data.includes('"ok"') ? resolve() : reject(new Error(data.toString()))));
    socket.send(JSON.stringify(['1', '1', topic, 'phx_join', { config }]));
  });
}

/** One on the public topic; `self`: who hears what it says itself. */
export async function listenInPublic(url: string, token: string, { self }: { self: boolean }): Promise<WebSocket> {
  const socket = await connect(url, token);
  await join(socket, PUBLIC_TOPIC, { broadcast: { self } });
  return socket;
}

/** A broadcast as supabase-js sends it (kind 3), on the public topic. */
export const BROADCAST = frame(3, ['1', '2', PUBLIC_TOPIC, 'x', ''], [1], `{"text":"${TEXT}"}`);

/** What arrives of it (kind 4). */
export const DELIVERY = frame(4, [PUBLIC_TOPIC, 'x', ''], [1], `{"text":"${TEXT}"}`);

function frame(kind: number, fields: string[], flags: number[], payload: string): Buffer {
  const lengths = fields.map((field) => Buffer.byteLength(field));
  return Buffer.concat([Buffer.from([kind, ...lengths, ...flags]), Buffer.from(fields.join('') + payload)]);
}

/** Resolves when the socket has had so many messages from now on. */
export function received(socket: WebSocket, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    socket.on('message', function counted() {
      if ((left -= 1) > 0) return;
      socket.off('message', counted);
      resolve();
    });
  });
}

export function closeAll(sockets: readonly WebSocket[]): void {
  for (const socket of sockets) socket.terminate();
}
