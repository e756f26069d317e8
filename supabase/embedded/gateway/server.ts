/** The gateway: everything that a Supabase project answers, on one port, under Supabase's own paths. */
import { once } from 'node:events';
import httpProxy from '@fastify/http-proxy';
import fastify, { type FastifyInstance } from 'fastify';
import type { Keys } from '../keys.ts';
import { ApiKeys, type KeyPolicy } from './api-key.ts';
import { CORS_HEADERS, isPreflight, preflightHeaders } from './cors.ts';
import { passSocket } from './socket.ts';

export interface GatewayOptions {
  port: number;
  keys: Keys;
  /** Ports of the services behind it; a path whose service is absent answers 404. */
  upstreams: { rest?: number; realtime?: number; functions?: number };
  /** Registers the services that run in this process: Auth and Storage. */
  plugins(server: FastifyInstance): void;
}

export interface Gateway {
  url: string;
  stop(): Promise<void>;
}

const REST_BODY_LIMIT = 4 * 2 ** 20;

/** Auth's pages that a browser opens from a mail or comes back to from a provider, without a key. */
const OPEN_AUTH_PATHS = /^\/auth\/v1\/(verify|callback|authorize|health|\.well-known\/)/;

function keyPolicy(path: string): KeyPolicy {
  if (path.startsWith('/auth/v1/')) return OPEN_AUTH_PATHS.test(path) ? 'optional' : 'required';
  if (/^\/(rest|graphql|realtime)\/v1(\/|$)/.test(path)) return 'required';
  // Public files and signed links have none; Storage and each function judge for themselves.
  if (/^\/(storage|functions)\/v1\//.test(path)) return 'optional';
  return 'ignored';
}

export async function startGateway({ port, keys, upstreams, plugins }: GatewayOptions): Promise<Gateway> {
  const apiKeys = new ApiKeys(keys);
  const server = fastify({ bodyLimit: REST_BODY_LIMIT, keepAliveTimeout: 75_000, forceCloseConnections: true, exposeHeadRoutes: false });

  server.addHook('onRequest', (request, reply, done) => {
    if (isPreflight(request.method, request.headers)) {
      reply.code(200).headers(preflightHeaders(request.headers)).send();
      return;
    }
    reply.headers(CORS_HEADERS);
    const [path = '/', query] = request.url.split('?', 2);
    const queryKey = query?.includes('apikey=') ? (new URLSearchParams(query).get('apikey') ?? undefined) : undefined;
    const result = apiKeys.check(request.headers, queryKey, keyPolicy(path));
    if (!result.ok) {
      reply.code(401).send(result.refusal);
      return;
    }
    if (result.authorization) request.raw.headers.authorization = result.authorization;
    done();
  });

  const local = (upstreamPort: number) => `http://127.0.0.1:${upstreamPort}`;
  if (upstreams.rest) server.register(httpProxy, { upstream: local(upstreams.rest), prefix: '/rest/v1', disableRequestLogging: true });
  if (upstreams.realtime)
    server.register(httpProxy, { upstream: local(upstreams.realtime), prefix: '/realtime/v1/api', rewritePrefix: '/api' });
  if (upstreams.functions) server.register(httpProxy, { upstream: local(upstreams.functions), prefix: '/functions/v1' });
  plugins(server);
  server.get('/health', () => ({ status: 'ok' }));
  server.setNotFoundHandler((request, reply) => {
    reply.code(404).send({ message: `No such path: ${request.url.split('?', 1)[0]}` });
  });

  await server.ready();
  server.server.on('upgrade', (request, client, head) => passSocket(request, client, head, apiKeys, upstreams.realtime ?? 0));
  server.server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  return { url: local(port), stop: () => server.close() };
}
