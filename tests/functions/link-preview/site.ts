/** A web site on this machine that a test has the Internet's addresses lead to. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../../support/certificate.ts';

export class Site {
  readonly asked: IncomingMessage[] = [];
  connections = 0;
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>A page</title>');
  };
  readonly #server;

  constructor(certificate?: Certificate) {
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      this.asked.push(request);
      this.answer(request, response);
    };
    this.#server = certificate ? createTlsServer(certificate, serve) : createServer(serve);
    this.#server.on('connection', () => (this.connections += 1));
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
