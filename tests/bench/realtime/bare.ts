/**
 * A server with nothing but `ws`, for comparison. It says back what it hears; what follows `all` goes to everyone, and `cpu` is
 * answered with the microseconds that its process has used.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../../supabase/embedded/ports.ts';
import { said } from './server.ts';
import { open } from './sockets.ts';

const SOURCE = `
  import { WebSocketServer } from 'ws';
  const options = { port: Number(process.argv[1]), host: '127.0.0.1', perMessageDeflate: false };
  const server = new WebSocketServer(options, () => console.log('up'));
  server.on('connection', (socket) => socket.on('message', (data) => {
    if (String(data) === 'cpu') return socket.send(JSON.stringify(process.cpuUsage()));
    if (data[0] !== 97) return socket.send(data);
    const rest = data.subarray(3);
    for (const other of server.clients) other.send(rest);
  }));`;

export interface Bare {
  pid: number;
  url: string;
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

export async function startBare(): Promise<Bare> {
  const port = await freePort();
  const url = `ws://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', SOURCE, String(port)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit']
  });
  await said(child, 'up');
  return {
    pid: child.pid!,
    url,
    async cpuMs() {
      const socket = await open(url);
      const answered = once(socket, 'message') as Promise<[Buffer]>;
      socket.send('cpu');
      const { user, system } = JSON.parse((await answered)[0].toString()) as NodeJS.CpuUsage;
      socket.terminate();
      return (user + system) / 1_000;
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
    }
  };
}
