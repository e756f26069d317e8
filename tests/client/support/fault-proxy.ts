import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Pair = { client: Socket; upstream: Socket; isSocket: boolean };

/**
 * A TCP proxy in front of the stack that can do to connections what networks do. It tells sockets of Realtime from requests by their
 * first bytes.
 */
export class FaultProxy {
  /** New sockets of Realtime are refused. */
  refuseSockets = false;
  /** Requests are refused. */
  refuseRequests = false;
  /** New connections of any kind are refused. */
  refuseAll = false;
  /** So many connections were refused. */
  refused = 0;
  /** The next bytes that the server sends on a socket of Realtime come half, and nothing after them. */
  tearNext = false;
  /**
   * pass: bytes go through. hold: they wait, in both directions, and connections stay open: a stall. lose: they never arrive, nor does
   * the end of a connection: half open, as when a router has forgotten it. For what is open when it is set, and for what comes.
   */
  #flow: 'pass' | 'hold' | 'lose' = 'pass';
  /** The request goes through, its answer does not: called with the request's text, true = lose the answer. */
  loseAnswer: (request: string) => boolean = () => false;
  #server: Server;
  #pairs = new Set<Pair>();
  #held: (() => void)[] = [];

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

  set flow(flow: 'pass' | 'hold' | 'lose') {
    this.#flow = flow;
    if (flow !== 'pass') return;
    for (const move of this.#held.splice(0)) move();
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
    this.flow = 'pass';
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket, target: URL): void {
    client.on('error', () => client.destroy());
    if (this.refuseAll) return this.#refuse(client);
    const upstream = connect(Number(target.port), target.hostname);
    upstream.on('error', () => client.destroy());
    const pair: Pair = { client, upstream, isSocket: false };
    this.#pairs.add(pair);
    client.on('close', () => {
      upstream.destroy();
      this.#pairs.delete(pair);
    });
    upstream.on('close', () => this.#move(() => client.destroy()));

    let isLost = false;
    client.on('data', (bytes: Buffer) => {
      const text = pair.isSocket ? '' : bytes.toString('latin1');
      if (text.startsWith('GET /realtime/v1/websocket')) {
        pair.isSocket = true;
        if (this.refuseSockets) return this.#refuse(client);
      } else if (text && this.refuseRequests) return this.#refuse(client);
      if (text && this.loseAnswer(text)) isLost = true;
      this.#move(() => upstream.write(bytes));
    });
    upstream.on('data', (bytes: Buffer) => {
      if (isLost) client.resetAndDestroy();
      else if (this.tearNext && pair.isSocket) {
        this.tearNext = false;
        isLost = true;
        client.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => client.destroy());
      } else this.#move(() => client.write(bytes));
    });
  }

  #refuse(client: Socket): void {
    this.refused += 1;
    client.resetAndDestroy();
  }

  #move(move: () => void): void {
    if (this.#flow === 'pass') move();
    else if (this.#flow === 'hold') this.#held.push(move);
  }
}
