/** A web server that tells the test what it was sent. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

export class Receiver {
  readonly received: Received[] = [];
  /** Answers a request; by default with 200 and what came. */
  answer: (request: Received, response: ServerResponse) => void = (request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ url: request.url, body: request.body }));
  };
  readonly #waiting: { test: (request: Received) => boolean; resolve: (request: Received) => void }[] = [];
  readonly #server = createServer((request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const { method = '', url = '', headers } = request;
        const got = { method, url, headers, body: Buffer.concat(chunks).toString(), at };
        this.received.push(got);
        this.answer(got, response);
        const index = this.#waiting.findIndex(({ test }) => test(got));
        if (index >= 0) this.#waiting.splice(index, 1)[0]!.resolve(got);
      });
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next request that passes the test. Ask before what causes it. */
  next(test: (request: Received) => boolean = () => true): Promise<Received> {
    return new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
