/** The gateway: everything that a Supabase project answers, on one port, under Supabase's own paths. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Keys } from '../keys.ts';
import { ApiKeys } from './api-key.ts';
import { CORS_HEADERS, isPreflight, preflightHeaders } from './cors.ts';
import { badRequest, NO_GRAPHQL, notFound } from './refusals.ts';
import { keyPolicy, routes, type Upstreams } from './routes.ts';
import { RealtimeSockets } from './socket.ts';
import { refuse, Upstream } from './upstream.ts';

export interface GatewayOptions {
  port: number;
  keys: Keys;
  /** Ports of the services behind it. */
  upstreams: Upstreams;
  /** Registers the services that run in this process: Auth and Storage. */
  plugins(server: FastifyInstance): void;
}

export interface Gateway {
  url: string;
  stop(): Promise<void>;
}

/** Longer than the clients' and browsers' own, so that it is they who close an idle connection. */
const KEEP_ALIVE_MS = 75_000;
/** supabase-js puts filters into the path: `in.(…)` with some hundred ids is long. */
const MAX_HEADER_BYTES = 64 * 2 ** 10;

export async function startGateway({ port, keys, upstreams, plugins }: GatewayOptions): Promise<Gateway> {
  const apiKeys = new ApiKeys(keys);
  const server = fastify({
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    frameworkErrors: (error, _request, reply) => {
      reply.hijack();
      refuse(reply.raw, badRequest(error.message), CORS_HEADERS);
    }
  });
  checkKeys(server, apiKeys);
  plugins(server);
  for (const route of routes(upstreams)) passOn(server, route.prefix, route.inner, new Upstream(route), route.ownCors);

  server.get('/health', () => ({ status: 'ok' }));
  server.setNotFoundHandler((request, reply) => {
    const { status, body } = pathOf(request).startsWith('/graphql/v1') ? NO_GRAPHQL : notFound(pathOf(request));
    return reply.code(status).send(body);
  });

  await server.ready();
  const sockets = new RealtimeSockets(apiKeys, upstreams.realtime);
  server.server.on('upgrade', (request, client, head) => sockets.pass(request, client as Socket, head));
  // By Fastify, which ends open connections at its close only if it was it that listened.
  await server.listen({ port, host: '127.0.0.1' });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = server.close();
      sockets.close();
      await closed;
    }
  };
}

/** Answers preflights, refuses wrong keys, and exchanges right ones for the token that the services know. */
function checkKeys(server: FastifyInstance, apiKeys: ApiKeys): void {
  server.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request);
    // Functions speak for themselves, to other pages too.
    if (!path.startsWith('/functions/v1/')) {
      if (isPreflight(request.method, request.headers)) {
        reply.code(200).headers(preflightHeaders(request.headers)).send();
        return;
      }
      reply.headers(CORS_HEADERS);
    }
    const result = apiKeys.check(request.headers, queryKey(request.url), keyPolicy(path));
    if (!result.ok) {
      reply.code(401).send(result.refusal);
      return;
    }
    if (result.authorization) request.raw.headers.authorization = result.authorization;
    done();
  });
}

/** Everything below `prefix` goes to the service, there below `inner`. */
function passOn(server: FastifyInstance, prefix: string, inner: string, upstream: Upstream, ownCors = false): void {
  const headers: OutgoingHttpHeaders = ownCors ? {} : { ...CORS_HEADERS };
  server.register(async (scope) => {
    // Bodies are the service's to read.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.addHook('onClose', () => upstream.close());
    for (const url of [prefix, `${prefix}/*`]) {
      scope.all(url, (request, reply) => {
        reply.hijack();
        void upstream.pass(request.raw, reply.raw, innerPath(request.url, prefix, inner), headers);
      });
    }
  });
}

/** The path and query that the service sees: its own prefix, and no API key, which PostgREST would take for a column. */
function innerPath(url: string, prefix: string, inner: string): string {
  const rest = url.slice(prefix.length);
  const path = `${inner}${rest.startsWith('/') ? rest : `/${rest}`}`;
  return path.includes('apikey=') ? path.replace(/([?&])apikey=[^&]*&?/, '$1').replace(/[?&]$/, '') : path;
}

function queryKey(url: string): string | undefined {
  if (!url.includes('apikey=')) return undefined;
  return new URLSearchParams(url.split('?', 2)[1]).get('apikey') ?? undefined;
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}
