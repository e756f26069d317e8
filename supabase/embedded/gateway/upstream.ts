/** A service behind the gateway that speaks HTTP: requests are passed on over connections that stay open. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { errors, Pool } from 'undici';
import { readBody, TOO_LARGE } from './body.ts';
import { bodyTooLarge, type GatewayError, timedOut, unavailable } from './refusals.ts';

export interface UpstreamOptions {
  /** Name for messages. */
  name: string;
  port: number;
  bodyLimitBytes: number;
  /** How long it may take to begin its answer, and pause within it. */
  timeoutMs: number;
}

/** They concern one connection, not the message (RFC 9110 §7.6.1); the host and length are set anew. */
const NOT_PASSED_ON = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'];

const MAX_CONNECTIONS = 64;

/** PostgREST repeats the path of a request in Content-Location. Most clients take 16 KiB of headers in all. */
const MAX_HEADER_BYTES = 256 * 2 ** 10;
const LONG_LOCATION_BYTES = 4 * 2 ** 10;

export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #pool: Pool;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#pool = new Pool(`http://127.0.0.1:${options.port}`, {
      connections: MAX_CONNECTIONS,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      maxHeaderSize: MAX_HEADER_BYTES
    });
  }

  /** Answers the request with what the service answers at `path`; `headers` replace the service's own of these names. */
  async pass(request: IncomingMessage, response: ServerResponse, path: string, headers: OutgoingHttpHeaders): Promise<void> {
    const { name, bodyLimitBytes } = this.#options;
    const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
    const body = hasBody ? await readBody(request, bodyLimitBytes) : null;
    if (body === TOO_LARGE) return refuse(response, bodyTooLarge(bodyLimitBytes), headers);
    if (body === undefined) return;
    try {
      await this.#pool.stream(
        { method: request.method as 'GET', path, headers: requestHeaders(request.headers), body },
        ({ statusCode, headers: answered }) => response.writeHead(statusCode, { ...answerHeaders(answered), ...headers })
      );
    } catch (error) {
      if (response.headersSent) response.destroy();
      else refuse(response, error instanceof errors.HeadersTimeoutError ? timedOut(name) : unavailable(name), headers);
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

export function refuse(response: ServerResponse, { status, body }: GatewayError, headers: OutgoingHttpHeaders): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers
  });
  response.end(text);
}

function requestHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const passed = { ...headers };
  for (const name of NOT_PASSED_ON) delete passed[name];
  delete passed['content-length'];
  return passed;
}

function answerHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const passed = { ...headers };
  for (const name of NOT_PASSED_ON) delete passed[name];
  if ((passed['content-location']?.length ?? 0) > LONG_LOCATION_BYTES) delete passed['content-location'];
  return passed;
}
