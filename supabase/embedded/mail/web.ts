import fastify, { type FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { summary, type Message } from './message.ts';
import type { MailStore } from './store.ts';

const PAGE = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8']
} as const;

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A mail is a stranger's page: no scripts, no requests, no way to its frame; its links open in a tab of their own. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'";

const number = (byDefault: number) => z.coerce.number().int().min(0).catch(byDefault);
const range = z.object({ start: number(0), limit: number(50), query: z.string().catch('') });
const removal = z.object({ IDs: z.array(z.string()).nullish() }).nullish();

/** The page and an API as Mailpit's, which tests read. */
export function createWeb(store: MailStore): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (_request, reply) => {
    reply
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-store');
  });

  for (const [url, [file, type]] of Object.entries(PAGE)) {
    app.get(url, async (_request, reply) => {
      reply.type(type).header('content-security-policy', PAGE_POLICY);
      return readFile(new URL(`page/${file}`, import.meta.url));
    });
  }

  app.get('/api/v1/messages', async (request) => list(store, { ...range.parse(request.query), query: '' }));
  app.get('/api/v1/search', async (request) => list(store, range.parse(request.query)));

  app.get<WithId>('/api/v1/message/:id', async (request, reply) => {
    const message = store.get(request.params.id);
    if (message === undefined) return reply.code(404).send({ Error: 'message not found' });
    store.markRead(message);
    return message;
  });
  app.get<WithId>('/api/v1/message/:id/html', async (request, reply) => {
    const message = store.get(request.params.id);
    if (message === undefined) return reply.code(404).send({ Error: 'message not found' });
    reply.type('text/html; charset=utf-8').header('content-security-policy', MAIL_POLICY);
    return `<base target="_blank">${message.HTML}`;
  });

  app.delete('/api/v1/messages', async (request, reply) => {
    const body = removal.safeParse(request.body);
    if (!body.success) return reply.code(400).send({ Error: 'IDs must be a list of ids' });
    const ids = new Set(body.data?.IDs ?? []);
    store.remove((message) => ids.size === 0 || ids.has(message.ID));
    return reply.type('text/plain').send('ok');
  });
  app.delete('/api/v1/search', async (request, reply) => {
    const found = new Set(store.list(range.parse(request.query).query));
    store.remove((message) => found.has(message));
    return reply.type('text/plain').send('ok');
  });

  /** Server-sent events: one at the start and one after each change. */
  app.get('/api/v1/events', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const tell = (): void => void reply.raw.write('event: change\ndata: {}\n\n');
    tell();
    request.raw.on('close', store.onChange(tell));
  });
  return app;
}

interface WithId {
  Params: { id: string };
}

function list(store: MailStore, { start, limit, query }: z.infer<typeof range>) {
  const all = store.list();
  const found = query === '' ? all : store.list(query);
  const messages = found.slice(start, start + limit).map(summary);
  const unread = (messages: Message[]): number => messages.filter((message) => !message.Read).length;
  return {
    total: all.length,
    unread: unread(all),
    count: messages.length,
    messages_count: found.length,
    messages_unread: unread(found),
    start,
    tags: [],
    messages
  };
}
