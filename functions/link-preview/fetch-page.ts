/**
 * Fetches a page that somebody has named, as a stranger on the Internet could: what is asked for, and every redirect, goes to the
 * standard ports of a host all of whose addresses are public, and to the very address that was judged. Nothing is connected to by name, so
 * that a name cannot mean one thing when it is checked and another when it is used.
 */
import type { IncomingMessage } from 'node:http';
import { request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { isIP } from 'node:net';
import { type Address, hostOf } from '../shared/judged-address.ts';

export interface Page {
  contentType: string;
  /** The beginning, up to `bytesMax`. */
  body: Uint8Array;
}

/** Where to connect to. */
export interface Door {
  host: string;
  port: number;
  /** Certificates to trust beside those of the system. */
  ca?: string;
}

export interface FetchOptions {
  /** @throws when nothing may be sent there */
  judge: (url: URL) => Promise<Address>;
  /** The door of a judged address: itself, but in tests, which have none on the Internet. */
  door?: (address: Address, port: number) => Door;
  timeoutMs?: number;
  bytesMax?: number;
}

const TIMEOUT_MS = 5_000;
const BYTES_MAX = 512 * 1024;
const REDIRECTS_MAX = 3;
const REDIRECTS = [301, 302, 303, 307, 308];
const PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };
const HEADERS = {
  'user-agent': 'Parley-Link-Preview/1.0 (fetches a page once when somebody links to it)',
  accept: 'text/html, application/xhtml+xml',
  // What is small and grows when it is unpacked is not unpacked.
  'accept-encoding': 'identity'
};

/** @throws {Error} that says why there is no page */
export async function fetchPage(
  start: URL,
  { judge, door = ({ address }, port) => ({ host: address, port }), timeoutMs = TIMEOUT_MS, bytesMax = BYTES_MAX }: FetchOptions
): Promise<Page> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error(`Not within ${timeoutMs} ms`)), timeoutMs);
  try {
    let url = start;
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      const port = portOf(url);
      const address = await orAbort(judge(url), over.signal);
      const answer = await get(url, door(address, port), bytesMax, over.signal);
      if ('contentType' in answer) return answer;
      url = new URL(answer.location, url);
    }
    throw new Error(`More than ${REDIRECTS_MAX} redirects`);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws {Error} for a URL that no page of the Web has */
function portOf({ protocol, port, username, password }: URL): number {
  const standard = PORTS[protocol];
  if (standard === undefined) throw new Error(`${protocol} is not of the Web`);
  if (username || password) throw new Error('It has a name or a password');
  if (port !== '' && !Object.values(PORTS).includes(Number(port))) throw new Error(`Port ${port} is not of the Web`);
  return port === '' ? standard : Number(port);
}

function orAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function get(url: URL, { host, port, ca }: Door, bytesMax: number, signal: AbortSignal): Promise<Page | { location: string }> {
  const name = hostOf(url);
  const request = (url.protocol === 'https:' ? requestByHttps : requestByHttp)({
    host,
    port,
    path: url.pathname + url.search,
    headers: { ...HEADERS, host: url.host },
    agent: false,
    // The certificate has to be the name's, although it is the address that is connected to.
    ...(isIP(name) ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca })
  });
  const answer = new Promise<Page | { location: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      response.on('error', reject);
      try {
        const found = judged(response);
        if (found) resolve(found);
        else beginningOf(response, bytesMax).then(resolve, reject);
      } catch (error) {
        reject(error as Error);
      }
    });
    request.end();
  });
  return orAbort(answer, signal).finally(() => request.destroy());
}

/** A redirect, or undefined for a page that is worth reading. @throws {Error} for what is none */
function judged({ statusCode = 0, headers }: IncomingMessage): { location: string } | undefined {
  if (REDIRECTS.includes(statusCode) && headers.location) return { location: headers.location };
  if (statusCode !== 200) throw new Error(`Answered ${statusCode}`);
  const type = headers['content-type'] ?? '';
  if (!/^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i.test(type)) throw new Error(`It is ${type || 'of no type'}`);
  if (!['', 'identity'].includes(headers['content-encoding'] ?? ''))
    throw new Error(`It is packed (${headers['content-encoding']})`);
  return undefined;
}

async function beginningOf(response: IncomingMessage, bytesMax: number): Promise<Page> {
  const body = new Uint8Array(bytesMax);
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    const part = chunk.subarray(0, bytesMax - length);
    body.set(part, length);
    length += part.length;
    if (length === bytesMax) break;
  }
  return { contentType: response.headers['content-type'] ?? '', body: body.subarray(0, length) };
}
