import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy in front of the stack that can do to connections what networks do. It tells sockets of Realtime from requests by their
 * first bytes.
 */
export class FaultProxy {
  /** New sockets of Realtime are refused. */
  refuseSockets = false;
  /** New connections of any kind are refused. */
  refuseAll = false;
  /** The request goes through, its answer does not: called with the request's text, true = lose the answer. */
  loseAnswer: (request: string) => boolean = () => false;
  #server: Server;
  #pairs = new Set<{ client: Socket; upstream: Socket; isSocket: boolean }>();

  constructor(server: Server) {
    this.#server = server;
  }

  static async start(target: URL): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server);
    server.on('connection', (client) => proxy.#accept(client, target));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts what is open now. */
  cut(which: 'sockets' | 'all' = 'all'): number {
    const cut = [...this.#pairs].filter((pair) => which === 'all' || pair.isSocket);
    for (const { client, upstream } of cut) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    return cut.length;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket, target: URL): void {
    client.on('error', () => client.destroy());
    if (this.refuseAll) return void client.resetAndDestroy();
    const upstream = connect(Number(target.port), target.hostname);
    upstream.on('error', () => client.destroy());
    const pair = { client, upstream, isSocket: false };
    this.#pairs.add(pair);
    client.on('close', () => {
      upstream.destroy();
      this.#pairs.delete(pair);
    });
    upstream.on('close', () => client.destroy());

    let isLost = false;
    client.on('data', (bytes: Buffer) => {
      const text = pair.isSocket ? '' : bytes.toString('latin1');
      if (text.startsWith('GET /realtime/v1/websocket')) {
        pair.isSocket = true;
        if (this.refuseSockets) return void client.resetAndDestroy();
      }
      if (text && this.loseAnswer(text)) isLost = true;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (isLost) client.resetAndDestroy();
      else client.write(bytes);
    });
  }
}
