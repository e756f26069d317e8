import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Auth } from '../auth.ts';
import { queryText } from '../http/body.ts';
import { requireAdmin } from '../http/caller.ts';
import { userJson } from '../accounts/user-json.ts';
import { listUsers, readPage, type Page } from '../accounts/user-list.ts';

export function adminUserListRoutes(app: FastifyInstance, auth: Auth): void {
  app.get('/admin/users', async (request, reply) => {
    await requireAdmin(auth, request);
    const page = readPage(queryText(request, 'page'), queryText(request, 'per_page'));
    const { users, total } = await listUsers(auth.db, page, queryText(request, 'filter'));
    addPageHeaders(request, reply, page, total);
    return { users: users.map(userJson), aud: 'authenticated' };
  });
}

function addPageHeaders(request: FastifyRequest, reply: FastifyReply, page: Page, total: number): void {
  const last = Math.ceil(total / page.size);
  const link = (number: number, relation: string): string => {
    const url = new URL(request.url, 'http://localhost');
    url.searchParams.set('page', String(number));
    return `<${url.pathname}${url.search}>; rel="${relation}"`;
  };
  const links = [...(last > page.number ? [link(page.number + 1, 'next')] : []), link(last, 'last')];
  reply.header('link', links.join(', ')).header('x-total-count', String(total));
}
