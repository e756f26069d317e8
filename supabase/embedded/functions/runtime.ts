/**
 * Edge Functions: `/<name>/…` goes to the function's Deno process, with the path as it is on the hosted platform. CORS is
 * the function's own affair, as there.
 */
import httpProxy from '@fastify/http-proxy';
import fastify, { type FastifyRequest } from 'fastify';
import { jwtVerify } from 'jose';
import path from 'node:path';
import type { StackConfig } from '../config.ts';
import { ownSecrets, secretsFile } from './environment.ts';
import { FunctionError } from './errors.ts';
import type { Worker } from './worker.ts';
import { Workers } from './workers.ts';

export interface FunctionsOptions {
  /** The checkout, whose node_modules functions import from. */
  root: string;
  /** Folder of config.toml. Default: `supabase` in the checkout. */
  project?: string;
  config: Pick<StackConfig, 'functions' | 'edge_runtime'>;
  port: number;
  /** HS256 secret by which callers are verified where `verify_jwt` is on. */
  jwtSecret: string;
  /** What functions find in their environment, from functionEnvironment(). */
  env: Record<string, string>;
  /** Folder for Deno's cache. */
  cache: string;
  logFile: string;
  /** How long a function may take to begin its answer. Default: 150 s, as on the hosted platform. */
  timeoutMs?: number;
}

export interface Functions {
  url: string;
  /** The next request of each function runs its sources anew. */
  reload(): void;
  stop(): Promise<void>;
}

const TIMEOUT_MS = 150_000;
const BODY_LIMIT_BYTES = 50 * 1024 * 1024;

export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const {
    root,
    project = path.join(root, 'supabase'),
    config,
    port,
    jwtSecret,
    cache,
    logFile,
    timeoutMs = TIMEOUT_MS
  } = options;
  const workers = new Workers({
    root,
    project,
    functions: config.functions,
    environment: async () => ({ ...ownSecrets(config.edge_runtime.secrets), ...(await secretsFile(project)), ...options.env }),
    cache,
    logFile
  });
  const secret = new TextEncoder().encode(jwtSecret);
  const serving = new WeakMap<FastifyRequest, Worker>();
  const server = fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true, exposeHeadRoutes: false });

  server.setErrorHandler((error, request, reply) => {
    const refused = asFunctionError(error);
    // One that hangs would make the next request wait as long, and one that is ending would refuse it.
    if (refused.code === 'IDLE_TIMEOUT' || refused.code === 'WORKER_ERROR') serving.get(request)?.retire();
    if (refused.code === 'INTERNAL_ERROR') console.error('functions:', error);
    return reply.code(refused.status).header('sb-error-code', refused.code).send(refused.body);
  });

  await server.register(httpProxy, {
    upstream: '',
    undici: { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connections: 128 },
    disableRequestLogging: true,
    preHandler: async (request, reply) => {
      const name = request.url.split(/[/?]/, 2)[1] ?? '';
      const { verify_jwt } = workers.settings(name);
      if (verify_jwt && request.method !== 'OPTIONS') await verify(request, secret);
      const worker = await workers.ready(name);
      reply.raw.once('close', worker.enter());
      serving.set(request, worker);
    },
    replyOptions: {
      getUpstream: (request) => serving.get(request as FastifyRequest)!.url,
      // A function that answers 503 has answered; by default it would be asked ten times more.
      retryDelay: () => null,
      onError: (reply, { error }) => void reply.send(error)
    }
  });
  await server.listen({ port, host: '127.0.0.1' });

  return {
    url: `http://127.0.0.1:${port}`,
    reload: () => workers.reload(),
    async stop() {
      await server.close();
      await workers.stop();
    }
  };
}

/** @throws {FunctionError} UNAUTHORIZED_NO_AUTH_HEADER, UNAUTHORIZED_INVALID_JWT */
async function verify(request: FastifyRequest, secret: Uint8Array): Promise<void> {
  const { authorization } = request.headers;
  if (!authorization) throw new FunctionError('UNAUTHORIZED_NO_AUTH_HEADER');
  const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(authorization) ?? [];
  try {
    await jwtVerify(token, secret, { algorithms: ['HS256'] });
  } catch (cause) {
    throw new FunctionError('UNAUTHORIZED_INVALID_JWT', { cause });
  }
}

function asFunctionError(error: unknown): FunctionError {
  if (error instanceof FunctionError) return error;
  const { statusCode, code = '' } = error as { statusCode?: number; code?: string };
  if (statusCode === 504) return new FunctionError('IDLE_TIMEOUT', { cause: error });
  if (statusCode === 413) return new FunctionError('PAYLOAD_TOO_LARGE', { cause: error });
  const lost = /^(ECONN|EPIPE|UND_ERR_SOCKET)|FST_REPLY_FROM_(SERVICE_UNAVAILABLE|INTERNAL_SERVER_ERROR|BAD_GATEWAY)/.test(code);
  return new FunctionError(lost ? 'WORKER_ERROR' : 'INTERNAL_ERROR', { cause: error });
}
