/** Which path leads to which service, and whether it asks for a key. */
import type { KeyPolicy } from './api-key.ts';
import type { UpstreamOptions } from './upstream.ts';

/** Ports of the services that are not in the gateway's process. */
export interface Upstreams {
  rest: number;
  realtime: number;
  functions: number;
}

export interface Route extends UpstreamOptions {
  /** Path of the API. */
  prefix: string;
  /** The same place in the service. */
  inner: string;
  /** The service answers preflights and sets the headers for other origins itself. */
  ownCors?: boolean;
}

const MEBIBYTE = 2 ** 20;

export function routes({ rest, realtime, functions }: Upstreams): Route[] {
  return [
    // The database ends a statement after 8 seconds.
    { prefix: '/rest/v1', inner: '', name: 'PostgREST', port: rest, bodyLimitBytes: 4 * MEBIBYTE, timeoutMs: 30_000 },
    {
      prefix: '/realtime/v1/api',
      inner: '/api',
      name: 'Realtime',
      port: realtime,
      bodyLimitBytes: 4 * MEBIBYTE,
      timeoutMs: 30_000
    },
    // For the secret key only, as Realtime sees to.
    {
      prefix: '/realtime/v1/metrics',
      inner: '/metrics',
      name: 'Realtime',
      port: realtime,
      bodyLimitBytes: 0,
      timeoutMs: 30_000
    },
    {
      prefix: '/functions/v1',
      inner: '',
      name: 'Functions',
      port: functions,
      bodyLimitBytes: 20 * MEBIBYTE,
      timeoutMs: 160_000,
      ownCors: true
    }
  ];
}

/** Auth's pages that a browser opens from a mail, or comes back to from a provider. */
const OPEN_AUTH_PATHS = /^\/auth\/v1\/(verify|callback|authorize|health|\.well-known\/)/;

export function keyPolicy(path: string): KeyPolicy {
  if (path.startsWith('/auth/v1/')) return OPEN_AUTH_PATHS.test(path) ? 'optional' : 'required';
  if (/^\/(rest|graphql|realtime)\/v1(\/|$)/.test(path)) return 'required';
  // Public files and signed links come without one; Storage, and each function, judges for itself.
  if (/^\/(storage|functions)\/v1\//.test(path)) return 'optional';
  return 'ignored';
}
