/**
 * One delivery: a POST that follows no redirect, waits for a limited time, reads the beginning of the answer, and connects to
 * the very address that was judged, so that a name cannot mean one thing when it is checked and another when it is used.
 */
import { type ClientRequest, type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { type Address, judgedAddress, type Resolve } from '../shared/judged-address.ts';

export interface Delivery {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** The operator has said that this host may be inside a network. */
  mayBeInside: boolean;
}

export interface Outcome {
  /** HTTP status; undefined when there was no answer. */
  status?: number;
  /** Why it failed; undefined when it was accepted. */
  error?: string;
  /** The beginning of the answer. */
  response?: string;
  /** As the receiver asked by Retry-After. */
  retryAfterSeconds?: number;
  durationMs: number;
}

const TIMEOUT_MS = 15_000;
const RESPONSE_MAX = 500;

/** Never throws: what goes wrong is the outcome. */
export async function deliver(delivery: Delivery, timeoutMs = TIMEOUT_MS, resolve?: Resolve): Promise<Outcome> {
  const started = performance.now();
  const measured = (outcome: Omit<Outcome, 'durationMs'>): Outcome => ({
    ...outcome,
    durationMs: Math.round(performance.now() - started)
  });
  try {
    const url = new URL(delivery.url);
    const address = await judgedAddress(url, delivery.mayBeInside, resolve);
    return measured(await post(url, address, delivery, timeoutMs));
  } catch (error) {
    return measured({ error: (error as Error).message });
  }
}

type Looked = (error: null, addresses: Address[] | string, family?: number) => void;

function post(url: URL, pinned: Address, { headers, body }: Delivery, timeoutMs: number) {
  return new Promise<Omit<Outcome, 'durationMs'>>((resolve, reject) => {
    let request: ClientRequest;
    const timer = setTimeout(() => request.destroy(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
    const end = (outcome: Omit<Outcome, 'durationMs'>) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': new TextEncoder().encode(body).length },
      lookup: (_host: string, wanted: { all?: boolean }, callback: Looked) =>
        wanted.all ? callback(null, [pinned]) : callback(null, pinned.address, pinned.family)
    };
    const answered = (response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        // More of it nobody wants to see, and it may not end.
        if (text.length >= RESPONSE_MAX) {
          end(judged(response, text));
          request.destroy();
        }
      });
      response.on('end', () => end(judged(response, text)));
      response.on('error', reject);
    };
    request = (url.protocol === 'https:' ? requestByHttps : requestByHttp)(url, options as never, answered);
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end(body);
  });
}

function judged({ statusCode = 0, headers }: IncomingMessage, text: string): Omit<Outcome, 'durationMs'> {
  const response = text.slice(0, RESPONSE_MAX).replaceAll('\0', '');
  if (statusCode >= 200 && statusCode < 300) return { status: statusCode, response };
  const error = statusCode >= 300 && statusCode < 400 ? `Redirects are not followed (${statusCode})` : `Answered ${statusCode}`;
  const seconds = Number(headers['retry-after']);
  return { status: statusCode, error, response, ...(seconds > 0 ? { retryAfterSeconds: Math.ceil(seconds) } : {}) };
}
