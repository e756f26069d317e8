/** Serves the built web app, and /config.json, by which the app learns where its API is. */
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import { BUILD } from './build.ts';
import { securityHeaders } from './headers.ts';

/** What the app reads when it starts. */
export interface WebConfig {
  supabaseUrl: string;
  publishableKey: string;
  /** What browsers subscribe to push with; without it the app offers none. */
  vapidPublicKey?: string | undefined;
  /** People to try things out as; none on a real project. */
  demo: { email: string; password: string; name: string }[];
}

export interface WebServer {
  url: string;
  stop(): Promise<void>;
}

/** Names under this path contain a hash of their content. */
const IMMUTABLE = /[\\/]_app[\\/]immutable[\\/]/;

export interface WebOptions {
  port: number;
  config: WebConfig;
  /** The built app. */
  folder?: string;
}

export async function startWeb({ port, config, folder = BUILD }: WebOptions): Promise<WebServer> {
  const server = fastify({ forceCloseConnections: true });
  const headers = securityHeaders(config.supabaseUrl);
  server.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
  server.get('/config.json', async (_request, reply) => reply.header('cache-control', 'no-cache').send(config));
  await server.register(fastifyStatic, {
    root: folder,
    // /de is de.html.
    extensions: ['html'],
    // The build has each text as .br and .gz beside it.
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, file) => {
      void reply.header('cache-control', IMMUTABLE.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
    }
  });
  server.setNotFoundHandler((request, reply) => {
    // Every other path is the app's own; a missing file of the build is not.
    if (request.method !== 'GET' || request.url.startsWith('/_app/')) return reply.code(404).send({ message: 'Not found' });
    return reply.header('cache-control', 'no-cache').sendFile('200.html');
  });
  const url = await server.listen({ host: '127.0.0.1', port });
  return { url, stop: () => server.close() };
}
