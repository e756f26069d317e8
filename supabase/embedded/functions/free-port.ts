/**
 * A free TCP port of this machine below 32768. Above, Linux takes the ports of outgoing connections, one of which may
 * sit on a port that was free a moment ago.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 20_000;
const HIGHEST = 32_767;

export async function freePort(random: () => number = Math.random): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
